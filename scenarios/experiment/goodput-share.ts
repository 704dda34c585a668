import { goodputOf } from "./outage.ts";
import type { GoodputTotal } from "./result.ts";

/** A share of people who were served well, of those of one class or zone; null if there were none. */
export interface NamedShare {
  readonly name: string;
  readonly people: number;
  readonly goodput: number | null;
}

/** Goodput of all people of some loads, born before a second; null if there were none. */
export function overallShare(
  totals: readonly GoodputTotal[],
  loads: readonly string[],
  until = Number.POSITIVE_INFINITY,
): number | null {
  const those = totals.filter(({ path, name }) => name === "goodput" && loads.includes(path));
  return shareOf(those, until);
}

/** Goodput of each class of requests of some loads. */
export function classShares(totals: readonly GoodputTotal[], loads: readonly string[]): NamedShare[] {
  return namedShares(totals, ({ path, name }) => (loads.includes(path) ? after("goodput of ", name) : undefined));
}

/** Goodput of the people of some loads in each zone. */
export function zoneShares(totals: readonly GoodputTotal[], loads: readonly string[]): NamedShare[] {
  return namedShares(totals, ({ path }) =>
    loads.map((load) => after(`${load}/`, path)).find((zone) => zone !== undefined),
  );
}

/** Totals by the name that each belongs to, if any; each name once, in order. */
function namedShares(
  totals: readonly GoodputTotal[],
  nameOf: (total: GoodputTotal) => string | undefined,
): NamedShare[] {
  const names = new Set(totals.map(nameOf).filter((name) => name !== undefined));
  return [...names].map((name) => {
    const those = totals.filter((total) => nameOf(total) === name);
    const people = those.reduce((sum, { born }) => sum + born.reduce((all, each) => all + each, 0), 0);
    return { name, people, goodput: shareOf(those) };
  });
}

function shareOf(totals: readonly GoodputTotal[], until = Number.POSITIVE_INFINITY): number | null {
  const length = Math.max(0, ...totals.map(({ born }) => born.length));
  const sum = (column: "born" | "good") =>
    Array.from({ length }, (_, second) => totals.reduce((all, total) => all + (total[column][second] ?? 0), 0));
  return goodputOf({ born: sum("born"), good: sum("good") }, 0, until) ?? null;
}

function after(prefix: string, text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
