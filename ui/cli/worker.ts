import { parentPort, workerData } from "node:worker_threads";
import type { Input } from "../../scenarios/experiment/input.ts";
import type { Outcome } from "../../scenarios/experiment/outcome.ts";
import { InvalidChange, type Job, Replicator } from "../../scenarios/experiment/replicate.ts";

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly input: Input;
  /** Whether to send whole results, as JSON, besides the outcomes. */
  readonly keepsResults: boolean;
}

/** What becomes of a job: its outcome, or why there is none. */
export type Reply = { readonly outcome: Outcome; readonly result: string | undefined } | Failure;

export interface Failure {
  readonly failed: string;
  /** The job asked for something that the scenario does not allow; otherwise the mistake is ours. */
  readonly isInvalid: boolean;
  readonly stack: string;
}

const { input, keepsResults } = workerData as WorkerStart;
const replicator = new Replicator(input);

parentPort?.on("message", (job: Job) => parentPort?.postMessage(replyTo(job)));

function replyTo(job: Job): Reply {
  try {
    const { outcome, result } = replicator.do(job);
    return { outcome, result: keepsResults ? JSON.stringify(result) : undefined };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const failed = error instanceof Error ? error.message : String(error);
    return { failed, isInvalid: error instanceof InvalidChange, stack };
  }
}
