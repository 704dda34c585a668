import type { Micros } from "../../sim/time.ts";
import { Ring } from "./ring.ts";

/**
 * First come, first served as long as the line is empty now and then; last come, first served once a queue stands.
 *
 * A queue stands when nobody has found the line empty for `interval`. Source: Maurer, Fail at Scale (ACM Queue 13/8,
 * 2015), which takes the new request first "when a queue is starting to form" and tells a standing queue by when it was
 * last empty.
 */
export class AdaptiveLifo extends Ring {
  private readonly interval: Micros;
  private emptyAt: Micros = 0;

  constructor(limit: number, interval: Micros) {
    super(limit);
    this.interval = interval;
  }

  override join(who: number, now: Micros, priority: number): void {
    if (this.length === 0) this.emptyAt = now;
    super.join(who, now, priority);
  }

  leave(now: Micros): number {
    if (this.length === 0) return -1;
    return now - this.emptyAt > this.interval ? this.takeNewest() : this.takeOldest();
  }
}
