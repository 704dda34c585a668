import type { Input } from "../../../scenarios/experiment/input.ts";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { isDone, type Job, type Result } from "../../../scenarios/study/job.ts";
import type { Study } from "../../../scenarios/study/study.ts";
import { EXIT, type ExitCode, exitCodeOf } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { conduct } from "./conduct.ts";
import type { Reply } from "./crew.ts";
import { InOrder } from "./in-order.ts";
import { type CrewOptions, openCrew } from "./study-options.ts";

export interface ManyRunsOptions extends CrewOptions {
  /** Whether whole results are wanted, as JSON; otherwise only outcomes. */
  readonly keepsResults?: boolean;
  /** Told of each run, in the order of the jobs. */
  readonly onRun?: (outcome: Outcome, result: string | undefined) => void;
}

/** What became of many jobs. */
export interface ManyRuns {
  /** By the index of the job; undefined where it failed, or was not done before an interruption. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** By the index of the job: why the scenario does not allow it. */
  readonly invalid: ReadonlyMap<number, string>;
  readonly failed: number;
  /** Runs that took longer than they were allowed to. */
  readonly givenUp: number;
  readonly isComplete: boolean;
}

/** Does many runs that are all known beforehand. */
export async function runMany(
  input: Input,
  jobs: readonly Job[],
  { keepsResults = false, onRun, ...options }: ManyRunsOptions,
  session: Session,
): Promise<ManyRuns> {
  const told = new InOrder<Reply>((reply) => {
    session.progress.clear();
    if (isDone(reply)) onRun?.(reply.outcome, reply.whole);
  });
  const crew = openCrew(input, options, session, keepsResults);
  const { answer, failed, givenUp } = await conduct(allOf(jobs), crew, input, session, (index, _, reply) => {
    told.add(index, reply);
  });
  await crew.dismiss();
  told.end();
  const invalid = answer.flatMap((result, index): [number, string][] => {
    return result !== undefined && !isDone(result) && result.isInvalid ? [[index, result.failed]] : [];
  });
  return {
    outcomes: answer.map((result) => (isDone(result) ? result.outcome : undefined)),
    invalid: new Map(invalid),
    failed,
    givenUp,
    isComplete: givenUp === 0 && !answer.includes(undefined),
  };
}

function* allOf(jobs: readonly Job[]): Study<readonly (Result | undefined)[]> {
  const { results } = yield { about: "all runs", jobs };
  return results;
}

/** How a command with many runs ends. */
export function exitCodeOfMany({ outcomes, invalid, failed, isComplete }: ManyRuns): ExitCode {
  if (failed > 0) return EXIT.ourMistake;
  if (invalid.size > 0) return EXIT.wrongInput;
  if (!isComplete) return EXIT.inconclusive;
  return exitCodeOf(outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome.conclusion])));
}

/** Says so if not all runs were done. */
export function interruptedLines({ isComplete, givenUp, outcomes }: ManyRuns, { out }: Session): string[] {
  if (isComplete) return [];
  const done = outcomes.filter((outcome) => outcome !== undefined).length;
  const why = givenUp > 0 ? "given up" : "interrupted";
  return ["", out.color.yellow(`${why}: ${done} of ${outcomes.length} runs are in these figures`)];
}
