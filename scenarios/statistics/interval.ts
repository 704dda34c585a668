/**
 * Where the true value lies, with the stated confidence.
 *
 * A side is undefined when the data cannot bound it at that confidence: there are too few of them ("n too small").
 */
export interface Interval {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Nothing can be said: n is too small on both sides. */
export const UNBOUNDED: Interval = { low: undefined, high: undefined };
