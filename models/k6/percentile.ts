/** Values of which any can be asked for by the share of all that do not exceed it. */
interface Ranked {
  readonly count: number;
  /** The smallest value that at least this share of all does not exceed (nearest rank). */
  quantile(share: number): number;
}

/**
 * The percentile as k6 works it out: of n values in order, what stands at share·(n−1), on the straight line between the
 * two values next to it (metrics/sink.go); 0 where there are none. As exact as the values are: 0.4 % for a histogram.
 */
export function percentileOf(values: Ranked, share: number): number {
  const { count } = values;
  if (count === 0) return 0;
  const place = share * (count - 1);
  const below = Math.floor(place);
  const low = valueAt(values, below);
  return place === below ? low : low + (valueAt(values, below + 1) - low) * (place - below);
}

/** The value at a place from 0. Half a rank less makes up for what is lost in multiplying. */
function valueAt(values: Ranked, place: number): number {
  return values.quantile((place + 0.5) / values.count);
}
