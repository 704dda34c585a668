import fc from "fast-check";
import { expect, test } from "vitest";
import { Curve } from "../../models/load/curve.ts";
import { Shares } from "../../models/load/shares.ts";

test("a curve goes straight from point to point, steps where two share a time, and ends constant", () => {
  const curve = new Curve([
    { at: 10, is: 100 },
    { at: 20, is: 200 },
    { at: 20, is: 50 },
    { at: 30, is: 0 },
  ]);
  expect([0, 10, 15, 19, 20, 25, 30, 99].map((at) => curve.valueAt(at))).toEqual([100, 100, 150, 190, 50, 25, 0, 0]);
  expect(curve.area(0, 10)).toBe(1000);
  expect(curve.area(10, 20)).toBe(1500);
  expect(curve.area(0, 99)).toBe(1000 + 1500 + 250);
  expect(curve.reach(0, 2500)).toBeCloseTo(20, 9);
  expect(curve.reach(25, 62.5)).toBeCloseTo(30, 9);
  expect(curve.reach(25, 63)).toBe(Number.POSITIVE_INFINITY);
});

test("the k-th start of a ramp is where k6's formula puts it", () => {
  const curve = new Curve([
    { at: 0, is: 2 },
    { at: 60, is: 10 },
  ]);
  for (const k of [1, 2, 50, 300]) {
    const k6 = (2 * 60 - Math.sqrt(60 * (2 * 2 * 60 + 2 * k * (10 - 2)))) / (2 - 10);
    expect(curve.reach(0, k)).toBeCloseTo(k6, 9);
  }
});

const points = fc
  .array(fc.record({ at: fc.integer({ min: 0, max: 1000 }), is: fc.integer({ min: 0, max: 50 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((list) => list.sort((a, b) => a.at - b.at));

test("after any time, the integral up to where it reaches an area is that area", () => {
  fc.assert(
    fc.property(
      points,
      fc.integer({ min: 0, max: 1200 }),
      fc.double({ min: 0.01, max: 1e5, noNaN: true }),
      (list, from, area) => {
        const curve = new Curve(list);
        const end = curve.reach(from, area);
        const covered = curve.area(from, Math.min(end, 1e9));
        if (end < Number.POSITIVE_INFINITY) expect(covered).toBeCloseTo(area, 5);
        else expect(covered).toBeLessThan(area * (1 + 1e-9));
      },
    ),
  );
});

test("a number of users changes at the moments when the curve rounds to another number", () => {
  const curve = new Curve([
    { at: 0, is: 2 },
    { at: 100, is: 5 },
    { at: 200, is: 5 },
    { at: 200, is: 1 },
  ]);
  const steps: [number, number][] = [];
  for (let at = 0; at < 1000; ) {
    at = curve.nextStep(at);
    if (at < 1000) steps.push([at, Math.round(curve.valueAt(at))]);
  }
  expect(steps).toEqual([
    [17, 3],
    [51, 4],
    [84, 5],
    [200, 1],
  ]);
});

test("shares divide the numbers from 0 to 1, and a share of nothing gets none", () => {
  const shares = new Shares({ api: 0.6, edge: 0, worker: 0.4, batch: 0 });
  expect([0, 0.59, 0.6, 0.99999999].map((u) => shares.names[shares.at(u)])).toEqual(["api", "api", "worker", "worker"]);
  expect(new Shares({}).at(0.5)).toBe(-1);
});
