import { type Micros, SECOND } from "../../sim/time.ts";
import type { Limit } from "./limit.ts";

const INITIAL = 20;
const LEAST = 20;
const MOST = 200;
const BACKOFF_RATIO = 0.9;
const TIMEOUT: Micros = 5 * SECOND;

/**
 * Adds one while all goes well and at least half of the limit is used; takes a tenth away at a drop, or when a call
 * took more than 5 s. Source: Netflix/concurrency-limits AIMDLimit.java.
 */
export class AimdLimit implements Limit {
  limit = INITIAL;

  sample(rtt: Micros, inflight: number, isDrop: boolean): void {
    let wanted = this.limit;
    if (isDrop || rtt > TIMEOUT) wanted = Math.floor(wanted * BACKOFF_RATIO);
    else if (inflight * 2 >= wanted) wanted++;
    this.limit = Math.min(MOST, Math.max(LEAST, wanted));
  }
}
