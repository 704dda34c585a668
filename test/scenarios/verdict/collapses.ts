import { readFileSync } from "node:fs";
import { type Input, loadInput } from "../../../scenarios/experiment/input.ts";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { conductHere, type Study } from "../../../scenarios/study/study.ts";
import type { CollapseQuestion } from "../../../scenarios/verdict/collapsed-state.ts";

/** A scenario file and what is asked of its collapse, with runs that are done where the test stands. */
export class Collapses {
  readonly input: Input;
  readonly question: CollapseQuestion;
  private readonly replicator: Replicator;

  constructor(file: string, replications: number, overrides: readonly string[] = [], variant?: string) {
    this.input = { file, text: readFileSync(file, "utf8"), attachments: new Map() };
    const change = { variant, overrides };
    const { scenario } = loadInput(this.input, change, true);
    this.question = { scenario: scenario!, change, replications };
    this.replicator = new Replicator(this.input);
  }

  answer<Answer>(study: Study<Answer>): Answer {
    return conductHere(study, (job) => this.attempt(job));
  }

  /** The answer if nothing is done any more from the first round about this on. */
  interruptedAt<Answer>(study: Study<Answer>, about: string): Answer {
    let isInterrupted = false;
    let step = study.next();
    while (!step.done) {
      const { jobs } = step.value;
      isInterrupted ||= step.value.about === about;
      step = study.next({ results: jobs.map((job) => (isInterrupted ? undefined : this.attempt(job))), isInterrupted });
    }
    if (!isInterrupted) throw new Error(`nothing was about: ${about}`);
    return step.value;
  }

  /** A job that fails is a mistake of the test or of ours. */
  attempt(job: Job): Result {
    const result = this.replicator.attempt(job);
    if ("failed" in result) throw new Error(result.failed);
    return result;
  }
}
