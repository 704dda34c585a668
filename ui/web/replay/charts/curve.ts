import { type Band, levelFor, type SeriesName } from "../../../../scenarios/recording/bins.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";

/** Each level of a series has so many times fewer points than the one below it. */
const FACTOR = 4;

/** Numbers over time that a chart draws: a line for the mean, and a band from the least to the most. */
export interface Curve {
  readonly label: string;
  /** Points at the finest level. */
  readonly points: number;
  readonly isDashed?: boolean;
  /** The curve with each point summing up `span` of the finest, a power of four. NaN where there is no number. */
  band(span: number): Band;
}

/** The coarsest level that has at least one point for each pixel. */
export function spanFor(pointsPerPixel: number, points: number): number {
  let span = 1;
  while (span * FACTOR <= pointsPerPixel && span * FACTOR <= points) span *= FACTOR;
  return span;
}

/** A recorded series; each number is multiplied by `factor`. */
export function recordedCurve(
  recording: Recording,
  series: SeriesName,
  label: string,
  { factor = 1, isDashed = false } = {},
): Curve {
  const scaled = (column: Float32Array) => (factor === 1 ? column : column.map((value) => value * factor));
  return {
    label,
    isDashed,
    points: recording.header.bins,
    band(at) {
      const { span, mean, min, max } = levelFor(recording, series, at);
      return { span, mean: scaled(mean), min: scaled(min), max: scaled(max) };
    },
  };
}

/** A series that is worked out from others, point by point. */
export function derivedCurve(label: string, values: Float32Array, { isDashed = false } = {}): Curve {
  return { label, isDashed, points: values.length, band: (span) => bandOf(values, span) };
}

/** Numbers summed up by so many: the mean, the least and the most of those that are there. */
export function bandOf(values: Float32Array, span: number): Band {
  const points = Math.ceil(values.length / span);
  const band = { span, mean: new Float32Array(points), min: new Float32Array(points), max: new Float32Array(points) };
  for (let point = 0; point < points; point++) {
    let [sum, count, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of values.subarray(point * span, (point + 1) * span)) {
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    band.mean[point] = sum / count;
    band.min[point] = count === 0 ? Number.NaN : least;
    band.max[point] = count === 0 ? Number.NaN : most;
  }
  return band;
}
