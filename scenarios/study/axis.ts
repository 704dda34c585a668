import { parseDocument } from "yaml";
import { Mistake, readBandwidth, readBytes, readDuration, readRate, readShare, show } from "../../models/unit.ts";
import { exp, log } from "../../sim/math.ts";

/** A value of a scenario that takes several values: each of a list, or any of a range. */
export type Axis = ListAxis | RangeAxis;

/** Written as "server.discipline=fifo,codel". */
interface ListAxis {
  readonly sort: "list";
  /** As after `--set`, "proxysql.replicas". */
  readonly path: string;
  /** Each as it is written after the path in a change; none twice. */
  readonly values: readonly string[];
}

/** Written as "db.max_connections=40..150", "load.rate=40/s..120/s/9" for nine values, or "server.queue=1..1000/log". */
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
export const USUAL_STEPS = 11;
const MOST_VALUES = 10_000;
/** Of a value between the ends, so many digits count: it can be read and typed. */
const DIGITS = 6;

const FORMS = '"6,20,43", "40..150", "40..150/12" for 12 values, or "1..1000/log"';

/** Reads "path=values"; see the two sorts of axes for the forms. */
export function readAxis(text: string): Axis | Mistake {
  const equals = text.indexOf("=");
  const path = pathIn(text);
  const values = text.slice(equals + 1).trim();
  if (equals < 0 || path === "") return new Mistake(`${show(text)} is not path=values`, `a path and ${FORMS}`);
  return values.includes("..") && !values.includes(",") ? readRange(path, values) : readList(path, values);
}

/** The path in a text that may be no axis. */
export function pathIn(text: string): string {
  return text.split("=", 1)[0]!.trim();
}

/** The values of an axis in a grid, in order, as they are written in a change. */
export function valuesOf(axis: Axis): readonly string[] {
  if (axis.sort === "list") return axis.values;
  const { low, high, unit, isWhole } = axis;
  const last = (axis.steps ?? USUAL_STEPS) - 1;
  const numbers = Array.from({ length: last + 1 }, (_, at) => {
    if (at === 0 || at === last) return plainly(at === 0 ? low : high);
    const number = between(axis, high, at / last);
    return isWhole ? plainly(Math.round(number)) : rounded(number);
  });
  return [...new Set(numbers)].map((number) => number + unit);
}

/** The value at a share of a range, above 0 and below 1; of whole numbers each has an equal part of a linear one. */
export function valueAtShare(axis: RangeAxis, share: number): string {
  const { high, unit, isWhole } = axis;
  const number = between(axis, isWhole ? high + 1 : high, share);
  return (isWhole ? plainly(Math.floor(number)) : rounded(number)) + unit;
}

function between({ scale, low }: RangeAxis, high: number, share: number): number {
  return scale === "log" ? low * exp(share * log(high / low)) : low + (high - low) * share;
}

function rounded(number: number): string {
  return plainly(Number(number.toPrecision(DIGITS)));
}

/** Without an exponent, which quantities with a unit do not take. */
function plainly(number: number): string {
  const text = String(number);
  return text.includes("e-") ? number.toFixed(20).replace(/\.?0+$/, "") : text;
}

function readList(path: string, text: string): ListAxis | Mistake {
  const read = parsed(`[${text}]`);
  if (!Array.isArray(read) || read.length === 0 || read.includes(null))
    return new Mistake(`${show(text)} is no list of values`, FORMS);
  const values = [...new Set(read.map(inWords))];
  if (values.length === 1)
    return new Mistake(`${show(text)} is one value only`, "at least two; --set for a single one");
  if (values.length > MOST_VALUES) return new Mistake(`${values.length} values`, `at most ${MOST_VALUES}`);
  return { sort: "list", path, values };
}

/** A value as it can be read again: bare where that is the same. */
function inWords(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return parsed(value) === value ? value : JSON.stringify(value);
}

/** What a text is as YAML; undefined if it is none, or refers to something else. */
function parsed(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

const FLAGS = /(?:\/(?:\d+|log))*$/;

function readRange(path: string, text: string): RangeAxis | Mistake {
  const flags = FLAGS.exec(text)![0].split("/").slice(1);
  const [from = "", to = ""] = text.replace(FLAGS, "").split(/\.\.(.*)/);
  const [low, high] = [readBound(from), readBound(to)];
  if (low instanceof Mistake) return low;
  if (high instanceof Mistake) return high;
  const end = high.unit === low.unit ? high.number : converted(high, low.unit);
  if (end instanceof Mistake) return end;
  const counts = flags.filter((flag) => flag !== "log").map(Number);
  if (counts.length > 1) return new Mistake(`${show(text)} says twice how many values there are`, FORMS);
  const axis: RangeAxis = {
    ...{ sort: "range", path, low: low.number, high: end, unit: low.unit, steps: counts[0] },
    scale: flags.includes("log") ? "log" : "linear",
    isWhole: low.unit === "" && low.isWhole && high.isWhole,
  };
  return mistakeIn(axis) ?? axis;
}

function mistakeIn({ low, high, unit, scale, steps = USUAL_STEPS }: RangeAxis): Mistake | undefined {
  if (low === high) return new Mistake("the range is one value only", "two different ends; --set for a single value");
  if (low > high) return new Mistake("the range ends before it begins", `${high}${unit}..${low}${unit}`);
  if (steps < 2) return new Mistake(`/${steps} leaves no range`, "at least 2 values; --set for a single one");
  if (steps > MOST_VALUES) return new Mistake(`${steps} values`, `at most ${MOST_VALUES}`);
  if (scale === "log" && low <= 0) return new Mistake(`no equal factors lead away from ${low}`, "a range above 0");
  return undefined;
}

interface Bound {
  readonly number: number;
  readonly unit: string;
  /** Written without a point. */
  readonly isWhole: boolean;
}

const BOUND = /^\s*(-?\d+(?:\.\d+)?)\s*([^\d\s.]{1,10})?\s*$/;

function readBound(word: string): Bound | Mistake {
  const match = BOUND.exec(word);
  if (match !== null) return { number: Number(match[1]), unit: match[2] ?? "", isWhole: !match[1]!.includes(".") };
  const micros = readDuration(word);
  if (!(micros instanceof Mistake)) return { number: micros / 1e6, unit: "s", isWhole: false };
  return new Mistake(`${show(word.trim())} is no number, nor one with a unit`, FORMS);
}

/** A bound in the unit of the other one. */
function converted({ number, unit }: Bound, wanted: string): number | Mistake {
  for (const read of [readDuration, readRate, readBandwidth, readBytes, readShare]) {
    const [size, other] = [read(`1${unit}`), read(`1${wanted}`)];
    const isKnown = unit !== "" && wanted !== "" && !(size instanceof Mistake || other instanceof Mistake);
    if (isKnown) return Number(((number * (size as number)) / (other as number)).toPrecision(12));
  }
  const [is, should] = [unit, wanted].map((word) => (word === "" ? "none" : show(word)));
  return new Mistake(`the ends have different units, ${should} and ${is}`, "the same at both ends, as in 0.2ms..2ms");
}
