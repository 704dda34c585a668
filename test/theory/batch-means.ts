import { expect } from "vitest";

/** Stretches of a run whose means are compared, after one that is left out for warming up. */
export const BATCHES = 20;
/** Student's t for 99 % and 19 degrees of freedom. */
const T_99 = 2.861;

/** Within 1 % of the theory, or within the 99 % interval of the run, which must itself be narrower than 6 %. */
export function expectTheory(means: readonly number[], theory: number): void {
  const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
  const variance = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (means.length - 1);
  const halfWidth = T_99 * Math.sqrt(variance / means.length);
  expect(halfWidth / theory).toBeLessThan(0.06);
  expect(Math.abs(mean - theory), `${mean}, theory ${theory}`).toBeLessThan(Math.max(0.01 * theory, halfWidth));
}
