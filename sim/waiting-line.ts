import type { RequestId } from "./requests.ts";

/**
 * Requests (or other small numbers) that wait, first come first served, in a ring that grows up to a limit.
 * Joining a full line is refused by the caller, who asks `isFull` first.
 */
export class WaitingLine {
  length = 0;
  readonly limit: number;
  private ring = new Int32Array(8);
  private head = 0;

  /** @param limit how many may wait; Infinity for no limit. */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.length >= this.limit;
  }

  join(request: RequestId): void {
    if (this.length === this.ring.length) this.grow();
    this.ring[(this.head + this.length) & (this.ring.length - 1)] = request;
    this.length++;
  }

  /** Takes the one that has waited longest. */
  leave(): RequestId {
    const request = this.ring[this.head]!;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.length--;
    return request;
  }

  /** Takes the newest. */
  leaveLast(): RequestId {
    this.length--;
    return this.ring[(this.head + this.length) & (this.ring.length - 1)]!;
  }

  /** The one at a place in the line, 0 being the one that has waited longest. */
  at(place: number): RequestId {
    return this.ring[(this.head + place) & (this.ring.length - 1)]!;
  }

  /** Takes the one at a place out of the line; those behind it move up. O(length). */
  takeAt(place: number): RequestId {
    const taken = this.at(place);
    for (let next = place + 1; next < this.length; next++) {
      this.ring[(this.head + next - 1) & (this.ring.length - 1)] = this.at(next);
    }
    this.length--;
    return taken;
  }

  /** Takes somebody out, wherever they are in the line; false if they are not. O(length). */
  takeOut(request: RequestId): boolean {
    let place = 0;
    while (place < this.length && this.at(place) !== request) place++;
    if (place === this.length) return false;
    this.takeAt(place);
    return true;
  }

  private grow(): void {
    const larger = new Int32Array(this.ring.length * 2);
    for (let place = 0; place < this.length; place++) larger[place] = this.at(place);
    this.ring = larger;
    this.head = 0;
  }
}
