import {
  Mistake,
  type Reader,
  readBandwidth,
  readBytes,
  readDuration,
  readRate,
  readShare,
  show,
} from "../../models/unit.ts";
import { type RangeAxis, readAxis } from "./axis.ts";

/** A sort of quantity: how it is read, and the least step between two of its values; 0 if there is none. */
interface Dimension {
  readonly read: Reader<number>;
  readonly step: number;
}

const DIMENSIONS: readonly Dimension[] = [
  { read: readDuration, step: 1 },
  { read: readRate, step: 0 },
  { read: readShare, step: 0 },
  { read: readBandwidth, step: 0 },
  { read: readBytes, step: 1 },
];
/** Ranges wider than this are halved by the ratio of their ends. */
const DECADE = 10;
/** Digits of a value between the ends, where so many are enough. */
const DIGITS = 4;
/** Within words, what may be a quantity: not the 99 of p99. */
const QUANTITIES = /(?<!\w|\d\.)\d+(?:\.\d+)?[^\s\d.|]*/g;

/**
 * All values from one to another, as numbers in the unit that models count in: microseconds, bytes, per second, shares.
 * Whole numbers without a unit go in steps of 1, durations in microseconds. They are written in the unit of the first end.
 */
export class Range {
  readonly low: number;
  readonly high: number;
  private readonly axis: RangeAxis;
  private readonly dimension: Dimension;
  /** Of the unit that they are written in. */
  private readonly size: number;

  private constructor(axis: RangeAxis, dimension: Dimension, ends: readonly [low: number, high: number]) {
    const size = axis.unit === "" ? 1 : dimension.read(`1${axis.unit}`);
    this.axis = axis;
    this.dimension = dimension;
    this.size = size instanceof Mistake ? 1 : size;
    [this.low, this.high] = ends;
  }

  /** Reads "0.2ms..2ms". */
  static of(words: string): Range | Mistake {
    const axis = readAxis(`range=${words}`);
    if (axis instanceof Mistake) return axis;
    if (axis.sort === "list") return new Mistake(`${show(words)} is no range`, RIGHT);
    const plain: Dimension = { read: readPlain, step: axis.isWhole ? 1 : 0 };
    const sorts = axis.unit === "" ? [plain] : DIMENSIONS;
    const dimension = sorts.find(({ read }) => !(read(`1${axis.unit}`) instanceof Mistake));
    if (dimension === undefined) return new Mistake(`${show(axis.unit)} is not a unit`, RIGHT);
    const [low, high] = [axis.low, axis.high].map((end) => dimension.read(`${end}${axis.unit}`));
    if (low instanceof Mistake) return low;
    return high instanceof Mistake ? high : new Range(axis, dimension, [low!, high!]);
  }

  /** The values of it from one to another. */
  between(low: number, high: number): Range {
    return new Range(this.axis, this.dimension, [low, high]);
  }

  /** A value in words, as a file has it: "0.6ms". */
  write(x: number): string {
    return `${Number((x / this.size).toPrecision(12))}${this.axis.unit}`;
  }

  /** The quantity in a value as a file has it; undefined if it is of another sort. Of a distribution, the first above 0. */
  read(value: unknown): number | undefined {
    const whole = this.dimension.read(value);
    if (!(whole instanceof Mistake)) return whole === 0 ? undefined : whole;
    const parts = typeof value === "string" ? (value.match(QUANTITIES) ?? []) : [];
    return parts
      .map((part) => this.dimension.read(part))
      .find((part): part is number => typeof part === "number" && part > 0);
  }

  /** Whether a value is nothing but a quantity in words, so that another can stand in its place. */
  isWritten(value: unknown): boolean {
    return typeof value === "string" && !(this.dimension.read(value) instanceof Mistake);
  }

  /** A value about halfway between two, with few digits; undefined if there is none. */
  middle(a: number, b: number): number | undefined {
    const isWide = this.axis.scale === "log" || (this.low > 0 && this.high > DECADE * this.low);
    const exact = isWide ? Math.sqrt(a * b) : (a + b) / 2;
    const neat = this.snapped(Number((exact / this.size).toPrecision(DIGITS)) * this.size);
    return [neat, this.snapped(exact)].find((x) => x > a && x < b);
  }

  /** Whether two values are closer than a share of themselves, or have nothing between them. */
  isNarrow(a: number, b: number, within: number): boolean {
    return b - a <= within * ((a + b) / 2) || this.middle(a, b) === undefined;
  }

  private snapped(x: number): number {
    const { step } = this.dimension;
    return step === 0 ? x : Math.round(x / step) * step;
  }
}

const RIGHT = "a range such as 50/s..200/s, 0.2ms..2ms, 10%..90% or 1..64";

function readPlain(value: unknown): number | Mistake {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number)
    ? number
    : new Mistake(`${show(value)} is no number`, RIGHT);
}
