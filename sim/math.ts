/**
 * The natural logarithm, the exponential and the power, the same to the last bit on every machine.
 *
 * `Math.log`, `Math.exp` and `Math.pow` may round differently from one engine version to the next, and one differing
 * bit sooner or later changes the order of two events. Everything here is built from + - * / on doubles, which
 * IEEE 754 fixes exactly, and from the bits of a double.
 *
 * Method: argument reduction and minimax coefficients as published in fdlibm (Sun Microsystems, 1993; e_log.c and
 * e_exp.c), in the form without branches. Powers of two come from a table, because scaling by multiplication is exact
 * and a processor forwards no stored half word to the load of a whole one.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1 / (LN2_HIGH + LN2_LOW);

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18014398509481984;
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019411;

const real = new Float64Array(1);
const words = new Int32Array(real.buffer);
real[0] = -1;
const HIGH_WORD = words[1] === 0 ? 0 : 1;

const EXPONENT_BIAS = 1023;

const LARGEST_EXPONENT = 1023;
const SMALLEST_EXPONENT = -1024;
const powersOfTwo = new Float64Array(LARGEST_EXPONENT - SMALLEST_EXPONENT + 1);
const ZEROTH = -SMALLEST_EXPONENT;
powersOfTwo[ZEROTH] = 1;
for (let k = 1; k <= LARGEST_EXPONENT; k++) powersOfTwo[ZEROTH + k] = 2 * twoToThe(k - 1);
for (let k = -1; k >= SMALLEST_EXPONENT; k--) powersOfTwo[ZEROTH + k] = twoToThe(k + 1) / 2;

function twoToThe(k: number): number {
  return powersOfTwo[ZEROTH + k] as number;
}

/**
 * The natural logarithm of x, less than 1 ulp from the true value.
 *
 * `log(0)` is -Infinity, `log(Infinity)` is Infinity, a negative x or NaN gives NaN.
 */
export function log(x: number): number {
  if (!(x >= SMALLEST_NORMAL && x < Infinity)) return logOfUnusual(x);
  real[0] = x;
  const high = words[HIGH_WORD] as number;
  // The sum carries into the exponent's place when the fraction lies above sqrt(2): f stays in [sqrt(1/2), sqrt(2)) - 1.
  const k = (high >> 20) - EXPONENT_BIAS + (((high & 0xfffff) + 0x95f64) >> 20);
  const f = x * (powersOfTwo[ZEROTH - k] as number) - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (halfSquare + (odd + even)) + k * LN2_LOW - halfSquare + f + k * LN2_HIGH;
}

function logOfUnusual(x: number): number {
  if (x === 0) return -Infinity;
  if (x > 0 && x < SMALLEST_NORMAL) return log(x * TWO_54) - 54 * LN2_LOW - 54 * LN2_HIGH;
  return x > 0 ? x : NaN;
}

/**
 * e to the power x, less than 1 ulp from the true value (below the smallest normal double: one more rounding).
 *
 * Above 709.78 it is Infinity, below -745.13 it is 0.
 */
export function exp(x: number): number {
  if (!(x >= EXP_UNDERFLOW && x <= EXP_OVERFLOW)) return expOfUnusual(x);
  const k = (x * INVERSE_LN2 + (x < 0 ? -0.5 : 0.5)) | 0;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const z = r * r;
  const c =
    r -
    z *
      (0.16666666666666602 +
        z *
          (-0.0027777777777015593 +
            z * (6.613756321437934e-5 + z * (-1.6533902205465252e-6 + z * 4.1381367970572385e-8))));
  const y = 1 + ((r * c) / (2 - c) - low + high);
  if (k > -EXPONENT_BIAS && k <= LARGEST_EXPONENT) return y * twoToThe(k);
  const half = k >> 1;
  return y * twoToThe(half) * twoToThe(k - half);
}

function expOfUnusual(x: number): number {
  if (x > EXP_OVERFLOW) return Infinity;
  return x < EXP_UNDERFLOW ? 0 : NaN;
}

/**
 * x to the power y for x >= 0, as exp(y * log(x)).
 *
 * The relative error grows with the result's distance from 1: at most 3e-16 * (1 + |y * log(x)|), so 3e-15 for a
 * result of 1000 and 2.2e-13 at the ends of the doubles. A negative x gives NaN even where y is whole.
 */
export function pow(x: number, y: number): number {
  return y === 0 ? 1 : exp(y * log(x));
}
