import type { Job, Result } from "../../scenarios/study/job.ts";

/** Those who do the jobs of one input: threads of this machine, workers of several, or a folder that knows them done. */
export interface Crew {
  /**
   * Does jobs in any order, and tells each result by the number of its job. Resolves when all are done, or when they
   * are interrupted.
   */
  do(jobs: readonly Job[], onResult: (index: number, result: Result) => void): Promise<void>;
  /** Sends everybody home; nothing can be asked of them any more. */
  dismiss(): Promise<void>;
}
