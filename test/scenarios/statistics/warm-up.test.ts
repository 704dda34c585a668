import { expect, test } from "vitest";
import { warmUp } from "../../../scenarios/statistics/warm-up.ts";

const settling = [50, 40, 30, 22, 16, 12, 10, 11, 9, 10, 10, 9, 11, 10, 10, 9, 10, 11, 10, 10];

test("a queue that falls from 50 to 10 has settled after six observations", () => {
  const { length, statistic } = warmUp(settling, 1)!;
  expect(length).toBe(6);
  expect(statistic).toBeCloseTo(0.030612, 6);
});

test("in batches of five, the warm-up is counted in observations", () => {
  const fiveOfEach = settling.flatMap((value) => [value, value, value, value, value]);
  expect(warmUp(fiveOfEach)!.length).toBe(30);
});

test("a queue that still grows has no warm-up: the run is too short", () => {
  expect(warmUp([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1)).toBeUndefined();
  expect(warmUp([1, 2, 3])).toBeUndefined();
});

test("a constant series needs no warm-up", () => {
  expect(warmUp([3, 3, 3, 3, 3, 3], 1)).toEqual({ length: 0, statistic: 0 });
});
