import { type Micros, SECOND } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Action } from "../language/timeline.ts";
import type { Fact } from "./story.ts";

/** The time in which something was done to the system, or its load changed, in seconds of the run. */
export interface Disturbance {
  readonly from: number;
  /** Nothing more was done from then on: each action is over, and each rollout that came to an end. */
  readonly settled: number;
}

/** What loads write down when they change by themselves. */
const LOAD_CHANGES = ["load-changes", "users-change", "vus-change", "arrivals-change"];

/**
 * What was done in a run by its timeline, of which `moments` says when each entry came to pass, and by the curves of its
 * loads; undefined if nothing was. What the system does by itself does not count.
 */
export function disturbanceOf(
  { timeline }: Scenario,
  moments: readonly (Micros | null)[],
  journal: readonly Fact[],
): Disturbance | undefined {
  const actions = timeline.flatMap((action, entry) => {
    const at = moments[entry] ?? null;
    return at === null || action.skipped ? [] : [{ at, until: at + lengthOf(action, at, journal) }];
  });
  const changes = journal
    .filter(({ sort, fact }) => sort === "action" && LOAD_CHANGES.includes(fact))
    .map(({ at, figures }) => ({ at, until: at + (figures.seconds ?? 0) * SECOND }));
  const all = [...actions, ...changes];
  if (all.length === 0) return undefined;
  return {
    from: Math.floor(Math.min(...all.map(({ at }) => at)) / SECOND),
    settled: Math.ceil(Math.max(...all.map(({ until }) => until)) / SECOND),
  };
}

function lengthOf(action: Action, at: Micros, journal: readonly Fact[]): Micros {
  if (action.do === "ramp") return action.over;
  if (action.do === "cut" || action.do === "slow") return action.lasting ?? 0;
  if (action.do !== "rollout") return 0;
  const isIts = (fact: Fact) => fact.fact === "rollout-under-way" && fact.component === action.target && fact.at >= at;
  return Math.max(0, (journal.find(isIts)?.until ?? 0) - at);
}
