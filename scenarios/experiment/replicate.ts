import type { Loaded } from "../language/load.ts";
import type { Problem } from "../language/problem.ts";
import type { Scenario } from "../language/scenario.ts";
import { type Change, type Input, inputHash, loadInput } from "./input.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { RunResult } from "./result.ts";
import { Run } from "./run.ts";
import { summarize } from "./summary.ts";

/** One run of many: which scenario, with what changed, and which repetition. Plain data. */
export interface Job extends Change {
  readonly variant: string | undefined;
  /** Undefined: the seed of the scenario. */
  readonly seed: string | undefined;
  readonly replication: number;
}

/** What a job leaves behind. */
export interface Done {
  readonly outcome: Outcome;
  readonly result: RunResult;
}

/** The same replications of each change, change by change, so that each repetition meets the same people in all. */
export function jobsFor(changes: readonly Change[], seed: string | undefined, replications: number): Job[] {
  return changes.flatMap(({ variant, overrides }) =>
    Array.from({ length: replications }, (_, replication) => ({ variant, overrides, seed, replication })),
  );
}

/** Does the jobs of one input, one after the other; remembers the scenario while the change stays the same. */
export class Replicator {
  private readonly input: Input;
  private readonly hash: string;
  private known = "";
  private loaded: Loaded = { scenario: undefined, problems: [] };

  constructor(input: Input) {
    this.input = input;
    this.hash = inputHash(input);
  }

  /** Throws an InvalidChange if the scenario is not valid with the change of the job. */
  do(job: Job): Done {
    const scenario = this.scenarioFor(job);
    const run = new Run(scenario, { seed: job.seed, replication: job.replication });
    run.advance();
    const result = summarize(run, { overrides: job.overrides, inputHash: this.hash, cpuSeconds: null });
    return { outcome: outcomeOf(result, scenario), result };
  }

  private scenarioFor({ variant, overrides }: Job): Scenario {
    const key = JSON.stringify([variant, overrides]);
    if (key !== this.known) this.loaded = loadInput(this.input, { variant, overrides });
    this.known = key;
    const { scenario, problems } = this.loaded;
    if (scenario === undefined) throw new InvalidChange(problems);
    return scenario;
  }
}

/** A scenario that is valid as it stands is not valid with a change. */
export class InvalidChange extends Error {
  override readonly name = "InvalidChange";

  constructor(problems: readonly Problem[]) {
    const [problem] = problems.filter(({ severity }) => severity === "error");
    super(problem === undefined ? "the scenario is not valid" : `${problem.wrong}; expected ${problem.right}`);
  }
}
