import type { Change } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { wilson } from "../statistics/proportion.ts";
import { isDone, type Job } from "../study/job.ts";
import type { Count } from "../study/outcome-table.ts";
import type { Study } from "../study/study.ts";

/** The same replications of several changes of a scenario. */
export interface PairedRuns {
  /** For each change its outcomes, in the order of the replications; undefined where a run was not done. */
  readonly outcomes: readonly (readonly (Outcome | undefined)[])[];
  /** For each change why the scenario does not allow it; null if it does. */
  readonly refused: readonly (string | null)[];
  readonly isInterrupted: boolean;
}

/** Runs each replication with each of the changes, in turns, so that an interruption leaves as many of each. */
export function* pairedRuns(
  about: string,
  changes: readonly Change[],
  seed: string | undefined,
  replications: readonly number[],
): Study<PairedRuns> {
  const jobs = replications.flatMap((replication) => changes.map((change): Job => ({ ...change, seed, replication })));
  if (jobs.length === 0)
    return { outcomes: changes.map(() => []), refused: changes.map(() => null), isInterrupted: false };
  const { results, isInterrupted } = yield { about, jobs };
  const turns = changes.map((_, at) => results.filter((_, job) => job % changes.length === at));
  return {
    outcomes: turns.map((those) => those.map((result) => (isDone(result) ? result.outcome : undefined))),
    refused: turns.map((those) => {
      const failed = those.find((result) => result !== undefined && !isDone(result) && result.isInvalid);
      return failed !== undefined && !isDone(failed) ? failed.failed : null;
    }),
    isInterrupted,
  };
}

/** So many of n runs, with Wilson's interval. */
export function countOf(k: number, n: number): Count {
  return { k, n, ...wilson(k, n) };
}
