import type { Input } from "../../../scenarios/experiment/input.ts";
import type { Failed, Job } from "../../../scenarios/study/job.ts";
import { whenAborted } from "../interruption.ts";
import type { WorkerStart } from "../worker.ts";
import type { Crew, OnReply, Reply } from "./crew.ts";
import { Thread } from "./thread.ts";

export interface ThreadCrewOptions {
  /** Jobs at the same time. */
  readonly workers: number;
  /** Whether whole results are wanted besides. */
  readonly keepsResults?: boolean;
  /** Milliseconds after which a job is given up. Default: ten minutes. */
  readonly timeout?: number | undefined;
  readonly interrupted: AbortSignal;
}

/** The script that a thread runs. */
const SCRIPT = new URL("./worker.js", import.meta.url);
const TEN_MINUTES = 600_000;
/** A thread may die through no fault of the job that it has; twice, it is the job. */
const MOST_DEATHS = 2;

/**
 * Does jobs on several threads, which stay for the next round. A thread that dies is replaced, and its job is tried once
 * more; what kills two threads, or takes too long, has failed, and the others go on.
 */
export class ThreadCrew implements Crew {
  private readonly start: WorkerStart;
  private readonly options: ThreadCrewOptions;
  private readonly script: URL;
  private readonly idle: Thread[] = [];
  private readonly all = new Set<Thread>();

  constructor(input: Input, options: ThreadCrewOptions, script = SCRIPT) {
    this.start = { input, keepsResults: options.keepsResults ?? false };
    this.options = options;
    this.script = script;
  }

  async do(jobs: readonly Job[], onReply: OnReply): Promise<void> {
    const { interrupted, workers } = this.options;
    let next = 0;
    const work = async () => {
      while (next < jobs.length && !interrupted.aborted) {
        const index = next++;
        const { reply, seconds } = await this.give(jobs[index]!);
        if (!interrupted.aborted) onReply(index, reply, seconds);
      }
    };
    const { promise: interruption, end } = whenAborted(interrupted);
    try {
      const all = Array.from({ length: Math.min(workers, jobs.length) }, work);
      await Promise.race([interruption, Promise.all(all)]);
    } catch (error) {
      await this.dismiss();
      throw error;
    } finally {
      end();
    }
    if (interrupted.aborted) await this.dismiss();
  }

  async dismiss(): Promise<void> {
    const threads = [...this.all];
    this.all.clear();
    this.idle.length = 0;
    await Promise.all(threads.map((thread) => thread.end()));
  }

  /** Has a thread do one job, and another if that one dies. */
  private async give(job: Job): Promise<{ readonly reply: Reply; readonly seconds?: number }> {
    const { timeout = TEN_MINUTES, interrupted } = this.options;
    for (let deaths = 0; ; ) {
      const thread = this.someone();
      const ended = await thread.do(job, timeout);
      if ("reply" in ended) {
        this.idle.push(thread);
        return ended;
      }
      this.all.delete(thread);
      if ("isTooLong" in ended) return { reply: { ...failure(tooLong(timeout)), isGivenUp: true } };
      deaths++;
      if (deaths === MOST_DEATHS || interrupted.aborted) {
        return { reply: failure(`the thread died: ${ended.died.message}`, ended.died.stack) };
      }
    }
  }

  private someone(): Thread {
    const waiting = this.idle.pop();
    if (waiting?.isAlive) return waiting;
    if (waiting !== undefined) {
      this.all.delete(waiting);
      return this.someone();
    }
    const hired = new Thread(this.script, this.start);
    this.all.add(hired);
    return hired;
  }
}

function failure(failed: string, stack = ""): Failed {
  return { failed, isInvalid: false, stack };
}

function tooLong(timeout: number): string {
  return `it was given up after ${timeout / 1000} s; if it only needs longer, give it a longer --timeout`;
}
