import type { Micros } from "../../sim/time.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** The greatest priority first, and among equals first come, first served. Who is being served is not interrupted. */
export class PriorityOrder extends WaitingRoom {
  /** A heap whose first goes next. */
  private who = new Int32Array(8);
  private priority = new Float64Array(8);
  private order = new Float64Array(8);
  private joined = 0;

  join(who: number, _now: Micros, priority: number): void {
    if (this.length === this.who.length) this.grow();
    this.rise(this.length++, who, priority, this.joined++);
  }

  leave(): number {
    return this.length > 0 ? this.takeAt(0) : -1;
  }

  remove(who: number): boolean {
    const place = this.who.subarray(0, this.length).indexOf(who);
    if (place >= 0) this.takeAt(place);
    return place >= 0;
  }

  vacate(): number[] {
    const all: number[] = [];
    while (this.length > 0) all.push(this.takeAt(0));
    return all;
  }

  /** The last takes the empty place, and moves up or down from there. */
  private takeAt(place: number): number {
    const who = this.who[place]!;
    const last = --this.length;
    if (place === last) return who;
    const [moved, priority, order] = [this.who[last]!, this.priority[last]!, this.order[last]!];
    this.rise(this.sink(place, priority, order), moved, priority, order);
    return who;
  }

  private isBefore(place: number, priority: number, order: number): boolean {
    const other = this.priority[place]!;
    return other > priority || (other === priority && this.order[place]! < order);
  }

  private rise(from: number, who: number, priority: number, order: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.isBefore(parent, priority, order)) break;
      this.move(parent, at);
      at = parent;
    }
    this.who[at] = who;
    this.priority[at] = priority;
    this.order[at] = order;
  }

  /** Moves those up who go before the newcomer; returns the place that is left. */
  private sink(from: number, priority: number, order: number): number {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.length) return at;
      if (child + 1 < this.length && this.isBefore(child + 1, this.priority[child]!, this.order[child]!)) child++;
      if (!this.isBefore(child, priority, order)) return at;
      this.move(child, at);
      at = child;
    }
  }

  private move(from: number, to: number): void {
    this.who[to] = this.who[from]!;
    this.priority[to] = this.priority[from]!;
    this.order[to] = this.order[from]!;
  }

  private grow(): void {
    const who = new Int32Array(this.who.length * 2);
    who.set(this.who);
    this.who = who;
    for (const column of ["priority", "order"] as const) {
      const longer = new Float64Array(this[column].length * 2);
      longer.set(this[column]);
      this[column] = longer;
    }
  }
}
