import { type Interval, UNBOUNDED } from "./interval.ts";
import { studentTQuantile } from "./student-t.ts";

/** The average of n independent figures (one per replication), and where the true average lies. */
export interface Mean extends Interval {
  readonly n: number;
  readonly mean: number;
  /** Of the single figures; 0 for fewer than two. */
  readonly standardDeviation: number;
}

/**
 * The mean with its Student-t interval, mean ± t·s/√n, at a confidence of 0.95 unless stated otherwise.
 *
 * One figure alone gives no interval; without any, the mean is NaN.
 */
export function meanInterval(figures: readonly number[], confidence = 0.95): Mean {
  const n = figures.length;
  const mean = average(figures);
  if (n < 2) return { n, mean, standardDeviation: 0, ...UNBOUNDED };
  const standardDeviation = Math.sqrt(covariance(figures, figures));
  const halfWidth = (studentTQuantile((1 + confidence) / 2, n - 1) * standardDeviation) / Math.sqrt(n);
  return { n, mean, standardDeviation, low: mean - halfWidth, high: mean + halfWidth };
}

function average(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

/** How two series of equal length vary together (divided by n - 1); a series with itself: its variance. */
export function covariance(xs: readonly number[], ys: readonly number[]): number {
  const meanX = average(xs);
  const meanY = average(ys);
  return xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i]! - meanY), 0) / (xs.length - 1);
}
