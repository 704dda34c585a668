/** How much of a run's beginning to leave out, and the statistic that was smallest there. */
export interface WarmUp {
  /** How many observations to leave out. */
  readonly length: number;
  readonly statistic: number;
}

/**
 * Where a series has settled, by the rule MSER-5; undefined when it has not settled within its first half.
 *
 * The end of the warm-up is where the squared standard error of what remains, taken over batches of five, is smallest.
 *
 * Source: K. P. White, M. J. Cobb, S. C. Spratt, "A Comparison of Five Steady-State Truncation Heuristics for
 * Simulation", Winter Simulation Conference 2000.
 */
export function warmUp(observations: readonly number[], batchSize = 5): WarmUp | undefined {
  const batches = batchMeans(observations, batchSize);
  const half = Math.floor(batches.length / 2);
  let best = half;
  let smallest = Infinity;
  // From the end: mean and squared deviations grow by one batch a step (Welford).
  let mean = 0;
  let squares = 0;
  for (let start = batches.length - 1, n = 1; start >= 0; start--, n++) {
    const offMean = batches[start]! - mean;
    mean += offMean / n;
    squares += offMean * (batches[start]! - mean);
    const statistic = squares / (n * n);
    if (start > half || statistic > smallest) continue;
    best = start;
    smallest = statistic;
  }
  return best === half ? undefined : { length: best * batchSize, statistic: smallest };
}

function batchMeans(observations: readonly number[], size: number): number[] {
  const means: number[] = [];
  for (let start = 0; start + size <= observations.length; start += size) {
    let sum = 0;
    for (let i = start; i < start + size; i++) sum += observations[i]!;
    means.push(sum / size);
  }
  return means;
}
