import { exp, log } from "./math.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;
const STIRLING_FROM = 10;
const STIRLING = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];

/**
 * The logarithm of the gamma function, for x > 0; off by less than 1e-14 times the larger of its value and 1.
 *
 * Source: Stirling's series (NIST DLMF 5.11.1).
 */
export function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  return (shifted - 0.5) * log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingSeries(shifted) - log(product);
}

/** What Stirling's formula (x - 1/2) log x - x + log(2 pi)/2 lacks to logGamma(x), for x > 0. */
export function stirlingError(x: number): number {
  if (x >= STIRLING_FROM) return stirlingSeries(x);
  return logGamma(x) - ((x - 0.5) * log(x) - x + HALF_LOG_TWO_PI);
}

function stirlingSeries(x: number): number {
  return polynomial(STIRLING, 1 / (x * x)) / x;
}

/** The two sides of the gamma distribution function at one point, as logarithms because one of them may be tiny. */
export interface GammaTails {
  /** log P(X <= x) */
  readonly below: number;
  /** log P(X > x) */
  readonly above: number;
  /** log of x times the density at x */
  readonly density: number;
}

/**
 * The regularised incomplete gamma functions P and Q at x = exp(logX), for a shape > 0.
 *
 * Source: power series (NIST DLMF 8.11.4) left of shape + 1, continued fraction (8.9.2) right of it.
 */
export function gammaTails(shape: number, logX: number): GammaTails {
  const x = exp(logX);
  const density = shape * logX - x - logGamma(shape);
  if (x < shape + 1) {
    const below = density + log(lowerSeries(shape, x));
    return { below, above: log(1 - exp(below)), density };
  }
  const above = density + log(upperFraction(shape, x));
  return { below: log(1 - exp(above)), above, density };
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum;
}

/** 1 / (x + 1 - shape - 1 (1 - shape) / (x + 3 - shape - ...)), by Lentz's method. */
function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > 1e-15; n++) {
    const a = n * (shape - n);
    b += 2;
    c = b + a / c;
    d = 1 / (b + a * d);
    change = c * d;
    fraction *= change;
  }
  return fraction;
}

/**
 * The value a standard normal variable stays below with probability p, for 0 < p < 1; about 1e-15 relative.
 *
 * Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37
 * (1988), PPND16.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const distance = r <= 5 ? ratio(FLANK, r - 1.6) : ratio(TAIL, r - 5);
  return q < 0 ? -distance : distance;
}

/** The coefficients of a numerator and of a denominator, highest power first. */
type Rational = readonly [readonly number[], readonly number[]];

function ratio([numerator, denominator]: Rational, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

/** Horner's scheme; the coefficients run from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = 0; i < coefficients.length; i++) value = value * x + coefficients[i]!;
  return value;
}

const CENTRE: Rational = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
];

const FLANK: Rational = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
];

const TAIL: Rational = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
];
