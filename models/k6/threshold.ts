import { type Quantity, quantity } from "../quantity.ts";
import { Mistake, show } from "../unit.ts";
import { METHODS, METRICS, type Method, type MetricName } from "./metrics.ts";

/** Tried in this order, as k6 does: the longer ones first. */
const OPERATORS = ["<=", "<", ">=", ">", "===", "==", "!="] as const;

/** A condition on one metric over the run so far, such as "p(95)<3000": k6's grammar (metrics/thresholds_parser.go). */
export interface Threshold {
  /** As it was written. */
  readonly source: string;
  readonly method: Method;
  /** Which percentile, from 0 to 100; 0 for other methods. */
  readonly percent: number;
  readonly operator: (typeof OPERATORS)[number];
  readonly value: number;
}

const FORM = '"p(95)<3000" or "rate<0.05"';

/** One threshold, in the words of k6; times are milliseconds, shares go from 0 to 1. */
export const threshold: Quantity<Threshold, string> = quantity(parseThreshold, {
  type: "string",
  examples: ["p(95)<3000", "rate<0.05"],
});

export function parseThreshold(value: unknown): Threshold | Mistake {
  if (typeof value !== "string" || value.length > 200) return new Mistake(`${show(value)} is not a threshold`, FORM);
  const operator = OPERATORS.find((each) => value.includes(each));
  if (operator === undefined)
    return new Mistake(`${show(value)} compares nothing`, `${FORM}, with one of ${OPERATORS.join(", ")}`);
  const at = value.indexOf(operator);
  const method = readMethod(value.slice(0, at).trim());
  const limit = readNumber(value.slice(at + operator.length).trim());
  if (method instanceof Mistake) return method;
  return limit instanceof Mistake ? limit : { source: value, ...method, operator, value: limit };
}

/** Why a metric has no such threshold; undefined if it has. */
export function mistakeAbout(metric: MetricName, { method }: Threshold): Mistake | undefined {
  const methods: readonly Method[] = METHODS[METRICS[metric]];
  if (methods.includes(method)) return undefined;
  const known = methods.map((each) => (each === "p" ? "p(95)" : each)).join(", ");
  return new Mistake(`${metric} is a ${METRICS[metric]} and has no "${method}"`, known);
}

/** Whether a value fulfils a threshold. */
export function isMet({ operator, value: limit }: Threshold, value: number): boolean {
  switch (operator) {
    case "<=":
      return value <= limit;
    case "<":
      return value < limit;
    case ">=":
      return value >= limit;
    case ">":
      return value > limit;
    case "!=":
      return value !== limit;
    default:
      return value === limit;
  }
}

const WORDS = ["count", "rate", "value", "avg", "min", "max", "med"] as const;

function readMethod(text: string): Pick<Threshold, "method" | "percent"> | Mistake {
  const method = WORDS.find((word) => word === text);
  if (method !== undefined) return { method, percent: 0 };
  const percentile = /^p\((.*)\)$/.exec(text);
  if (percentile === null) return new Mistake(`${show(text)} is not a method`, `${WORDS.join(", ")}, or p(95)`);
  const percent = readNumber(percentile[1]!.trim());
  const fits = !(percent instanceof Mistake) && percent >= 0 && percent <= 100;
  return fits
    ? { method: "p", percent }
    : new Mistake(`${show(percentile[1])} is not a percentile`, "a number from 0 to 100");
}

function readNumber(text: string): number | Mistake {
  const isNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
  return isNumber ? Number(text) : new Mistake(`${show(text)} is not a number`, "a number without a unit: k6 has none");
}
