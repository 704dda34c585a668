import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import type { Failed, Job, Result } from "../../../scenarios/study/job.ts";
import type { Study } from "../../../scenarios/study/study.ts";
import type { Session } from "../session.ts";
import type { Crew, Reply } from "./crew.ts";

/** How a study ended. */
export interface Conducted<Answer> {
  readonly answer: Answer;
  /** Jobs that failed by a mistake of ours. */
  readonly failed: number;
  /** Jobs that took longer than they were allowed to. */
  readonly givenUp: number;
  /** By Ctrl-C, or as jobs were given up: what was asked for is not all in the answer. */
  readonly isInterrupted: boolean;
}

/**
 * Told of each job that has come to an end, in the order in which they do.
 * @param index number of the job, counted through all rounds.
 * @param seconds that it took; undefined where nothing was run.
 */
export type OnJob = (index: number, job: Job, reply: Reply, seconds: number | undefined) => void;

/** Has a crew do what a study asks for, with a progress line; what fails is printed with what is needed to see it again. */
export async function conduct<Answer>(
  study: Study<Answer>,
  crew: Crew,
  input: Input,
  session: Session,
  onJob?: OnJob,
): Promise<Conducted<Answer>> {
  const { interrupted, progress, errors } = session;
  let [before, failed, givenUp] = [0, 0, 0];
  let step = study.next();
  while (!step.done) {
    const { jobs, about } = step.value;
    const results: (Result | undefined)[] = jobs.map(() => undefined);
    let [done, known] = [0, 0];
    progress.begin();
    await crew.do(jobs, (index, reply, seconds) => {
      results[index] = reply;
      done++;
      if (done === 1) session.out.print([]);
      if (seconds === undefined) known++;
      if ("failed" in reply && !reply.isInvalid) {
        if (reply.isGivenUp) givenUp++;
        else failed++;
        progress.clear();
        errors.print(failureLines(reply, jobs[index]!, input));
      }
      onJob?.(before + index, jobs[index]!, reply, seconds);
      progress.show((done - known) / Math.max(1, jobs.length - known), `${about}: ${done} of ${jobs.length} runs done`);
    });
    progress.clear();
    before += jobs.length;
    step = study.next({ results, isInterrupted: interrupted.aborted });
  }
  return { answer: step.value, failed, givenUp, isInterrupted: interrupted.aborted || givenUp > 0 };
}

/** What is needed to see a failure again. */
function failureLines(reply: Failed, job: Job, input: Input): string[] {
  const seed = job.seed === undefined ? "the file's seed" : `seed ${job.seed}`;
  const head = reply.isGivenUp
    ? [`The answer is without one run: ${reply.failed}`]
    : [
        `Brownout has made a mistake in one run: ${reply.failed}`,
        "This says nothing about your scenario. Please report it with the scenario file and these lines:",
      ];
  return [
    ...head,
    `  file ${input.file} (input ${inputHash(input)})`,
    `  ${seed}, replication ${job.replication}, variant ${job.variant ?? "none"}`,
    ...job.overrides.map((override) => `  --set ${override}`),
    ...reply.stack.split("\n").slice(1, 6),
  ];
}
