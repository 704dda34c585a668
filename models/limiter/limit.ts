import type { Micros } from "../../sim/time.ts";

/** How many calls may be inside at once, learnt from how long calls take. */
export interface Limit {
  readonly limit: number;
  /** A call, or the average of several, took so long with so many inside; `isDrop` if it was turned away or timed out. */
  sample(rtt: Micros, inflight: number, isDrop: boolean, now: Micros): void;
}
