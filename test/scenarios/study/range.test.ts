import { expect, test } from "vitest";
import { Mistake } from "../../../models/unit.ts";
import { Range } from "../../../scenarios/study/range.ts";

function rangeOf(words: string): Range {
  const range = Range.of(words);
  if (range instanceof Mistake) throw new Error(`${range.wrong}; expected ${range.right}`);
  return range;
}

test("values are numbers in the unit that models count in, and are written as the first end is", () => {
  const said: [words: string, low: number, high: number, middle: string][] = [
    ["0.2ms..0.8ms", 200, 800, "0.5ms"],
    ["500us..2ms", 500, 2000, "1250us"],
    ["50/s..200/s", 50, 200, "125/s"],
    ["6/min..1/s", 0.1, 1, "33/min"],
    ["10%..90%", 0.1, 0.9, "50%"],
    ["1MiB..3MiB", 1048576, 3145728, "2MiB"],
    ["10Mbit/s..90Mbit/s", 1.25e6, 11.25e6, "50Mbit/s"],
    ["4..9", 4, 9, "7"],
    ["0.3..0.5", 0.3, 0.5, "0.4"],
  ];
  for (const [words, low, high, middle] of said) {
    const range = rangeOf(words);
    expect([words, range.low, range.high]).toEqual([words, expect.closeTo(low, 9), expect.closeTo(high, 9)]);
    expect(range.write(range.middle(range.low, range.high)!)).toBe(middle);
  }
});

test("a range of more than a decade is halved by the ratio of its ends", () => {
  expect(rangeOf("1..10000").middle(1, 10000)).toBe(100);
  expect(rangeOf("0.2ms..20ms").middle(200, 20000)).toBe(2000);
  expect(rangeOf("1..10").middle(1, 10)).toBe(6);
  expect(rangeOf("0..10000").middle(0, 10000)).toBe(5000);
});

test("between neighbours there is nothing: whole numbers, microseconds and bytes", () => {
  for (const [words, a, b] of [
    ["1..64", 19, 20],
    ["0.2ms..2ms", 603, 604],
    ["1B..4B", 2, 3],
  ] as const) {
    expect(rangeOf(words).middle(a, b)).toBeUndefined();
    expect(rangeOf(words).isNarrow(a, b, 0)).toBe(true);
  }
  expect(rangeOf("1/s..2/s").isNarrow(1, 1.001, 0)).toBe(false);
  expect(rangeOf("50/s..200/s").isNarrow(99, 101, 0.02)).toBe(true);
  expect(rangeOf("50/s..200/s").isNarrow(99, 102, 0.02)).toBe(false);
});

test("a figure is read in the sort of its range: of a distribution, its first duration", () => {
  const range = rangeOf("0.2ms..2ms");
  expect(range.read("0.4ms")).toBe(400);
  expect(range.read("exponential mean 220us")).toBe(220);
  expect(range.read("lognormal median 4ms p99 40ms")).toBe(4000);
  expect(range.read("uniform 0s..5s")).toBe(5_000_000);
  expect(range.read("mixture 90% exponential mean 5ms | 10% 100ms")).toBe(5000);
  for (const other of ["60/s", 4, "0s", "zone-a", null, ["1ms"]]) expect(range.read(other)).toBeUndefined();
  expect(rangeOf("30%..70%").read(0.5)).toBe(0.5);
  expect(rangeOf("30..70").read("50%")).toBeUndefined();
});

test("what is no range says so", () => {
  for (const words of ["", "5", "a..b", "2ms..1ms", "1ms..1ms", "1ms..1/s", "10%..200%", "1..", "..", "1x..2x"]) {
    expect([words, Range.of(words) instanceof Mistake]).toEqual([words, true]);
  }
});
