import { type Mean, meanInterval } from "../statistics/mean.ts";
import { pairedDifference } from "../statistics/paired-difference.ts";

/** What one run gave for a measure on each side; null where nothing was measured. */
export interface Pair {
  readonly a: number | null;
  readonly b: number | null;
}

/** How two sides that met the same luck compare in one number. */
export interface PairedMeasure {
  readonly measure: string;
  readonly unit: string;
  /** Null if there is no pair of runs of which both gave something. */
  readonly paired: Paired | null;
}

/** Over the pairs of which both runs gave something; means with Student's 95 % interval. */
export interface Paired {
  readonly a: Mean;
  readonly b: Mean;
  /** B - A, pair by pair. */
  readonly difference: Mean;
  /**
   * Null where a side never varies, or there is only one pair. At 0 or below pairing gained nothing: the random streams
   * are not in step, or the sides react to them in opposite ways.
   */
  readonly correlation: number | null;
  /**
   * So many times as many runs it would take to know the difference as well from runs that are not paired: the variances
   * of both sides together, by that of their difference. Null where the difference never varies.
   */
  readonly gain: number | null;
}

/** Compares two sides in one number, replication by replication. To exchange them exchanges every sign, bit for bit. */
export function pairedMeasure(measure: string, unit: string, pairs: readonly Pair[]): PairedMeasure {
  const known = pairs.flatMap(({ a, b }) => (a === null || b === null ? [] : [{ a, b }]));
  const [as, bs] = [known.map(({ a }) => a), known.map(({ b }) => b)];
  return { measure, unit, paired: known.length === 0 ? null : pairedOf(as, bs) };
}

function pairedOf(as: readonly number[], bs: readonly number[]): Paired {
  const { correlation, ...difference } = pairedDifference(bs, as);
  const [a, b] = [meanInterval(as), meanInterval(bs)];
  const spread = difference.standardDeviation ** 2;
  const varies = as.length > 1 && !isConstant(as) && !isConstant(bs);
  const isSteady = isConstant(as.map((figure, at) => bs[at]! - figure));
  return {
    a,
    b,
    difference,
    correlation: varies ? (correlation ?? null) : null,
    gain: isSteady || spread === 0 ? null : (a.standardDeviation ** 2 + b.standardDeviation ** 2) / spread,
  };
}

function isConstant(figures: readonly number[]): boolean {
  return figures.every((each) => each === figures[0]);
}
