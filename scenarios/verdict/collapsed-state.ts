import { type Micros, SECOND } from "../../sim/time.ts";
import type { Change } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import { isDone, type Job, jobsFor } from "../study/job.ts";
import type { Study } from "../study/study.ts";
import { hasEnd } from "./horizon.ts";

/** A scenario as it is to run, and how often; what every question about its collapse begins with. */
export interface CollapseQuestion {
  readonly scenario: Scenario;
  readonly change: Change;
  readonly seed?: string | undefined;
  readonly replications: number;
  /** Seconds that recovery may take. Default: as the scenario says. */
  readonly allowed?: number | undefined;
}

/** A replication that collapsed and did not come back, and the instant at which it is looked at. */
export interface Collapsed {
  readonly replication: number;
  readonly at: Micros;
  /** What had become of it by then. */
  readonly outcome: Outcome;
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

/** Whose goodput never fell by so much has not collapsed. */
const DEEP = 0.5;
/** What is watched beyond the time that recovery may take: goodput has to stay well, and people to be answered. */
const BEYOND: Micros = 90 * SECOND;

/**
 * Runs a scenario and finds the replications that collapse and stay down once nothing more is done to the system. They
 * go on beyond the end that the file says, so that the instant at which they are looked at is the last one of it. Where
 * the load ends by itself, as a test run does, there is none.
 */
export function* collapsedState(question: CollapseQuestion): Study<CollapsedState> {
  const { scenario, change, seed, replications } = question;
  const { results, isInterrupted } = yield { about: "what stays down", jobs: jobsFor([change], seed, replications) };
  const outcomes = results.filter(isDone).map(({ outcome }) => outcome);
  const at = scenario.duration;
  const endless = hasEnd(scenario) ? [] : outcomes;
  const collapsed = endless.flatMap((outcome) => {
    const down = outcome.fates.filter(({ depth, timeToRecover }) => timeToRecover === null && depth >= DEEP);
    const { replication } = outcome;
    return down.length === 0 ? [] : [{ replication, at, outcome, down: down.map(({ of }) => of) }];
  });
  const duration = at + allowedIn(question) * SECOND + BEYOND;
  return { n: outcomes.length, collapsed, longer: ["checks=[]", `duration=${duration}us`], isInterrupted };
}

/** Seconds that recovery may take. */
export function allowedIn({ scenario, allowed }: CollapseQuestion): number {
  return allowed ?? scenario.recovery.within / SECOND;
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
