import { expect, test } from "vitest";
import { meanInterval } from "../../../scenarios/statistics/mean.ts";

test("five replications of 10, 12, 9, 11 and 13 give 11 ± 1.963243", () => {
  const { n, mean, standardDeviation, low, high } = meanInterval([10, 12, 9, 11, 13]);
  expect(n).toBe(5);
  expect(mean).toBe(11);
  expect(standardDeviation).toBeCloseTo(Math.sqrt(2.5), 12);
  expect(high! - mean).toBeCloseTo(1.963243, 6);
  expect(mean - low!).toBeCloseTo(1.963243, 6);
});

test("more confidence needs a wider interval", () => {
  const wide = meanInterval([10, 12, 9, 11, 13], 0.99);
  expect(wide.high! - wide.mean).toBeCloseTo((4.604095 * Math.sqrt(2.5)) / Math.sqrt(5), 5);
});

test("one replication has a mean but n is too small for an interval", () => {
  expect(meanInterval([7])).toEqual({ n: 1, mean: 7, standardDeviation: 0, low: undefined, high: undefined });
});

test("no replications have no mean", () => {
  expect(meanInterval([])).toMatchObject({ n: 0, mean: Number.NaN, low: undefined, high: undefined });
});
