import { Queue, WaitingError, Worker } from "bullmq";
import { ENGINE } from "../../../scenarios/experiment/engine.ts";
import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import type { Failed, Job } from "../../../scenarios/study/job.ts";
import type { Reply } from "./crew.ts";
import type { QueueAddress } from "./queue-address.ts";
import { RedisConnection } from "./redis-connection.ts";

/** A job as it lies in the queue. */
export interface QueuedJob {
  /** The name under which its input was put. */
  readonly input: string;
  readonly job: Job;
  /** Whether the whole result of the run is wanted besides. */
  readonly keepsResults: boolean;
}

/** Changes when jobs or results look different, so that workers of one format never see those of another. */
const FORMAT = 1;
const PREFIX = "brownout";
const DAY_SECONDS = 24 * 3600;
/** To so many workers a job is given, one after the other, before it is blamed for their loss. */
const DELIVERIES = 3;
/** A worker of which nothing was heard for so long is lost; workers speak of their jobs twice as often. */
const LOCK_MS = 8000;
/** How often the workers look for jobs of the lost. */
const STALLED_MS = 4000;

/**
 * The jobs that workers of this very engine take, and what they bring back, in a Redis. A job is given out at least once,
 * which does no harm: all who do it bring back the same. Whatever nobody touches is gone after a day.
 */
export class JobQueue {
  private readonly redis: RedisConnection;
  private readonly queue: Queue<QueuedJob>;

  static async open(address: QueueAddress, note: (line: string) => void): Promise<JobQueue> {
    return new JobQueue(await RedisConnection.open(address, note));
  }

  private constructor(redis: RedisConnection) {
    this.redis = redis;
    this.queue = new Queue<QueuedJob>(QUEUE, {
      connection: redis,
      prefix: PREFIX,
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: false },
    });
    this.queue.on("error", () => undefined);
  }

  get isLost(): boolean {
    return this.redis.isLost;
  }

  /** Which of these jobs are in the queue, waiting, being done, or failed. */
  async has(names: readonly string[]): Promise<Set<string>> {
    const pipeline = this.redis.pipeline();
    for (const name of names) pipeline.exists(this.queue.toKey(name));
    const found = await pipeline.exec();
    return new Set(names.filter((_, at) => found?.[at]?.[1] === 1));
  }

  /** Adds jobs by their names, and their input if it is not there; a job that is there already is not added again. */
  async add(input: Input, jobs: ReadonlyMap<string, QueuedJob>): Promise<void> {
    const key = inputKey(inputHash(input));
    if ((await this.redis.expire(key, DAY_SECONDS)) === 0) {
      await this.redis.set(key, JSON.stringify({ ...input, attachments: [...input.attachments] }), "EX", DAY_SECONDS);
    }
    await this.queue.addBulk([...jobs].map(([jobId, data]) => ({ name: "run", data, opts: { jobId } })));
    await this.expire([...jobs.keys()].map((name) => this.queue.toKey(name)));
    await this.touch();
  }

  /** What workers have brought back so far. */
  async repliesTo(names: readonly string[]): Promise<Map<string, Reply>> {
    const replies = new Map<string, Reply>();
    if (names.length === 0) return replies;
    const found = await this.redis.mget(names.map(replyKey));
    for (const [at, name] of names.entries()) {
      const text = found[at];
      if (typeof text === "string") replies.set(name, JSON.parse(text) as Reply);
    }
    return replies;
  }

  /** Jobs that no worker could do, and why. */
  async failures(): Promise<Map<string, Failed>> {
    const failures = new Map<string, Failed>();
    for (const name of await this.redis.zrange(this.queue.toKey("failed"), "0", "-1")) {
      const job = await this.queue.getJob(name);
      if (job === undefined) continue;
      const failed = /stalled more than/.test(job.failedReason) ? LOST : job.failedReason;
      const stack = job.stacktrace?.at(-1) ?? "";
      const isGivenUp = stack === GIVEN_UP;
      failures.set(name, { failed, isInvalid: false, isGivenUp, stack: isGivenUp ? "" : stack });
    }
    return failures;
  }

  /** Takes jobs out of the queue, but for those that somebody does just now. */
  async remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.queue.remove(name).catch(() => 0)));
  }

  async forgetReplies(names: readonly string[]): Promise<void> {
    for (let from = 0; from < names.length; from += 1000) {
      await this.redis.unlink(names.slice(from, from + 1000).map(replyKey));
    }
  }

  /** Whether nobody waits and nobody has a job, not even somebody who was lost with it. */
  async isEmpty(): Promise<boolean> {
    const [waiting, active] = await Promise.all([
      this.redis.llen(this.queue.toKey("wait")),
      this.redis.llen(this.queue.toKey("active")),
    ]);
    return waiting + active === 0;
  }

  countWorkers(): Promise<number> {
    return this.queue.getWorkersCount();
  }

  /** The input of this name; undefined if it is no longer there. */
  async input(hash: string): Promise<Input | undefined> {
    const text = await this.redis.get(inputKey(hash));
    if (text === null) return undefined;
    const { attachments, ...rest } = JSON.parse(text);
    return { ...rest, attachments: new Map(attachments) } as Input;
  }

  /**
   * Takes jobs from the queue, several at a time, and puts there what becomes of them.
   * @param attempt does a job. "later" gives it back, so that somebody else does it; "gone" lets it go, as its input is
   * no longer there: whoever waits for it puts both there again.
   */
  work(concurrency: number, attempt: (job: QueuedJob) => Promise<Reply | "later" | "gone">): Worker<QueuedJob> {
    const options = { connection: this.redis, prefix: PREFIX, concurrency, runRetryDelay: 1000 };
    const patience = { lockDuration: LOCK_MS, stalledInterval: STALLED_MS, maxStalledCount: DELIVERIES - 1 };
    const worker = new Worker<QueuedJob>(
      QUEUE,
      async (job, token) => {
        const reply = await attempt(job.data);
        if (reply === "gone") return;
        if (reply === "later") {
          await job.moveToWait(token);
          throw new WaitingError();
        }
        if ("failed" in reply && !reply.isInvalid) throw errorOf(reply);
        await this.redis.set(replyKey(job.id!), JSON.stringify(reply), "EX", DAY_SECONDS);
      },
      { ...options, ...patience },
    );
    worker.on("error", () => undefined);
    return worker;
  }

  /** Puts off by a day that the queue itself goes. */
  async touch(): Promise<void> {
    const names = Object.keys(this.queue.keys).filter((name) => name !== ENDS_SOON);
    await this.expire(names.map((name) => this.queue.toKey(name)));
  }

  /** Ends the connection at once. */
  close(): void {
    this.redis.close();
  }

  private async expire(keys: readonly string[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const key of keys) pipeline.expire(key, DAY_SECONDS);
    await pipeline.exec();
  }
}

/** By this key, which lives for a few seconds, the workers agree who looks for jobs of the lost. */
const ENDS_SOON = "stalled-check";
const QUEUE = `${ENGINE.replaceAll(" ", "-")}-format-${FORMAT}`;
const LOST = `${DELIVERIES} workers took it one after the other, and none of them came back`;
/** In place of a stack: all that the queue keeps of a failure are its message and that. */
const GIVEN_UP = "given up";

function inputKey(hash: string): string {
  return `${PREFIX}:input:${hash}`;
}

function replyKey(name: string): string {
  return `${PREFIX}:result:${name}`;
}

function errorOf({ failed, isGivenUp, stack }: Failed): Error {
  const error = new Error(failed);
  error.stack = isGivenUp ? GIVEN_UP : stack;
  return error;
}
