/** A number with a unit, or several: "250ms", "1m30s", "60/s", "50%". */
const QUANTITY = /^\s*(?:\d+(?:\.\d+)?\s*[^\d\s.]+\s*)+$/;
/** Within words, what has a unit: the durations of "lognormal median 4ms p99 40ms", and neither its shape nor its p99. */
const WITH_UNIT = /(?<!\w)\d+(?:\.\d+)?(?=[a-zA-Zµ/])/g;
const NUMBER = /\d+(?:\.\d+)?/g;

/**
 * A quantity as it is written in a file, times a factor, in the same unit. Whole numbers stay whole: they are rounded,
 * but move by at least `leastStep`. A distribution keeps its shape: its durations and sizes move together. Undefined for
 * what is no quantity, and for zero, which no factor moves.
 */
export function scaled(value: unknown, factor: number, leastStep = 1): number | string | undefined {
  if (typeof value === "number") return value === 0 ? undefined : scaledNumber(value, factor, leastStep);
  if (typeof value !== "string") return undefined;
  const figures = QUANTITY.test(value) ? NUMBER : WITH_UNIT;
  const found = value.match(figures);
  if (found === null || found.every((figure) => Number(figure) === 0)) return undefined;
  return factor === 1 ? value : value.replace(figures, (figure) => plain(Number(figure) * factor));
}

function scaledNumber(value: number, factor: number, leastStep: number): number {
  if (!Number.isInteger(value)) return Number(plain(value * factor));
  const rounded = Math.round(value * factor);
  return rounded === value ? value + leastStep * Math.sign(factor - 1) : rounded;
}

/** Without the noise of binary fractions: 0.8 * 3 is 2.4. */
function plain(number: number): string {
  return String(Number(number.toPrecision(12)));
}
