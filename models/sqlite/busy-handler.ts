import { MILLISECOND, type Micros } from "../../sim/time.ts";

const DELAYS: readonly number[] = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];
/** The twelfth pause and all after it. */
const LAST = DELAYS.length - 1;

/**
 * How long a session sleeps before it tries for a lock once more, or 0 when its time is up; `polls` counts the tries so
 * far. Only the sleeps count towards the timeout (sqlite src/main.c, sqliteDefaultBusyCallback).
 */
export function pauseBefore(polls: number, timeout: Micros): Micros {
  let slept = 0;
  for (let n = 0; n < Math.min(polls, LAST); n++) slept += DELAYS[n]!;
  slept += Math.max(0, polls - LAST) * DELAYS[LAST]!;
  const pause = DELAYS[Math.min(polls, LAST)]! * MILLISECOND;
  return Math.max(0, Math.min(pause, timeout - slept * MILLISECOND));
}
