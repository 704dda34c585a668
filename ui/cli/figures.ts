import { figure, percent, whole } from "../../scenarios/experiment/figures.ts";
import type { Interval } from "../../scenarios/statistics/interval.ts";
import type { Mean } from "../../scenarios/statistics/mean.ts";
import type { Count } from "../../scenarios/study/outcome-table.ts";

export { figure, percent, whole };

/** A value with four digits that say something: "0.6465", "104.7", "19,611". */
export function significant(value: number): string {
  return Math.abs(value) >= 1000 ? whole(value) : String(Number(value.toPrecision(4)));
}

/** "12 of 40 (18 to 45 %)": so many of n runs, with the 95 % interval for all such runs. */
export function countWithInterval({ k, n, low, high }: Count): string {
  return n === 0 ? "no runs" : `${k} of ${n} (${round(low)} to ${round(high)} %)`;
}

/** "12 (18-45)": so many runs, with the 95 % interval in percent; for tables that say n elsewhere. */
export function briefCount({ k, n, low, high }: Count): string {
  return n === 0 ? "-" : `${k} (${round(low)}-${round(high)})`;
}

/** "54.9 % ± 1.2 (n = 40)": the mean of shares over runs, with half the width of its 95 % interval. */
export function meanWithInterval(mean: Mean): string {
  return mean.n === 0 ? "nobody asked" : `${meanWithHalf(mean)} (n = ${mean.n})`;
}

/** "54.9 % ± 1.2": the mean of shares over runs, for tables that say n elsewhere. */
export function meanWithHalf({ mean, ...interval }: Mean): string {
  const half = halfWidth(interval);
  if (half === undefined || half === 0) return `${percent(mean)}${half === 0 ? " ± 0" : ""}`;
  const digits = Math.max(1, digitsFor(half * 100));
  return `${(mean * 100).toFixed(digits)} % ± ${(half * 100).toFixed(digits)}`;
}

/** "84.3 people/s ± 1.2 (n = 40)": the mean of a load over runs, with half the width of its 95 % interval. */
export function rateWithInterval({ mean, n, ...interval }: Mean): string {
  const half = halfWidth(interval);
  const digits = half === undefined || half === 0 ? 1 : Math.max(1, digitsFor(half));
  return `${mean.toFixed(digits)} people/s${half === undefined ? "" : ` ± ${half.toFixed(digits)}`} (n = ${n})`;
}

/** "37.2 %", "812 ms", "3": a number in its unit. */
export function inUnit(value: number, unit: string): string {
  return unit === "%" ? percent(value / 100) : `${figure(value)}${unit === "" ? "" : ` ${unit}`}`;
}

/** "812 ms ± 33 (n = 40)": a mean over runs with half the width of its 95 % interval, to the digits that this leaves. */
export function estimateWithInterval({ mean, n, ...interval }: Mean, unit: string): string {
  if (n === 0) return "nothing was measured";
  const half = halfWidth(interval);
  if (half === undefined || half === 0) return `${inUnit(mean, unit)}${half === 0 ? " ± 0" : ""} (n = ${n})`;
  const digits = digitsFor(half);
  return `${mean.toFixed(digits)}${unit === "" ? "" : ` ${unit}`} ± ${half.toFixed(digits)} (n = ${n})`;
}

/** "812 ms (755 to 930)"; where too few runs bound a side, it says so. */
export function withOrderInterval(value: number, { low, high }: Interval, unit: string): string {
  const small = (side: string) => `n too small for ${side}`;
  const [from, to] = [low, high].map((side) => (side === undefined ? "" : inUnit(side, unit === "%" ? unit : "")));
  if (low === undefined && high === undefined) return `${inUnit(value, unit)} (${small("an interval")})`;
  if (low === undefined) return `${inUnit(value, unit)} (up to ${to}; ${small("a lower limit")})`;
  if (high === undefined) return `${inUnit(value, unit)} (from ${from}; ${small("an upper limit")})`;
  return `${inUnit(value, unit)} (${from} to ${to})`;
}

/** Wall-clock time in words: "8 s", "3 min 20 s", "5 h", "12 days". */
export function patience(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds >= 48 * 3600) return `${whole(seconds / 86_400)} days`;
  if (seconds >= 2 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Simulated time in words: "40 s", "5 min", "7 min 30 s". */
export function minutes(seconds: number): string {
  return patience(seconds).replace(/ min 0 s$/, " min");
}

function halfWidth({ low, high }: Interval): number | undefined {
  return low === undefined || high === undefined ? undefined : (high - low) / 2;
}

/** Digits after the point so that two of half an interval are said, and no more of the mean than it allows; at most six. */
function digitsFor(half: number): number {
  return Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(half))));
}

function round(share: number): string {
  return String(Math.round(share * 100));
}
