import type { Input } from "../../../scenarios/experiment/input.ts";
import { isDone, type Job, type Result } from "../../../scenarios/study/job.ts";
import type { Engine } from "./engine.ts";
import type { StudyAnswer, StudyPlan, StudyQuestion } from "./study-question.ts";

/** More threads than this only wait for each other's memory. */
const MOST_THREADS = 8;
/** So often the page is told what the answer would be so far. */
const PREVIEW_MS = 300;
/** The first run of a thread is slow; after one that was this short, a second one tells more. */
const SHORT_MS = 2000;

/** How far a study has come. */
export interface StudyProgress {
  readonly about: string;
  readonly done: number;
  /** Jobs of this round and of those before it. */
  readonly known: number;
  /** Milliseconds until this round is over, at the pace so far; undefined before the first run. */
  readonly left: number | undefined;
}

export interface StudyListener {
  onProgress(progress: StudyProgress): void;
  /** The answer as it would be if nothing more came. */
  onAnswer(answer: StudyAnswer): void;
}

/** How many threads a study gets: the page keeps one core for itself. */
function threadsFor(cores: number): number {
  return Math.min(MOST_THREADS, Math.max(1, cores - 1));
}

/**
 * Has threads of the page do what a study asks for. The study itself stands in a thread, too, and says the same as on
 * the command line, for it follows from the results alone.
 */
export class StudyConductor {
  readonly threads: number;
  private readonly desk: Engine;
  private readonly start: (name: string) => Engine;
  private readonly input: Input;
  private crew: Engine[] = [];
  private isCancelled = false;
  private cancelled: () => void = () => {};

  constructor(input: Input, start: (name: string) => Engine, cores = navigator.hardwareConcurrency) {
    this.input = input;
    this.start = start;
    this.threads = threadsFor(cores);
    this.desk = start("study");
  }

  plan(question: StudyQuestion): Promise<StudyPlan> {
    return this.desk.plan(this.input, question);
  }

  /** Milliseconds that a run takes on a thread; undefined if it cannot be done. */
  async costOf(job: Job): Promise<number | undefined> {
    const [one] = this.crewOf(1);
    let cost: number | undefined;
    for (const replication of [job.replication, job.replication + 1]) {
      if (cost !== undefined && cost > SHORT_MS) break;
      const began = performance.now();
      const result = await one!.job(this.input, { ...job, replication });
      if (!isDone(result)) return undefined;
      cost = performance.now() - began;
    }
    return cost;
  }

  /** Does the study that was planned last, to its end or until `cancel`; the answer is that of all runs done by then. */
  async conduct(listener: StudyListener): Promise<StudyAnswer> {
    this.isCancelled = false;
    const stopped = new Promise<void>((resolve) => {
      this.cancelled = resolve;
    });
    let before = 0;
    let step = await this.desk.step(undefined, false);
    while (step.is === "round") {
      const { jobs, about } = step;
      const results: (Result | undefined)[] = jobs.map(() => undefined);
      const working = this.round(jobs, about, before, results, listener);
      await Promise.race([stopped, working]);
      before += jobs.length;
      step = await this.desk.step(results, this.isCancelled);
    }
    return step;
  }

  /** Ends the threads that run something, at once. What is done stays done. */
  cancel(): void {
    this.isCancelled = true;
    for (const engine of this.crew) engine.end();
    this.crew = [];
    this.cancelled();
  }

  close(): void {
    this.cancel();
    this.desk.end();
  }

  private crewOf(size: number): Engine[] {
    for (let at = this.crew.length; at < size; at++) this.crew.push(this.start(`study ${at + 1}`));
    return this.crew;
  }

  /** Each thread takes the next job as soon as it is free. */
  private async round(
    jobs: readonly Job[],
    about: string,
    before: number,
    results: (Result | undefined)[],
    listener: StudyListener,
  ): Promise<void> {
    const began = performance.now();
    let [next, done, told] = [0, 0, began];
    const work = async (engine: Engine) => {
      while (next < jobs.length && !this.isCancelled) {
        const at = next++;
        results[at] = await engine.job(this.input, jobs[at]!);
        done++;
        const now = performance.now();
        const left = ((now - began) / done) * (jobs.length - done);
        listener.onProgress({ about, done: before + done, known: before + jobs.length, left });
        if ((done > 1 && now - told < PREVIEW_MS) || done === jobs.length) continue;
        told = now;
        void this.preview(results, listener);
      }
    };
    listener.onProgress({ about, done: before, known: before + jobs.length, left: undefined });
    await Promise.all(this.crewOf(Math.min(this.threads, jobs.length)).map(work));
  }

  private async preview(results: readonly (Result | undefined)[], listener: StudyListener): Promise<void> {
    const step = await this.desk.step([...results], true);
    if (step.is === "answer" && !this.isCancelled) listener.onAnswer(step);
  }
}
