import type { Micros } from "../../sim/time.ts";
import type { Limit } from "./limit.ts";

const INITIAL = 20;
const LEAST = 20;
const MOST = 200;
/** Calls that may queue. */
const QUEUE = 4;
const SMOOTHING = 0.2;
const TOLERANCE = 1.5;
const LONG_WINDOW = 600;
/** The long average begins as a plain one over so many samples. */
const WARM_UP = 10;

/**
 * Compares how long calls take now with a long average of it: limit = 0.8 limit + 0.2 (gradient limit + 4), with
 * gradient = max(0.5, min(1, 1.5 long / short)).
 *
 * Source: Netflix/concurrency-limits Gradient2Limit.java, ExpAvgMeasurement.java.
 */
export class Gradient2Limit implements Limit {
  private estimated = INITIAL;
  private long = 0;
  private sum = 0;
  private samples = 0;

  get limit(): number {
    return Math.floor(this.estimated);
  }

  sample(rtt: Micros, inflight: number): void {
    const long = this.average(rtt);
    if (long / rtt > 2) this.long *= 0.95;
    if (inflight < this.estimated / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (TOLERANCE * long) / rtt));
    const wanted = gradient * this.estimated + QUEUE;
    this.estimated = Math.max(LEAST, Math.min(MOST, (1 - SMOOTHING) * this.estimated + SMOOTHING * wanted));
  }

  private average(rtt: Micros): number {
    if (this.samples < WARM_UP) {
      this.samples++;
      this.sum += rtt;
      this.long = this.sum / this.samples;
    } else {
      const factor = 2 / (LONG_WINDOW + 1);
      this.long = this.long * (1 - factor) + rtt * factor;
    }
    return this.long;
  }
}
