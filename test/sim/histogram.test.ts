import { expect, test } from "vitest";
import { Histogram } from "../../sim/record/histogram.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";

test("quantiles of durations are right to 0.4 %", () => {
  const histogram = new Histogram();
  for (let rank = 1; rank <= 1000; rank++) histogram.observe(rank * MILLISECOND);
  for (const p of [0.5, 0.95, 0.99]) {
    expect(Math.abs(histogram.quantile(p) / (p * SECOND) - 1)).toBeLessThan(0.004);
  }
  expect(histogram.quantile(1)).toBe(1 * SECOND);
  expect(histogram.mean).toBe(500.5 * MILLISECOND);
});

test("a duration below 256 microseconds is kept exactly", () => {
  for (const micros of [0, 1, 127, 128, 255]) {
    const histogram = new Histogram();
    histogram.observe(micros);
    expect(histogram.quantile(0.5)).toBe(micros);
  }
});

test("two halves merged are the same as the whole", () => {
  const whole = new Histogram();
  const halves = [new Histogram(), new Histogram()] as const;
  for (let at = 0; at < 500; at++) {
    const duration = (at * 7919) % 100_000;
    whole.observe(duration);
    halves[at % 2 === 0 ? 0 : 1].observe(duration);
  }
  halves[0].merge(halves[1]);
  expect(halves[0].buckets).toEqual(whole.buckets);
  expect(halves[0].count).toBe(500);
  expect(halves[0].quantile(0.9)).toBe(whole.quantile(0.9));
});

test("what lasts longer than half an hour is counted in the last bucket, not lost", () => {
  const histogram = new Histogram();
  histogram.observe(3 * 3600 * SECOND);
  expect(histogram.count).toBe(1);
  expect(histogram.max).toBe(3 * 3600 * SECOND);
});
