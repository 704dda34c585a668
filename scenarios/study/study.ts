import type { Job, Result } from "./job.ts";

/**
 * A question that takes many runs. It asks for jobs, round by round, and goes on with what became of them, until it has
 * its answer. It does none of them itself: threads, several machines or a browser's workers do, all in the same way, and
 * the answer depends on nothing but the results.
 */
export type Study<Answer> = Generator<Round, Answer, Results>;

/** Jobs that can be done in any order, and at the same time. */
export interface Round {
  /** What this round is for, in a few words: "round 2: where the classes border". */
  readonly about: string;
  readonly jobs: readonly Job[];
}

/** What became of the jobs of a round. */
interface Results {
  /** By the number of the job; undefined where it was not done before an interruption. */
  readonly results: readonly (Result | undefined)[];
  /** Nobody waits for more: the study gives the answer that it has. */
  readonly isInterrupted: boolean;
}

/** Conducts a study where it stands, one job after the other. */
export function conductHere<Answer>(study: Study<Answer>, doJob: (job: Job) => Result): Answer {
  let step = study.next();
  while (!step.done) step = study.next({ results: step.value.jobs.map(doJob), isInterrupted: false });
  return step.value;
}
