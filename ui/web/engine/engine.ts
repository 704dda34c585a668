import type { Change, Input } from "../../../scenarios/experiment/input.ts";
import type { Problem } from "../../../scenarios/language/problem.ts";
import type { JsonSchema } from "../../../scenarios/language/shape.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import { type Content, Unreadable } from "../files/content.ts";
import type { Answer, Order, RunOrder } from "./messages.ts";
import type { RoundResults, StudyPlan, StudyQuestion, StudyStep, Suggestion } from "./study-question.ts";

/** What is told of a run while it goes on. */
export interface RunListener {
  /** Share of the simulated time that has passed, and events so far. */
  onProgress(share: number, events: number): void;
  /** The run as far as it has come. */
  onRecording(recording: Recording, isWhole: boolean): void;
}

/** A scenario that cannot run, with everything that is wrong with it. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ wrong }) => wrong).join("; "));
    this.problems = problems;
  }
}

type Listener = (answer: Answer) => void;
type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;

/** The simulator in a thread of its own, so that the page stays quick. It starts when it is first asked for something. */
export class Engine {
  private worker: Worker | undefined;
  private readonly listeners = new Map<number, Listener>();
  private readonly start: () => Worker;
  private latest = 0;

  constructor(start: () => Worker) {
    this.start = start;
  }

  /** Everything that is wrong or doubtful in a scenario. */
  check(input: Input, change: Change): Promise<readonly Problem[]> {
    return this.ask({ do: "check", input, change }, (answer) =>
      answer.is === "checked" ? answer.problems : undefined,
    );
  }

  /** Runs a scenario to its end; rejects with Refused if it is not valid. `signal` ends it early, without a rejection. */
  run(input: Input, run: RunOrder, listener: RunListener, signal?: AbortSignal): Promise<void> {
    return this.ask(
      { do: "run", input, run },
      (answer) => {
        if (answer.is === "progress") listener.onProgress(answer.share, answer.events);
        if (answer.is === "recording") listener.onRecording(answer.recording, answer.isWhole);
        return answer.is === "recording" && answer.isWhole ? null : undefined;
      },
      signal,
    ).then(() => undefined);
  }

  /** Does one job of a study. */
  job(input: Input, job: Job): Promise<Result> {
    return this.ask({ do: "job", input, job }, (answer) => (answer.is === "result" ? answer.result : undefined));
  }

  /** What a study takes, or why it cannot be done. The thread keeps it for `step`. */
  plan(input: Input, question: StudyQuestion): Promise<StudyPlan> {
    return this.ask({ do: "plan", input, question }, (answer) => (answer.is === "planned" ? answer.plan : undefined));
  }

  /** Where the study stands after one more round, or would stand if it were interrupted after it. */
  step(results: RoundResults | undefined, isInterrupted: boolean): Promise<StudyStep> {
    return this.ask({ do: "step", results, isInterrupted }, (answer) =>
      answer.is === "step" ? answer.step : undefined,
    );
  }

  /** What a scenario suggests to vary. */
  suggest(input: Input, change: Change): Promise<readonly Suggestion[]> {
    return this.ask({ do: "suggest", input, change }, (answer) =>
      answer.is === "suggested" ? answer.suggestions : undefined,
    );
  }

  /** What may stand in a scenario, with the meaning of every field. */
  schema(): Promise<JsonSchema> {
    return this.ask({ do: "schema" }, (answer) => (answer.is === "schema" ? answer.schema : undefined));
  }

  /** What is in a file; rejects with Unreadable if it is none of ours. */
  read(file: string, bytes: Uint8Array): Promise<Content> {
    return this.ask({ do: "read", file, bytes }, (answer) => (answer.is === "read" ? answer.content : undefined));
  }

  /** Ends the thread, whatever it is at. */
  end(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.listeners.clear();
  }

  /** Sends an order; resolves with the first thing that `read` finds in the answers. */
  private ask<T>(order: Unnumbered<Order>, read: (answer: Answer) => T | undefined, signal?: AbortSignal): Promise<T> {
    const id = ++this.latest;
    const worker = this.thread();
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        this.listeners.delete(id);
        how();
      };
      this.listeners.set(id, (answer) => {
        if (answer.is === "refused") return settle(() => reject(new Refused(answer.problems)));
        if (answer.is === "unread") return settle(() => reject(new Unreadable(answer.fault.why, answer.fault.detail)));
        if (answer.is === "failed") return settle(() => reject(new Error(answer.message)));
        const found = read(answer);
        if (found !== undefined) settle(() => resolve(found));
      });
      signal?.addEventListener("abort", () => {
        worker.postMessage({ id, do: "cancel" });
        settle(() => reject(signal.reason));
      });
      worker.postMessage({ ...order, id });
    });
  }

  private thread(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = this.start();
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.listeners.get(data.id)?.(data));
    worker.addEventListener("error", ({ message }) => {
      const all = [...this.listeners];
      for (const [id, listener] of all) listener({ id, is: "failed", message: message || "the engine's thread died" });
      this.end();
    });
    this.worker = worker;
    return worker;
  }
}
