import { type Change, type Input, inputHash, loadInput, loadQuickly } from "../experiment/input.ts";
import { measuredIn } from "../experiment/measured.ts";
import { type Outcome, outcomeOf } from "../experiment/outcome.ts";
import type { GoodputTotal, RunResult } from "../experiment/result.ts";
import { Run } from "../experiment/run.ts";
import { summarize } from "../experiment/summary.ts";
import type { Loaded } from "../language/load.ts";
import type { Problem } from "../language/problem.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Done, Failed, Job, Result } from "./job.ts";

/** A finished job with the whole result of its run. */
export interface Replicated extends Done {
  readonly result: RunResult;
}

/** Scenarios that are remembered, the latest of them. */
const MOST_KNOWN = 100;

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
  do(job: Job): Replicated {
    try {
      return this.carryOut(job);
    } catch (error) {
      throw this.flawOf(job) ?? error;
    }
  }

  private carryOut(job: Job): Replicated {
    const scenario = this.scenarioFor(job, job.overrides);
    const branches = (job.fork?.branches ?? []).map((added) => {
      const overrides = [...job.overrides, ...added];
      return { overrides, scenario: this.scenarioFor(job, overrides) };
    });
    const mayFollow = branches.flatMap((branch) => branch.scenario.timeline.slice(scenario.timeline.length));
    const run = new Run(scenario, { seed: job.seed, replication: job.replication, mayFollow });
    if (job.fork === undefined) return replicated(job, this.finish(run, scenario, job.overrides, job), []);
    run.world.sim.runUntil(Math.min(job.fork.at, scenario.duration));
    const saved = run.save();
    const forks = branches.map((branch) => {
      return this.finish(run.fork(saved, branch.scenario), branch.scenario, branch.overrides, job).outcome;
    });
    return replicated(job, this.finish(run, scenario, job.overrides, job), forks);
  }

  /** What became of a job, whatever happens. */
  attempt(job: Job): Result {
    try {
      const { result: _, ...done } = this.do(job);
      return done;
    } catch (error) {
      return failureOf(error);
    }
  }

  /** What is wrong with the change of a job that failed, now that everything is judged; undefined if nothing is. */
  private flawOf({ variant, overrides, fork }: Job): InvalidChange | undefined {
    const changes = [overrides, ...(fork?.branches ?? []).map((added) => [...overrides, ...added])];
    const problems = changes.flatMap((each) => loadInput(this.input, { variant, overrides: each }, true).problems);
    return problems.some(({ severity }) => severity === "error") ? new InvalidChange(problems) : undefined;
  }

  private finish(run: Run, scenario: Scenario, overrides: readonly string[], { measures = [] }: Job) {
    run.advance();
    const result = summarize(run, { overrides, inputHash: this.hash, cpuSeconds: null });
    const outcome: Outcome = outcomeOf(result, scenario, run.moments, measuredIn(run, measures));
    return { outcome, result };
  }

  private scenarioFor({ variant }: Change, overrides: readonly string[]): Scenario {
    const key = JSON.stringify([variant, overrides]);
    const loaded = this.known.get(key) ?? loadQuickly(this.input, { variant, overrides });
    this.known.delete(key);
    this.known.set(key, loaded);
    if (this.known.size > MOST_KNOWN) this.known.delete([...this.known.keys()][0]!);
    if (loaded.scenario === undefined) throw new InvalidChange(loaded.problems);
    return loaded.scenario;
  }
}

function replicated(
  { journal, goodput }: Job,
  run: Pick<Replicated, "outcome" | "result">,
  branches: Outcome[],
): Replicated {
  const kept = { ...(journal && { journal: run.result.journal }), ...(goodput && { goodput: totalsOf(run.result) }) };
  return { ...run, branches, ...kept };
}

/** Goodput of whole loads, without that of their zones and classes. */
function totalsOf({ loads, goodput }: RunResult): readonly GoodputTotal[] {
  return goodput.filter(({ path, name }) => name === "goodput" && loads.some((load) => load.path === path));
}

export function failureOf(error: unknown): Failed {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const failed = error instanceof Error ? error.message : String(error);
  return { failed, isInvalid: error instanceof InvalidChange, stack };
}

/** A scenario that is valid as it stands is not valid with a change. */
export class InvalidChange extends Error {
  override readonly name = "InvalidChange";

  constructor(problems: readonly Problem[]) {
    const [problem] = problems.filter(({ severity }) => severity === "error");
    super(problem === undefined ? "the scenario is not valid" : `${problem.wrong}; expected ${problem.right}`);
  }
}
