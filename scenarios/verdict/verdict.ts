import { SECOND } from "../../sim/time.ts";
import type { Change, Input } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Count } from "../study/outcome-table.ts";
import type { Range } from "../study/range.ts";
import { remembering } from "../study/remembering.ts";
import type { Study } from "../study/study.ts";
import { type SustainingLoop, sustainingLoop } from "./ablation.ts";
import { type Capacity, capacity } from "./capacity.ts";
import { counterfactuals, type Judged } from "./counterfactual.ts";
import { deedsOf } from "./deed.ts";
import { dualStart } from "./dual-start.ts";
import { finalConfiguration } from "./final-configuration.ts";
import { longEnough } from "./horizon.ts";
import { pairedRuns } from "./paired-runs.ts";
import { type Playbook, playbook } from "./playbook.ts";
import { type GroupFate, groupFates } from "./run-class.ts";
import { type SmallestTrigger, smallestTrigger } from "./smallest-trigger.ts";

/** The parts of a verdict that can be left out: who did it, would it come back, and what keeps it down. */
export const PARTS = ["who", "back", "loop"] as const;
export type Part = (typeof PARTS)[number];

/** Each run of the ablation goes on many times, and five that recover are enough to tell. */
export const LOOP_RUNS = 5;

/** What is to be judged, over how many runs, and which parts of the verdict are wanted. */
export interface VerdictQuestion {
  readonly scenario: Scenario;
  readonly change: Change;
  readonly seed?: string | undefined;
  readonly replications: number;
  readonly parts: readonly Part[];
  /** Whether remedies are tried in the collapsed state. Default: no. */
  readonly playbook?: boolean | undefined;
  /** The scenario's text, if the smallest trigger is looked for. Default: it is not. */
  readonly triggerIn?: Input | undefined;
  /** What the file with the smallest trigger will be called. */
  readonly triggerTo?: string | undefined;
  /** The rate whose capacities are looked for: "callers.rate". Default: none. */
  readonly capacity?: { readonly path: string; readonly range: Range; readonly most: number } | undefined;
}

/** What happened to a system, because of whom, whether it would come back, and what keeps it down. */
export interface Verdict {
  /** Runs that were done. */
  readonly n: number;
  /** Seconds that recovery may take. */
  readonly within: number;
  /** Seconds that were simulated; more than the file says where it was too short to tell. */
  readonly duration: { readonly simulated: number; readonly file: number };
  /** Everybody, then each class, then each zone. */
  readonly groups: readonly GroupFate[];
  /** The final configuration from a healthy start; null if every run came back, or nobody asked. */
  readonly dualStart: HealthyStart | null;
  /** What each action did, and all of them together; null if nobody asked. */
  readonly actions: readonly Judged[] | null;
  /** What keeps it down; null where nothing stays down, or nobody asked. */
  readonly loop: SustainingLoop | null;
  readonly capacity: Capacity | null;
  /** What would help; null where nothing stays down, or nobody asked. */
  readonly playbook: Playbook | null;
  /** The least that has to happen; null where no run collapses, or nobody asked. */
  readonly trigger: SmallestTrigger | "interrupted" | null;
}

export interface HealthyStart {
  /** What is changed in the file for the final configuration to hold from the start; empty if nothing was ever done. */
  readonly overrides: readonly string[];
  /** Runs that are healthy at their end, of those whose counterparts did not come back. */
  readonly healthy: Count;
  /** Why it is not possible; null if it is. */
  readonly refused: string | null;
}

/** What happened, who did it, would it come back, and what keeps it down? */
export function verdict(question: VerdictQuestion): Study<Verdict> {
  return remembering(judge(question));
}

function* judge(question: VerdictQuestion): Study<Verdict> {
  const { scenario, seed, replications, parts } = question;
  const allowed = scenario.recovery.within / SECOND;
  const { change, outcomes, simulated } = yield* whatHappened(question);
  const lasting = outcomes.filter(({ fates }) => fates.some(({ course }) => course === "lasting"));
  const deeds = deedsOf(scenario, outcomes);
  const who = parts.includes("who") ? yield* counterfactuals(change, seed, outcomes, deeds) : null;
  const isAsked = parts.includes("back") && lasting.length > 0;
  const back = isAsked ? yield* dualStart(change, seed, scenario, lasting) : null;
  const healthy = new Map((back?.outcomes ?? []).map((outcome) => [outcome.replication, outcome]));
  const collapse = { scenario, change: question.change, seed, replications };
  const few = { ...collapse, replications: Math.min(LOOP_RUNS, replications) };
  const loop = parts.includes("loop") && lasting.length > 0 ? yield* sustainingLoop(few) : null;
  const ends = finalConfiguration(scenario, lasting.length > 0 ? lasting : outcomes);
  const book = question.playbook && lasting.length > 0 ? yield* playbook(few) : null;
  const { triggerIn: input, triggerTo: writeTo } = question;
  const trigger = input === undefined ? null : yield* smallestTrigger({ ...collapse, input, writeTo });
  const limits = question.capacity && (yield* capacity({ ...collapse, ...question.capacity, finally: ends }));
  return {
    n: outcomes.length,
    within: allowed,
    duration: { simulated, file: scenario.duration / SECOND },
    groups: groupFates(outcomes, healthy),
    dualStart: back && { overrides: back.overrides, healthy: back.fromHealthy, refused: back.refused },
    actions: who === null ? null : who.judged,
    loop,
    capacity: limits ?? null,
    playbook: book,
    trigger,
  };
}

/** Runs the scenario; once more, and longer, if runs end before it shows whether they come back. */
function* whatHappened({ scenario, change, seed, replications }: VerdictQuestion) {
  const all = Array.from({ length: replications }, (_, replication) => replication);
  const ask = function* (about: string, asked: Change): Study<Outcome[]> {
    const { outcomes } = yield* pairedRuns(about, [asked], seed, all);
    return outcomes[0]!.filter((outcome) => outcome !== undefined);
  };
  const outcomes = yield* ask("what happened", change);
  const seconds = longEnough(scenario, outcomes);
  const asIs = { change, outcomes, simulated: scenario.duration / SECOND };
  if (seconds === undefined) return asIs;
  const longer = { ...change, overrides: [...change.overrides, `duration=${seconds}s`, "checks=[]"] };
  const again = yield* ask("what happened, watched longer", longer);
  return again.length < outcomes.length ? asIs : { change: longer, outcomes: again, simulated: seconds };
}
