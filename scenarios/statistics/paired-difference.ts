import { assert } from "../../sim/assert.ts";
import { covariance, type Mean, meanInterval } from "./mean.ts";

/** By how much a first configuration exceeds a second one that met the same luck, replication by replication. */
export interface PairedDifference extends Mean {
  /**
   * Of the two configurations' figures; undefined where one of them never varies.
   *
   * At 0 or below, pairing gained nothing: the random streams are not in step.
   */
  readonly correlation: number | undefined;
}

/** The mean of first - second with its Student-t interval; both must list the same replications in the same order. */
export function pairedDifference(
  first: readonly number[],
  second: readonly number[],
  confidence = 0.95,
): PairedDifference {
  assert(first.length === second.length, `${first.length} figures cannot be paired with ${second.length}`);
  const differences = first.map((figure, i) => figure - second[i]!);
  return { ...meanInterval(differences, confidence), correlation: correlation(first, second) };
}

function correlation(xs: readonly number[], ys: readonly number[]): number | undefined {
  const scale = Math.sqrt(covariance(xs, xs) * covariance(ys, ys));
  return scale > 0 ? covariance(xs, ys) / scale : undefined;
}
