import { percentileOf } from "../../models/k6/percentile.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { goodputOf } from "../experiment/outage.ts";
import type { Threshold } from "./expression.ts";
import { type Finding, found, nothing, scaleOf } from "./finding.ts";
import type { Meaning } from "./names.ts";
import type { Durations, Readings, Selector } from "./readings.ts";
import type { Sense } from "./sense.ts";
import { fulfils } from "./signal.ts";
import { firstBreach } from "./state.ts";

/** Judges a threshold over the whole run, as k6 does at the end (k6 `metrics/sink.go`). */
export function judgeThreshold({ aggregate, comparison }: Threshold, sense: Sense, readings: Readings): Finding {
  const scale = scaleOf(sense);
  const value = thresholdNumber(aggregate, sense, readings);
  if (value === undefined) return nothing(sense.limit, scale);
  const holds = fulfils(value, value, comparison.comparator, sense.limit);
  const counted = sense.sort === "counter" && aggregate.name === "count";
  const broken = counted ? firstBreach(sense, readings, comparison.comparator, 0) : undefined;
  return found(holds, value, sense.limit, scale, broken);
}

/** What a threshold is about; undefined if nothing was measured. */
export function thresholdNumber(
  aggregate: Threshold["aggregate"],
  { sort, selector }: Meaning,
  readings: Readings,
): number | undefined {
  if (sort === "ratio") {
    const ratio = readings.ratio(selector);
    return ratio === undefined || ratio.total === 0 ? undefined : ratio.hits / ratio.total;
  }
  if (sort === "counter") {
    const total = readings.counts(selector)?.total;
    return total === undefined || aggregate.name === "count"
      ? total
      : perSecond(total, readings.lengthOf(selector.component));
  }
  if (sort === "level") {
    const levels = readings.levels(selector);
    return levels?.last[levels.last.length - 1];
  }
  const durations = readings.durations(selector);
  const judged = durations !== undefined && durations.count > 0 && !isDead(selector, readings);
  return judged ? aggregateOf(durations, aggregate) : undefined;
}

function perSecond(total: number, length: Micros): number {
  return length === 0 ? 0 : (total * SECOND) / length;
}

function aggregateOf(durations: Durations, aggregate: Threshold["aggregate"]): number {
  switch (aggregate.name) {
    case "avg":
      return durations.mean;
    case "min":
      return durations.min;
    case "max":
      return durations.max;
    case "p":
      return percentileOf(durations, aggregate.percent / 100);
    default:
      return percentileOf(durations, 0.5);
  }
}

/** A load none of whose requests ended well: quick refusals must not pass for quick answers. */
function isDead(selector: Selector, readings: Readings): boolean {
  if (!readings.offers.loads.includes(selector.component)) return false;
  const goodput = readings.goodput(selector);
  return goodput !== undefined && (goodputOf(goodput, 0, goodput.born.length) ?? 0) === 0;
}
