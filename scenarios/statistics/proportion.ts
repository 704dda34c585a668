import { assert } from "../../sim/assert.ts";
import { log } from "../../sim/math.ts";
import { normalQuantile } from "../../sim/special-functions.ts";
import { atLeast, atMost } from "./binomial.ts";
import { bisect } from "./bisection.ts";
import type { Interval } from "./interval.ts";

/** A share lies between 0 and 1 whatever was seen, so both sides are always known. */
export interface ProportionInterval extends Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the true share lies when k of n runs showed something: Wilson's score interval.
 *
 * Its coverage is 0.95 (or as stated) on average; clopperPearson never covers less.
 *
 * Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927).
 */
export function wilson(k: number, n: number, confidence = 0.95): ProportionInterval {
  assertCount(k, n);
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const share = k / n;
  const weight = (z * z) / n;
  const centre = share + weight / 2;
  const halfWidth = z * Math.sqrt((share * (1 - share)) / n + (weight / n) * 0.25);
  return {
    low: k === 0 ? 0 : (centre - halfWidth) / (1 + weight),
    high: k === n ? 1 : (centre + halfWidth) / (1 + weight),
  };
}

/**
 * Where the true share lies when k of n runs showed something, never less sure than stated.
 *
 * Source: C. J. Clopper, E. S. Pearson, "The Use of Confidence or Fiducial Limits", Biometrika 26 (1934).
 */
export function clopperPearson(k: number, n: number, confidence = 0.95): ProportionInterval {
  const oneSided = (1 + confidence) / 2;
  return { low: clopperPearsonLow(k, n, oneSided), high: clopperPearsonHigh(k, n, oneSided) };
}

/** The share that the true one is above, with the stated confidence. */
export function clopperPearsonLow(k: number, n: number, confidence = 0.95): number {
  assertCount(k, n);
  return k === 0 ? 0 : bisect((share) => atLeast(k, n, share) < 1 - confidence, 0, 1);
}

/** The share that the true one is below, with the stated confidence. */
export function clopperPearsonHigh(k: number, n: number, confidence = 0.95): number {
  assertCount(k, n);
  return k === n ? 1 : bisect((share) => atMost(k, n, share) > 1 - confidence, 0, 1);
}

/** How many runs in a row without a collapse show that a collapse is rarer than `share` (0 < share < 1). */
export function cleanRunsNeeded(share: number, confidence = 0.95): number {
  return Math.ceil(log(1 - confidence) / log(1 - share));
}

function assertCount(k: number, n: number): void {
  assert(Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n, `${k} of ${n} is no share`);
}
