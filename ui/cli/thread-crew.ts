import { Worker } from "node:worker_threads";
import type { Input } from "../../scenarios/experiment/input.ts";
import type { Job, Result } from "../../scenarios/study/job.ts";
import type { Crew } from "./crew.ts";
import type { WorkerStart } from "./worker.ts";

/** What a thread says of a job; `whole` is the result of its run as JSON, where that is wanted. */
export type Reply = Result & { readonly whole?: string | undefined };

export interface ThreadCrewOptions {
  /** Jobs at the same time. */
  readonly workers: number;
  /** Whether whole results are wanted besides. */
  readonly keepsResults?: boolean;
  readonly interrupted: AbortSignal;
}

/** The script that a thread runs. */
const SCRIPT = new URL("./worker.js", import.meta.url);

/** Does jobs on several threads, which stay for the next round. One that dies is replaced, and its job has failed. */
export class ThreadCrew implements Crew {
  private readonly orders: WorkerStart;
  private readonly options: ThreadCrewOptions;
  private readonly script: URL;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();

  constructor(input: Input, options: ThreadCrewOptions, script = SCRIPT) {
    this.orders = { input, keepsResults: options.keepsResults ?? false };
    this.options = options;
    this.script = script;
  }

  do(jobs: readonly Job[], onResult: (index: number, reply: Reply) => void): Promise<void> {
    const { interrupted, workers } = this.options;
    let next = 0;
    let open = jobs.length;
    return new Promise((resolve) => {
      const end = () => {
        interrupted.removeEventListener("abort", end);
        if (interrupted.aborted) void this.dismiss();
        resolve();
      };
      const settle = (index: number, reply: Reply) => {
        if (interrupted.aborted) return;
        onResult(index, reply);
        open--;
        if (open === 0) end();
      };
      const work = async () => {
        while (next < jobs.length && !interrupted.aborted) {
          const index = next++;
          settle(index, await this.give(jobs[index]!));
        }
      };
      interrupted.addEventListener("abort", end);
      if (interrupted.aborted || jobs.length === 0) return end();
      for (let n = 0; n < Math.min(workers, jobs.length); n++) void work();
    });
  }

  async dismiss(): Promise<void> {
    const workers = [...this.all];
    this.all.clear();
    this.idle.length = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** Has a thread do one job. */
  private give(job: Job): Promise<Reply> {
    const worker = this.idle.pop() ?? this.hire();
    return new Promise((resolve) => {
      const done = (reply: Reply) => {
        worker.removeListener("error", fail);
        this.idle.push(worker);
        resolve(reply);
      };
      const fail = (error: Error) => {
        worker.removeListener("message", done);
        this.all.delete(worker);
        resolve({ failed: `the thread died: ${error.message}`, isInvalid: false, stack: error.stack ?? "" });
      };
      worker.once("message", done);
      worker.once("error", fail);
      worker.postMessage(job);
    });
  }

  private hire(): Worker {
    const worker = new Worker(this.script, { workerData: this.orders });
    this.all.add(worker);
    return worker;
  }
}
