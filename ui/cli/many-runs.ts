import type { Input } from "../../scenarios/experiment/input.ts";
import type { Outcome } from "../../scenarios/experiment/outcome.ts";
import type { Job } from "../../scenarios/study/job.ts";
import { failureLines } from "./conduct.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-code.ts";
import { InOrder } from "./in-order.ts";
import type { Session } from "./session.ts";
import { type Reply, ThreadCrew } from "./thread-crew.ts";

export interface ManyRunsOptions {
  /** Runs at the same time. */
  readonly jobs: number;
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
  readonly isComplete: boolean;
}

/** Does many runs on several threads, with a progress line; what fails is printed with what is needed to see it again. */
export async function runMany(
  input: Input,
  jobs: readonly Job[],
  { jobs: workers, keepsResults = false, onRun }: ManyRunsOptions,
  session: Session,
): Promise<ManyRuns> {
  const { interrupted, progress, errors } = session;
  const outcomes: (Outcome | undefined)[] = jobs.map(() => undefined);
  const invalid = new Map<number, string>();
  let [done, failed] = [0, 0];
  const told = new InOrder<Reply>((reply) => {
    progress.clear();
    if ("outcome" in reply) onRun?.(reply.outcome, reply.whole);
  });
  const onReply = (index: number, reply: Reply) => {
    done++;
    if ("outcome" in reply) outcomes[index] = reply.outcome;
    else if (reply.isInvalid) invalid.set(index, reply.failed);
    else {
      failed++;
      progress.clear();
      errors.print(failureLines(reply, jobs[index]!, input));
    }
    told.add(index, reply);
    progress.show(done / jobs.length, `${done} of ${jobs.length} runs done`);
  };
  const crew = new ThreadCrew(input, { workers, keepsResults, interrupted });
  await crew.do(jobs, onReply);
  await crew.dismiss();
  told.end();
  progress.clear();
  return { outcomes, invalid, failed, isComplete: done === jobs.length };
}

/** How a command with many runs ends. */
export function exitCodeOfMany({ outcomes, invalid, failed, isComplete }: ManyRuns): ExitCode {
  if (failed > 0) return EXIT.ourMistake;
  if (invalid.size > 0) return EXIT.wrongInput;
  if (!isComplete) return EXIT.inconclusive;
  return exitCodeOf(outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome.conclusion])));
}

/** Says so if not all runs were done. */
export function interruptedLines({ isComplete, outcomes }: ManyRuns, { out }: Session): string[] {
  if (isComplete) return [];
  const done = outcomes.filter((outcome) => outcome !== undefined).length;
  return ["", out.color.yellow(`interrupted: ${done} of ${outcomes.length} runs are in these figures`)];
}
