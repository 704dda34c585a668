import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Any of those who wait, each equally likely: nobody knows who came first, as where all poll or all are woken. */
export class RandomOrder extends WaitingRoom {
  private who = new Int32Array(8);
  private readonly stream: Stream;

  constructor(limit: number, stream: Stream) {
    super(limit);
    this.stream = stream;
  }

  join(who: number, _now: Micros, _priority: number): void {
    if (this.length === this.who.length) {
      const longer = new Int32Array(this.length * 2);
      longer.set(this.who);
      this.who = longer;
    }
    this.who[this.length++] = who;
  }

  /** The last takes the place of whoever leaves, so this is O(1). A lone one is no matter of chance. */
  leave(): number {
    if (this.length === 0) return -1;
    return this.takeAt(this.length === 1 ? 0 : this.stream.integer(this.length));
  }

  remove(who: number): boolean {
    const place = this.who.subarray(0, this.length).indexOf(who);
    if (place >= 0) this.takeAt(place);
    return place >= 0;
  }

  vacate(): number[] {
    const all = [...this.who.subarray(0, this.length)];
    this.length = 0;
    return all;
  }

  private takeAt(place: number): number {
    const who = this.who[place]!;
    this.who[place] = this.who[--this.length]!;
    return who;
  }
}
