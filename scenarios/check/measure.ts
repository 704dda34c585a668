import { Mistake } from "../../models/unit.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { FirstTime, Measure, NumberOf } from "./expression.ts";
import { type Scale, scaleOf } from "./finding.ts";
import { type Meaning, meaningOf } from "./names.ts";
import type { Offers, Readings } from "./readings.ts";
import { attempt, checkAggregate, checkReduction, limitOf, readLimit, type Sense } from "./sense.ts";
import { fulfils, signalOf } from "./signal.ts";
import { stateNumber } from "./state.ts";
import { thresholdNumber } from "./threshold.ts";
import { TextMistake } from "./token.ts";

/** A measure whose names are known in a world. */
export interface MeasureSense {
  /** What its number is counted in, for people. */
  readonly scale: Scale;
  /** Reads an amount of it, such as "3.5s" or 100, in the unit that it is counted in. */
  read(text: string): number | Mistake;
  /** The number that a run gives; undefined if nothing was measured, or it never came to be so. */
  valueIn(readings: Readings): number | undefined;
}

/** What a measure means in a world, or why it means nothing there. */
export function senseOfMeasure({ number, per }: Measure, offers: Offers): MeasureSense | TextMistake {
  return attempt(() => {
    const above = senseOfNumber(number, offers);
    return per === undefined ? above : shareOf(above, senseOfNumber(per, offers));
  });
}

const TIME: Scale = { unit: "s", size: SECOND };

function senseOfNumber(number: NumberOf, offers: Offers): MeasureSense {
  const meaning = meaningOf(number.operand, offers);
  if (number.form === "first") return senseOfFirst(number, meaning, offers);
  if (number.form === "threshold") checkAggregate(number, meaning);
  else checkReduction(number, meaning);
  checkIsNumber(number, meaning);
  const rate = number.form === "threshold" ? number.aggregate.name === "rate" : number.reduction === "rate";
  const sense: Sense = { ...meaning, limit: 0, whole: undefined };
  const { unit, size } = scaleOf(sense);
  return {
    scale: { unit: rate && sense.sort === "counter" ? `${unit}/s` : unit, size },
    read: (text) => readLimit({ text, at: 0 }, meaning, rate),
    valueIn: (readings) => resultOf(number, sense, readings),
  };
}

/** A level is a number at each instant, and not one of the whole run. */
function checkIsNumber(number: NumberOf, { sort }: Meaning): void {
  if (number.form !== "state" || number.during.sort === "all" || number.during.sort === "stretch") {
    if (number.form !== "state") return;
    throw new TextMistake(number.operand.metric.at, "this is a statement, not a number", '"within 2m..15m"');
  }
  const { text, at } = number.operand.metric;
  if (sort === "level" && number.reduction === "each")
    throw new TextMistake(at, `${text} has a value at every instant`, `mean(${text}(...)), or max, min, last`);
}

function resultOf(number: Exclude<NumberOf, FirstTime>, sense: Sense, readings: Readings): number | undefined {
  if (number.form === "threshold") return thresholdNumber(number.aggregate, sense, readings);
  const { during, reduction } = number;
  const window = during.sort === "run" ? { from: 0, until: readings.end } : during;
  const until = Math.min(window.until, readings.end);
  return window.from < until ? stateNumber(reduction, sense, { from: window.from, until }, readings) : undefined;
}

function senseOfFirst({ comparison }: FirstTime, meaning: Meaning, offers: Offers): MeasureSense {
  const { sort, selector } = meaning;
  if (sort !== "level" && sort !== "counter" && sort !== "goodput") {
    const right = "a level, a counter or goodput";
    throw new TextMistake(0, `${selector.metric} is not known from instant to instant`, right);
  }
  const sense = { ...meaning, ...limitOf(comparison, meaning, false, offers) };
  const reached = (least: number, most: number) =>
    fulfils(least, least, comparison.comparator, sense.limit) ||
    fulfils(most, most, comparison.comparator, sense.limit);
  return {
    scale: TIME,
    read: (text) => readLimit({ text, at: 0 }, { ...meaning, sort: "duration" }, false),
    valueIn: (readings) => firstTime(sense, readings, reached),
  };
}

function firstTime(
  sense: Sense,
  readings: Readings,
  reached: (least: number, most: number) => boolean,
): Micros | undefined {
  const counts = sense.sort === "counter" ? readings.counts(sense.selector) : undefined;
  let amount = 0;
  for (let bin = 0; bin < (counts?.amounts.length ?? 0); bin++) {
    amount += counts!.amounts[bin]!;
    if (reached(amount, amount)) return bin * counts!.binWidth;
  }
  const signal = sense.sort === "counter" ? undefined : signalOf(sense, readings);
  for (let bin = 0; bin < (signal?.bins ?? 0); bin++) {
    if (reached(signal!.min(bin), signal!.max(bin))) return bin * signal!.width;
  }
  return undefined;
}

function shareOf(above: MeasureSense, below: MeasureSense): MeasureSense {
  return {
    scale: { unit: "", size: 1 },
    read: readRatio,
    valueIn: (readings) => {
      const [part, whole] = [above.valueIn(readings), below.valueIn(readings)];
      return part === undefined || whole === undefined || whole === 0 ? undefined : part / whole;
    },
  };
}

function readRatio(text: string): number | Mistake {
  const number = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  return Number.isFinite(number) && text.trim() !== ""
    ? number
    : new Mistake(`"${text}" is not a number`, "a number or a percentage");
}
