import { Worker } from "node:worker_threads";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import type { WorkerReply, WorkerStart } from "../worker.ts";
import type { Reply } from "./crew.ts";

/** How a job that was given to a thread has come to an end. */
export type Ended =
  | { readonly reply: Reply; readonly seconds: number }
  /** The thread is no more. */
  | { readonly died: Error }
  /** The job was not done in time; the thread was ended with it. */
  | { readonly isTooLong: true };

/** A thread that does one job at a time. While it has none, it does not keep the process from ending. */
export class Thread {
  private readonly worker: Worker;
  private settle: (ended: Ended) => void = () => undefined;
  private death: Error | undefined;

  constructor(script: URL, start: WorkerStart) {
    this.worker = new Worker(script, { workerData: start });
    this.worker.on("message", (reply: WorkerReply) => this.settle(read(reply)));
    this.worker.on("error", (error: Error) => {
      this.death = error;
    });
    this.worker.on("exit", (code: number) => {
      this.death ??= new Error(`it ended by itself (exit code ${code})`);
      this.settle({ died: this.death });
    });
  }

  get isAlive(): boolean {
    return this.death === undefined;
  }

  /** @param milliseconds after which the job is given up. */
  do(job: Job, milliseconds: number): Promise<Ended> {
    if (this.death !== undefined) return Promise.resolve({ died: this.death });
    this.worker.ref();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.settle({ isTooLong: true });
        void this.end();
      }, milliseconds);
      this.settle = (ended) => {
        clearTimeout(timer);
        this.worker.unref();
        resolve(ended);
      };
      this.worker.postMessage(job);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

function read({ result, whole, seconds }: WorkerReply): Ended {
  return { reply: { ...(JSON.parse(result) as Result), ...(whole !== undefined && { whole }) }, seconds };
}
