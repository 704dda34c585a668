import type { Recorder } from "../../sim/record/recorder.ts";
import type { Series } from "../../sim/record/series.ts";
import { type Columns, demandRows } from "./container.ts";
import type { Header } from "./header.ts";
import type { Recording } from "./recording.ts";

/** Each level has so many times fewer points than the one below it. */
const FACTOR = 4;

/** Several series, each point summing up `span` bins. A series is `points` numbers in a row. */
interface Level {
  readonly span: number;
  readonly points: number;
  readonly mean: Float32Array<ArrayBuffer>;
  readonly min: Float32Array<ArrayBuffer>;
  readonly max: Float32Array<ArrayBuffer>;
}

/** All series of a run, from single bins to ever coarser levels. */
export interface Bins {
  readonly gauges: readonly Level[];
  /** How much was counted in a bin. */
  readonly counters: readonly Level[];
}

/** What a file keeps: single bins. The levels above follow from them, and a counter has one number per bin. */
export type BinColumns = Columns<typeof BINS>;
export const BINS = { mean: "f32", min: "f32", max: "f32", counted: "f32" } as const;

/** One series, by its place in the table of gauges or counters in the header. */
export interface SeriesName {
  readonly type: "gauge" | "counter";
  readonly index: number;
}

/** A series to draw: the band from min to max, and the mean; point i is of the bins from i * span on. */
export interface Band {
  readonly span: number;
  readonly mean: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/** A series at the level with one to four points per pixel, so that a spike of one bin is still in its band. */
export function levelFor(recording: Recording, { type, index }: SeriesName, binsPerPixel: number): Band {
  const levels = type === "gauge" ? recording.bins.gauges : recording.bins.counters;
  const { span, points, mean, min, max } = levels.findLast((level) => level.span <= binsPerPixel) ?? levels[0]!;
  const of = (column: Float32Array) => column.subarray(index * points, (index + 1) * points);
  return { span, mean: of(mean), min: of(min), max: of(max) };
}

/** The single bins of a run. */
export function binColumnsOf(record: Recorder): BinColumns {
  const { bins, gaugeSeries, counterSeries } = record;
  return {
    mean: joined(gaugeSeries, "mean", bins),
    min: joined(gaugeSeries, "min", bins),
    max: joined(gaugeSeries, "max", bins),
    counted: joined(counterSeries, "mean", bins),
  };
}

/** Throws a RecordingError where bins do not fit their header. */
export function checkBins(columns: BinColumns, { bins, gauges, counters }: Header): void {
  demandRows(columns, ["mean", "min", "max"], gauges.length * bins);
  demandRows(columns, ["counted"], counters.length * bins);
}

/** Builds the levels over single bins. */
export function binsFrom({ mean, min, max, counted }: BinColumns, { bins }: Header): Bins {
  return {
    gauges: pyramid({ span: 1, points: bins, mean, min, max }, bins),
    counters: pyramid({ span: 1, points: bins, mean: counted, min: counted, max: counted }, bins),
  };
}

/** The single bins at the foot of the levels. */
export function binColumnsFrom({ gauges, counters }: Bins): BinColumns {
  const { mean, min, max } = gauges[0]!;
  return { mean, min, max, counted: counters[0]!.mean };
}

function joined(series: readonly Series[], column: "mean" | "min" | "max", bins: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(series.length * bins);
  for (const [index, one] of series.entries()) all.set(one[column].subarray(0, bins), index * bins);
  return all;
}

function pyramid(foot: Level, bins: number): Level[] {
  const levels = [foot];
  for (let top = foot; top.points > 1; top = levels.at(-1)!) levels.push(above(top, bins));
  return levels;
}

function above(level: Level, bins: number): Level {
  const { points } = level;
  const series = points === 0 ? 0 : level.mean.length / points;
  const fewer = Math.ceil(points / FACTOR);
  const [mean, min, max] = [0, 1, 2].map(() => new Float32Array(series * fewer));
  const coarser: Level = { span: level.span * FACTOR, points: fewer, mean: mean!, min: min!, max: max! };
  for (let one = 0; one < series; one++) {
    for (let point = 0; point < fewer; point++) sumUp(level, one * points, coarser, one * fewer, point, bins);
  }
  return coarser;
}

/** The last point of a level may cover fewer bins than the others, and weighs less by that. */
function sumUp(from: Level, fromAt: number, into: Level, intoAt: number, point: number, bins: number): void {
  let [sum, weight, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const end = Math.min(from.points, (point + 1) * FACTOR);
  for (let finer = point * FACTOR; finer < end; finer++) {
    const covered = Math.min(from.span, bins - finer * from.span);
    sum += from.mean[fromAt + finer]! * covered;
    weight += covered;
    least = Math.min(least, from.min[fromAt + finer]!);
    most = Math.max(most, from.max[fromAt + finer]!);
  }
  into.mean[intoAt + point] = sum / weight;
  into.min[intoAt + point] = least;
  into.max[intoAt + point] = most;
}
