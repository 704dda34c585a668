import { EVERYBODY, type Fate } from "../experiment/fate.ts";
import type { Outcome } from "../experiment/outcome.ts";
import {
  type EscapeRate,
  escapeRate,
  type Lifetime,
  leastMeanLifetime,
  type MedianLifetime,
  medianLifetime,
} from "../statistics/survival.ts";

/** How runs came back that had left the healthy band. Times in seconds from when nothing more was done to the system. */
export interface Recoveries {
  /** Censored are the runs that had not come back by their end. */
  readonly timeToRecover: MedianLifetime;
  /** Recoveries per second that was watched; null if none was. */
  readonly rate: EscapeRate | null;
  /** The least mean time to recover that the runs allow at 95 %, where none came back; null if one did. */
  readonly leastMean: number | null;
}

/** How everybody fared in the runs that left the healthy band; null if none did. */
export function recoveriesOf(outcomes: readonly Outcome[]): Recoveries | null {
  const fates = outcomes.flatMap(({ fates }) => fates.find(({ of }) => of === EVERYBODY) ?? []);
  const lifetimes = fates.filter(({ course }) => course !== "unaffected").map(lifetimeOf);
  if (lifetimes.length === 0) return null;
  const watched = lifetimes.reduce((sum, { time }) => sum + time, 0);
  const ends = lifetimes.filter(({ isCensored }) => !isCensored).length;
  return {
    timeToRecover: medianLifetime(lifetimes),
    rate: watched > 0 ? escapeRate(ends, watched) : null,
    leastMean: ends === 0 && watched > 0 ? leastMeanLifetime(watched) : null,
  };
}

/** How long it took a run to come back, or how long it was watched in vain. */
function lifetimeOf({ timeToRecover, watched }: Fate): Lifetime {
  return { time: timeToRecover ?? watched, isCensored: timeToRecover === null };
}
