import type { Micros } from "../../sim/time.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Action } from "../language/timeline.ts";
import type { Count } from "../study/outcome-table.ts";
import { usualMoments } from "./final-configuration.ts";
import { countOf } from "./paired-runs.ts";

/** One entry of the timeline, or all of them: what somebody did, and how to have it left undone. */
export interface Deed {
  /** The entry's name, or its number; "all of them". */
  readonly name: string;
  /** "scale proxysql to 43". */
  readonly words: string;
  /** Whether it stands for several. */
  readonly isAll: boolean;
  /** Changes of the file by which it comes to pass, but nobody does anything. */
  readonly undone: readonly string[];
  /** In how many runs it came to pass. */
  readonly happened: Count;
  /** The median time; null if it came to pass in less than half of the runs. */
  readonly at: Micros | null;
}

/** The deeds of a timeline, in its order; those that nobody is to do anyway are left out. */
export function deedsOf(scenario: Scenario, outcomes: readonly Outcome[]): Deed[] {
  const usual = usualMoments(scenario, outcomes);
  return scenario.timeline.flatMap((action, entry): Deed[] => {
    if (action.skipped) return [];
    const name = action.as ?? String(entry);
    const happened = outcomes.filter(({ moments }) => (moments[entry] ?? null) !== null).length;
    return [
      {
        name: action.as ?? `entry ${entry}`,
        words: wordsOf(action),
        isAll: false,
        undone: [`timeline.${name}.skipped=true`],
        happened: countOf(happened, outcomes.length),
        at: usual[entry] ?? null,
      },
    ];
  });
}

/** All that happened, as one deed. */
export function together(deeds: readonly Deed[]): Deed {
  return {
    name: "all of them",
    words: `${deeds.length} actions together`,
    isAll: true,
    undone: deeds.flatMap(({ undone }) => undone),
    happened: deeds.map(({ happened }) => happened).reduce((most, each) => (each.k > most.k ? each : most)),
    at: null,
  };
}

/** What is done, as people would say it. */
export function wordsOf(action: Action): string {
  const { target } = action;
  switch (action.do) {
    case "scale":
      return `scale ${target} to ${action.to}`;
    case "set":
    case "ramp":
      return `${action.do} ${target}${amountOf(action)}`;
    case "slow":
      return `${target} takes ${action.by} times as long${lengthOf(action.lasting)}`;
    case "cut":
      return `${target} is cut off${lengthOf(action.lasting)}`;
    case "kill":
    case "restart":
      return `${action.do} ${action.count} of ${target}`;
    case "drain":
      return `drain ${action.count} nodes of ${target}`;
    case "rollout":
      return `roll out ${target}`;
    case "stop":
    case "start":
      return `${action.do} ${target}`;
  }
}

/** " to 60/s"; nothing for great numbers, which are durations or sizes in their smallest unit. */
function amountOf({ target, to }: { readonly target: string; readonly to: number }): string {
  if (to >= LEGIBLE) return "";
  return ` to ${to}${target.endsWith(".rate") ? "/s" : ""}`;
}

const LEGIBLE = 100_000;

function lengthOf(lasting: Micros | undefined): string {
  return lasting === undefined ? "" : ` for ${lasting / 1_000_000} s`;
}
