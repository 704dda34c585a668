import type { Micros } from "../../sim/time.ts";
import { SECOND } from "../../sim/time.ts";

/** How many connections a hostgroup may open within one clock second; tries that are refused count as well. */
export class Throttle {
  private readonly limit: number;
  private second = -1;
  private tries = 0;

  /** @param limit mysql-throttle_connections_per_sec_to_hostgroup (lib/MySrvConnList.cpp). */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Asks to open one connection now. */
  admits(now: Micros): boolean {
    const second = Math.floor(now / SECOND);
    if (second > this.second) {
      this.second = second;
      this.tries = 0;
    }
    this.tries++;
    return this.tries <= this.limit;
  }

  /** Whether this second's connections have all been opened. */
  isClosed(now: Micros): boolean {
    return this.tries >= this.limit && Math.floor(now / SECOND) === this.second;
  }

  reset(): void {
    this.second = -1;
    this.tries = 0;
  }
}
