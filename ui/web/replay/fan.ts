import { signal } from "@preact/signals";
import { WINDOW } from "../../../models/load/outage-rule.ts";
import { type Goodput, goodputOf } from "../../../scenarios/experiment/outage.ts";
import type { GoodputTotal } from "../../../scenarios/experiment/result.ts";

/**
 * Goodput of the other runs that were done, one list for each: the share of the people born in the five seconds from
 * second i on who were served, NaN where nobody came. Empty until other runs were asked for.
 */
export const fan = signal<readonly (readonly number[])[]>([]);

/** Goodput over time of all loads together, as the fan has it. */
export function goodputOverTime(totals: readonly Pick<GoodputTotal, "born" | "good">[]): readonly number[] {
  const seconds = Math.max(0, ...totals.map(({ born }) => born.length));
  const sum = (of: keyof Goodput) =>
    Array.from({ length: seconds }, (_, second) => totals.reduce((all, each) => all + (each[of][second] ?? 0), 0));
  const all = { born: sum("born"), good: sum("good") };
  return all.born.map((_, second) => goodputOf(all, second, second + WINDOW) ?? Number.NaN);
}
