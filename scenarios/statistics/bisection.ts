/**
 * The point where a condition that holds at `low` and fails at `high` stops holding, as exactly as doubles allow.
 *
 * The condition must change only once between the two.
 */
export function bisect(holds: (x: number) => boolean, low: number, high: number): number {
  let inside = low;
  let outside = high;
  for (;;) {
    const middle = inside + (outside - inside) / 2;
    if (middle === inside || middle === outside) return middle;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
}

/** The last whole number, from `low` on and below `high`, for which a condition holds that holds at `low`. */
export function lastInteger(holds: (n: number) => boolean, low: number, high: number): number {
  let inside = low;
  let outside = high;
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}
