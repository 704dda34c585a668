import { assert } from "../../sim/assert.ts";
import { pow } from "../../sim/math.ts";
import { pairedDifference } from "./paired-difference.ts";

/** What is asked of a choice of the best. */
export interface Choice {
  /** The smallest difference that matters, in the unit of the figures. */
  readonly indifference: number;
  /** Figures of each from which it is seen how much they vary; at least 2. */
  readonly firstStage: number;
  /** How often something worse by more than that may be chosen. */
  readonly error: number;
}

/** Those of which one is the best, by their numbers, and after how many figures of each that was known. */
export interface Survivors {
  readonly survivors: readonly number[];
  readonly runs: number;
}

/**
 * Which of several configurations has the largest mean: one after the other is left out as soon as it is surely not the
 * best, or not by a difference that matters, until one is left or the figures are used up.
 *
 * `figures` has a list for each configuration, all of the same replications in the same order; the figures may hang
 * together through common random numbers, and are taken to be about normal.
 *
 * Source: procedure KN of S.-H. Kim and B. L. Nelson, "A Fully Sequential Procedure for Indifference-Zone Selection in
 * Simulation", ACM TOMACS 11 (2001), with c = 1.
 */
export function bestOf(figures: readonly (readonly number[])[], choice: Choice): Survivors {
  const { firstStage, indifference } = choice;
  const all = figures.map((_, at) => at);
  const most = Math.min(...figures.map(({ length }) => length));
  if (figures.length < 2 || most < firstStage) return { survivors: all, runs: figures.length < 2 ? 0 : most };
  const { hSquared } = constants(figures.length, choice);
  const first = figures.map((list) => list.slice(0, firstStage));
  const variances = first.map((one) => first.map((other) => pairedDifference(one, other).standardDeviation ** 2));
  const sums = first.map((list) => list.reduce((sum, each) => sum + each, 0));
  let survivors = all;
  for (let runs = firstStage; ; runs++) {
    const isBehind = (i: number, l: number) => {
      const allowance = (hSquared * variances[i]![l]!) / indifference - indifference * runs;
      return sums[i]! < sums[l]! - Math.max(0, allowance / 2);
    };
    const before = survivors;
    survivors = before.filter((i) => !before.some((l) => l !== i && isBehind(i, l)));
    if (survivors.length === 1 || runs === most) return { survivors, runs };
    for (const at of all) sums[at]! += figures[at]![runs]!;
  }
}

/** The constants η and h² of the procedure for a choice among k. */
export function constants(
  k: number,
  { firstStage, error }: Choice,
): { readonly eta: number; readonly hSquared: number } {
  assert(k >= 2 && firstStage >= 2, `a choice among ${k} with ${firstStage} runs of each`);
  const eta = (pow((2 * error) / (k - 1), -2 / (firstStage - 1)) - 1) / 2;
  return { eta, hSquared: 2 * eta * (firstStage - 1) };
}
