import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";

const CAPACITY = 2000;

/**
 * Every n-th failed attempt, n doubling whenever the sample is full: at most 2000, spread evenly over all of them.
 * The rows are in order of time; columns beyond `length` mean nothing.
 */
export class FailureSample {
  length = 0;
  readonly at = new Float64Array(CAPACITY);
  readonly outcome = new Uint16Array(CAPACITY);
  readonly because = new Int32Array(CAPACITY);
  readonly kind = new Int32Array(CAPACITY);
  readonly zone = new Int32Array(CAPACITY);
  /** One in so many is kept. */
  every = 1;
  private seen = 0;

  /** @param kind index into the classes of the load. @param zone index into the zones of the world, or -1. */
  add(at: Micros, outcome: Outcome, because: JournalId, kind: number, zone: number): void {
    if (this.seen++ % this.every !== 0) return;
    if (this.length === CAPACITY) this.thin();
    const row = this.length++;
    this.at[row] = at;
    this.outcome[row] = outcome;
    this.because[row] = because;
    this.kind[row] = kind;
    this.zone[row] = zone;
  }

  /** The most frequent causes of failures since a time, most frequent first; in one zone only, or in all (-1). */
  causesSince(time: Micros, zone: number, most: number): JournalId[] {
    const counts = new Map<JournalId, number>();
    for (let row = this.length - 1; row >= 0 && this.at[row]! >= time; row--) {
      const because = this.because[row]!;
      const fits = because !== NONE && (zone < 0 || this.zone[row] === zone);
      if (fits) counts.set(because, (counts.get(because) ?? 0) + 1);
    }
    const byCount = [...counts].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a - b);
    return byCount.slice(0, most).map(([because]) => because);
  }

  /** Drops every second row. */
  private thin(): void {
    this.length = CAPACITY / 2;
    this.every *= 2;
    for (const column of [this.at, this.outcome, this.because, this.kind, this.zone]) {
      for (let row = 0; row < this.length; row++) column[row] = column[2 * row]!;
    }
  }
}
