import { SECOND } from "../../sim/time.ts";
import { covariance, meanInterval } from "../statistics/mean.ts";
import { studentTQuantile } from "../statistics/student-t.ts";
import type { RunResult } from "./result.ts";

/** The levels that count what somebody waits for, or would if they had not left, wherever a component keeps them. */
const LEVELS = ["in_flight", "waiting", "qcur", "queued"];
/** Spells of a calm time that it takes to say how much the backlog varies. */
const ENOUGH = 5;
/** Parts of a time over which a trend is judged, long enough to vary independently of each other. */
const PARTS = 10;
/** One of a thousand steady backlogs may seem to fall; one that drains falls steadily enough to be told from that. */
const SURE = 0.999;

/** Everything that is under way or waits, abandoned or not, on the average of each second: B(t). */
export function backlogOf({ series, binWidth }: RunResult): number[] {
  const levels = series.filter(({ type, name }) => type === "gauge" && LEVELS.includes(name)).map(({ mean }) => mean);
  const bins = Math.max(0, ...levels.map(({ length }) => length));
  const sums = Array.from({ length: bins }, (_, bin) => levels.reduce((sum, mean) => sum + (mean[bin] ?? 0), 0));
  const seconds = Math.floor((bins * binWidth) / SECOND);
  return Array.from({ length: seconds }, (_, second) => {
    const from = Math.floor((second * SECOND) / binWidth);
    return averageOf(sums, from, Math.max(from + 1, Math.floor(((second + 1) * SECOND) / binWidth)));
  });
}

/**
 * The most that counts as no more backlog than in a calm time: its mean and three standard deviations of spells of some
 * seconds; undefined if the time was too short to say.
 */
export function calmBacklog(backlog: readonly number[], from: number, until: number, width: number) {
  const count = Math.floor((Math.min(until, backlog.length) - from) / width);
  if (count < ENOUGH) return undefined;
  const spells = Array.from({ length: count }, (_, n) => averageOf(backlog, from + n * width, from + (n + 1) * width));
  const { mean, standardDeviation } = meanInterval(spells);
  return mean + Math.max(1, 3 * standardDeviation);
}

/**
 * Whether a backlog falls, beyond what chance explains, so fast that it will be gone within ten times the length of the
 * run: the slope of a straight line through its last third.
 */
export function isDraining(backlog: readonly number[], end: number): boolean {
  const width = Math.floor(end / 3 / PARTS);
  if (width < 1) return false;
  const from = end - PARTS * width;
  const times = Array.from({ length: PARTS }, (_, part) => from + (part + 0.5) * width);
  const levels = times.map((_, part) => averageOf(backlog, from + part * width, from + (part + 1) * width));
  const spread = covariance(times, times);
  const slope = covariance(times, levels) / spread;
  const residual = Math.max(0, covariance(levels, levels) - slope * slope * spread) * (PARTS - 1);
  const error = Math.sqrt(residual / (PARTS - 2) / (spread * (PARTS - 1)));
  const left = Math.max(0, levels[PARTS - 1]!);
  return slope + studentTQuantile(SURE, PARTS - 2) * error < 0 && left < -slope * 10 * end;
}

export function averageOf(levels: readonly number[], from: number, until: number): number {
  let sum = 0;
  for (let at = from; at < until; at++) sum += levels[at] ?? 0;
  return sum / (until - from);
}
