import type { Micros } from "../../sim/time.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { nearestRank } from "../statistics/percentile.ts";
import type { Count } from "../study/outcome-table.ts";
import { wilson } from "../statistics/proportion.ts";
import { recoveryOf } from "./collapsed-state.ts";

/** How runs went on from an instant. */
export interface Recovery {
  /** Runs that were well again, for good, within the time that is allowed. */
  readonly recovered: Count;
  /** Seconds until those were; null if none was. */
  readonly seconds: { readonly median: number; readonly least: number; readonly most: number } | null;
}

/** How the people of one group fared in each of several runs, from an instant of each on. */
export function recoveryIn(
  runs: readonly { readonly outcome: Outcome; readonly at: Micros }[],
  of: string,
  allowed: number,
): Recovery {
  const times = runs.map(({ outcome, at }) => {
    const fate = outcome.fates.find((each) => each.of === of);
    return fate === undefined ? null : recoveryOf(fate, at);
  });
  const seconds = times.filter((time) => time !== null && time <= allowed).sort((a, b) => a! - b!) as number[];
  const [k, n] = [seconds.length, runs.length];
  return {
    recovered: { k, n, ...wilson(k, n) },
    seconds: k === 0 ? null : { median: nearestRank(seconds, 0.5)!, least: seconds[0]!, most: seconds[k - 1]! },
  };
}
