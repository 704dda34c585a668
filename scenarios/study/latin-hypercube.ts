import { type Stream, Streams } from "../../sim/random.ts";
import { type RangeAxis, valueAtShare } from "./axis.ts";

/**
 * Points spread over ranges so that each axis, cut into as many equal parts as there are points, has one in every part.
 * Each axis has chance of its own, so that a further axis leaves the values of the others as they are.
 *
 * Source: M. D. McKay, R. J. Beckman, W. J. Conover, "A Comparison of Three Methods for Selecting Values of Input
 * Variables in the Analysis of Output from a Computer Code", Technometrics 21 (1979).
 */
export function latinHypercube(axes: readonly RangeAxis[], points: number, seed: string): string[][] {
  const streams = new Streams(seed, 0);
  const columns = axes.map((axis) => {
    const stream = streams.stream(axis.path, "latin hypercube");
    return shuffled(points, stream).map((part) => valueAtShare(axis, (part + stream.next()) / points));
  });
  return Array.from({ length: points }, (_, point) => columns.map((values) => values[point]!));
}

/** The numbers from 0 to n - 1, each order as likely (Fisher and Yates). */
function shuffled(n: number, stream: Stream): number[] {
  const numbers = Array.from({ length: n }, (_, at) => at);
  for (let last = n - 1; last > 0; last--) {
    const other = stream.integer(last + 1);
    [numbers[last], numbers[other]] = [numbers[other]!, numbers[last]!];
  }
  return numbers;
}
