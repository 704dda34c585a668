import type { Outcome } from "../experiment/outcome.ts";
import { type Response, responseOf } from "./response-value.ts";

/** One run of many, and what it gave for the response that it was chosen by. */
interface ChosenRun {
  readonly replication: number;
  readonly value: number;
}

/** The runs that stand for many, by a stated response. Runs that gave nothing for it are left out. */
export interface Representative {
  readonly by: string;
  readonly unit: string;
  readonly n: number;
  /** Of an even number of runs the lower of the two in the middle: one that really occurred. */
  readonly median: ChosenRun;
  readonly lowest: ChosenRun;
  readonly highest: ChosenRun;
}

/** Whom to show of many runs; null if none gave anything. Of equal ones the first replication. */
export function representativeOf(outcomes: readonly Outcome[], response: Response): Representative | null {
  const runs = outcomes.flatMap((outcome): ChosenRun[] => {
    const value = responseOf(response, outcome);
    return value === null ? [] : [{ replication: outcome.replication, value }];
  });
  runs.sort((a, b) => a.value - b.value || a.replication - b.replication);
  const [lowest] = runs;
  if (lowest === undefined) return null;
  const most = runs[runs.length - 1]!.value;
  return {
    by: response.name,
    unit: response.unit,
    n: runs.length,
    median: firstOf(runs, runs[Math.floor((runs.length - 1) / 2)]!.value),
    lowest,
    highest: firstOf(runs, most),
  };
}

function firstOf(sorted: readonly ChosenRun[], value: number): ChosenRun {
  return sorted.find((run) => run.value === value)!;
}
