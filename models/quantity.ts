import * as z from "zod";
import type { Distribution } from "../sim/distribution/distribution.ts";
import { type Micros, MILLISECOND, MINUTE, SECOND } from "../sim/time.ts";
import { readDistribution } from "./distribution-in-words.ts";
import { Mistake } from "./mistake.ts";

/** A schema that takes a quantity in words or as a number, and gives it in the unit that the models count in. */
export type Quantity<T> = z.ZodType<T, string | number>;

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONGEST = 365 * DAY;
const LARGEST_SIZE = 1024 * 1024 * 1024 * 1024 * 1024;
const LARGEST_BANDWIDTH = 1.25e12;
const LARGEST_RATE = 10_000_000;

const DURATION_UNITS: Record<string, number> = {
  us: 1,
  µs: 1,
  ms: MILLISECOND,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
};
