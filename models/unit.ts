import { MILLISECOND, MINUTE, type Micros, SECOND } from "../sim/time.ts";

/** Why a word is not the quantity that was asked for, and what would be. */
export class Mistake {
  readonly wrong: string;
  readonly right: string;

  constructor(wrong: string, right: string) {
    this.wrong = wrong;
    this.right = right;
  }
}

/** Reads one quantity from what a file holds at its place: a word or a plain number. */
export type Reader<T> = (value: unknown) => T | Mistake;

/** A word as a person would recognise it: strings in quotes, anything else as JSON, cut where it gets long. */
export function show(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DURATIONS: Units = { us: 1, µs: 1, ms: MILLISECOND, s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const DURATION_SLIPS: Slips = {
  msec: "ms",
  millis: "ms",
  milliseconds: "ms",
  sec: "s",
  secs: "s",
  second: "s",
  seconds: "s",
  min: "m",
  mins: "m",
  minute: "m",
  minutes: "m",
  hr: "h",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
};
const DURATION = 'a duration such as "250ms", "1.5s", "2m", "1m30s" or "1h"';

/** A duration in whole microseconds: "250ms", "1m30s"; at most 365 days. A plain number counts in `plain`, if given. */
export function readDuration(value: unknown, plain?: Micros): Micros | Mistake {
  const parts = partsOf(value, DURATION);
  if (parts instanceof Mistake) return parts;
  let exact = 0;
  for (const part of parts) {
    const size = part.unit === "" ? plain : DURATIONS[part.unit];
    if (size === undefined) return unknownUnit(part, DURATIONS, DURATION_SLIPS, "ms");
    exact += part.number * size;
  }
  const micros = Math.round(exact);
  if (exact > 0 && micros === 0) return new Mistake(`${show(value)} is shorter than any step of time`, "at least 1us");
  return within(value, micros, 365 * DAY, "365d");
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;
const SIZES: Units = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: KIB, MiB: MIB, GiB: GIB, TiB: TIB };
const SIZE_SLIPS: Slips = { k: "KiB", ki: "KiB", m: "MiB", mi: "MiB", g: "GiB", gi: "GiB", byte: "B", bytes: "B" };
const SIZE = 'a size such as 1500, "1kB" or "64KiB"';

/** A size in bytes: "64KiB", "1kB" or a plain number; at most 1024 TiB. */
export function readBytes(value: unknown): number | Mistake {
  const part = partOf(value, SIZE);
  if (part instanceof Mistake) return part;
  const size = part.unit === "" ? 1 : SIZES[part.unit];
  if (size === undefined) return unknownUnit(part, SIZES, SIZE_SLIPS, "B");
  return within(value, Math.round(part.number * size), 1024 * TIB, "1024TiB");
}

const BITS: Units = { "bit/s": 1 / 8, "kbit/s": 125, "Mbit/s": 125e3, "Gbit/s": 125e6, "Tbit/s": 125e9 };
const BYTES = Object.fromEntries(Object.entries(SIZES).map(([unit, size]) => [`${unit}/s`, size]));
const BANDWIDTHS: Units = { ...BITS, ...BYTES };
const BANDWIDTH_SLIPS: Slips = {
  bps: "bit/s",
  kbps: "kbit/s",
  mbps: "Mbit/s",
  gbps: "Gbit/s",
  kbit: "kbit/s",
  mbit: "Mbit/s",
  gbit: "Gbit/s",
};
const BANDWIDTH = 'a bandwidth such as "1Gbit/s", "50Mbit/s", "100MB/s" or "unlimited"';

/** A bandwidth in bytes per second: "1Gbit/s"; "unlimited" is Infinity; above 0 and at most 10 Tbit/s. */
export function readBandwidth(value: unknown): number | Mistake {
  if (value === "unlimited") return Number.POSITIVE_INFINITY;
  const part = partOf(value, BANDWIDTH);
  if (part instanceof Mistake) return part;
  const size = BANDWIDTHS[part.unit];
  if (size === undefined) return unknownUnit(part, BANDWIDTHS, BANDWIDTH_SLIPS, "Mbit/s");
  if (part.number === 0) return new Mistake("nothing passes at a bandwidth of 0", BANDWIDTH);
  return within(value, part.number * size, 1.25e12, "10Tbit/s");
}

const RATES: Units = { "/s": 1, "/min": 1 / 60, "/h": 1 / 3600 };
const RATE_SLIPS: Slips = {
  "/sec": "/s",
  "/second": "/s",
  rps: "/s",
  qps: "/s",
  "/m": "/min",
  "/minute": "/min",
  "/hour": "/h",
};
const RATE = 'a rate such as "100/s", "6/min" or "20/h"';

/** A rate per second: "100/s", "6/min"; at most 10 000 000/s. */
export function readRate(value: unknown): number | Mistake {
  const part = partOf(value, RATE);
  if (part instanceof Mistake) return part;
  const size = RATES[part.unit];
  if (size === undefined) return unknownUnit(part, RATES, RATE_SLIPS, "/s");
  return within(value, part.number * size, 1e7, "10000000/s");
}

const SHARE = 'a share such as "30%" or 0.3';

/** A share from 0 to 1: "30%" or 0.3. */
export function readShare(value: unknown): number | Mistake {
  const part = partOf(value, SHARE);
  if (part instanceof Mistake) return part;
  const { number, unit } = part;
  if (unit !== "" && unit !== "%") return unknownUnit(part, { "%": 1 }, { percent: "%", pct: "%" }, "%");
  if (unit === "%") return number > 100 ? new Mistake(`${show(value)} is more than 100%`, SHARE) : number / 100;
  return number > 1 ? new Mistake(`${show(value)} is more than 1`, `"${number}%", or a number from 0 to 1`) : number;
}

/** A number from `least` to `most`, whole if asked for. */
export function readNumber(value: unknown, least: number, most: number, whole: boolean): number | Mistake {
  const sort = whole ? "a whole number" : "a number";
  const right = `${sort} from ${least} to ${most}`;
  if (typeof value !== "number" || !Number.isFinite(value)) return new Mistake(`${show(value)} is not a number`, right);
  if (value < 0 && least >= 0) return new Mistake(`${value} is negative`, right);
  if (whole && !Number.isInteger(value)) return new Mistake(`${value} is not a whole number`, right);
  if (value < least) return new Mistake(`${value} is too small`, right);
  if (value > most) return new Mistake(`${value} is too large`, right);
  return value;
}

/** Units and their sizes, and how people write them by mistake. */
type Units = Readonly<Record<string, number>>;
type Slips = Readonly<Record<string, string>>;

interface Part {
  readonly number: number;
  readonly unit: string;
}

const PART = /\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*([^\d\s.]*)\s*/y;
const LONGEST_WORD = 100;

/** Numbers with their units, in order: one number, or several that each have a unit. */
function partsOf(value: unknown, right: string): readonly Part[] | Mistake {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  const mistake = new Mistake(`${show(value)} is not ${right.slice(0, right.indexOf(" such"))}`, right);
  if (typeof text !== "string" || text.length > LONGEST_WORD) return mistake;
  if (/^\s*-\s*\d/.test(text)) return new Mistake(`${show(value)} is negative`, right);
  const parts: Part[] = [];
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null) return mistake;
    parts.push({ number: Number(match[1]), unit: match[2] ?? "" });
  }
  const one = parts.length === 1;
  return one || (parts.length > 1 && parts.every(({ unit }) => unit !== "")) ? parts : mistake;
}

/** One number with its unit. */
function partOf(value: unknown, right: string): Part | Mistake {
  const parts = partsOf(value, right);
  if (parts instanceof Mistake) return parts;
  return parts.length === 1 ? parts[0]! : new Mistake(`${show(value)} is more than one number`, right);
}

function unknownUnit({ number, unit }: Part, units: Units, slips: Slips, usual: string): Mistake {
  const known = Object.keys(units);
  const all = `${known.length > 1 ? "one of the units" : "the unit"} ${known.join(", ")}`;
  if (unit === "") return new Mistake(`${number} needs a unit`, `"${number}${usual}", or ${all}`);
  const meant = slips[unit.toLowerCase()] ?? known.find((name) => name.toLowerCase() === unit.toLowerCase());
  return new Mistake(`${show(unit)} is not a unit here`, meant === undefined ? all : `"${number}${meant}"`);
}

function within(value: unknown, amount: number, most: number, mostInWords: string): number | Mistake {
  return amount <= most ? amount : new Mistake(`${show(value)} is absurdly large`, `at most ${mostInWords}`);
}
