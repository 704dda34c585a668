import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Micros } from "../../sim/time.ts";

/** A row of the table of people who are waiting for something. */
export type PersonId = number;

/** Everybody who wants something and has not got it yet, and what they want, one column per attribute. */
export class People {
  born = new Float64Array(0);
  /** How many people came before. */
  number = new Float64Array(0);
  cpu = new Float64Array(0);
  work = new Float64Array(0);
  waits = new Float64Array(0);
  bytesIn = new Float64Array(0);
  bytesOut = new Float64Array(0);
  /** Index into the classes of the load. */
  kind = new Int32Array(0);
  /** Index into the zones of the world, or -1. */
  zone = new Int32Array(0);
  /** Index into the addresses of the load. */
  address = new Int32Array(0);
  /** The user of a closed load who this is, or -1. */
  user = new Int32Array(0);
  /** Attempts made after the first. */
  retries = new Int32Array(0);
  /** The attempt under way, or -1. */
  request = new Int32Array(0);
  /** The pending end of patience. */
  timer = new Int32Array(0);
  inside = 0;
  private entered = 0;
  private readonly free: number[] = [];
  private capacity = 0;

  enter(born: Micros): PersonId {
    if (this.free.length === 0) this.grow();
    const person = this.free.pop()!;
    this.inside++;
    this.born[person] = born;
    this.number[person] = this.entered++;
    this.user[person] = -1;
    this.retries[person] = 0;
    this.request[person] = -1;
    this.timer[person] = NO_EVENT;
    return person;
  }

  leave(person: PersonId): void {
    this.inside--;
    this.free.push(person);
  }

  private grow(): void {
    const from = this.capacity;
    const to = Math.max(64, from * 2);
    for (const column of ["born", "number", "cpu", "work", "waits", "bytesIn", "bytesOut"] as const) {
      const longer = new Float64Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    for (const column of ["kind", "zone", "address", "user", "retries", "request", "timer"] as const) {
      const longer = new Int32Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    for (let person = to - 1; person >= from; person--) this.free.push(person);
    this.capacity = to;
  }
}
