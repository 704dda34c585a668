import { SECOND } from "../../sim/time.ts";
import type { RunReadings } from "./run-readings.ts";

/** Whole seconds before the stall that it does not reach into, and the last ten in which people come. */
const BEFORE = [2, 9] as const;
const LAST = [45, 55] as const;
const ALL = [0, 60] as const;
const STALL_ENDS = 15;
/** So much of what it was before, and all is well again. */
const HEALTHY = 0.9;

type Window = readonly [from: number, until: number];
type Reading = (run: RunReadings) => number;

/** What was measured of callers who ask a server that stands still for a while. */
export const STALL_READINGS: Readonly<Record<string, Reading>> = {
  goodputBeforePerS: (run) => perSecond(run, BEFORE, "good"),
  attemptsBeforePerS: (run) => attemptsPerSecond(run, BEFORE),
  successShareBefore: (run) => shareServed(run, BEFORE),
  goodputLast10sPerS: (run) => perSecond(run, LAST, "good"),
  attemptsLast10sPerS: (run) => attemptsPerSecond(run, LAST),
  offeredLast10sPerS: (run) => perSecond(run, LAST, "born"),
  successShareLast10s: (run) => shareServed(run, LAST),
  recovered: (run) => (shareServed(run, LAST) >= HEALTHY ? 1 : 0),
  recoveredAfterS: (run) => recoveredAt(run) - STALL_ENDS,
  ...latenciesIn("latencyBeforeMs", BEFORE),
  ...latenciesIn("latencyLast10sMs", LAST),
  serverStarted: started,
  serverWastedOnTimedOut: (run) => started(run) - run.within(ALL).good,
  serverMaxQueue: (run) => run.within(ALL).most("app-0", "waiting"),
};

function attemptsPerSecond(run: RunReadings, window: Window): number {
  const within = run.within(window);
  return within.count("callers", "attempts") / within.seconds;
}

/** Calls that the server has begun to serve and is done with, well or not. */
function started(run: RunReadings): number {
  return run.total("app-0", "served") + run.total("app-0", "failed");
}

function perSecond(run: RunReadings, window: Window, column: "born" | "good"): number {
  const within = run.within(window);
  return within[column] / within.seconds;
}

function shareServed(run: RunReadings, window: Window): number {
  const { good, born } = run.within(window);
  return good / born;
}

/** The first second after the stall in which nearly as many are answered in time as before it. */
function recoveredAt(run: RunReadings): number {
  const failed = run.growth("callers", "http_req_failed");
  const answered = run.growth("callers", "http_reqs").map((all, second) => all - failed[second]!);
  const usual = perSecond(run, BEFORE, "good");
  return answered.findIndex((each, second) => second >= STALL_ENDS && each >= HEALTHY * usual);
}

function latenciesIn(name: string, window: Window): Record<string, Reading> {
  const reading = (reduce: (sorted: readonly number[]) => number) => (run: RunReadings) =>
    reduce(latencies(run, window));
  return {
    [`${name}.mean`]: reading((all) => all.reduce((sum, each) => sum + each, 0) / all.length),
    [`${name}.p50`]: reading(quantile(0.5)),
    [`${name}.p95`]: reading(quantile(0.95)),
    [`${name}.p99`]: reading(quantile(0.99)),
  };
}

/** Milliseconds that those who came within a window waited for their answer, ascending. */
function latencies(run: RunReadings, [from, until]: Window): number[] {
  const { traces } = run.whole.world.sim;
  const { born, duration } = traces.slots;
  const theirs = traces.held().filter((slot) => born[slot]! >= from * SECOND && born[slot]! < until * SECOND);
  return theirs.map((slot) => duration[slot]! / 1000).sort((one, other) => one - other);
}

function quantile(p: number): (sorted: readonly number[]) => number {
  return (sorted) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
}
