import { EVERYBODY, type Fate } from "../experiment/fate.ts";
import type { Outcome } from "../experiment/outcome.ts";
import {
  type EscapeRate,
  escapeRate,
  type Lifetime,
  type MedianLifetime,
  medianLifetime,
} from "../statistics/survival.ts";

/** How runs came back that had left the healthy band. Times in seconds from when nothing more was done to the system. */
export interface Recoveries {
  /** Censored are the runs that had not come back by their end. */
  readonly timeToRecover: MedianLifetime;
  /** Recoveries per second that was watched; null if none was. */
  readonly rate: EscapeRate | null;
  /** For so long, at least, each run was watched that did not come back; null if all did. */
  readonly notWithin: number | null;
}

/** How everybody fared in the runs that left the healthy band; null if none did. */
export function recoveriesOf(outcomes: readonly Outcome[]): Recoveries | null {
  const fates = outcomes.flatMap(({ fates }) => fates.find(({ of }) => of === EVERYBODY) ?? []);
  const lifetimes = fates.filter(({ course }) => course !== "unaffected").map(lifetimeOf);
  if (lifetimes.length === 0) return null;
  const watched = lifetimes.reduce((sum, { time }) => sum + time, 0);
  const inVain = lifetimes.filter(({ isCensored }) => isCensored).map(({ time }) => time);
  const ends = lifetimes.length - inVain.length;
  return {
    timeToRecover: medianLifetime(lifetimes),
    rate: watched > 0 ? escapeRate(ends, watched) : null,
    notWithin: inVain.length === 0 ? null : Math.min(...inVain),
  };
}

/** How long it took a run to come back, or how long it was watched in vain. */
function lifetimeOf({ timeToRecover, watched }: Fate): Lifetime {
  return { time: timeToRecover ?? watched, isCensored: timeToRecover === null };
}
