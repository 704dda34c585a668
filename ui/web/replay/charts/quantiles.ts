import { rowAt } from "../../../../scenarios/recording/latency.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { ROW_BUCKETS, rowEdges } from "../../../../sim/record/histogram.ts";
import { MILLISECOND } from "../../../../sim/time.ts";
import { bandOf, type Curve } from "./curve.ts";

const EDGES = rowEdges();

/**
 * Quantiles of durations over time, in milliseconds. Where a point sums up several bins, its line is the quantile of all
 * their durations, and its band goes from the least to the greatest quantile of a single bin.
 */
export function quantileCurves(
  recording: Recording,
  histograms: readonly number[],
  shares: readonly number[],
): Curve[] {
  const { bins } = recording.header;
  const rows = rowsOf(recording, histograms);
  return shares.map((share) => {
    const single = Float32Array.from({ length: bins }, (_, bin) => quantileOf(rows, bin, bin + 1, share));
    return {
      label: `p${share * 100}`,
      points: bins,
      band(span) {
        const { min, max } = bandOf(single, span);
        const mean = Float32Array.from(min, (_, at) =>
          quantileOf(rows, at * span, Math.min(bins, (at + 1) * span), share),
        );
        return { span, mean, min, max };
      },
    };
  });
}

/** Counts by bin and bucket, of several histograms together. */
function rowsOf(recording: Recording, histograms: readonly number[]): Float64Array {
  const { bins } = recording.header;
  const rows = new Float64Array(bins * ROW_BUCKETS);
  for (const histogram of histograms) {
    for (let bin = 0; bin < bins; bin++) {
      for (const [bucket, count] of rowAt(recording, histogram, bin).entries())
        rows[bin * ROW_BUCKETS + bucket]! += count;
    }
  }
  return rows;
}

/** The upper edge, in milliseconds, of the bucket that the quantile of some bins is in; NaN if nothing was measured. */
function quantileOf(rows: Float64Array, from: number, until: number, share: number): number {
  const counts = new Float64Array(ROW_BUCKETS);
  let all = 0;
  for (let at = from * ROW_BUCKETS; at < until * ROW_BUCKETS; at++) {
    counts[at % ROW_BUCKETS]! += rows[at]!;
    all += rows[at]!;
  }
  if (all === 0) return Number.NaN;
  let rank = Math.max(1, Math.ceil(share * all));
  for (const [bucket, count] of counts.entries()) {
    rank -= count;
    if (rank <= 0) return EDGES[bucket]! / MILLISECOND;
  }
  return Number.NaN;
}
