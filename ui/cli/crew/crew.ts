import type { Job, Result } from "../../../scenarios/study/job.ts";

/** What those who do a job say of it; `whole` is the result of its run as JSON, where that is wanted. */
export type Reply = Result & { readonly whole?: string | undefined };

/**
 * Told of each job that has come to an end, by its number.
 * @param seconds that it took; undefined where it was known before, or nobody measured it.
 */
export type OnReply = (index: number, reply: Reply, seconds?: number) => void;

/** Those who do the jobs of one input: threads of this machine, workers of several, or a folder that knows them done. */
export interface Crew {
  /** Does jobs in any order. Resolves when all are done, or when they are interrupted. */
  do(jobs: readonly Job[], onReply: OnReply): Promise<void>;
  /** Sends everybody home; nothing can be asked of them any more. */
  dismiss(): Promise<void>;
}
