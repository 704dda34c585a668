import { SECOND } from "../../sim/time.ts";
import type { GoodputTotal, LimitSummary, LoadSummary } from "./result.ts";
import type { Fact } from "./story.ts";

/** The facts of the journal that a hard limit is reached. */
const LIMITS = [
  "accept-queue-full",
  "connection-limit-reached",
  "conntrack-table-full",
  "frontend-full",
  "no-ephemeral-ports",
  "syn-queue-full",
];
/** The load at an instant is that of so many seconds before it. */
const WINDOW = 10;

/** When each component was first at its limit, and how many people per second came at that time. */
export function limitsReached(
  journal: readonly Fact[],
  loads: readonly LoadSummary[],
  goodput: readonly GoodputTotal[],
): LimitSummary[] {
  const paths = loads.map(({ path }) => path);
  const whole = goodput.filter(({ path, name }) => paths.includes(path) && name === "goodput");
  const first = new Map<string, Fact>();
  for (const entry of journal) {
    if (LIMITS.includes(entry.fact) && !first.has(entry.component)) first.set(entry.component, entry);
  }
  return [...first].map(([component, { at, text }]) => {
    const until = Math.floor(at / SECOND);
    const from = Math.max(0, until - WINDOW);
    const born = whole.reduce((sum, { born }) => sum + total(born.slice(from, until)), 0);
    return { component, at, text, peoplePerSecond: until > from ? born / (until - from) : 0 };
  });
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
