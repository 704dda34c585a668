import { parentPort, workerData } from "node:worker_threads";
import type { Input } from "../../scenarios/experiment/input.ts";
import type { Job } from "../../scenarios/study/job.ts";
import { failureOf, Replicator } from "../../scenarios/study/replicator.ts";

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly input: Input;
  /** Whether to send whole results besides the outcomes. */
  readonly keepsResults: boolean;
}

/** What a worker says of a job. Results are JSON, so that they are the same whichever way they come. */
export interface WorkerReply {
  readonly result: string;
  /** The whole result of the run, where it is wanted. */
  readonly whole: string | undefined;
  readonly seconds: number;
}

const { input, keepsResults } = workerData as WorkerStart;
const replicator = new Replicator(input);

parentPort?.on("message", (job: Job) => {
  const begun = performance.now();
  const reply = replyTo(job);
  const seconds = (performance.now() - begun) / 1000;
  parentPort?.postMessage({ ...reply, seconds } satisfies WorkerReply);
});

function replyTo(job: Job): Pick<WorkerReply, "result" | "whole"> {
  try {
    const { result, ...done } = replicator.do(job);
    return { result: JSON.stringify(done), whole: keepsResults ? JSON.stringify(result) : undefined };
  } catch (error) {
    return { result: JSON.stringify(failureOf(error)), whole: undefined };
  }
}
