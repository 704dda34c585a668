import { batch, signal } from "@preact/signals";
import type { Input } from "../../../scenarios/experiment/input.ts";
import { StudyConductor, type StudyProgress } from "../engine/study-conductor.ts";
import type { StudyAnswer, StudyPlan, StudyQuestion } from "../engine/study-question.ts";

type Start = ConstructorParameters<typeof StudyConductor>[1];

/** A study in the page as somebody sees it: what it would take, how far it is, and what it has found so far. */
export class SweepWork {
  readonly plan = signal<StudyPlan | undefined>(undefined);
  /** Milliseconds of a run; undefined until one was timed. */
  readonly cost = signal<number | undefined>(undefined);
  readonly progress = signal<StudyProgress | undefined>(undefined);
  readonly found = signal<StudyAnswer | undefined>(undefined);
  readonly isRunning = signal(false);
  readonly wasCancelled = signal(false);
  readonly failed = signal<string | undefined>(undefined);
  readonly threads: number;
  private readonly conductor: StudyConductor;

  constructor(input: Input, start: Start) {
    this.conductor = new StudyConductor(input, start);
    this.threads = this.conductor.threads;
  }

  /** Says what a study takes, and times a run of it. */
  async estimate(question: StudyQuestion): Promise<void> {
    await this.attempt(async () => {
      batch(() => {
        this.plan.value = undefined;
        this.cost.value = undefined;
      });
      const plan = await this.conductor.plan(question);
      this.plan.value = plan;
      if (!("mistakes" in plan)) this.cost.value = await this.conductor.costOf(plan.probe);
    });
  }

  async run(question: StudyQuestion): Promise<void> {
    await this.attempt(async () => {
      const plan = await this.conductor.plan(question);
      batch(() => {
        this.plan.value = plan;
        this.wasCancelled.value = false;
        this.found.value = undefined;
      });
      if ("mistakes" in plan) return;
      this.isRunning.value = true;
      this.found.value = await this.conductor.conduct({
        onProgress: (progress) => {
          this.progress.value = progress;
        },
        onAnswer: (answer) => {
          if (this.isRunning.peek()) this.found.value = answer;
        },
      });
    });
    this.isRunning.value = false;
  }

  cancel(): void {
    this.wasCancelled.value = true;
    this.conductor.cancel();
  }

  close(): void {
    this.conductor.close();
  }

  private async attempt(action: () => Promise<void>): Promise<void> {
    this.failed.value = undefined;
    await action().catch((error: unknown) => {
      this.failed.value = error instanceof Error ? error.message : String(error);
    });
  }
}
