import { atLeast, atMost } from "./binomial.ts";
import { lastInteger } from "./bisection.ts";
import type { Interval } from "./interval.ts";

/**
 * The smallest value that a share p of all values does not exceed: the value of rank ⌈p·n⌉, one that really occurred.
 *
 * The values must be sorted; without any, there is no percentile.
 */
export function nearestRank(sorted: readonly number[], p: number): number | undefined {
  // Without the small step back, 0.07 of 100 would be rank 8.
  const rank = Math.ceil(p * sorted.length - 1e-9);
  return sorted[Math.max(rank, 1) - 1];
}

/**
 * The percentile as k6 reports it: on the straight line between the two values next to position p·(n - 1).
 *
 * The values must be sorted; without any, there is no percentile. Source: k6, metrics/sink.go, TrendSink.P.
 */
export function interpolated(sorted: readonly number[], p: number): number | undefined {
  const position = p * (sorted.length - 1);
  const left = sorted[Math.floor(position)];
  const right = sorted[Math.ceil(position)];
  if (left === undefined || right === undefined) return undefined;
  return left + (right - left) * (position - Math.floor(position));
}

/**
 * The ranks (from 1 to n) of the values between which the true percentile p lies, whatever the distribution.
 *
 * The n values must be independent. A side is undefined where even the smallest or largest value is not sure enough.
 *
 * Source: order statistics, H. A. David and H. N. Nagaraja, "Order Statistics", 3rd ed., 7.1.
 */
export function percentileRanks(n: number, p: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  const low = lastInteger((rank) => atMost(rank - 1, n, p) <= tail, 0, n + 1);
  const high = lastInteger((rank) => atLeast(rank, n, p) > tail, 0, n + 1) + 1;
  return { low: low >= 1 ? low : undefined, high: high <= n ? high : undefined };
}

/** The values between which the true percentile p lies; the values must be sorted and independent. */
export function percentileInterval(sorted: readonly number[], p: number, confidence = 0.95): Interval {
  const { low, high } = percentileRanks(sorted.length, p, confidence);
  return {
    low: low === undefined ? undefined : sorted[low - 1],
    high: high === undefined ? undefined : sorted[high - 1],
  };
}
