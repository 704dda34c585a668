import { expect, test } from "vitest";
import { exp, log, pow } from "../../sim/math.ts";

/** How many doubles lie between two values of the same sign. */
function ulpsApart(a: number, b: number): number {
  const bits = new BigInt64Array(new Float64Array([a, b]).buffer);
  return Math.abs(Number((bits[0] as bigint) - (bits[1] as bigint)));
}

/** FNV-1a over the bits of every value, so that a single differing bit changes the result. */
function hashOfBits(values: Iterable<number>): string {
  const real = new Float64Array(1);
  const view = new DataView(real.buffer);
  let hash = 0x811c9dc5;
  for (const value of values) {
    view.setFloat64(0, value);
    for (let i = 0; i < 8; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

/** Fractions spread evenly over (0, 1) by steps of the golden ratio. */
function* fractions(count: number): Generator<number> {
  for (let k = 1, x = 0; k <= count; k++) {
    x = (k * 0.6180339887498949) % 1;
    yield x;
  }
}

const SCALES = [1e-307, 1e-150, 1e-30, 1e-3, 1e3, 1e30, 1e150, 1e307];

/** Positive arguments over the whole range of normal doubles, two thirds of them near 1. */
function* positives(count: number): Generator<number> {
  let k = 0;
  for (const x of fractions(count)) {
    yield [0.5 + x, x, (1 + x) * (SCALES[k % 8] as number)][k % 3] as number;
    k += 1;
  }
}

test("the logarithm of 100 000 arguments is within one unit in the last place of the engine's own", () => {
  let worst = 0;
  for (const x of positives(100_000)) worst = Math.max(worst, ulpsApart(log(x), Math.log(x)));
  expect(worst).toBeLessThanOrEqual(1);
});

test("the exponential of 100 000 arguments is within one unit in the last place of the engine's own", () => {
  let worst = 0;
  for (const x of fractions(100_000)) {
    for (const y of [x - 0.5, 40 * x - 20, 1400 * x - 700]) worst = Math.max(worst, ulpsApart(exp(y), Math.exp(y)));
  }
  expect(worst).toBeLessThanOrEqual(1);
});

test("every bit of 300 000 logarithms, exponentials and powers is the same on every machine", () => {
  expect(hashOfBits([...positives(100_000)].map(log))).toBe("cffc674d");
  expect(hashOfBits([...fractions(100_000)].map((x) => exp(1400 * x - 700)))).toBe("a736735f");
  expect(hashOfBits([...fractions(100_000)].map((x) => pow(1000 * x, 7 * x - 3)))).toBe("7c22b86d");
});

test("known logarithms and exponentials are those of a table of 30 digits", () => {
  expect(log(1)).toBe(0);
  expect(log(2)).toBe(Math.LN2);
  expect(log(10)).toBe(Math.LN10);
  expect(log(1 + 2 ** -52)).toBe(2.2204460492503128e-16);
  expect(log(1 - 2 ** -33)).toBe(-1.1641532183371108e-10);
  expect(ulpsApart(exp(1), Math.E)).toBe(1);
  expect(exp(-1)).toBe(0.36787944117144233);
  expect(exp(0)).toBe(1);
  expect(exp(-0)).toBe(1);
});

test("the logarithm of zero is minus infinity and of a negative number is no number", () => {
  expect(log(0)).toBe(-Infinity);
  expect(log(-0)).toBe(-Infinity);
  expect(log(-1)).toBeNaN();
  expect(log(-Infinity)).toBeNaN();
  expect(log(NaN)).toBeNaN();
  expect(log(Infinity)).toBe(Infinity);
});

test("the logarithm works down to the smallest double and up to the largest", () => {
  expect(log(5e-324)).toBe(-744.4400719213812);
  expect(log(1e-310)).toBe(-713.8013788281542);
  expect(log(2.2250738585072014e-308)).toBe(-708.3964185322641);
  expect(log(1.7976931348623157e308)).toBe(709.782712893384);
});

test("the exponential overflows to infinity, underflows to zero and fades through the subnormals between", () => {
  expect(exp(709.782712893384)).toBeGreaterThan(1.79e308);
  expect(exp(709.7827128933841)).toBe(Infinity);
  expect(exp(Infinity)).toBe(Infinity);
  expect(exp(-745.1332191019411)).toBe(5e-324);
  expect(exp(-745.1332191019412)).toBe(0);
  expect(exp(-Infinity)).toBe(0);
  expect(exp(NaN)).toBeNaN();
  expect(ulpsApart(exp(-720), Math.exp(-720))).toBeLessThanOrEqual(1);
});

test("a power keeps the accuracy it promises", () => {
  for (const x of positives(20_000)) {
    const y = 1.75;
    const expected = x ** y;
    if (expected === Infinity || expected < 1e-300) continue;
    const allowed = 3e-16 * (1 + Math.abs(y * Math.log(x))) + 2.3e-16;
    expect(Math.abs(pow(x, y) / expected - 1)).toBeLessThanOrEqual(allowed);
  }
});

test("a power of zero is zero, a power with exponent zero is one, and a negative base has none", () => {
  expect(pow(0, 0.5)).toBe(0);
  expect(pow(0, -1)).toBe(Infinity);
  expect(pow(0, 0)).toBe(1);
  expect(pow(7, 0)).toBe(1);
  expect(pow(2, 10)).toBeCloseTo(1024, 10);
  expect(pow(-2, 3)).toBeNaN();
});
