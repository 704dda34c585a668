import { expect, test } from "vitest";
import { mcnemar } from "../../../scenarios/statistics/mcnemar.ts";

test("nine pairs to one are unlikely by chance, with probability 0.021484", () => {
  expect(mcnemar(9, 1)).toBeCloseTo(0.021484375, 12);
  expect(mcnemar(1, 9)).toBe(mcnemar(9, 1));
});

test("six pairs that all fall one way show a difference at 5 %, five do not", () => {
  expect(mcnemar(6, 0)).toBeCloseTo(0.03125, 12);
  expect(mcnemar(5, 0)).toBeCloseTo(0.0625, 12);
});

test("evenly split pairs, or none, show nothing", () => {
  expect(mcnemar(4, 4)).toBe(1);
  expect(mcnemar(0, 0)).toBe(1);
});
