/**
 * The p-values of several tests, each raised as far as must be because the others were made, too: where one of them is at
 * most 5 %, the chance that any true hypothesis is rejected is at most 5 % over all of them. In the order given.
 *
 * Source: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6 (1979).
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]! || a - b);
  const adjusted = values.map(() => 1);
  let least = 0;
  for (const [rank, at] of order.entries()) {
    least = Math.max(least, Math.min(1, (values.length - rank) * values[at]!));
    adjusted[at] = least;
  }
  return adjusted;
}
