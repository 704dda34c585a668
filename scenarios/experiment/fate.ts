import { type Micros, SECOND } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";
import { averageOf, backlogOf, calmBacklog, isDraining } from "./backlog.ts";
import { type Disturbance, disturbanceOf } from "./disturbance.ts";
import { type Band, bandOf, type Recovery } from "./healthy-band.ts";
import { lastingChanges } from "./lasting-change.ts";
import { type Goodput, goodputOf, type OutageClass, outageOf } from "./outage.ts";
import type { GoodputTotal, RunResult } from "./result.ts";

/**
 * How it went on once nothing more was done to the system. Unaffected: goodput never left the healthy band. Recovered, or
 * slow: it came back and stayed, within the time that is allowed for it or not. Censored: the run ends too early to tell,
 * or while the backlog still drains. Lasting: it did not come back.
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
  /** 1 less the least goodput of any five seconds (or as the scenario's `recovery` says). */
  readonly depth: number;
  /** People who were not served well, beyond the share that was not before anything changed. */
  readonly lost: number;
  /** The second in which nothing more was done to the system; 0 if nothing ever was. */
  readonly settled: number;
  /** Seconds from `settled` to the end of what can be judged: what people who came later got is not known. */
  readonly watched: number;
  readonly course: Course;
  /** Seconds from `settled` until goodput was healthy for good; 0 if it was by then, null if it was not by the end. */
  readonly timeToRecover: number | null;
}

/** The name of the fate of everybody together. */
export const EVERYBODY = "everybody";

/**
 * The fates of everybody, of those of each class, and of those in each zone; `moments` says when each entry of the
 * timeline came to pass. Only everybody together must be rid of the backlog to be well again, and only where nothing is
 * otherwise for good: after a permanent change nobody knows what backlog is normal.
 */
export function fatesOf(result: RunResult, scenario: Scenario, moments: readonly (Micros | null)[]): Fate[] {
  const loads = result.loads.map(({ path }) => path);
  const groups = groupsOf(result.goodput, loads).map(([of, totals]) => ({ of, goodput: sumOf(totals) }));
  const watched = watch(result, scenario, moments, groups[0]!.goodput);
  return groups.map(({ of, goodput }) => fateOf(of, goodput, watched));
}

/** What the fates of a run have in common; times in seconds of the run. */
interface Watched {
  readonly recovery: Recovery;
  /** The end of the warm-up. */
  readonly from: number;
  readonly disturbance: Disturbance | undefined;
  /** Nobody who came before is still on their way. */
  readonly end: number;
  readonly isDraining: boolean;
  readonly isCalm: (second: number) => boolean;
}

function watch(
  result: RunResult,
  scenario: Scenario,
  moments: readonly (Micros | null)[],
  everybody: Goodput,
): Watched {
  const { recovery, record } = scenario;
  const from = Math.ceil(record.durationsFrom / SECOND);
  const disturbance = disturbanceOf(scenario, moments, result.journal);
  const end = settledEnd(result, everybody);
  const backlog = backlogOf(result);
  const width = Math.ceil(recovery.leavesAfter / SECOND);
  const isAsBefore = disturbance !== undefined && lastingChanges(scenario, moments).length === 0;
  const most = isAsBefore ? calmBacklog(backlog, from, disturbance.from, width) : undefined;
  const isCalm = (second: number) => most === undefined || averageOf(backlog, second, second + width) <= most;
  return { recovery, from, disturbance, end, isDraining: isDraining(backlog, end), isCalm };
}

/** The end of what can be judged: people who are still on their way at the end of the run came after it. */
function settledEnd({ reached, gauges, loads }: RunResult, { born, good }: Goodput): number {
  const paths = loads.map(({ path }) => path);
  let open = gauges.reduce((sum, { path, name, last }) => {
    return name === "in_flight" && paths.includes(path) ? sum + last : sum;
  }, 0);
  let end = Math.min(Math.floor(reached / SECOND), born.length);
  for (; end > 0 && open > 0; end--) open -= born[end - 1]! - good[end - 1]!;
  return end;
}

function fateOf(of: string, goodput: Goodput, watched: Watched): Fate {
  const { recovery, from, disturbance, end, isCalm } = watched;
  const band = bandOf(goodput, from, end, recovery, of === EVERYBODY ? isCalm : undefined);
  const settled = disturbance?.settled ?? 0;
  const timeToRecover = band.healthySince === undefined ? null : Math.max(0, band.healthySince - settled);
  return {
    of,
    people: total(goodput.born),
    goodput: goodputOf(goodput, 0, end) ?? null,
    outage: outageOf(goodput, 0, end),
    depth: 1 - band.least,
    lost: lostOf(goodput, baseOf(goodput, watched), from, end),
    settled,
    watched: Math.max(0, end - settled),
    course: courseOf(band, timeToRecover, watched),
    timeToRecover,
  };
}

/** Where nothing was ever done there is nothing to recover from, and no time that it may take. */
function courseOf(band: Band, timeToRecover: number | null, watched: Watched): Course {
  const { recovery, disturbance, end, isDraining } = watched;
  if (band.isNeverLeft) return "unaffected";
  const allowed = recovery.within / SECOND;
  if (timeToRecover !== null) return timeToRecover <= allowed ? "recovered" : "slow";
  const isTooShort = disturbance !== undefined && end - disturbance.settled < allowed;
  return isTooShort || isDraining ? "censored" : "lasting";
}

/** Goodput before anything changed; 1 where there was no such time, or where it was not well even then. */
function baseOf(goodput: Goodput, { recovery, from, disturbance }: Watched): number {
  const before = goodputOf(goodput, from, disturbance?.from ?? 0) ?? 1;
  return before < recovery.leavesUnder ? 1 : before;
}

/** The people of each second who were not served and would have been with the goodput before anything changed. */
function lostOf({ born, good }: Goodput, before: number, from: number, end: number): number {
  let lost = 0;
  for (let second = from; second < end; second++) {
    lost += Math.max(0, before * (born[second] ?? 0) - (good[second] ?? 0));
  }
  return lost;
}

function groupsOf(totals: readonly GoodputTotal[], loads: readonly string[]): [string, GoodputTotal[]][] {
  const groups = new Map<string, GoodputTotal[]>([[EVERYBODY, []]]);
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
  return name === "goodput" ? EVERYBODY : name.replace("goodput of ", "class ");
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
