import { expect, test } from "vitest";
import * as z from "zod";
import {
  amount,
  bandwidth,
  bytes,
  count,
  distribution,
  duration,
  milliseconds,
  positiveCount,
  rate,
  seconds,
  share,
} from "../../models/quantity.ts";
import type { Distribution } from "../../sim/distribution.ts";

/** The value, or what is said instead of it. */
function read(schema: z.ZodType, written: unknown): unknown {
  const result = schema.safeParse(written);
  return result.success ? result.data : result.error.issues[0]?.message;
}

test("durations are whole microseconds, whatever unit they are written in", () => {
  expect(read(duration(), "250ms")).toBe(250_000);
  expect(read(duration(), "1.5s")).toBe(1_500_000);
  expect(read(duration(), "1m30s")).toBe(90_000_000);
  expect(read(duration(), "1h")).toBe(3_600_000_000);
  expect(read(duration(), "25us")).toBe(25);
  expect(read(duration(), "0s")).toBe(0);
});

test("a duration without a unit is asked for one, and a slip of the unit is set right", () => {
  expect(read(duration(), 500)).toBe('500 needs a unit; expected "500ms", or one of the units us, µs, ms, s, m, h, d');
  expect(read(duration(), "500")).toBe(
    '500 needs a unit; expected "500ms", or one of the units us, µs, ms, s, m, h, d',
  );
  expect(read(duration(), "5 seconds")).toBe('"seconds" is not a unit here; expected "5s"');
  expect(read(duration(), "5MS")).toBe('"MS" is not a unit here; expected "5ms"');
  expect(read(duration(), "5 fortnights")).toBe(
    '"fortnights" is not a unit here; expected one of the units us, µs, ms, s, m, h, d',
  );
});

test("durations that cannot be are refused: negative, absurd, too short for the clock, or no duration at all", () => {
  const right = 'expected a duration such as "250ms", "1.5s", "2m", "1m30s" or "1h"';
  expect(read(duration(), "-3s")).toBe(`"-3s" is negative; ${right}`);
  expect(read(duration(), "soon")).toBe(`"soon" is not a duration; ${right}`);
  expect(read(duration(), "1s 2")).toBe(`"1s 2" is not a duration; ${right}`);
  expect(read(duration(), "")).toBe(`"" is not a duration; ${right}`);
  expect(read(duration(), ["1s"])).toBe(`["1s"] is not a duration; ${right}`);
  expect(read(duration(), "400d")).toBe('"400d" is absurdly large; expected at most 365d');
  expect(read(duration(), "0.1us")).toBe('"0.1us" is shorter than any step of time; expected at least 1us');
  expect(read(duration(), "1".repeat(100))).toContain("needs a unit");
  expect(read(duration(), "1".repeat(100_000))).toContain("is not a duration");
});

test("settings that a product writes as plain numbers keep the product's unit", () => {
  expect(read(milliseconds(), 10_000)).toBe(10_000_000);
  expect(read(milliseconds(), "10s")).toBe(10_000_000);
  expect(read(seconds(), 10)).toBe(10_000_000);
  expect(read(seconds(), "500ms")).toBe(500_000);
});

test("sizes are bytes, and what K stands for must be said", () => {
  expect(read(bytes(), "64KiB")).toBe(65_536);
  expect(read(bytes(), "1kB")).toBe(1_000);
  expect(read(bytes(), 1500)).toBe(1_500);
  expect(read(bytes(), "64K")).toBe('"K" is not a unit here; expected "64KiB"');
  expect(read(bytes(), "9999999TiB")).toBe('"9999999TiB" is absurdly large; expected at most 1024TiB');
});

test("bandwidths are bytes per second", () => {
  expect(read(bandwidth(), "1Gbit/s")).toBe(125_000_000);
  expect(read(bandwidth(), "50Mbit/s")).toBe(6_250_000);
  expect(read(bandwidth(), "10MB/s")).toBe(10_000_000);
  expect(read(bandwidth(), "unlimited")).toBe(Number.POSITIVE_INFINITY);
  expect(read(bandwidth(), "10Gbps")).toBe('"Gbps" is not a unit here; expected "10Gbit/s"');
  expect(read(bandwidth(), "0Mbit/s")).toContain("nothing passes at a bandwidth of 0");
});

test("shares are from 0 to 1, and 30 is told to be 30%", () => {
  expect(read(share(), "30%")).toBe(0.3);
  expect(read(share(), 0.3)).toBe(0.3);
  expect(read(share(), "100%")).toBe(1);
  expect(read(share(), 30)).toBe('30 is more than 1; expected "30%", or a number from 0 to 1');
  expect(read(share(), "130%")).toBe('"130%" is more than 100%; expected a share such as "30%" or 0.3');
});

test("rates are per second", () => {
  expect(read(rate(), "100/s")).toBe(100);
  expect(read(rate(), "6/min")).toBe(0.1);
  expect(read(rate(), "36/h")).toBe(0.01);
  expect(read(rate(), 100)).toBe('100 needs a unit; expected "100/s", or one of the units /s, /min, /h');
  expect(read(rate(), "100 rps")).toBe('"rps" is not a unit here; expected "100/s"');
});

test("counts are whole and within what is sane", () => {
  expect(read(count(), 0)).toBe(0);
  expect(read(count(10), 11)).toBe("11 is too large; expected a whole number from 0 to 10");
  expect(read(count(), 1.5)).toBe("1.5 is not a whole number; expected a whole number from 0 to 1000000");
  expect(read(count(), "5")).toBe('"5" is not a number; expected a whole number from 0 to 1000000');
  expect(read(positiveCount(), 0)).toBe("0 is too small; expected a whole number from 1 to 1000000");
  expect(read(amount(), 0.5)).toBe(0.5);
  expect(read(amount(), Number.NaN)).toContain("is not a number");
});

test.each([
  ["50ms", 50_000, 50_000],
  ["constant 50ms", 50_000, 50_000],
  ["exponential mean 50ms", 34_657, 50_000],
  ["uniform 0s..5s", 2_500_000, 2_500_000],
  ["uniform 1s .. 2s", 1_500_000, 1_500_000],
  ["lognormal median 4ms p99 40ms", 4_000, 6_528],
  ["erlang 1 mean 50ms", 34_657, 50_000],
  ["gamma mean 50ms cv 1", 34_657, 50_000],
  ["gamma cv 0 mean 50ms", 50_000, 50_000],
  ["pareto minimum 1ms shape 2", 1_414, 2_000],
  ["weibull mean 50ms shape 1", 34_657, 50_000],
  ["empirical 1ms 2ms 9ms", 2_000, 4_000],
  ["quantiles p50 4ms p90 12ms p100 20ms", 4_000, 6_800],
  ["mixture 90% 5ms | 10% 100ms", 5_000, 14_500],
  ["mixture 90% 5ms and 10% 100ms", 5_000, 14_500],
  ["mixture 90% 5ms, 10% 100ms", 5_000, 14_500],
])("%s has its median and its mean", (words, median, mean) => {
  const drawn = distribution().parse(words) as Distribution;
  expect(Math.floor(drawn.at(0.5) + 1e-6)).toBe(median);
  expect(Math.floor(drawn.mean + 1e-6)).toBe(mean);
});

test("other quantities than time can be left to chance, too", () => {
  expect(distribution("bytes").parse("exponential mean 64KiB").mean).toBe(65_536);
  expect(distribution("bytes").parse(1500).mean).toBe(1500);
  expect(distribution("number").parse("uniform 1..5").mean).toBe(3);
});

test.each([
  ["normal 5ms", '"normal" is not a distribution; expected a value, or one of constant, exponential'],
  ["exponential 50ms", '"50ms" is out of place; expected "exponential mean 50ms"'],
  ["exponential mean", '"mean" has no value; expected "exponential mean 50ms"'],
  ["exponential mean 50", '50 needs a unit; expected "50ms"'],
  ["uniform 5s..1s", 'the first bound is above the second; expected "uniform 0s..5s"'],
  ["uniform 5s", 'uniform needs two bounds; expected "uniform 0s..5s"'],
  [
    "lognormal median 40ms p99 4ms",
    "no lognormal has these figures; expected a median above 0 and a p99 that is not below it",
  ],
  ["lognormal median 4ms", '"p99" is missing; expected "lognormal median 4ms p99 40ms"'],
  ["erlang mean 50ms", '"mean" is not a number of stages; expected "erlang 3 mean 50ms", 1 to 10000 stages'],
  ["gamma mean 1s cv 0.001", "cv 0.001 is too small; expected 0, or from 0.01 to 10"],
  ["pareto minimum 0s shape 2", 'the minimum is 0; expected a minimum above 0: "pareto minimum 1ms shape 1.5"'],
  ["empirical", 'empirical needs values; expected "empirical 12ms 15ms 40ms"'],
  ["quantiles p90 4ms p50 12ms", "the quantiles do not rise from point to point"],
  ["mixture 90% 5ms | 20% 9ms", "the shares add up to 110%; expected 100% in all"],
  ["mixture 5ms", '"5ms" is not a percentage'],
  ["mixture 100% mixture 100% 5ms", "a mixture in a mixture"],
  ["__proto__", '"__proto__" is not a distribution'],
])("%s is no distribution, and it is said why", (words, message) => {
  expect(read(distribution(), words)).toContain(message);
});

test("the JSON Schema of an option shows how it is written, with its default and its meaning", () => {
  const options = z.strictObject({
    timeout: milliseconds().prefault(3000).describe("How long to wait."),
    replicas: count(50).default(1).describe("How many."),
  });
  expect(z.toJSONSchema(options, { io: "input", target: "draft-7" })).toEqual({
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: {
      timeout: {
        type: ["string", "number"],
        unit: "milliseconds",
        default: 3000,
        description: "How long to wait.",
      },
      replicas: { type: "integer", minimum: 0, maximum: 50, default: 1, description: "How many." },
    },
    additionalProperties: false,
  });
  expect(options.parse({})).toEqual({ timeout: 3_000_000, replicas: 1 });
});
