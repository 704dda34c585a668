import { expect, test } from "vitest";
import {
  interpolated,
  nearestRank,
  percentileInterval,
  percentileRanks,
} from "../../../scenarios/statistics/percentile.ts";

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

test("the p95 of 39 values is the one of rank 38", () => {
  expect(nearestRank(upTo(39), 0.95)).toBe(38);
});

test("a whole p·n is its own rank, though doubles make 0.07 of 100 a little more than 7", () => {
  expect(nearestRank(upTo(100), 0.07)).toBe(7);
  expect(nearestRank(upTo(100), 0.99)).toBe(99);
  expect(nearestRank(upTo(3), 0)).toBe(1);
  expect(nearestRank(upTo(3), 1)).toBe(3);
});

test("k6's p95 of five values lies on the line between the two largest", () => {
  expect(interpolated([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48, 12);
  expect(interpolated([10, 20, 30, 40, 50], 0.5)).toBe(30);
  expect(interpolated([10, 20, 30, 40, 50], 1)).toBe(50);
  expect(interpolated([7], 0.99)).toBe(7);
});

test("no values have no percentile", () => {
  expect(nearestRank([], 0.5)).toBeUndefined();
  expect(interpolated([], 0.5)).toBeUndefined();
});

test("the p99 of 1000 values lies between ranks 983 and 997, of 10 000 between 9880 and 9920", () => {
  expect(percentileRanks(1000, 0.99)).toEqual({ low: 983, high: 997 });
  expect(percentileRanks(10_000, 0.99)).toEqual({ low: 9880, high: 9920 });
});

test("below 368 values n is too small for an upper limit of the p99", () => {
  expect(percentileRanks(367, 0.99)).toEqual({ low: 359, high: undefined });
  expect(percentileRanks(368, 0.99)).toEqual({ low: 360, high: 368 });
});

test("the median needs six values for an interval", () => {
  expect(percentileRanks(5, 0.5)).toEqual({ low: undefined, high: undefined });
  expect(percentileRanks(6, 0.5)).toEqual({ low: 1, high: 6 });
  expect(percentileRanks(0, 0.5)).toEqual({ low: undefined, high: undefined });
});

test("the interval names the values at those ranks", () => {
  const values = upTo(1000).map((rank) => rank * 10);
  expect(percentileInterval(values, 0.99)).toEqual({ low: 9830, high: 9970 });
  expect(percentileInterval(upTo(367), 0.99)).toEqual({ low: 359, high: undefined });
});
