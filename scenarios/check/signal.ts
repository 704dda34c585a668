import { type Micros, SECOND } from "../../sim/time.ts";
import { type Goodput, goodputOf } from "../experiment/outage.ts";
import type { Comparator } from "./expression.ts";
import type { Counts, Levels, Readings } from "./readings.ts";
import type { Sense } from "./sense.ts";

/** Goodput is judged over so many seconds of birth, as an outage is. */
const GOODPUT_WINDOW = 5;

/** Something that was the case over time, bin by bin; NaN where it was not defined. */
export interface Signal {
  readonly width: Micros;
  readonly bins: number;
  /** How much time a bin speaks of; more than its width where windows overlap. */
  readonly span: Micros;
  min(bin: number): number;
  max(bin: number): number;
  mean(bin: number): number;
  last(bin: number): number;
}

/** The signal that a check speaks of, as a share where it asks for one; undefined if nothing was measured. */
export function signalOf({ sort, selector, whole }: Sense, readings: Readings): Signal | undefined {
  if (sort === "goodput") {
    const goodput = readings.goodput(selector);
    return goodput && signalOfGoodput(goodput);
  }
  if (sort === "counter") {
    const counts = readings.counts(selector);
    return counts && signalOfRate(counts);
  }
  const levels = readings.levels(selector);
  const part = levels && signalOfLevels(levels);
  if (part === undefined || whole === undefined) return part;
  const setting = readings.setting(whole, selector.component);
  if (setting !== undefined) return shareOf(part, constant(setting, part));
  const wholes = readings.levels({ ...selector, metric: whole });
  return wholes && shareOf(part, signalOfLevels(wholes));
}

/** Events per second, bin by bin. */
export function signalOfRate({ binWidth, amounts }: Counts): Signal {
  const rate = (bin: number) => (amounts[bin]! * SECOND) / binWidth;
  return { width: binWidth, span: binWidth, bins: amounts.length, min: rate, max: rate, mean: rate, last: rate };
}

function signalOfLevels({ binWidth, min, max, mean, last }: Levels): Signal {
  return {
    width: binWidth,
    span: binWidth,
    bins: min.length,
    min: (bin) => min[bin]!,
    max: (bin) => max[bin]!,
    mean: (bin) => mean[bin]!,
    last: (bin) => last[bin]!,
  };
}

function signalOfGoodput(goodput: Goodput): Signal {
  const share = (second: number) => goodputOf(goodput, second, second + GOODPUT_WINDOW) ?? Number.NaN;
  const bins = Math.max(0, goodput.born.length - GOODPUT_WINDOW + 1);
  return { width: SECOND, span: GOODPUT_WINDOW * SECOND, bins, min: share, max: share, mean: share, last: share };
}

function constant(value: number, { width, span, bins }: Signal): Signal {
  const always = () => value;
  return { width, span, bins, min: always, max: always, mean: always, last: always };
}

/** One signal as a share of another: the least and the most that it can have been while both changed. */
function shareOf(part: Signal, whole: Signal): Signal {
  const share = (amount: number, of: number) => (of === 0 ? Number.NaN : amount / of);
  return {
    width: part.width,
    span: part.span,
    bins: Math.min(part.bins, whole.bins),
    min: (bin) => share(part.min(bin), whole.max(bin)),
    max: (bin) => share(part.max(bin), whole.min(bin) || whole.max(bin)),
    mean: (bin) => share(part.mean(bin), whole.mean(bin)),
    last: (bin) => share(part.last(bin), whole.last(bin)),
  };
}

/** Whether every value from the least to the most fulfils the comparison. */
export function fulfils(least: number, most: number, comparator: Comparator, limit: number): boolean {
  switch (comparator) {
    case "<":
      return most < limit;
    case "<=":
      return most <= limit;
    case ">":
      return least > limit;
    case ">=":
      return least >= limit;
    case "==":
      return least === limit && most === limit;
    case "!=":
      return most < limit || least > limit;
  }
}

/** The bins that speak of nothing but a window: the first of them, and the one after the last. */
export function binsWithin({ width, span, bins }: Signal, from: Micros, until: Micros): { first: number; end: number } {
  const first = Math.floor(from / width);
  const end = Math.ceil((until - span) / width) + 1;
  return { first, end: Math.max(first, Math.min(bins, end)) };
}

/** How long the comparison holds without a break, at most; bins that are not defined do not break it. */
export function longestStretch(
  signal: Signal,
  comparator: Comparator,
  limit: number,
  from: Micros,
  until: Micros,
): Micros {
  const { first, end } = binsWithin(signal, from, until);
  let longest = 0;
  let start = -1;
  for (let bin = first; bin < end; bin++) {
    const [min, max] = [signal.min(bin), signal.max(bin)];
    const holds = Number.isNaN(min) ? start >= 0 : fulfils(min, max, comparator, limit);
    if (!holds) start = -1;
    else if (start < 0) start = bin;
    if (holds) longest = Math.max(longest, (bin - start) * signal.width + signal.span);
  }
  return longest;
}
