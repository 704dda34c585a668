import type { Micros } from "../time.ts";
import { SECOND } from "../time.ts";

/** Width of a birth bin: goodput is judged second by second. */
export const COHORT_WIDTH: Micros = SECOND;

/**
 * Requests by the second in which they were born, and how many of each second's ended well.
 * Counting at birth and not at completion keeps a draining backlog from looking like a recovery.
 */
export class Cohort {
  born = new Float64Array(64);
  good = new Float64Array(64);
  /** Birth bins begun so far. */
  length = 0;

  /** A request was born now. */
  bear(at: Micros): void {
    const bin = Math.floor(at / COHORT_WIDTH);
    while (bin >= this.born.length) this.grow();
    this.length = Math.max(this.length, bin + 1);
    this.born[bin]!++;
  }

  /** A request that was born at `born` has ended well. */
  succeed(born: Micros): void {
    this.good[Math.floor(born / COHORT_WIDTH)]!++;
  }

  private grow(): void {
    for (const column of ["born", "good"] as const) {
      const longer = new Float64Array(this[column].length * 2);
      longer.set(this[column]);
      this[column] = longer;
    }
  }
}
