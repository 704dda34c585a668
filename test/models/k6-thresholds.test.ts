import fc from "fast-check";
import { expect, test } from "vitest";
import { percentileOf } from "../../models/k6/percentile.ts";
import { parseThreshold } from "../../models/k6/threshold.ts";
import { loadOptions } from "../../models/load/load-options.ts";
import { Mistake } from "../../models/unit.ts";
import { Histogram } from "../../sim/record/histogram.ts";

test.each([
  ["p(95)<3000", { method: "p", percent: 95, operator: "<", value: 3000 }],
  ["p(99.9)  <=  12.5", { method: "p", percent: 99.9, operator: "<=", value: 12.5 }],
  ["rate<0.05", { method: "rate", operator: "<", value: 0.05 }],
  ["count === 100", { method: "count", operator: "===", value: 100 }],
  ["count==100", { method: "count", operator: "==", value: 100 }],
  [" value != 3 ", { method: "value", operator: "!=", value: 3 }],
  ["med>1e3", { method: "med", operator: ">", value: 1000 }],
  ["avg>=0", { method: "avg", operator: ">=", value: 0 }],
])("%s is a threshold of k6", (text, meaning) => {
  expect(parseThreshold(text)).toMatchObject(meaning);
});

test.each([
  ["p95 < 300", '"p95" is not a method'],
  ["p(101)<3", '"101" is not a percentile'],
  ["p(-1)<3", '"-1" is not a percentile'],
  ["avg<300ms", '"300ms" is not a number'],
  ["rate<5%", '"5%" is not a number'],
  ["rate", '"rate" compares nothing'],
  ["rate<0.1 and rate>0", '"0.1 and rate>0" is not a number'],
  [5, "5 is not a threshold"],
])("%s is none, and says why", (text, wrong) => {
  const mistake = parseThreshold(text);
  expect(mistake instanceof Mistake && mistake.wrong).toBe(wrong);
});

test("each type of metric has its own methods, and only metrics of k6 have thresholds", () => {
  const wrong = (thresholds: object) =>
    loadOptions
      .safeParse({ to: "api", executor: { type: "constant-vus", duration: "1s" }, thresholds })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  expect(wrong({ http_req_duration: ["rate<1"], checks: ["rate>0.9"] })).toEqual([
    'thresholds.http_req_duration.0: http_req_duration is a trend and has no "rate"; expected avg, min, max, med, p(95)',
  ]);
  expect(wrong({ dropped_iterations: ["rate<1", { threshold: "p(95)<1", abortOnFail: true }] })).toEqual([
    'thresholds.dropped_iterations.1: dropped_iterations is a counter and has no "p"; expected count, rate',
  ]);
  expect(wrong({ http_requests: ["count>1"] })?.[0]).toContain('"http_requests" is not a metric of k6 here');
  expect(wrong({ vus: ["value<5"], "http_req_duration{expected_response:true}": ["max<1"] })).toBe(undefined);
});

/** Some of k6's own cases of TrendSink.P (metrics/sink_test.go). */
test("a percentile lies on the straight line between the two values next to its place", () => {
  const values = [0, 100, 10, 20, 30, 40, 50, 60, 70, 80, 90].sort((a, b) => a - b);
  const exact = {
    count: values.length,
    quantile: (share: number) => values[Math.max(0, Math.ceil(share * values.length) - 1)]!,
  };
  expect(percentileOf(exact, 0)).toBe(0);
  expect(percentileOf(exact, 0.95)).toBeCloseTo(95, 9);
  expect(percentileOf(exact, 0.99)).toBeCloseTo(99, 9);
  expect(percentileOf(exact, 0.5)).toBe(50);
  expect(percentileOf(exact, 1)).toBe(100);
  expect(percentileOf({ count: 0, quantile: () => 0 }, 0.95)).toBe(0);
  expect(percentileOf({ count: 1, quantile: () => 7 }, 0.95)).toBe(7);
});

test("a percentile of a histogram is as good as its buckets: within 0.4 % of k6's", () => {
  const durations = fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const histogram = new Histogram();
      for (const duration of list) histogram.observe(duration);
      const sorted = [...list].sort((a, b) => a - b);
      const place = share * (sorted.length - 1);
      const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
      const exact = low + (high - low) * (place - Math.floor(place));
      expect(Math.abs(percentileOf(histogram, share) - exact)).toBeLessThanOrEqual(exact * 0.004 + 1e-6);
    }),
  );
});
