import { expect, test } from "vitest";
import { pairedDifference } from "../../../scenarios/statistics/paired-difference.ts";

test("two configurations that met the same luck differ by far less than their runs do", () => {
  const slow = [110, 152, 91, 133, 121];
  const fast = [100, 140, 81, 121, 110];
  const { mean, low, high, correlation } = pairedDifference(slow, fast);
  expect(mean).toBe(11);
  expect(high! - mean).toBeCloseTo((2.776445 * 1) / Math.sqrt(5), 5);
  expect(mean - low!).toBeCloseTo((2.776445 * 1) / Math.sqrt(5), 5);
  expect(correlation).toBeGreaterThan(0.999);
});

test("the correlation shows when the pairs are not in step", () => {
  expect(pairedDifference([1, 2, 3], [3, 2, 1]).correlation).toBeCloseTo(-1, 12);
  expect(pairedDifference([1, 2, 3, 4], [1, -1, -1, 1]).correlation).toBeCloseTo(0, 12);
  expect(pairedDifference([1, 2, 3], [5, 5, 5]).correlation).toBeUndefined();
});

test("the variance of the difference is both variances less twice the covariance", () => {
  const first = [3, 8, 4, 9, 6];
  const second = [1, 5, 4, 4, 1];
  // Variances 6.5 and 3.5, covariance 2.75.
  expect(pairedDifference(first, second).standardDeviation ** 2).toBeCloseTo(6.5 + 3.5 - 2 * 2.75, 12);
});

test("a single pair has a difference but no interval, and lists of unequal length have no pairs", () => {
  expect(pairedDifference([3], [1])).toMatchObject({
    mean: 2,
    low: undefined,
    high: undefined,
    correlation: undefined,
  });
  expect(() => pairedDifference([1, 2], [1])).toThrow("2 figures cannot be paired with 1");
});
