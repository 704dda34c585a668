import { expect, test } from "vitest";
import { holm } from "../../../scenarios/statistics/holm.ts";

test("the least p of three counts three times, the next twice, the largest once, and none less than one before it", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.04, 0.01])).toEqual([0.04, 0.02]);
});

test("one test alone is as it is, and no probability exceeds 1", () => {
  expect(holm([0.04])).toEqual([0.04]);
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
