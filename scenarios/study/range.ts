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

/** A sort of quantity: how it is read, and the least step between two of its values; 0 if there is none. */
interface Dimension {
  readonly read: Reader<number>;
  readonly step: number;
}

const DIMENSIONS: readonly Dimension[] = [
  { read: readDuration, step: 1 },
  { read: readRate, step: 0 },
  { read: (value) => (NUMBER.test(String(value)) && typeof value === "string" ? PLAIN : readShare(value)), step: 0 },
  { read: readBandwidth, step: 0 },
  { read: readBytes, step: 1 },
];
const PLAIN = new Mistake("it has no unit", "a percentage");
const NUMBER = /^\d+(?:\.\d+)?$/;
const ENDS = /^(|.*\s)(\d\S*?)\s*\.\.\s*(\d\S*)\s*$/;
const RIGHT = 'a range such as 50/s..200/s, 0.2ms..2ms, 10%..90% or 1..64; words may stand before it: "exponential mean 1ms..9ms"';
/** Ranges wider than this are halved by the ratio of their ends. */
const DECADE = 10;
/** Digits of a value between the ends, where so many are enough. */
const DIGITS = 4;

/**
 * All values from one to another, as numbers in the unit that models count in: microseconds, bytes, per second, shares.
 * Whole numbers without a unit go in steps of 1, durations in microseconds. They are written in the unit of the first end.
 */
export class Range {
  readonly low: number;
  readonly high: number;
  /** The least difference between two values; 0 if there is none. */
  readonly step: number;
  private readonly before: string;
  private readonly unit: string;
  private readonly size: number;
  private readonly reader: Reader<number>;

  private constructor(before: string, ends: Ends) {
    this.before = before;
    this.low = ends.low;
    this.high = ends.high;
    this.step = ends.step;
    this.unit = ends.unit;
    this.size = ends.size;
    this.reader = ends.read;
  }

  /** Reads "0.2ms..2ms". */
  static of(words: string): Range | Mistake {
    const [, before, low, high] = ENDS.exec(words) ?? [];
    if (before === undefined) return new Mistake(`${show(words)} is no range`, RIGHT);
    const ends = NUMBER.test(low!) && NUMBER.test(high!) ? plainEnds(low!, high!) : endsWithUnit(low!, high!);
    if (ends === undefined) return new Mistake(`${show(`${low}..${high}`)} does not have ends of the same sort`, RIGHT);
    if (ends.low < ends.high) return new Range(before, ends);
    return new Mistake(`${show(words)} ends where it begins, or before`, "the lower end first");
  }

  /** A value in words, as a file has it: "0.6ms". */
  write(x: number): string {
    return `${this.before}${String(Number((x / this.size).toPrecision(12)))}${this.unit}`;
  }

  /** The quantity in a value as a file has it; undefined if it is of another sort. Of a distribution, the first that counts. */
  read(value: unknown): number | undefined {
    const whole = this.reader(value);
    if (!(whole instanceof Mistake)) return whole === 0 ? undefined : whole;
    const parts = typeof value === "string" ? (value.match(/(?<!\w|\d\.)\d+(?:\.\d+)?[^\s\d.|]*/g) ?? []) : [];
    return parts.map((part) => this.reader(part)).find((part): part is number => typeof part === "number" && part > 0);
  }

  /** A value about halfway between two, with few digits; undefined if there is none. */
  middle(a: number, b: number): number | undefined {
    const isWide = this.low > 0 && this.high > DECADE * this.low;
    const exact = isWide ? Math.sqrt(a * b) : (a + b) / 2;
    const neat = this.snapped(Number((exact / this.size).toPrecision(DIGITS)) * this.size);
    return [neat, this.snapped(exact)].find((x) => x > a && x < b);
  }

  /** Whether two values are closer than a share of themselves, or have nothing between them. */
  isNarrow(a: number, b: number, within: number): boolean {
    return b - a <= within * ((a + b) / 2) || this.middle(a, b) === undefined;
  }

  private snapped(x: number): number {
    return this.step === 0 ? x : Math.round(x / this.step) * this.step;
  }
}

interface Ends extends Dimension {
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly size: number;
}

function plainEnds(low: string, high: string): Ends {
  const step = low.includes(".") || high.includes(".") ? 0 : 1;
  const read: Reader<number> = (value) => {
    const number = typeof value === "string" && NUMBER.test(value) ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : PLAIN;
  };
  return { low: Number(low), high: Number(high), step, unit: "", size: 1, read };
}

/** The first end may leave its unit to the second: 0.2..2ms. */
function endsWithUnit(low: string, high: string): Ends | undefined {
  const unit = unitOf(NUMBER.test(low) ? high : low);
  for (const { read, step } of DIMENSIONS) {
    const [from, to, size] = [read(NUMBER.test(low) ? `${low}${unit}` : low), read(high), read(`1${unit}`)];
    if (from instanceof Mistake || to instanceof Mistake || size instanceof Mistake) continue;
    return { low: from, high: to, unit, size, read, step };
  }
  return undefined;
}

/** "ms" of "250ms", "m" of "1m30s". */
function unitOf(word: string): string {
  return /^[\d.]+([^\d.]*)/.exec(word)?.[1] ?? "";
}
