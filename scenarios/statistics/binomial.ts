import { incompleteBeta } from "./incomplete-beta.ts";

/** The probability of at least k successes in n trials that each succeed with probability p. */
export function atLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : incompleteBeta(k, n - k + 1, p);
}

/** The probability of at most k successes in n trials that each succeed with probability p. */
export function atMost(k: number, n: number, p: number): number {
  if (k >= n) return 1;
  return k < 0 ? 0 : incompleteBeta(n - k, k + 1, 1 - p, p);
}
