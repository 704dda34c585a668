import { Worker } from "node:worker_threads";
import type { Input } from "../../scenarios/experiment/input.ts";
import type { Job } from "../../scenarios/experiment/replicate.ts";
import type { Reply, WorkerStart } from "./worker.ts";

export interface PoolOptions {
  readonly workers: number;
  readonly keepsResults: boolean;
  readonly interrupted: AbortSignal;
  /** Told of each job as it is done, in whatever order that is. */
  readonly onReply: (index: number, reply: Reply) => void;
}

/** Does jobs on several threads. Resolves when all are done, or interrupted; replies come by the index of their job. */
export function doJobs(input: Input, jobs: readonly Job[], options: PoolOptions): Promise<void> {
  return new Promise((resolve) => new Pool(input, jobs, options, resolve).start());
}

class Pool {
  private readonly orders: WorkerStart;
  private readonly jobs: readonly Job[];
  private readonly options: PoolOptions;
  private readonly resolve: () => void;
  private readonly workers = new Set<Worker>();
  private next = 0;
  private open: number;

  constructor(input: Input, jobs: readonly Job[], options: PoolOptions, resolve: () => void) {
    this.orders = { input, keepsResults: options.keepsResults };
    this.jobs = jobs;
    this.options = options;
    this.resolve = resolve;
    this.open = jobs.length;
  }

  start(): void {
    this.options.interrupted.addEventListener("abort", this.end);
    if (this.options.interrupted.aborted || this.jobs.length === 0) return this.end();
    for (let n = 0; n < Math.min(this.options.workers, this.jobs.length); n++) this.hire();
  }

  /** Starts a worker, which takes one job after the other. One that dies is replaced, and its job has failed. */
  private hire(): void {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: this.orders });
    let index = -1;
    const take = () => {
      index = this.next++;
      if (index < this.jobs.length) worker.postMessage(this.jobs[index]);
    };
    worker.on("message", (reply: Reply) => {
      this.settle(index, reply);
      take();
    });
    worker.once("error", (error) => {
      this.workers.delete(worker);
      if (index >= this.jobs.length) return;
      this.settle(index, { failed: `the thread died: ${error.message}`, isInvalid: false, stack: error.stack ?? "" });
      if (this.next < this.jobs.length) this.hire();
    });
    this.workers.add(worker);
    take();
  }

  private settle(index: number, reply: Reply): void {
    if (this.options.interrupted.aborted) return;
    this.options.onReply(index, reply);
    this.open--;
    if (this.open === 0) this.end();
  }

  private readonly end = (): void => {
    this.options.interrupted.removeEventListener("abort", this.end);
    for (const worker of this.workers) worker.terminate();
    this.workers.clear();
    this.resolve();
  };
}
