import { atMost } from "./binomial.ts";

/**
 * How likely a difference at least this lopsided is if two configurations collapse equally often.
 *
 * Both met the same luck, so only the pairs that ended differently tell: those where the first collapsed alone and
 * those where the second did. Fewer than 6 such pairs can never show anything at 5 %.
 *
 * Source: the exact form of Q. McNemar, "Note on the Sampling Error of the Difference Between Correlated Proportions",
 * Psychometrika 12 (1947).
 */
export function mcnemar(firstAlone: number, secondAlone: number): number {
  const rarer = Math.min(firstAlone, secondAlone);
  return Math.min(1, 2 * atMost(rarer, firstAlone + secondAlone, 0.5));
}
