import type { SeriesEntry } from "../../../scenarios/experiment/result.ts";
import { levelFor } from "../../../scenarios/recording/bins.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { type Comparable, type FirstDifference, firstDifference } from "../../../scenarios/study/first-difference.ts";
import type { Micros } from "../../../sim/time.ts";

/** Where two recorded runs part. */
export function partingOf(a: Recording, b: Recording): FirstDifference {
  return firstDifference(comparable(a), comparable(b));
}

/** The instant from which two runs differ in anything that was recorded; undefined if they never do. */
export function partedAt({ event, series, served, people }: FirstDifference): Micros | undefined {
  const found = [event?.at, series?.from, served?.at, ...people.map(({ at }) => at)];
  const known = found.filter((at) => at !== undefined && at !== null);
  return known.length === 0 ? undefined : Math.min(...known);
}

function comparable(recording: Recording): Comparable {
  const { header, result } = recording;
  const entries = (type: "gauge" | "counter"): SeriesEntry[] =>
    (type === "gauge" ? header.gauges : header.counters).map(({ path, name, unit }, index) => {
      const { mean, min, max } = levelFor(recording, { type, index }, 1);
      return { path, name, unit, type, mean: [...mean], min: [...min], max: [...max] };
    });
  const { reached, loads, journal, goodput } = result;
  const series = [...entries("gauge"), ...entries("counter")];
  return { reached, loads, journal, goodput, binWidth: header.binWidth, series };
}
