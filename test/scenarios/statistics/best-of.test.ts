import { expect, test } from "vitest";
import { bestOf, constants } from "../../../scenarios/statistics/best-of.ts";
import { Stream } from "../../../sim/random.ts";
import { normalQuantile } from "../../../sim/special-functions.ts";

const CHOICE = { indifference: 1, firstStage: 10, error: 0.05 };

test("among five after ten runs, the constants of Kim and Nelson are 0.634967 and 11.42941", () => {
  const { eta, hSquared } = constants(5, CHOICE);
  expect(eta).toBeCloseTo(0.634967, 6);
  expect(hSquared).toBeCloseTo(11.42941, 5);
});

test("what is far better is known after the first stage, and what is never told apart stays in", () => {
  const worse = [10, 11, 9, 10, 12, 10, 9, 11, 10, 10, 10];
  const better = worse.map((figure) => figure + 50);
  expect(bestOf([worse, better], CHOICE)).toEqual({ survivors: [1], runs: 10 });
  expect(bestOf([worse, worse], CHOICE)).toEqual({ survivors: [0, 1], runs: 11 });
});

test("fewer runs than the first stage leave everything open", () => {
  expect(bestOf([[1], [100]], CHOICE)).toEqual({ survivors: [0, 1], runs: 1 });
});

test("the best of four, a point ahead, is chosen in at least 95 of 100 experiments", () => {
  const stream = new Stream("Kim and Nelson");
  let right = 0;
  for (let experiment = 0; experiment < 200; experiment++) {
    const figures = [1, 0, 0, 0].map((mean) =>
      Array.from({ length: 300 }, () => mean + 2 * normalQuantile(stream.next())),
    );
    const { survivors } = bestOf(figures, CHOICE);
    if (survivors.length === 1 && survivors[0] === 0) right++;
  }
  expect(right).toBeGreaterThanOrEqual(190);
});
