import { type Micros, SECOND } from "../../sim/time.ts";
import { goodputOf, outageOf } from "../experiment/outage.ts";
import type { Comparator, Reduction, State } from "./expression.ts";
import { type Finding, found, nothing, scaleOf } from "./finding.ts";
import type { Readings } from "./readings.ts";
import { OUTAGES, type Sense } from "./sense.ts";
import { binsWithin, fulfils, longestStretch, signalOf, signalOfRate } from "./signal.ts";

interface Window {
  readonly from: Micros;
  readonly until: Micros;
}

/** Judges a statement about what was the case over time. */
export function judgeState({ reduction, during, comparison }: State, sense: Sense, readings: Readings): Finding {
  const { comparator } = comparison;
  const whole = { from: 0, until: readings.end };
  const window = during.sort === "run" ? whole : { from: during.from, until: Math.min(during.until, readings.end) };
  if (window.from >= window.until) return nothing(sense.limit, scaleOf(sense));
  if (during.sort === "stretch") return stretch(during.length, sense, comparator, window, readings);
  const throughout = during.sort === "all" || (sense.sort === "level" && reduction === "each");
  if (throughout) return always(sense, comparator, window, readings);
  const value = stateNumber(reduction, sense, window, readings);
  if (value === undefined) return nothing(sense.limit, scaleOf(sense));
  const counted = sense.sort === "counter" && reduction === "each";
  const broken = counted ? firstBreach(sense, readings, comparator, window.from) : undefined;
  return found(fulfils(value, value, comparator, sense.limit), value, sense.limit, scaleOf(sense), broken);
}

/** When a count that grows from `from` on first breaks the comparison; undefined for those that only growth can fulfil. */
export function firstBreach(
  sense: Sense,
  readings: Readings,
  comparator: Comparator,
  from: Micros,
): Micros | undefined {
  const counts = readings.counts(sense.selector);
  if (counts === undefined || comparator.startsWith(">")) return undefined;
  const { first, end } = binsWithin(signalOfRate(counts), from, readings.end);
  let amount = 0;
  for (let bin = first; bin < end; bin++) {
    amount += counts.amounts[bin]!;
    const breached = comparator === "<" ? amount >= sense.limit : amount > sense.limit;
    if (breached) return bin * counts.binWidth;
  }
  return undefined;
}

/** It must hold throughout some stretch of the window. */
function stretch(length: Micros, sense: Sense, comparator: Comparator, window: Window, readings: Readings): Finding {
  const scale = { unit: "s", size: SECOND };
  const signal = signalOf(sense, readings);
  if (signal === undefined) return nothing(length, scale);
  const longest = longestStretch(signal, comparator, sense.limit, window.from, window.until);
  return found(longest >= length, longest, length, scale);
}

/** It must hold at every instant of the window; the worst of them is what was measured. */
function always(sense: Sense, comparator: Comparator, { from, until }: Window, readings: Readings): Finding {
  const signal = signalOf(sense, readings);
  const scale = scaleOf(sense);
  if (signal === undefined) return nothing(sense.limit, scale);
  const { first, end } = binsWithin(signal, from, until);
  const low = comparator.startsWith(">");
  let worst = Number.NaN;
  let broken: Micros | undefined;
  for (let bin = first; bin < end; bin++) {
    const [min, max] = [signal.min(bin), signal.max(bin)];
    if (Number.isNaN(min)) continue;
    if (!fulfils(min, max, comparator, sense.limit)) broken ??= Math.max(from, bin * signal.width);
    const here = low ? min : max;
    if (Number.isNaN(worst) || (low ? here < worst : here > worst)) worst = here;
  }
  if (Number.isNaN(worst)) return nothing(sense.limit, scale);
  return found(broken === undefined, worst, sense.limit, scale, broken);
}

/** One number for a window; undefined if nothing was measured in it. */
export function stateNumber(
  reduction: Reduction,
  sense: Sense,
  { from, until }: Window,
  readings: Readings,
): number | undefined {
  const { sort, selector } = sense;
  switch (sort) {
    case "ratio": {
      const ratio = readings.ratio(selector);
      return ratio === undefined || ratio.total === 0 ? undefined : ratio.hits / ratio.total;
    }
    case "goodput": {
      const goodput = readings.goodput(selector);
      return goodput && goodputOf(goodput, Math.floor(from / SECOND), Math.ceil(until / SECOND));
    }
    case "outage": {
      const goodput = readings.goodput(selector);
      const seconds = [Math.floor(from / SECOND), Math.ceil(until / SECOND)] as const;
      if (goodput === undefined || goodputOf(goodput, ...seconds) === undefined) return undefined;
      return OUTAGES.indexOf(outageOf(goodput, ...seconds));
    }
    case "counter": {
      const amount = amountWithin(sense, { from, until }, readings);
      return amount === undefined || reduction === "each" ? amount : (amount * SECOND) / (until - from);
    }
    default:
      return reduce(reduction, sense, { from, until }, readings);
  }
}

function amountWithin({ selector }: Sense, { from, until }: Window, readings: Readings): number | undefined {
  const counts = readings.counts(selector);
  if (counts === undefined || (from === 0 && until === readings.end)) return counts?.total;
  let amount = 0;
  const { first, end } = binsWithin(signalOfRate(counts), from, until);
  for (let bin = first; bin < end; bin++) amount += counts.amounts[bin]!;
  return amount;
}

function reduce(reduction: Reduction, sense: Sense, { from, until }: Window, readings: Readings): number | undefined {
  const signal = signalOf(sense, readings);
  if (signal === undefined) return undefined;
  const { first, end } = binsWithin(signal, from, until);
  const known = Array.from({ length: end - first }, (_, i) => first + i).filter(
    (bin) => !Number.isNaN(signal.min(bin)),
  );
  const last = known[known.length - 1];
  if (last === undefined) return undefined;
  if (reduction === "last") return signal.last(last);
  if (reduction === "mean") return known.reduce((sum, bin) => sum + signal.mean(bin), 0) / known.length;
  if (reduction === "max")
    return known.reduce((most, bin) => Math.max(most, signal.max(bin)), Number.NEGATIVE_INFINITY);
  return known.reduce((least, bin) => Math.min(least, signal.min(bin)), Number.POSITIVE_INFINITY);
}
