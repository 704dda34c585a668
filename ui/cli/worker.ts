import { parentPort, workerData } from "node:worker_threads";
import type { Input } from "../../scenarios/experiment/input.ts";
import type { Job } from "../../scenarios/study/job.ts";
import { failureOf, Replicator } from "../../scenarios/study/replicator.ts";
import type { Reply } from "./thread-crew.ts";

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly input: Input;
  /** Whether to send whole results, as JSON, besides the outcomes. */
  readonly keepsResults: boolean;
}

const { input, keepsResults } = workerData as WorkerStart;
const replicator = new Replicator(input);

parentPort?.on("message", (job: Job) => parentPort?.postMessage(replyTo(job)));

function replyTo(job: Job): Reply {
  if (!keepsResults) return replicator.attempt(job);
  try {
    const { outcome, branches, result } = replicator.do(job);
    return { outcome, branches, whole: JSON.stringify(result) };
  } catch (error) {
    return failureOf(error);
  }
}
