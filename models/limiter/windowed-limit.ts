import { type Micros, SECOND } from "../../sim/time.ts";
import type { Limit } from "./limit.ts";

const WINDOW: Micros = SECOND;
/** A window with fewer samples says nothing, and a call so short is not counted. */
const LEAST_SAMPLES = 10;
const LEAST_RTT: Micros = 100;

/**
 * Gives another limit one sample for each second: the average time, the most that were inside, whether any was dropped.
 * Source: Netflix/concurrency-limits WindowedLimit.java, ImmutableAverageSampleWindow.java.
 */
export class WindowedLimit implements Limit {
  private readonly inner: Limit;
  private next: Micros = 0;
  private sum = 0;
  private count = 0;
  private most = 0;
  private hasDrop = false;

  constructor(inner: Limit) {
    this.inner = inner;
  }

  get limit(): number {
    return this.inner.limit;
  }

  sample(rtt: Micros, inflight: number, isDrop: boolean, now: Micros): void {
    if (rtt < LEAST_RTT) return;
    this.sum += rtt;
    this.count++;
    this.most = Math.max(this.most, inflight);
    this.hasDrop ||= isDrop;
    if (now <= this.next) return;
    const { sum, count, most, hasDrop } = this;
    this.next = now + WINDOW;
    this.sum = 0;
    this.count = 0;
    this.most = 0;
    this.hasDrop = false;
    if (count >= LEAST_SAMPLES) this.inner.sample(sum / count, most, hasDrop, now);
  }
}
