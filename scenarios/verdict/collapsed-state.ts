import { type Micros, SECOND } from "../../sim/time.ts";
import type { Change } from "../experiment/input.ts";
import type { Fate } from "../experiment/fate.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import { isDone, type Job, jobsFor } from "../study/job.ts";
import type { Study } from "../study/study.ts";

/** A scenario as it is to run, and how often; what every question about its collapse begins with. */
export interface CollapseQuestion {
  readonly scenario: Scenario;
  readonly change: Change;
  readonly seed?: string | undefined;
  readonly replications: number;
  /** Seconds that recovery may take. Default 300. */
  readonly allowed?: number | undefined;
}

/** A replication that collapsed and did not come back, and the instant at which it is looked at. */
export interface Collapsed {
  readonly replication: number;
  readonly at: Micros;
  /** Whose goodput is down: "everybody", "class main", "zone zone-a". */
  readonly down: readonly string[];
}

export interface CollapsedState {
  /** Replications that were done. */
  readonly n: number;
  readonly collapsed: readonly Collapsed[];
  /** Changes that make the run long enough to see whether it recovers. */
  readonly longer: readonly string[];
  readonly isInterrupted: boolean;
}

/** Seconds that recovery may take, unless somebody says otherwise. */
export const ALLOWED = 300;
/** Whose goodput never fell by so much has not collapsed. */
const DEEP = 0.5;
/** Seconds in which goodput stays well before somebody counts as recovered. */
const CALM = 30;
/** Seconds that are watched beyond the time that recovery may take. */
const BEYOND = 60;

/**
 * Runs a scenario and finds the replications that collapse and stay down once nothing more is done to the system. They
 * are looked at as late as they can be while there is still time to see them recover; a run that is too short is made
 * longer. Source: Brooker and Bronson et al. on what lasts when the trigger is gone; definition t* = t0 + w_r at least.
 */
export function* collapsedState(question: CollapseQuestion): Study<CollapsedState> {
  const { scenario, change, seed, replications, allowed = ALLOWED } = question;
  const jobs = jobsFor([change], seed, replications);
  const { results, isInterrupted } = yield { about: "what stays down", jobs };
  const outcomes = results.filter(isDone).map(({ outcome }) => outcome);
  const latest = scenario.duration - (allowed + BEYOND) * SECOND;
  const collapsed = outcomes.flatMap((outcome) => collapsedIn(outcome, latest));
  const needed = Math.max(0, ...collapsed.map(({ at }) => at)) + (allowed + BEYOND) * SECOND;
  const longer = needed > scenario.duration ? [`duration=${needed}us`] : [];
  return { n: outcomes.length, collapsed, longer: ["checks=[]", ...longer], isInterrupted };
}

function collapsedIn({ replication, fates }: Outcome, latest: Micros): Collapsed[] {
  const down = fates.filter(({ depth, timeToRecover }) => timeToRecover === null && depth >= DEEP);
  const settled = Math.max(...fates.map(({ settled }) => settled));
  if (down.length === 0) return [];
  return [{ replication, at: Math.max(latest, (settled + CALM) * SECOND), down: down.map(({ of }) => of) }];
}

/** The job of a collapsed replication that goes on with each of several changes at the instant at which it is looked at. */
export function forkOf(
  { change, seed }: CollapseQuestion,
  { longer }: CollapsedState,
  { replication, at }: Collapsed,
  branches: readonly (readonly string[])[],
): Job {
  const { variant, overrides } = change;
  return { variant, overrides: [...overrides, ...longer], seed, replication, fork: { at, branches } };
}

/** Seconds from an instant until goodput is well again for good; null if it is not by the end. */
export function recoveryOf({ settled, timeToRecover }: Fate, at: Micros): number | null {
  return timeToRecover === null ? null : Math.max(0, settled + timeToRecover - at / SECOND);
}
