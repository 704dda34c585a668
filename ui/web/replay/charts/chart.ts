import type { Micros } from "../../../../sim/time.ts";
import { type Span, shareOf } from "../timeline/zoom.ts";
import { type Curve, spanFor } from "./curve.ts";

/** What a chart is of. */
export type ChartName =
  | "latency"
  | "throughput"
  | "connections"
  | "pods"
  | "bandwidth"
  | "queues"
  | "failures"
  | "evidence"
  | "chosen";

/** A level that must not be passed, or cannot be. */
export interface Threshold {
  readonly label: string;
  readonly value: number;
}

/** Curves with one unit over one clock. */
export interface Chart {
  readonly name: ChartName;
  readonly unit: string;
  /** Time from one point of the finest level to the next, the same for all curves. */
  readonly step: Micros;
  readonly curves: readonly Curve[];
  readonly thresholds: readonly Threshold[];
  readonly isLog?: boolean;
  /** Whether the gap between the first curve and the second is filled. */
  readonly isGapFilled?: boolean;
}

type Column = (number | null)[];

/** What is drawn of a chart: moments in seconds, and for each curve its most, least and mean. */
export interface Plot {
  readonly span: number;
  readonly seconds: number[];
  readonly curves: readonly { readonly max: Column; readonly min: Column; readonly mean: Column }[];
}

/** The points of a chart within a span of time and one beyond on either side, at least one for each of so many pixels. */
export function plotOf({ step, curves }: Chart, shown: Span, pixels: number): Plot {
  const points = Math.max(0, ...curves.map((curve) => curve.points));
  const span = spanFor((shown.until - shown.from) / step / Math.max(1, pixels), points);
  const width = span * step;
  const first = Math.max(0, Math.floor(shown.from / width) - 1);
  const last = Math.min(Math.ceil(points / span) - 1, Math.ceil(shown.until / width));
  const length = Math.max(0, last - first + 1);
  return {
    span,
    seconds: Array.from({ length }, (_, at) => ((first + at + 0.5) * width) / 1e6),
    curves: curves.map((curve) => {
      const { max, min, mean } = curve.band(span);
      const column = (from: Float32Array) => Array.from({ length }, (_, at) => drawable(from[first + at]));
      return { max: column(max), min: column(min), mean: column(mean) };
    }),
  };
}

/** What a curve is at a moment: the numbers of the single point that the moment is in; undefined where there is none. */
export function valueAt(curve: Curve, step: Micros, time: Micros): Value | undefined {
  const at = Math.min(curve.points - 1, Math.floor(time / step));
  const { mean, min, max } = curve.band(1);
  const value = mean[at];
  return value === undefined || Number.isNaN(value) ? undefined : { mean: value, min: min[at]!, max: max[at]! };
}

export interface Value {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** A moment as a place across a chart, in per cent. */
export function placeOf(time: Micros, shown: Span): string {
  return `${shareOf(time, shown) * 100}%`;
}

/** A number as charts and tables write it, with four digits that count. */
export function figureText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function drawable(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
