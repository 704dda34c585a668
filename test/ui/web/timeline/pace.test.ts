import { expect, test } from "vitest";
import { advanced, paceAt } from "../../../../ui/web/replay/timeline/pace.ts";

const SECOND = 1e6;

test("at 20 times the speed a second of watching is 20 seconds of the run", () => {
  expect(advanced(0, SECOND, 20, [])).toBe(20 * SECOND);
});

test("around a marked moment nothing goes faster than it went, and far from it everything does", () => {
  const moments = [10 * SECOND, 100 * SECOND];
  expect(paceAt(9 * SECOND, 20, moments)).toBe(1);
  expect(paceAt(11 * SECOND, 20, moments)).toBe(1);
  expect(paceAt(12 * SECOND, 20, moments)).toBe(10.5);
  expect(paceAt(50 * SECOND, 20, moments)).toBe(20);
  expect(paceAt(10 * SECOND, 0.1, moments)).toBe(0.1);
});

test("even at 60 times the speed with ten frames a second a marked moment is not jumped over", () => {
  const seen: number[] = [];
  for (let time = 0; time < 20 * SECOND; time = advanced(time, SECOND / 10, 60, [10 * SECOND])) seen.push(time);
  const near = seen.filter((time) => Math.abs(time - 10 * SECOND) <= SECOND);
  expect(near.length).toBeGreaterThanOrEqual(15);
});
