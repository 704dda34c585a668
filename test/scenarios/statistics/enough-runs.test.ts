import { expect, test } from "vitest";
import { enoughRuns, lookAhead, runsExpected } from "../../../scenarios/statistics/enough-runs.ts";
import { meanInterval } from "../../../scenarios/statistics/mean.ts";
import { Stream } from "../../../sim/random.ts";
import { normalQuantile } from "../../../sim/special-functions.ts";

const FIVE_PERCENT = { halfWidth: 0.05, isRelative: true };

test("three equal figures are enough, but only once five more do not contradict them", () => {
  const calm = [7, 7, 7, 7, 7, 7, 7, 7];
  expect(enoughRuns(calm, FIVE_PERCENT)).toBe(3);
  expect(enoughRuns(calm.slice(0, 7), FIVE_PERCENT)).toBeUndefined();
});

test("a figure far off within the five to look at begins the search again after it", () => {
  // With 100, 100, 100, 100, 130 the half width is 2.776 * 13.42 / sqrt(5) = 16.7, more than 5 % of 106.
  const figures = [100, 100, 100, 100, 130, ...Array.from({ length: 60 }, () => 100)];
  const enough = enoughRuns(figures, FIVE_PERCENT)!;
  const widths = figures.map((_, n) => {
    const { mean, low = 0, high = 0 } = meanInterval(figures.slice(0, n + 1));
    return (high - low) / 2 / mean;
  });
  expect(enough).toBe(13);
  expect(widths[enough - 2]).toBeGreaterThan(0.05);
  expect(widths[enough - 1]).toBeLessThanOrEqual(0.05);
});

test("beyond a hundred figures, five of a hundred more must be as exact", () => {
  expect([3, 100, 119, 120, 400].map(lookAhead)).toEqual([5, 5, 5, 6, 20]);
});

test("about a mean of 0 nothing is exact to a share of it, but to an amount", () => {
  const figures = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 1 : -1));
  expect(enoughRuns(figures, FIVE_PERCENT)).toBeUndefined();
  // The half width falls under 0.25 near (1.96 / 0.25)^2 = 62 figures.
  expect(enoughRuns(figures, { halfWidth: 0.25, isRelative: false })).toBe(65);
  expect(runsExpected(meanInterval(figures), FIVE_PERCENT)).toBe(Number.POSITIVE_INFINITY);
});

test("more figures that come later change nothing about how many were enough", () => {
  const stream = new Stream("enough runs");
  const figures = Array.from({ length: 400 }, () => 10 + 2 * normalQuantile(stream.next()));
  const enough = enoughRuns(figures, FIVE_PERCENT)!;
  expect(enough).toBeGreaterThan(40);
  expect(enough).toBeLessThan(90);
  for (const n of [enough + 5, enough + 6, 200, 300])
    expect(enoughRuns(figures.slice(0, n), FIVE_PERCENT)).toBe(enough);
  expect(enoughRuns(figures.slice(0, enough + 4), FIVE_PERCENT)).toBeUndefined();
});

test("half the width takes four times the runs", () => {
  const figures = [10, 12, 9, 11, 13];
  // 11 ± 1.963243 by five runs.
  expect(runsExpected(meanInterval(figures), { halfWidth: 0.982, isRelative: false })).toBe(20);
  expect(runsExpected(meanInterval(figures), { halfWidth: 2, isRelative: false })).toBe(5);
});
