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

/**
 * Every replication of every change; each meets the same people in all of them. The changes take turns, so that as many
 * runs of each are done whenever somebody stops waiting.
 */
export function jobsFor(changes: readonly Change[], seed: string | undefined, replications: number): Job[] {
  return Array.from({ length: replications }, (_, replication) =>
    changes.map(({ variant, overrides }) => ({ variant, overrides, seed, replication })),
  ).flat();
}

/** Of what the jobs for several changes gave, that for the change of this number, in order of the replications. */
export function turnsOf<T>(all: readonly (T | undefined)[], change: number, changes: number): T[] {
  return all.filter((each, at): each is T => each !== undefined && at % changes === change);
}

/** Does the jobs of one input, one after the other; remembers the scenario with each change. */
export class Replicator {
  private readonly input: Input;
  private readonly hash: string;
  private readonly known = new Map<string, Loaded>();

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
    const { scenario, problems } = this.known.get(key) ?? loadInput(this.input, { variant, overrides });
    this.known.set(key, { scenario, problems });
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
