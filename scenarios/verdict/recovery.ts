import { SECOND } from "../../sim/time.ts";
import type { Fate } from "../experiment/fate.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { nearestRank } from "../statistics/percentile.ts";
import type { Count } from "../study/outcome-table.ts";
import type { Collapsed } from "./collapsed-state.ts";
import { countOf } from "./paired-runs.ts";
import { fateIn } from "./run-class.ts";

/** How runs that had collapsed went on from the instant at which they are looked at. */
export interface Recovery {
  /** Runs that were well again, for good, within the time that is allowed. */
  readonly recovered: Count;
  /** Seconds until those were; null if none was. */
  readonly seconds: { readonly median: number; readonly least: number; readonly most: number } | null;
  /** People who came from then on and were not served well, in each run on average; null without runs. */
  readonly lost: number | null;
  /** The share of the others; null if nobody came. */
  readonly goodput: number | null;
}

/** A run that has collapsed, and one way in which it went on. */
export interface WayOn {
  readonly collapsed: Collapsed;
  readonly outcome: Outcome;
}

/** How the people of one group fared in the ways on of several runs. */
export function recoveryIn(ways: readonly WayOn[], of: string, allowed: number): Recovery {
  const times = ways.map((way) => secondsOf(way, of));
  const seconds = times.filter((time) => time !== null && time <= allowed).sort((a, b) => a! - b!) as number[];
  const lost = sum(ways.map((way) => sinceThen(way, of, ({ lost }) => lost)));
  const people = sum(ways.map((way) => sinceThen(way, of, ({ people }) => people)));
  return {
    recovered: countOf(seconds.length, ways.length),
    seconds:
      seconds.length === 0
        ? null
        : { median: nearestRank(seconds, 0.5)!, least: seconds[0]!, most: seconds[seconds.length - 1]! },
    lost: ways.length === 0 ? null : lost / ways.length,
    goodput: people === 0 ? null : Math.max(0, 1 - lost / people),
  };
}

/** Seconds until goodput was well again for good; null if it was not by the end. */
function secondsOf({ collapsed, outcome }: WayOn, of: string): number | null {
  const { settled = 0, timeToRecover = null } = fateIn(outcome, of) ?? {};
  return timeToRecover === null ? null : Math.max(0, settled + timeToRecover - collapsed.at / SECOND);
}

function sinceThen({ collapsed, outcome }: WayOn, of: string, figure: (fate: Fate) => number): number {
  const [before, after] = [fateIn(collapsed.outcome, of), fateIn(outcome, of)];
  return before === undefined || after === undefined ? 0 : Math.max(0, figure(after) - figure(before));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
