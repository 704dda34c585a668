import { HEALTHY, WINDOW } from "../../models/load/outage-rule.ts";
import { SECOND } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";
import { type Goodput, goodputOf, type OutageClass, outageOf } from "./outage.ts";
import type { GoodputTotal, RunResult } from "./result.ts";

/**
 * How it went on once nothing more was done to the system. Unaffected: goodput never left the healthy band. Recovered, or
 * slow: it came back and stayed, within the time that is allowed for it or not. Censored: the run ends too early to tell.
 * Lasting: it did not come back.
 */
export type Course = "unaffected" | "recovered" | "slow" | "censored" | "lasting";

/** How some of the people fared. Goodput is by the second of birth: a backlog that drains is no recovery. */
export interface Fate {
  /** "everybody", "class main", "zone zone-a". */
  readonly of: string;
  readonly people: number;
  /** Null if there were none. */
  readonly goodput: number | null;
  readonly outage: OutageClass;
  /** 1 less the least goodput of any five seconds. */
  readonly depth: number;
  /** People who were not served well, beyond the share that was not before anything changed. */
  readonly lost: number;
  /** The second in which nothing more was done to the system. */
  readonly settled: number;
  readonly course: Course;
  /** Seconds from `settled` until goodput was healthy for good; 0 if it was by then, null if it was not by the end. */
  readonly timeToRecover: number | null;
}

/** Goodput leaves the healthy band when it is under this share for five seconds. */
const LEAVES = 0.8;
/** Seconds that recovery may take. */
const ALLOWED = 300;

/** The fates of everybody, of those of each class, and of those in each zone. */
export function fatesOf(result: RunResult, _scenario: Scenario): Fate[] {
  const loads = result.loads.map(({ path }) => path);
  const end = Math.floor(result.reached / SECOND);
  const settled = settledAt(result);
  return groupsOf(result.goodput, loads).map(([of, totals]) => fateOf(of, sumOf(totals), settled, end));
}

function fateOf(of: string, goodput: Goodput, settled: number, end: number): Fate {
  const shares = sharesOf(goodput, end);
  const healthy = healthySince(shares);
  const timeToRecover = healthy === undefined ? null : Math.max(0, healthy - settled);
  const people = total(goodput.born);
  return {
    of,
    people,
    goodput: goodputOf(goodput, 0, end) ?? null,
    outage: outageOf(goodput, 0, end),
    depth: 1 - Math.min(1, ...shares.filter((share) => share !== undefined)),
    lost: people - total(goodput.good),
    settled,
    course: courseOf(shares, timeToRecover, end - settled),
    timeToRecover,
  };
}

function courseOf(shares: readonly (number | undefined)[], timeToRecover: number | null, watched: number): Course {
  if (shares.every((share) => share === undefined || share >= LEAVES)) return "unaffected";
  if (timeToRecover !== null) return timeToRecover <= ALLOWED ? "recovered" : "slow";
  return watched < ALLOWED ? "censored" : "lasting";
}

/** The goodput of the five seconds from each second on; undefined where nobody was born. */
function sharesOf(goodput: Goodput, end: number): (number | undefined)[] {
  const length = Math.max(0, end - WINDOW + 1);
  return Array.from({ length }, (_, second) => goodputOf(goodput, second, second + WINDOW));
}

/** The second from which it stays in the healthy band until the end; undefined if it is not in it then. */
function healthySince(shares: readonly (number | undefined)[]): number | undefined {
  let since = 0;
  let isAway = false;
  let back = -1;
  for (const [second, share] of shares.entries()) {
    if (share === undefined) continue;
    if (share < LEAVES) isAway = true;
    if (!isAway) continue;
    if (share < HEALTHY.atLeast) back = -1;
    else if (back < 0) back = second;
    if (back < 0 || second + WINDOW - back < HEALTHY.seconds) continue;
    [since, isAway, back] = [back, false, -1];
  }
  return isAway ? undefined : since;
}

/** When the last thing was done to the system that the journal knows of. */
function settledAt({ journal }: RunResult): number {
  const done = journal.filter(({ sort, fact }) => sort === "action" && fact !== "held-back");
  const ends = done.map(({ at, figures }) => Math.ceil(at / SECOND) + (figures.seconds ?? 0));
  return Math.max(0, ...ends);
}

function groupsOf(totals: readonly GoodputTotal[], loads: readonly string[]): [string, GoodputTotal[]][] {
  const groups = new Map<string, GoodputTotal[]>([["everybody", []]]);
  for (const total of totals) {
    const of = groupOf(total, loads);
    if (of !== undefined) groups.set(of, [...(groups.get(of) ?? []), total]);
  }
  return [...groups];
}

function groupOf({ path, name }: GoodputTotal, loads: readonly string[]): string | undefined {
  if (!loads.includes(path)) {
    const load = loads.find((each) => path.startsWith(`${each}/`));
    return load === undefined ? undefined : `zone ${path.slice(load.length + 1)}`;
  }
  return name === "goodput" ? "everybody" : name.replace("goodput of ", "class ");
}

function sumOf(totals: readonly GoodputTotal[]): Goodput {
  const length = Math.max(0, ...totals.map(({ born }) => born.length));
  const sum = (column: "born" | "good") =>
    Array.from({ length }, (_, second) => totals.reduce((all, each) => all + (each[column][second] ?? 0), 0));
  return { born: sum("born"), good: sum("good") };
}

function total(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at]!;
  return sum;
}
