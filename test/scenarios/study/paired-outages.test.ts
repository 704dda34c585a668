import { expect, test } from "vitest";
import type { OutageClass } from "../../../scenarios/experiment/outage.ts";
import { pairedOutages } from "../../../scenarios/study/paired-outages.ts";

const times = (n: number, a: OutageClass, b: OutageClass) => Array.from({ length: n }, () => ({ a, b }));

test("only pairs that end differently tell which side collapses more often: 9 against 1 in McNemar's exact test", () => {
  const pairs = [
    ...times(9, "complete", "none"),
    ...times(1, "partial", "complete"),
    ...times(7, "complete", "complete"),
    ...times(3, "none", "partial"),
  ];
  const { complete, any } = pairedOutages(pairs);
  expect(complete).toMatchObject({ both: 7, onlyA: 9, onlyB: 1, neither: 3 });
  expect(complete.p).toBeCloseTo(0.021484, 6);
  expect(any).toMatchObject({ both: 8, onlyA: 9, onlyB: 3, neither: 0 });
  const back = pairedOutages(pairs.map(({ a, b }) => ({ a: b, b: a }))).complete;
  expect(back).toEqual({ both: 7, onlyA: 1, onlyB: 9, neither: 3, p: complete.p });
});

test("five pairs that all end differently do not reach 5 %, six do", () => {
  expect(pairedOutages(times(5, "complete", "partial")).complete.p).toBeCloseTo(0.0625, 12);
  expect(pairedOutages(times(6, "complete", "partial")).complete.p).toBeCloseTo(0.03125, 12);
});
