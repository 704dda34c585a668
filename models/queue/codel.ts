import type { Micros } from "../../sim/time.ts";
import { Ring } from "./ring.ts";

/** Who has waited longer than so many targets is dropped while the line is overloaded (Codel::getSloughTimeout). */
const SLOUGH = 2;

/**
 * First come, first served with controlled delay: when for a whole interval everybody has waited longer than the
 * target, those who have waited more than twice the target are dropped until that changes.
 *
 * Source: facebook/folly folly/executors/Codel.cpp, Codel::overloaded. The delay is looked at when somebody leaves.
 */
export class Codel extends Ring {
  private readonly target: Micros;
  private readonly interval: Micros;
  /** The shortest wait since the interval began. */
  private shortest: Micros = 0;
  private intervalEnds: Micros = 0;
  private isFirst = true;
  private isOverloaded = false;

  constructor(limit: number, target: Micros, interval: Micros) {
    super(limit);
    this.target = Math.min(target, interval);
    this.interval = interval;
  }

  leave(now: Micros): number {
    while (this.length > 0) {
      const waited = this.longestWait(now);
      const who = this.takeOldest();
      if (!this.isTooLate(waited, now)) return who;
      this.dropped.push(who);
    }
    return -1;
  }

  private isTooLate(waited: Micros, now: Micros): boolean {
    if (now > this.intervalEnds && !this.isFirst) {
      this.intervalEnds = now + this.interval;
      this.isOverloaded = this.shortest > this.target;
      this.isFirst = true;
    }
    if (this.isFirst) {
      this.isFirst = false;
      this.shortest = waited;
      return false;
    }
    this.shortest = Math.min(this.shortest, waited);
    return this.isOverloaded && waited > SLOUGH * this.target;
  }
}
