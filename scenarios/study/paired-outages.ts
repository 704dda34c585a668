import type { OutageClass } from "../experiment/outage.ts";
import { mcnemar } from "../statistics/mcnemar.ts";

/** Fewer pairs that end differently than this can never show anything at 5 %. */
export const FEWEST_DISCORDANT = 6;

/** In how many pairs of runs something happened on both sides, on one of them alone, and on neither. */
export interface PairedCount {
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly neither: number;
  /** Of the exact McNemar test: how likely pairs so lopsided are, if it happens as often on both sides. */
  readonly p: number;
}

/** How the outages of two sides compare. */
export interface PairedOutages {
  readonly complete: PairedCount;
  /** Partial or complete. */
  readonly any: PairedCount;
}

export function pairedOutages(pairs: readonly { readonly a: OutageClass; readonly b: OutageClass }[]): PairedOutages {
  const count = (isSo: (outage: OutageClass) => boolean) => {
    return pairedCount(pairs.map(({ a, b }) => ({ a: isSo(a), b: isSo(b) })));
  };
  return { complete: count((outage) => outage === "complete"), any: count((outage) => outage !== "none") };
}

function pairedCount(pairs: readonly { readonly a: boolean; readonly b: boolean }[]): PairedCount {
  const count = (onA: boolean, onB: boolean) => pairs.filter(({ a, b }) => a === onA && b === onB).length;
  const [onlyA, onlyB] = [count(true, false), count(false, true)];
  return { both: count(true, true), onlyA, onlyB, neither: count(false, false), p: mcnemar(onlyA, onlyB) };
}
