import { type Mean, meanInterval } from "./mean.ts";

/** How exactly a mean is to be known: half the width of its 95 % interval. */
export interface Precision {
  /** A share of the mean if relative (0.05), otherwise an amount in the unit of the figures. */
  readonly halfWidth: number;
  readonly isRelative: boolean;
}

/** With fewer figures an interval says next to nothing. */
const FEWEST = 3;
/** So many more must be as exact, or so many of a hundred where there are more than a hundred. */
const LOOK_AHEAD = 5;

/** Runs without which nothing can be decided: the first three, and five to look ahead. */
export const FEWEST_TO_DECIDE = FEWEST + LOOK_AHEAD;

/**
 * After how many figures, in their order, their mean was known exactly enough, and stayed so for the next ones; undefined
 * if these do not tell.
 *
 * Near a mean of 0 nothing is exact to a share of it; there an amount is the precision to ask for.
 *
 * Source: K. Hoad, S. Robinson, R. Davies, "Automated Selection of the Number of Replications for a Discrete-Event
 * Simulation", Journal of the Operational Research Society 61 (2010), with their look-ahead of 5.
 */
export function enoughRuns(figures: readonly number[], precision: Precision): number | undefined {
  for (let n = FEWEST; n + lookAhead(n) <= figures.length; n++) {
    if (isExactFrom(n, n + lookAhead(n), figures, precision)) return n;
  }
  return undefined;
}

function isExactFrom(n: number, last: number, figures: readonly number[], precision: Precision): boolean {
  for (let count = n; count <= last; count++) {
    if (!isExact(meanInterval(figures.slice(0, count)), precision)) return false;
  }
  return true;
}

/** How many more figures are looked at after n that were exact enough. */
export function lookAhead(n: number): number {
  return Math.max(LOOK_AHEAD, Math.floor((LOOK_AHEAD * n) / 100));
}

/** About how many figures it takes if the next ones vary as these do; n if these are exact already, Infinity near 0. */
export function runsExpected({ n, mean, low, high }: Mean, precision: Precision): number {
  const wanted = precision.isRelative ? precision.halfWidth * Math.abs(mean) : precision.halfWidth;
  if (low === undefined || high === undefined || high - low <= 2 * wanted) return n;
  return Math.ceil(n * ((high - low) / (2 * wanted)) ** 2);
}

function isExact({ mean, low, high }: Mean, { halfWidth, isRelative }: Precision): boolean {
  if (low === undefined || high === undefined) return false;
  return (high - low) / 2 <= (isRelative ? halfWidth * Math.abs(mean) : halfWidth);
}
