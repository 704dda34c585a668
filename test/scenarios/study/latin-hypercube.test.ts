import { expect, test } from "vitest";
import { Mistake } from "../../../models/unit.ts";
import { type RangeAxis, readAxis } from "../../../scenarios/study/axis.ts";
import { latinHypercube } from "../../../scenarios/study/latin-hypercube.ts";

const axis = (text: string): RangeAxis => {
  const read = readAxis(text);
  if (read instanceof Mistake || read.sort !== "range") throw new Error(text);
  return read;
};
const AXES = [axis("a.x=0.0..200.0"), axis("b.y=1ms..1024ms/log"), axis("c.z=0..39")];

test("each axis, cut into as many parts as there are points, has one in every part", () => {
  const points = latinHypercube(AXES, 200, "7");
  const inOrder = points.map(([x]) => Number(x)).sort((a, b) => a - b);
  expect(inOrder.map(Math.floor)).toEqual(Array.from({ length: 200 }, (_, part) => part));
  const octaves = Array.from({ length: 10 }, (_, octave) => {
    return points.filter(([, y]) => Math.floor(Math.log2(Number.parseFloat(y!))) === octave).length;
  });
  expect(octaves).toEqual([20, 20, 20, 20, 20, 20, 20, 20, 20, 20]);
  const fives = Array.from({ length: 40 }, (_, z) => points.filter((point) => point[2] === String(z)).length);
  expect(new Set(fives)).toEqual(new Set([5]));
});

test("axes vary independently of each other", () => {
  const points = latinHypercube(AXES, 200, "7").map(([x, , z]) => [Number(x) / 200, Number(z) / 40] as const);
  const quarters = [0, 1, 2, 3].map((q) => points.filter(([x, z]) => Math.floor(2 * x) + 2 * Math.floor(2 * z) === q));
  for (const quarter of quarters) expect(Math.abs(quarter.length - 50)).toBeLessThan(25);
});

test("the same seed gives the same points, another one others, and a further axis leaves the values of the others", () => {
  const points = latinHypercube(AXES, 50, "7");
  expect(latinHypercube(AXES, 50, "7")).toEqual(points);
  expect(latinHypercube(AXES, 50, "8")).not.toEqual(points);
  const fewer = latinHypercube(AXES.slice(0, 2), 50, "7");
  expect(fewer).toEqual(points.map((point) => point.slice(0, 2)));
});
