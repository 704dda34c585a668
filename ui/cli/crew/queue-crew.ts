import { setTimeout as pause } from "node:timers/promises";
import { ENGINE } from "../../../scenarios/experiment/engine.ts";
import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import { type Job, jobId } from "../../../scenarios/study/job.ts";
import { WrongInput } from "../exit-code.ts";
import { whenAborted } from "../interruption.ts";
import type { Crew, OnReply, Reply } from "./crew.ts";
import type { JobQueue, QueuedJob } from "./job-queue.ts";
import type { QueueAddress } from "./queue-address.ts";

export interface QueueCrewOptions {
  /** Whether whole results are wanted besides. */
  readonly keepsResults?: boolean;
  readonly interrupted: AbortSignal;
  /** Told, in one line, what there is to say of the queue. */
  readonly note: (line: string) => void;
}

/** Jobs in the queue at the same time, so that several commands share the workers and nobody leaves much behind. */
const MOST_POSTED = 500;
/** The same where whole results are wanted, which are large. */
const MOST_WHOLE = 50;
const COLLECT_MS = 50;
/** How often the queue is looked through for jobs that were lost or that nobody can do. */
const REVIEW_MS = 1000;
const WORKERS_MS = 10_000;
const TIDY_MS = 2000;

/** Has jobs done by the workers at a queue, on as many machines as there are. */
export class QueueCrew implements Crew {
  private readonly input: Input;
  private readonly hash: string;
  private readonly address: QueueAddress;
  private readonly options: QueueCrewOptions;
  private opening: Promise<JobQueue> | undefined;
  /** What is in the queue and has not come back, by name. */
  private readonly posted = new Map<string, Posting>();
  private readonly collected: string[] = [];
  private reviewed = Number.NEGATIVE_INFINITY;
  private counted = Number.NEGATIVE_INFINITY;
  private isAlone = false;

  constructor(input: Input, address: QueueAddress, options: QueueCrewOptions) {
    this.input = input;
    this.hash = inputHash(input);
    this.address = address;
    this.options = options;
  }

  async do(jobs: readonly Job[], onReply: OnReply): Promise<void> {
    const { promise: interruption, end } = whenAborted(this.options.interrupted);
    try {
      await Promise.race([interruption, this.work(jobs, onReply)]);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ReplyError") throw error;
      throw new WrongInput(`queue ${this.address.shown}: Redis refuses: ${error.message}`);
    } finally {
      end();
    }
  }

  /**
   * Takes back what nobody has begun, after an interruption; results that are there by then stay for a day, for who asks
   * again. Otherwise everything has been collected, and the results go.
   */
  async dismiss(): Promise<void> {
    const queue = await this.opening?.catch(() => undefined);
    if (queue === undefined) return;
    const { interrupted } = this.options;
    const tidied = interrupted.aborted ? queue.remove([...this.posted.keys()]) : queue.forgetReplies(this.collected);
    await Promise.race([tidied.catch(() => undefined), pause(TIDY_MS, undefined, { ref: false })]);
    queue.close();
  }

  private async work(jobs: readonly Job[], onReply: OnReply): Promise<void> {
    const { interrupted } = this.options;
    const queue = await this.open();
    const postings = this.postingsFor(jobs, onReply);
    const unposted = postings.entries();
    for (;;) {
      const fresh = this.take(unposted);
      await this.post(queue, fresh);
      await this.review(queue);
      await this.collect(queue, [...this.posted.keys()]);
      if (interrupted.aborted || (this.posted.size === 0 && fresh.length === 0)) return;
      if (this.posted.size > 0) await pause(COLLECT_MS);
    }
  }

  /** By name; a job that is asked for several times is done once. */
  private postingsFor(jobs: readonly Job[], onReply: OnReply): Map<string, Posting> {
    const { keepsResults = false, interrupted } = this.options;
    const postings = new Map<string, Posting>();
    for (const [index, job] of jobs.entries()) {
      const name = `run-${jobId(this.hash, job)}${keepsResults ? "-whole" : ""}`;
      const before = postings.get(name);
      const settle = (reply: Reply) => {
        before?.settle(reply);
        if (!interrupted.aborted) onReply(index, reply);
      };
      postings.set(name, { queued: { input: this.hash, job, keepsResults }, settle });
    }
    return postings;
  }

  /** As many as there is room for in the queue. */
  private take(unposted: IterableIterator<[string, Posting]>): string[] {
    const fresh: string[] = [];
    const most = this.options.keepsResults === true ? MOST_WHOLE : MOST_POSTED;
    while (this.posted.size < most) {
      const { value, done } = unposted.next();
      if (done) break;
      const [name, posting] = value;
      this.posted.set(name, posting);
      fresh.push(name);
    }
    return fresh;
  }

  /** Puts in the queue what is neither there nor done. Whoever is done left the queue after leaving a result. */
  private async post(queue: JobQueue, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const there = await queue.has(names);
    const absent = names.filter((name) => !there.has(name));
    await this.collect(queue, absent);
    const missing = new Map<string, QueuedJob>();
    for (const name of absent) {
      const posting = this.posted.get(name);
      if (posting !== undefined) missing.set(name, posting.queued);
    }
    if (missing.size > 0 && !this.options.interrupted.aborted) await queue.add(this.input, missing);
  }

  private async collect(queue: JobQueue, names: readonly string[]): Promise<void> {
    for (const [name, reply] of await queue.repliesTo(names)) {
      this.collected.push(name);
      this.settle(name, reply);
    }
  }

  private settle(name: string, reply: Reply): void {
    this.posted.get(name)?.settle(reply);
    this.posted.delete(name);
  }

  /** Every now and then: puts back what a Redis has lost, takes what failed, and looks whether anybody works. */
  private async review(queue: JobQueue): Promise<void> {
    const now = performance.now();
    if (now - this.reviewed < REVIEW_MS) return;
    await this.post(queue, [...this.posted.keys()]);
    for (const [name, failed] of await queue.failures()) {
      if (!this.posted.has(name)) continue;
      await queue.remove([name]);
      this.settle(name, failed);
    }
    if (now - this.counted > WORKERS_MS) await this.count(queue);
    this.reviewed = performance.now();
  }

  private async count(queue: JobQueue): Promise<void> {
    this.counted = performance.now();
    const isAlone = (await queue.countWorkers()) === 0;
    if (isAlone && !this.isAlone) {
      const { shown } = this.address;
      this.options.note(`queue ${shown}: no worker of ${ENGINE} is there yet; brownout worker --queue starts one`);
    }
    this.isAlone = isAlone;
  }

  private open(): Promise<JobQueue> {
    this.opening ??= import("./job-queue.ts").then(({ JobQueue }) => JobQueue.open(this.address, this.options.note));
    return this.opening;
  }
}

/** A job in the queue, and who waits for it. */
interface Posting {
  readonly queued: QueuedJob;
  settle(reply: Reply): void;
}
