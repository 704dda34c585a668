import { Digest } from "../../sim/record/digest.ts";
import type { Micros } from "../../sim/time.ts";
import { ENGINE } from "../experiment/engine.ts";
import type { Change } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { GoodputTotal } from "../experiment/result.ts";
import type { Fact } from "../experiment/story.ts";

/** One run of many: which scenario, with what changed, and which repetition. Plain data that can be sent as JSON. */
export interface Job extends Change {
  readonly variant?: string | undefined;
  /** Undefined: the seed of the scenario. */
  readonly seed?: string | undefined;
  readonly replication: number;
  /** What is measured besides: numbers as on the left of a check, "http_reqs{load:k6} rate". Default: nothing. */
  readonly measures?: readonly string[] | undefined;
  /** Whether the journal is kept. Default: false. */
  readonly journal?: boolean | undefined;
  /** Whether goodput over time is kept. Default: false. */
  readonly goodput?: boolean | undefined;
  /** Default: the run is not forked. */
  readonly fork?: Fork | undefined;
}

/** An instant of a run from which it goes on several times: as it is, and once for each branch. */
interface Fork {
  readonly at: Micros;
  /**
   * Changes of each branch: `timeline.+={ at: 12m, do: set, ... }`, at the instant of the fork or later. What comes of it
   * is what comes of the whole run with these entries in its file, up to the order of things at the very same microsecond.
   */
  readonly branches: readonly (readonly string[])[];
}

/** What a job leaves behind: plain data that survives JSON unchanged. */
export interface Done {
  readonly outcome: Outcome;
  /** By the number of the branch; none without a fork. */
  readonly branches: readonly Outcome[];
  /** What the journal of the run says, forks left aside, if the job asked for it. */
  readonly journal?: readonly Fact[];
  /** Of each load, all of its people together, if the job asked for it. */
  readonly goodput?: readonly GoodputTotal[];
}

/** Why a job has left nothing behind. */
export interface Failed {
  readonly failed: string;
  /** The job asked for something that the scenario does not allow; otherwise the mistake is ours. */
  readonly isInvalid: boolean;
  /** It took longer than it was allowed to, which is nobody's mistake. Default: false. */
  readonly isGivenUp?: boolean;
  readonly stack: string;
}

export type Result = Done | Failed;

export function isDone(result: Result | undefined): result is Done {
  return result !== undefined && "outcome" in result;
}

/** The name of a job: the same job of the same input gives the same result, whoever does it, when and where. */
export function jobId(inputHash: string, job: Job): string {
  const { variant, overrides, seed, replication, measures, journal, goodput, fork } = job;
  const change = [variant ?? null, overrides, seed ?? null, replication];
  const kept = goodput ? ["goodput"] : [];
  return new Digest().add([ENGINE, inputHash, ...change, measures ?? [], journal ?? false, fork ?? null, ...kept]).hex;
}

/**
 * Every replication of every change; each meets the same people in all of them. The changes take turns, so that as many
 * runs of each are done whenever somebody stops waiting.
 */
export function jobsFor(changes: readonly Change[], seed: string | undefined, replications: number, from = 0): Job[] {
  return Array.from({ length: replications }, (_, at) =>
    changes.map(({ variant, overrides }): Job => ({ variant, overrides, seed, replication: from + at })),
  ).flat();
}

/** Of what the jobs for several changes gave, that for the change of this number, in order of the replications. */
export function turnsOf<T>(all: readonly (T | undefined)[], change: number, changes: number): T[] {
  return all.filter((each, at): each is T => each !== undefined && at % changes === change);
}
