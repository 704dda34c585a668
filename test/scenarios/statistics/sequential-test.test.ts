import { expect, test } from "vitest";
import { expectedRuns, sequentialTest, weights } from "../../../scenarios/statistics/sequential-test.ts";
import { Stream } from "../../../sim/random.ts";

const oneOrTen = { acceptable: 0.01, unacceptable: 0.1, falseAlarm: 0.05, missedAlarm: 0.05 };
const clean = Array.from({ length: 100 }, () => false);

test("a collapse weighs 2.302585 for failing, a clean run 0.095310 for passing, and 2.944439 settles it", () => {
  const { pass, fail, collapsed, survived } = weights(oneOrTen);
  expect([pass, fail, collapsed, survived].map((weight) => weight.toFixed(6))).toEqual([
    "-2.944439",
    "2.944439",
    "2.302585",
    "-0.095310",
  ]);
});

test("31 clean runs pass a gate between 1 % and 10 %", () => {
  expect(sequentialTest(clean, oneOrTen)).toEqual({ verdict: "pass", runs: 31 });
  expect(sequentialTest(clean.slice(0, 30), oneOrTen)).toEqual({ verdict: "undecided", runs: 30 });
});

test("two collapses in a row fail it, one does not", () => {
  expect(sequentialTest([true, true, false], oneOrTen)).toEqual({ verdict: "fail", runs: 2 });
  expect(sequentialTest([true], oneOrTen)).toEqual({ verdict: "undecided", runs: 1 });
});

test("two collapses fail it later, too, as long as few clean runs came before", () => {
  // Fails at 2.944 = 2 * 2.3026 - 0.0953 * clean, so with at most 17 clean runs.
  expect(sequentialTest([true, ...clean.slice(0, 17), true], oneOrTen).verdict).toBe("fail");
  expect(sequentialTest([true, ...clean.slice(0, 18), true], oneOrTen).verdict).toBe("undecided");
});

test("a narrower gate takes longer: 72 clean runs between 1 % and 5 %, 18 between 5 % and 20 %", () => {
  expect(sequentialTest(clean, { ...oneOrTen, unacceptable: 0.05 }).runs).toBe(72);
  expect(sequentialTest(clean, { ...oneOrTen, acceptable: 0.05, unacceptable: 0.2 }).runs).toBe(18);
});

test("about 37 runs settle a fine configuration and 18 a bad one; 107 and 64 with the narrower gate", () => {
  expect(expectedRuns(oneOrTen).acceptable).toBeCloseTo(37.2, 1);
  expect(expectedRuns(oneOrTen).unacceptable).toBeCloseTo(18.3, 1);
  expect(Math.round(expectedRuns({ ...oneOrTen, unacceptable: 0.05 }).acceptable)).toBe(107);
  expect(Math.round(expectedRuns({ ...oneOrTen, unacceptable: 0.05 }).unacceptable)).toBe(64);
});

test("a system that collapses in one run of ten passes in at most one gate of twenty", () => {
  const stream = new Stream("gates");
  let passed = 0;
  for (let gate = 0; gate < 2000; gate++) {
    const outcomes = Array.from({ length: 400 }, () => stream.next() < 0.1);
    if (sequentialTest(outcomes, oneOrTen).verdict === "pass") passed += 1;
  }
  expect(passed).toBeGreaterThan(20);
  expect(passed).toBeLessThan(100 + 25);
});
