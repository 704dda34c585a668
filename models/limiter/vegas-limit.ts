import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { Limit } from "./limit.ts";

const INITIAL = 20;
/** The time without a queue is measured anew each so many samples, times the limit, times U(0.5, 1). */
const PROBE_MULTIPLIER = 30;

/**
 * As TCP Vegas: the queue is what the limit would be shorter by, had calls taken as long as the fastest did; the limit
 * grows while the queue is short and shrinks when it is long, by its own logarithm.
 *
 * Source: Netflix/concurrency-limits VegasLimit.java, Log10RootFunction.java.
 */
export class VegasLimit implements Limit {
  private estimated = INITIAL;
  private fastest: Micros = 0;
  private probes = 0;
  private jitter: number;
  private readonly most: number;
  private readonly chance: Stream;

  constructor(maxConcurrency: number, chance: Stream) {
    this.most = maxConcurrency;
    this.chance = chance;
    this.jitter = this.drawJitter();
  }

  get limit(): number {
    return Math.floor(this.estimated);
  }

  sample(rtt: Micros, inflight: number, isDrop: boolean): void {
    this.probes++;
    if (this.jitter * PROBE_MULTIPLIER * this.estimated <= this.probes) {
      this.jitter = this.drawJitter();
      this.probes = 0;
      this.fastest = rtt;
    } else if (this.fastest === 0 || rtt < this.fastest) this.fastest = rtt;
    else this.estimated = Math.max(1, Math.min(this.most, this.next(rtt, inflight, isDrop)));
  }

  private next(rtt: Micros, inflight: number, isDrop: boolean): number {
    const queue = Math.ceil(this.estimated * (1 - this.fastest / rtt));
    const step = logarithm(this.limit);
    if (isDrop) return this.estimated - step;
    if (inflight * 2 < this.estimated) return this.estimated;
    if (queue <= step) return this.estimated + 6 * step;
    if (queue < 3 * step) return this.estimated + step;
    return queue > 6 * step ? this.estimated - step : this.estimated;
  }

  private drawJitter(): number {
    return 0.5 + 0.5 * this.chance.next();
  }
}

/** The whole part of the decimal logarithm, at least 1. */
function logarithm(limit: number): number {
  let digits = 0;
  for (let rest = limit; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  return Math.max(1, digits);
}
