import { SECOND } from "../../sim/time.ts";
import type { RunResult } from "./result.ts";
import type { Fact } from "./story.ts";
import { TIMELINE_FACTS } from "./timeline.ts";

/** The time in which something was done to the system, or its load changed, in seconds of the run. */
export interface Disturbance {
  readonly from: number;
  /** Nothing more was done from then on: each action is over, and each rollout that came to an end. */
  readonly settled: number;
}

/** What loads write down when they change by themselves. */
const LOAD_CHANGES = ["load-changes", "users-change", "vus-change", "arrivals-change"];

/** What was done in a run, by the journal; undefined if nothing was. What the system does by itself does not count. */
export function disturbanceOf({ journal }: RunResult): Disturbance | undefined {
  const actions = journal.filter(isDone);
  if (actions.length === 0) return undefined;
  const from = Math.floor(Math.min(...actions.map(({ at }) => at)) / SECOND);
  return { from, settled: Math.max(...actions.map((action) => endOf(action, journal))) };
}

function isDone({ sort, fact }: Fact): boolean {
  const isByTimeline = fact !== "held-back" && Object.hasOwn(TIMELINE_FACTS, fact);
  return sort === "action" && (isByTimeline || LOAD_CHANGES.includes(fact));
}

function endOf({ id, at, fact, figures }: Fact, journal: readonly Fact[]): number {
  const end = Math.ceil(at / SECOND) + (LOAD_CHANGES.includes(fact) ? (figures.seconds ?? 0) : 0);
  if (fact !== "rolled-out") return end;
  const rollout = journal.find((other) => other.fact === "rollout-under-way" && other.because.includes(id));
  return Math.max(end, Math.ceil((rollout?.until ?? 0) / SECOND));
}
