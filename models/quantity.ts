import * as z from "zod";
import type { Distribution } from "../sim/distribution.ts";
import { MILLISECOND, type Micros, SECOND } from "../sim/time.ts";
import { readDistribution } from "./distribution-in-words.ts";
import {
  Mistake,
  type Reader,
  readBandwidth,
  readBytes,
  readDuration,
  readNumber,
  readRate,
  readShare,
} from "./unit.ts";

/**
 * A schema that takes a quantity in words or as a number, and gives it in the unit that the models count in.
 *
 * Defaults are given as written in a file: `duration().prefault("1s")`. A mistake is one issue whose message says what
 * is wrong and what would be right; `params.mistake` has the two apart.
 */
export type Quantity<Value, Written = string | number> = z.ZodType<Value, Written>;

/** A duration with its unit, in whole microseconds: "250ms", "1.5s", "2m", "1m30s"; at most 365 days. */
export function duration(): Quantity<Micros, string> {
  return quantity(readDuration, { type: "string", unit: "duration", examples: ["250ms", "1m30s"] });
}

/** A setting that its product writes as plain milliseconds, in whole microseconds: 10000, or "10s". */
export function milliseconds(): Quantity<Micros> {
  return quantity((value) => readDuration(value, MILLISECOND), {
    type: EITHER,
    unit: "milliseconds",
    examples: [10000, "10s"],
  });
}

/** A setting that its product writes as plain seconds, in whole microseconds: 10, or "10s". */
export function seconds(): Quantity<Micros> {
  return quantity((value) => readDuration(value, SECOND), { type: EITHER, unit: "seconds", examples: [10, "10s"] });
}

/** A size in bytes: "64KiB", "1kB", or a plain number; at most 1024 TiB. */
export function bytes(): Quantity<number> {
  return quantity(readBytes, { type: EITHER, unit: "bytes", examples: ["64KiB", 1500] });
}

/** A bandwidth in bytes per second: "1Gbit/s", "50Mbit/s"; "unlimited" is Infinity; at most 10 Tbit/s. */
export function bandwidth(): Quantity<number, string> {
  return quantity(readBandwidth, { type: "string", unit: "bandwidth", examples: ["1Gbit/s", "unlimited"] });
}

/** A share from 0 to 1: "30%" or 0.3. */
export function share(): Quantity<number> {
  return quantity(readShare, { type: EITHER, unit: "share", examples: ["30%", 0.3] });
}

/** A rate per second: "100/s", "6/min"; at most 10 000 000/s. */
export function rate(): Quantity<number, string> {
  return quantity(readRate, { type: "string", unit: "rate", examples: ["100/s", "6/min"] });
}

/** How many there are: a whole number from 0 to `most`. */
export function count(most = 1_000_000): Quantity<number, number> {
  return numeric(0, most, true);
}

/** How many there are, at least one: a whole number from 1 to `most`. */
export function positiveCount(most = 1_000_000): Quantity<number, number> {
  return numeric(1, most, true);
}

/** A number without a unit, from 0 to `most`. */
export function amount(most = 1e12): Quantity<number, number> {
  return numeric(0, most, false);
}

const READERS = { duration: readDuration, bytes: readBytes, rate: readRate, number: readAmount } as const;

/**
 * A rule for values left to chance, durations in microseconds unless `of` says otherwise: "50ms",
 * "exponential mean 50ms", "uniform 0s..5s", "lognormal median 4ms p99 40ms", "erlang 3 mean 50ms",
 * "gamma mean 50ms cv 2", "pareto minimum 1ms shape 1.5", "weibull mean 50ms shape 0.7", "empirical 12ms 15ms 40ms",
 * "quantiles p50 4ms p90 12ms p99 40ms", "mixture 90% exponential mean 5ms | 10% 100ms".
 */
export function distribution(of: keyof typeof READERS = "duration"): Quantity<Distribution> {
  const read = READERS[of];
  return quantity((value) => readDistribution(value, (word) => read(word)), {
    type: of === "duration" ? "string" : EITHER,
    unit: of === "number" ? "number left to chance" : `${of} left to chance`,
    examples: EXAMPLES[of],
  });
}

const EXAMPLES: Readonly<Record<keyof typeof READERS, readonly string[]>> = {
  duration: ["50ms", "exponential mean 50ms", "uniform 0s..5s", "lognormal median 4ms p99 40ms"],
  bytes: ["2KiB", "exponential mean 64KiB"],
  rate: ["100/s"],
  number: ["3", "uniform 1..5"],
};

const EITHER = ["string", "number"];

function readAmount(value: unknown): number | Mistake {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return readNumber(number, 0, 1e12, false);
}

/** It only checks and changes nothing, so that JSON Schema shows a `default`. */
function numeric(least: number, most: number, whole: boolean): Quantity<number, number> {
  return z
    .any()
    .check((context) => {
      const result = readNumber(context.value, least, most, whole);
      if (result instanceof Mistake) context.issues.push(issueOf(result, context.value));
    })
    .meta({ type: whole ? "integer" : "number", minimum: least, maximum: most });
}

/** What a schema says of itself in JSON Schema, such as its type and examples; `unit` is what the reference shows. */
type Shape = Readonly<Record<string, unknown>>;

/** A schema around a reader: zod takes any value, the reader judges it, and `shape` is what JSON Schema says. */
export function quantity<Value, Written = string | number>(
  read: Reader<Value>,
  shape: Shape,
): Quantity<Value, Written> {
  return z
    .any()
    .transform((value: unknown, context): Value => {
      const result = read(value);
      if (!(result instanceof Mistake)) return result;
      context.issues.push(issueOf(result, value));
      return z.NEVER;
    })
    .meta(shape);
}

function issueOf(mistake: Mistake, input: unknown) {
  return {
    code: "custom",
    message: `${mistake.wrong}; expected ${mistake.right}`,
    params: { mistake },
    input,
  } as const;
}
