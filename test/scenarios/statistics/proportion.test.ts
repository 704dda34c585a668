import { expect, test } from "vitest";
import { atLeast, atMost } from "../../../scenarios/statistics/binomial.ts";
import {
  cleanRunsNeeded,
  clopperPearson,
  clopperPearsonHigh,
  clopperPearsonLow,
  wilson,
} from "../../../scenarios/statistics/proportion.ts";

test("Wilson's intervals are those of the textbook", () => {
  const table: [number, number, number, number][] = [
    [0, 20, 0, 0.1611],
    [1, 20, 0.0089, 0.2361],
    [5, 20, 0.1119, 0.4687],
    [3, 200, 0.0051, 0.0432],
    [20, 20, 0.8389, 1],
  ];
  for (const [k, n, low, high] of table) {
    expect(wilson(k, n).low).toBeCloseTo(low, 4);
    expect(wilson(k, n).high).toBeCloseTo(high, 4);
  }
  expect(wilson(0, 20).low).toBe(0);
  expect(wilson(20, 20).high).toBe(1);
});

test("no collapse in 20 runs leaves a share of up to 0.1684 possible by Clopper and Pearson", () => {
  expect(clopperPearson(0, 20).low).toBe(0);
  expect(clopperPearson(0, 20).high).toBeCloseTo(0.16843347098308548, 12);
  expect(clopperPearson(20, 20).low).toBeCloseTo(0.8315665290169145, 12);
  expect(clopperPearson(20, 20).high).toBe(1);
});

test("Clopper and Pearson's limits for 1 of 20 and 3 of 200 agree with another program", () => {
  expect(clopperPearson(1, 20).low).toBeCloseTo(0.0012650894979560339, 12);
  expect(clopperPearson(1, 20).high).toBeCloseTo(0.24873276277202772, 12);
  expect(clopperPearson(3, 200).low).toBeCloseTo(0.003104107621555085, 12);
  expect(clopperPearson(3, 200).high).toBeCloseTo(0.043208281917709784, 12);
});

test("at the limits the observation is just as unlikely as was stated", () => {
  const { low, high } = clopperPearson(7, 30, 0.9);
  expect(atLeast(7, 30, low)).toBeCloseTo(0.05, 12);
  expect(atMost(7, 30, high)).toBeCloseTo(0.05, 12);
});

test("one side alone can be closer: no collapse in 20 runs is below 0.1391, 3 of 200 between 0.0041 and 0.0383", () => {
  expect(clopperPearsonHigh(0, 20)).toBeCloseTo(1 - 0.05 ** (1 / 20), 12);
  expect(clopperPearsonHigh(3, 200)).toBeCloseTo(0.03830970849856934, 12);
  expect(clopperPearsonLow(3, 200)).toBeCloseTo(0.00410061333506991, 12);
});

test("without runs every share is possible", () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1 });
});

test("more successes than runs are refused", () => {
  expect(() => wilson(3, 2)).toThrow("3 of 2");
  expect(() => clopperPearson(-1, 2)).toThrow("-1 of 2");
});

test("29, 59, 299 and 2995 clean runs show that a collapse is rarer than 10, 5, 1 and 0.1 %", () => {
  expect([0.1, 0.05, 0.01, 0.001].map((share) => cleanRunsNeeded(share))).toEqual([29, 59, 299, 2995]);
});
