import type { Micros } from "../../sim/time.ts";

/** Threads or processes of a proxy, each with a processor that works on one thing after the other. */
export class EventLoops {
  private readonly busyUntil: Float64Array<ArrayBuffer>;

  constructor(count: number) {
    this.busyUntil = new Float64Array(count);
  }

  /** One of them spends time on something; returns how long that has to wait and be worked on. */
  work(loop: number, time: Micros, now: Micros): Micros {
    this.busyUntil[loop] = Math.max(this.busyUntil[loop]!, now) + time;
    return this.busyUntil[loop]! - now;
  }

  /** All of them forget what they had to do. */
  reset(): void {
    this.busyUntil.fill(0);
  }
}
