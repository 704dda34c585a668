import { parseDocument } from "yaml";
import { Mistake, readBandwidth, readBytes, readDuration, readRate, readShare, show } from "../../models/unit.ts";
import { exp, log } from "../../sim/math.ts";

/** A value of a scenario that takes several values: each of a list, or any of a range. */
export type Axis = ListAxis | RangeAxis;

/** Written as "server.discipline=fifo,codel". */
export interface ListAxis {
  readonly sort: "list";
  /** As after `--set`, "proxysql.replicas". */
  readonly path: string;
  /** Each as it is written after the path in a change; none twice. */
  readonly values: readonly string[];
}

/** Written as "db.max_connections=40..150", "load.rate=40/s..120/s/9" for nine steps, or "server.queue=1..1000/log". */
export interface RangeAxis {
  readonly sort: "range";
  readonly path: string;
  readonly low: number;
  readonly high: number;
  /** That of the lower bound; "" for plain numbers. */
  readonly unit: string;
  /** Equal steps add as much ("linear"), or multiply by as much ("log"). */
  readonly scale: "linear" | "log";
  /** Values in a grid; undefined if it is not said. Of whole numbers there may be fewer. */
  readonly steps: number | undefined;
  /** Only whole numbers are meant. */
  readonly isWhole: boolean;
}

/** Values of a range that does not say how many: ten equal steps. */
const STEPS = 11;
const MOST_VALUES = 10_000;

const FORMS = '"6,20,43", "40..150", "40..150/12" for 12 values, or "1..1000/log"';

/** Reads "path=values"; see the two sorts of axes for the forms. */
export function readAxis(text: string): Axis | Mistake {
  const equals = text.indexOf("=");
  const path = text.slice(0, Math.max(0, equals)).trim();
  const values = text.slice(equals + 1).trim();
  if (path === "") return new Mistake(`${show(text)} is not path=values`, `a path and ${FORMS}`);
  return /^[-\d.].*\.\./.test(values) && !values.includes(",") ? readRange(path, values) : readList(path, values);
}

/** The name of a path in a text that may be no axis. */
export function pathIn(text: string): string {
  return text.split("=", 1)[0]!.trim();
}

/** The values of an axis in a grid, in order, as they are written in a change. */
export function valuesOf(axis: Axis): readonly string[] {
  if (axis.sort === "list") return axis.values;
  const { low, high, unit, isWhole } = axis;
  const steps = axis.steps ?? STEPS;
  const numbers = Array.from({ length: steps }, (_, at) => {
    if (at === 0 || at === steps - 1) return plainly(at === 0 ? low : high);
    const number = between(axis, low, high, at / (steps - 1));
    return isWhole ? plainly(Math.round(number)) : rounded(number);
  });
  return [...new Set(numbers)].map((number) => number + unit);
}

/** The value at a share of a range, from 0 to 1 without the ends; every whole number has an equal part of a linear one. */
export function valueAtShare(axis: RangeAxis, share: number): string {
  const { low, high, unit, isWhole } = axis;
  const number = isWhole ? Math.floor(between(axis, low, high + 1, share)) : between(axis, low, high, share);
  return (isWhole ? plainly(number) : rounded(number)) + unit;
}

/** The numbers of a range without their unit; undefined for a list. */
export function numberIn(axis: Axis, value: string): number | undefined {
  return axis.sort === "list" ? undefined : Number(value.slice(0, value.length - axis.unit.length));
}

function between({ scale }: RangeAxis, low: number, high: number, share: number): number {
  return scale === "log" ? low * exp(share * log(high / low)) : low + (high - low) * share;
}

/** With six digits that count, so that a value can be read and typed. */
function rounded(number: number): string {
  return plainly(Number(number.toPrecision(6)));
}

/** Without an exponent, which quantities with a unit do not take. */
function plainly(number: number): string {
  const text = String(number);
  return text.includes("e-") ? number.toFixed(20).replace(/\.?0+$/, "") : text;
}

function readList(path: string, text: string): ListAxis | Mistake {
  const document = parseDocument(`[${text}]`, { prettyErrors: false });
  const read: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 });
  if (!Array.isArray(read) || read.includes(null)) return new Mistake(`${show(text)} cannot be read`, FORMS);
  const values = [...new Set(read.map(inWords))];
  if (values.length < 2) return new Mistake(`${show(text)} is one value only`, `at least two; --set for a single one`);
  if (values.length > MOST_VALUES) return new Mistake(`${values.length} values`, `at most ${MOST_VALUES}`);
  return { sort: "list", path, values };
}

/** A value as it can be read again: bare where that is the same. */
function inWords(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const document = parseDocument(value, { prettyErrors: false });
  return document.errors.length === 0 && document.toJS() === value ? value : JSON.stringify(value);
}

function readRange(path: string, text: string): RangeAxis | Mistake {
  const [, from = "", to = "", words = ""] = /^(.*?)\.\.(.*?)((?:\/(?:\d+|log))*)$/.exec(text) ?? [];
  const [low, high] = [readBound(from), readBound(to)];
  if (low instanceof Mistake) return low;
  if (high instanceof Mistake) return high;
  const end = high.unit === low.unit ? high.number : converted(high, low.unit);
  if (end instanceof Mistake) return end;
  const flags = words.split("/").slice(1);
  const counts = flags.filter((flag) => flag !== "log").map(Number);
  const axis: RangeAxis = {
    ...{ sort: "range", path, low: low.number, high: end, unit: low.unit, steps: counts[0] },
    scale: flags.includes("log") ? "log" : "linear",
    isWhole: low.unit === "" && Number.isInteger(low.number) && Number.isInteger(end),
  };
  return counts.length + 1 < flags.length || counts.length > 1 ? new Mistake(show(text), FORMS) : mistakeIn(axis) ?? axis;
}

function mistakeIn({ low, high, scale, steps = STEPS }: RangeAxis): Mistake | undefined {
  if (low === high) return new Mistake("the range is one value only", "two different ends; --set for a single value");
  if (low > high) return new Mistake("the range ends before it begins", `the lower end first, ${high}..${low}`);
  if (steps < 2) return new Mistake(`${steps} values are no range`, "at least 2, or --set for a single value");
  if (steps > MOST_VALUES) return new Mistake(`${steps} values`, `at most ${MOST_VALUES}`);
  if (scale === "log" && low <= 0) return new Mistake(`no equal factors lead away from ${low}`, "a range above 0");
  return undefined;
}

interface Bound {
  readonly number: number;
  readonly unit: string;
}

const BOUND = /^\s*(-?\d+(?:\.\d+)?)\s*([^\d\s.]\S{0,9})?\s*$/;

function readBound(word: string): Bound | Mistake {
  const match = BOUND.exec(word);
  if (match !== null) return { number: Number(match[1]), unit: match[2] ?? "" };
  const micros = readDuration(word);
  if (!(micros instanceof Mistake)) return { number: micros / 1e6, unit: "s" };
  return new Mistake(`${show(word.trim())} is no number, nor one with a unit`, FORMS);
}

/** A bound in the unit of the other one. */
function converted({ number, unit }: Bound, wanted: string): number | Mistake {
  for (const read of [readDuration, readRate, readBandwidth, readBytes, readShare]) {
    const [size, other] = [read(`1${unit}`), read(`1${wanted}`)];
    if (!(size instanceof Mistake || other instanceof Mistake)) return Number(((number * size) / other).toPrecision(12));
  }
  const [is, should] = [unit, wanted].map((word) => (word === "" ? "no unit" : `the unit ${show(word)}`));
  return new Mistake(`one end has ${should}, and the other ${is}`, "the same unit at both ends, as in 0.2ms..2ms");
}
