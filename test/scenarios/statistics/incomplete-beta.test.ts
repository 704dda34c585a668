import { expect, test } from "vitest";
import { atLeast, atMost } from "../../../scenarios/statistics/binomial.ts";
import { incompleteBeta } from "../../../scenarios/statistics/incomplete-beta.ts";

test("the incomplete beta function agrees to twelve digits with values computed to forty", () => {
  const cases: [number, number, number, number][] = [
    [1, 1, 0.3, 0.3],
    [2, 3, 0.4, 0.5248],
    [0.5, 0.5, 0.1, 0.20483276469913345],
    [5000, 0.5, 0.9999, 0.3173105072579268],
    [983, 18, 0.95, 3.4788745807586824e-8],
    [5000, 5000, 0.49, 0.02274203232457464],
  ];
  for (const [a, b, x, value] of cases) expect(Math.abs(incompleteBeta(a, b, x) / value - 1)).toBeLessThan(1e-12);
});

test("it runs from zero to one", () => {
  expect(incompleteBeta(2, 3, 0)).toBe(0);
  expect(incompleteBeta(2, 3, 1)).toBe(1);
});

test("without a shape there is no incomplete beta function", () => {
  expect(() => incompleteBeta(0, 1, 0.5)).toThrow("of 0, 1 at 0.5");
  expect(() => incompleteBeta(1, 1, Number.NaN)).toThrow("at NaN");
});

test("ten throws of a coin show at most one head in 11 of 1024 cases", () => {
  expect(atMost(1, 10, 0.5)).toBeCloseTo(11 / 1024, 14);
  expect(atLeast(9, 10, 0.5)).toBeCloseTo(11 / 1024, 14);
});

test("fewer than no successes or more than all never happen", () => {
  expect([atMost(-1, 10, 0.5), atMost(10, 10, 0.5)]).toEqual([0, 1]);
  expect([atLeast(0, 10, 0.5), atLeast(11, 10, 0.5)]).toEqual([1, 0]);
});
