import type { Outcome } from "../experiment/outcome.ts";
import { bestOf, type Choice, type Survivors } from "../statistics/best-of.ts";

/** A point of goodput is the least that matters; ten runs of each show how much they vary; 95 % sure. */
const CHOICE: Choice = { indifference: 1, firstStage: 10, error: 0.05 };

/** Which of several lists of runs have the best goodput, by their numbers; null where that cannot be asked. */
export function bestByGoodput(runs: readonly (readonly Outcome[])[]): Survivors | null {
  const figures = runs.map((outcomes) => outcomes.flatMap(({ goodput }) => (goodput === null ? [] : [goodput * 100])));
  const [n = 0] = figures.map(({ length }) => length);
  const isPaired = figures.every(({ length }) => length === n);
  return runs.length < 2 || n < CHOICE.firstStage || !isPaired ? null : bestOf(figures, CHOICE);
}
