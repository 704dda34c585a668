import { expect, test } from "vitest";
import { studentTQuantile } from "../../../scenarios/statistics/student-t.ts";

test("the quantiles of Student's t agree to twelve digits with those computed to forty", () => {
  const table: [number, number, number][] = [
    [0.975, 1, 12.706204736174705],
    [0.975, 2, 4.302652729749464],
    [0.975, 4, 2.7764451051977943],
    [0.995, 9, 3.2498355415921263],
    [0.9995, 29, 3.659405019466333],
    [0.6, 7, 0.26316686135202283],
    [0.975, 199, 1.9719565442517537],
    [0.975, 9999, 1.9602012636213577],
  ];
  for (const [p, degrees, t] of table) expect(Math.abs(studentTQuantile(p, degrees) / t - 1)).toBeLessThan(1e-12);
});

test("for 3, 5, 10, 20 and 30 runs the factors are those of the printed table", () => {
  const factors = [3, 5, 10, 20, 30].map((n) => studentTQuantile(0.975, n - 1).toFixed(6));
  expect(factors).toEqual(["4.302653", "2.776445", "2.262157", "2.093024", "2.045230"]);
});

test("a confidence of one, or no degree of freedom, has no quantile", () => {
  expect(() => studentTQuantile(1, 4)).toThrow("Student's t of 1");
  expect(() => studentTQuantile(0.975, 0)).toThrow("0 degrees of freedom");
});

test("Student's t is symmetric about zero", () => {
  expect(studentTQuantile(0.5, 3)).toBe(0);
  expect(studentTQuantile(0.25, 1)).toBeCloseTo(-1, 12);
  expect(studentTQuantile(0.75, 1)).toBeCloseTo(1, 12);
});
