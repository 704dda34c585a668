import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";

/** Priority of an advertisement that says: I stop. */
export const PRIORITY_STOP = 0;
/** Priority of the owner of the address, which no check changes. */
export const PRIORITY_OWNER = 255;

const CENTISECOND: Micros = 10 * MILLISECOND;

/**
 * How much longer a backup waits the lower its priority is, so that the best one comes first.
 * Version 2: (256 - priority) / 256 of a second whatever the interval; version 3: of the master's interval, as it
 * advertises it. Whole microseconds are left over as keepalived does (include/vrrp.h, VRRP_TIMER_SKEW).
 */
export function skewOf(version: 2 | 3, priority: number, masterInterval: Micros): Micros {
  const rest = 256 - priority;
  if (version === 2) return Math.floor((rest * SECOND) / 256);
  return Math.floor((rest * Math.floor(masterInterval / CENTISECOND) * 625) / 16);
}
