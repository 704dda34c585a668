/** A figure and how much it counts, such as a share of runs and how many runs there were. */
export interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/**
 * The closest figures that never fall from one to the next: neighbours that do are replaced by their weighted mean.
 *
 * Closest in the sum of weighted squares. Source: M. Ayer et al., "An Empirical Distribution Function for Sampling with
 * Incomplete Information", Annals of Mathematical Statistics 26 (1955): pool adjacent violators.
 */
export function isotonic(figures: readonly Weighted[]): number[] {
  const pools: { value: number; weight: number; length: number }[] = [];
  for (const { value, weight } of figures) {
    let pool = { value, weight, length: 1 };
    for (let last = pools[pools.length - 1]; last !== undefined && last.value > pool.value; last = pools.at(-1)) {
      pools.pop();
      pool = pooled(last, pool);
    }
    pools.push(pool);
  }
  return pools.flatMap(({ value, length }) => Array.from({ length }, () => value));
}

function pooled(a: Weighted & { length: number }, b: Weighted & { length: number }) {
  const weight = a.weight + b.weight;
  const value = weight === 0 ? 0 : (a.value * a.weight + b.value * b.weight) / weight;
  return { value, weight, length: a.length + b.length };
}
