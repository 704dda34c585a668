import fc from "fast-check";
import { expect, test } from "vitest";
import { isotonic } from "../../../scenarios/statistics/isotonic.ts";

const evenly = (...values: number[]) => isotonic(values.map((value) => ({ value, weight: 1 })));

test("neighbours that fall are replaced by their mean, and what then falls with them", () => {
  expect(evenly(1, 3, 2, 4)).toEqual([1, 2.5, 2.5, 4]);
  expect(evenly(4, 3, 2, 1)).toEqual([2.5, 2.5, 2.5, 2.5]);
  expect(evenly(1, 5, 4, 0, 6)).toEqual([1, 3, 3, 3, 6]);
  expect(evenly(0, 0.5, 1)).toEqual([0, 0.5, 1]);
  expect(isotonic([])).toEqual([]);
});

test("three runs of four at one value and one of sixteen at the next are four of twenty at both", () => {
  const fitted = isotonic([
    { value: 3 / 4, weight: 4 },
    { value: 1 / 16, weight: 16 },
  ]);
  expect(fitted[0]).toBeCloseTo(4 / 20, 12);
  expect(fitted[1]).toBe(fitted[0]);
});

test("the fit never falls, keeps the weighted sum, and no other rising line of a few tried is closer", () => {
  const weighted = fc.record({
    value: fc.double({ min: 0, max: 1, noNaN: true }),
    weight: fc.integer({ min: 1, max: 64 }),
  });
  fc.assert(
    fc.property(
      fc.array(weighted, { minLength: 1, maxLength: 12 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
      (figures, others) => {
        const fit = isotonic(figures);
        const sum = (values: readonly number[]) =>
          figures.reduce((all, { weight }, at) => all + weight * values[at]!, 0);
        const off = (values: readonly number[]) =>
          figures.reduce((all, { value, weight }, at) => all + weight * (value - values[at]!) ** 2, 0);
        expect(fit.every((value, at) => at === 0 || value >= fit[at - 1]! - 1e-12)).toBe(true);
        expect(sum(fit)).toBeCloseTo(sum(figures.map(({ value }) => value)), 8);
        const rising = figures.map((_, at) => others[at] ?? 1).sort((a, b) => a - b);
        expect(off(fit)).toBeLessThanOrEqual(off(rising) + 1e-9);
      },
    ),
  );
});
