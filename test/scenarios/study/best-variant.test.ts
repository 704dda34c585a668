import { expect, test } from "vitest";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { bestByGoodput } from "../../../scenarios/study/best-variant.ts";

/** Runs with these shares of people who were served well. */
function runs(shares: readonly (number | null)[]): Outcome[] {
  return shares.map((goodput) => ({ goodput }) as unknown as Outcome);
}

const TEN = [0.5, 0.52, 0.48, 0.51, 0.49, 0.5, 0.52, 0.48, 0.51, 0.49];

test("ten runs of each show which variant serves most people, where one serves many more", () => {
  expect(bestByGoodput([runs(TEN), runs(TEN.map((share) => share + 0.4))])).toEqual({ survivors: [1], runs: 10 });
});

test("nine runs, runs that are no pairs, or a single variant show nothing", () => {
  expect(bestByGoodput([runs(TEN.slice(1)), runs(TEN.slice(1))])).toBeNull();
  expect(bestByGoodput([runs(TEN), runs([...TEN.slice(1), null])])).toBeNull();
  expect(bestByGoodput([runs(TEN)])).toBeNull();
});
