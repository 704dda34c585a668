import { expect, test } from "vitest";
import { exp, log } from "../../sim/math.ts";
import { gammaTails, logGamma, normalQuantile, stirlingError } from "../../sim/special-functions.ts";

/** How far a result is off, relative to the larger of the truth and 1e-12. */
function off(actual: number, truth: number): number {
  return Math.abs(actual - truth) / Math.max(Math.abs(truth), 1e-12);
}

test("the logarithm of the gamma function agrees with values computed to forty digits", () => {
  const table: [number, number][] = [
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247001],
    [1, 0],
    [2, 0],
    [10.5, 13.940625219403763],
    [100, 359.1342053695754],
    [10_000, 82099.71749644238],
  ];
  for (const [x, truth] of table) expect(Math.abs(logGamma(x) - truth)).toBeLessThan(1e-14 * Math.max(1, truth));
});

test("the remainder of Stirling's formula runs on smoothly where one way of computing it takes over from the other", () => {
  expect(stirlingError(10)).toBeCloseTo(0.00833056343336287, 15);
  expect(stirlingError(1)).toBeCloseTo(0.08106146679532726, 13);
  expect(stirlingError(10 - 1e-11)).toBeCloseTo(stirlingError(10), 13);
});

test("both sides of the gamma distribution keep their digits, even where one of them is tiny", () => {
  const cases: [number, number, number, number][] = [
    [0.5, 0.1, 0.345279153981423, 0.654720846018577],
    [3, 2, 0.32332358381693654, 0.6766764161830635],
    [3, 30, 0.9999999999549898, 4.501016648012124e-11],
    [100, 90, 0.15822098918643018, 0.8417790108135699],
    [100, 130, 0.9972495916326934, 0.002750408367306526],
  ];
  for (const [shape, x, below, above] of cases) {
    const tails = gammaTails(shape, log(x));
    expect(off(exp(tails.below), below)).toBeLessThan(2e-13);
    expect(off(exp(tails.above), above)).toBeLessThan(2e-13);
  }
});

test("with shape one the gamma distribution is the exponential", () => {
  const { below, above, density } = gammaTails(1, log(0.25));
  expect(exp(above)).toBeCloseTo(Math.exp(-0.25), 14);
  expect(exp(below)).toBeCloseTo(1 - Math.exp(-0.25), 14);
  expect(exp(density)).toBeCloseTo(0.25 * Math.exp(-0.25), 14);
});

test("the normal quantile is the one in the tables, in the centre, on the flanks and far out", () => {
  const table: [number, number][] = [
    [1e-20, -9.262340089798409],
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400545],
    [0.2, -0.8416212335729142],
    [0.8413447460685429, 1],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
  ];
  for (const [p, z] of table) expect(off(normalQuantile(p), z)).toBeLessThan(1e-14);
  expect(normalQuantile(0.5)).toBe(0);
});
