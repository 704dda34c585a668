import { assert } from "../../sim/assert.ts";
import { exp, log } from "../../sim/math.ts";
import { stirlingError } from "../../sim/special-functions.ts";

/**
 * The regularised incomplete beta function I_x(a, b), for a, b > 0.
 *
 * Its relative error, also where it is tiny, is about 1e-13 up to a + b = 1000 and 1e-16 * (a + b) beyond.
 *
 * `complement` is 1 - x, given apart because subtraction loses the digits of an x near 1.
 *
 * Source: continued fraction NIST DLMF 8.17.22; its factor by the saddle-point expansion of C. Loader, "Fast and
 * Accurate Computation of Binomial Probabilities" (2000).
 */
export function incompleteBeta(a: number, b: number, x: number, complement = 1 - x): number {
  assert(a > 0 && b > 0 && x >= 0 && complement >= 0, `the incomplete beta function of ${a}, ${b} at ${x}`);
  if (x === 0) return 0;
  if (complement === 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, complement, x);
  return (factor(a, b, x, complement) / a) * fraction(a, b, x);
}

/** x^a (1 - x)^b / B(a, b) */
function factor(a: number, b: number, x: number, complement: number): number {
  const n = a + b;
  const correction = stirlingError(n) - stirlingError(a) - stirlingError(b);
  const exponent = correction - deviance(a, n * x) - deviance(b, n * complement);
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * exp(exponent);
}

function deviance(observed: number, expected: number): number {
  return observed * log(observed / expected) + expected - observed;
}

/** 1 / (1 + d1 / (1 + d2 / (1 + ...))), by Lentz's method. */
function fraction(a: number, b: number, x: number): number {
  let c = Infinity;
  let d = 1;
  let result = 1;
  for (let n = 1, change = 0; Math.abs(change - 1) > 1e-15; n++) {
    const term = coefficient(a, b, n) * x;
    c = 1 + term / c;
    d = 1 / (1 + term * d);
    change = c * d;
    result *= change;
  }
  return result;
}

function coefficient(a: number, b: number, n: number): number {
  const m = Math.floor(n / 2);
  if (n % 2 === 0) return (m * (b - m)) / ((a + n - 1) * (a + n));
  return (-(a + m) * (a + b + m)) / ((a + n - 1) * (a + n));
}
