import { setTimeout as pause } from "node:timers/promises";
import type { Job } from "../../../scenarios/study/job.ts";
import { whenAborted } from "../interruption.ts";
import type { Crew, Reply } from "./crew.ts";
import { JobQueue, type QueuedJob } from "./job-queue.ts";
import type { QueueAddress } from "./queue-address.ts";
import { ThreadCrew } from "./thread-crew.ts";

export interface QueueWorkerOptions {
  /** Jobs at the same time, each on a thread of its own. */
  readonly jobs: number;
  /** Milliseconds after which a job is given up. */
  readonly timeout: number | undefined;
  /** Milliseconds for which the queue must be empty until there is nothing left to do; undefined: it waits for ever. */
  readonly idle: number | undefined;
  readonly interrupted: AbortSignal;
  /** Told, in one line, what there is to say of the queue. */
  readonly note: (line: string) => void;
  /** Told of each job that has come to an end. */
  readonly onJob: () => void;
}

const LOOK_MS = 200;
const TOUCH_LOOKS = 25;
const GIVE_BACK_MS = 2000;
/** Inputs whose threads are kept. */
const MOST_CREWS = 2;

/**
 * Does the jobs of a queue on threads of this machine, whichever scenarios they are of. The main thread only keeps the
 * queue informed: a job that nobody speaks of for some seconds is given to another worker.
 */
export class QueueWorker {
  private readonly queue: JobQueue;
  private readonly options: QueueWorkerOptions;
  /** By input and what is wanted of it; the latest used is the last. */
  private readonly crews = new Map<string, Promise<Crew | undefined>>();
  private readonly busy = new Map<string, number>();
  private underWay = 0;
  done = 0;
  failed = 0;

  static async open(address: QueueAddress, options: QueueWorkerOptions): Promise<QueueWorker> {
    return new QueueWorker(await JobQueue.open(address, options.note), options);
  }

  private constructor(queue: JobQueue, options: QueueWorkerOptions) {
    this.queue = queue;
    this.options = options;
  }

  /** Works until it is interrupted, or has been idle for long enough. Jobs under way go back to the queue. */
  async run(): Promise<void> {
    const worker = this.queue.work(this.options.jobs, (queued) => this.attempt(queued));
    const { promise: interruption, end } = whenAborted(this.options.interrupted);
    await Promise.race([interruption, this.end()]);
    end();
    const closed = worker.close().then(() => this.queue.touch());
    await Promise.race([closed.catch(() => undefined), pause(GIVE_BACK_MS, undefined, { ref: false })]);
    this.queue.close();
    await Promise.all([...this.crews.values()].map(async (crew) => (await crew)?.dismiss()));
  }

  /** Resolves when there is no more to do. */
  private async end(): Promise<void> {
    const { interrupted, idle = Number.POSITIVE_INFINITY } = this.options;
    let emptySince = performance.now();
    for (let looks = 0; !interrupted.aborted; looks++) {
      if (!(await this.isEmpty())) emptySince = performance.now();
      else if (performance.now() - emptySince >= idle) return;
      if (looks % TOUCH_LOOKS === 0) await this.queue.touch().catch(() => undefined);
      await pause(LOOK_MS);
    }
  }

  private async isEmpty(): Promise<boolean> {
    if (this.underWay > 0 || this.queue.isLost) return false;
    return this.queue.isEmpty().catch(() => false);
  }

  private async attempt(queued: QueuedJob): Promise<Reply | "later" | "gone"> {
    this.underWay++;
    const key = `${queued.input} ${queued.keepsResults}`;
    this.busy.set(key, (this.busy.get(key) ?? 0) + 1);
    try {
      const crew = await this.crewFor(key, queued);
      if (crew === undefined) return "gone";
      const reply = await oneReply(crew, queued.job);
      if (reply === undefined) return "later";
      if ("failed" in reply && !reply.isInvalid) this.failed++;
      this.done++;
      this.options.onJob();
      return reply;
    } finally {
      this.underWay--;
      this.busy.set(key, this.busy.get(key)! - 1);
    }
  }

  private async crewFor(key: string, { input: hash, keepsResults }: QueuedJob): Promise<Crew | undefined> {
    const { jobs: workers, timeout, interrupted } = this.options;
    const hired =
      this.crews.get(key) ??
      this.queue.input(hash).then((input) => {
        return input && new ThreadCrew(input, { workers, keepsResults, timeout, interrupted });
      });
    this.crews.delete(key);
    this.crews.set(key, hired);
    this.dismissOldest();
    const crew = await hired;
    if (crew === undefined) this.crews.delete(key);
    return crew;
  }

  private dismissOldest(): void {
    if (this.crews.size <= MOST_CREWS) return;
    const oldest = [...this.crews.keys()].find((key) => !this.busy.get(key));
    if (oldest === undefined) return;
    const crew = this.crews.get(oldest);
    this.crews.delete(oldest);
    this.busy.delete(oldest);
    void crew?.then((each) => each?.dismiss());
  }
}

/** What became of one job; undefined if the crew was interrupted before. */
async function oneReply(crew: Crew, job: Job): Promise<Reply | undefined> {
  let told: Reply | undefined;
  await crew.do([job], (_, reply) => {
    told = reply;
  });
  return told;
}
