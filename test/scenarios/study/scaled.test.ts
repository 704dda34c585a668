import { expect, test } from "vitest";
import { scaled } from "../../../scenarios/study/scaled.ts";

test("a quantity keeps its unit, a distribution its shape", () => {
  const moved: [from: unknown, to: unknown][] = [
    ["250ms", "300ms"],
    ["1m30s", "1.2m36s"],
    ["60/s", "72/s"],
    ["64Mbit/s", "76.8Mbit/s"],
    ["50%", "60%"],
    ["exponential mean 500ms", "exponential mean 600ms"],
    ["lognormal median 4ms p99 40ms", "lognormal median 4.8ms p99 48ms"],
    ["erlang 3 mean 50ms", "erlang 3 mean 60ms"],
    ["uniform 0s..5s", "uniform 0s..6s"],
    ["mixture 90% exponential mean 5ms | 10% 100ms", "mixture 90% exponential mean 6ms | 10% 120ms"],
    [0.3, 0.36],
  ];
  for (const [from, to] of moved) expect([from, scaled(from, 1.2)]).toEqual([from, to]);
});

test("whole numbers stay whole and move by at least 1", () => {
  expect([scaled(34, 0.8), scaled(34, 1.2)]).toEqual([27, 41]);
  expect([scaled(2, 0.8), scaled(2, 1.2)]).toEqual([1, 3]);
  expect(scaled(7, 1)).toBe(7);
});

test("what is no quantity, and what no factor moves, is left alone", () => {
  for (const value of ["zone-a", "noti-db", "m5large", true, null, undefined, 0, "0s", ["1s"]]) {
    expect([value, scaled(value, 1.2)]).toEqual([value, undefined]);
  }
});
