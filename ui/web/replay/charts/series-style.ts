import type { Curve } from "./curve.ts";

/** Colours of the curves of a chart, by their names in style/tokens.css; a dash of its own tells each apart without them. */
export const COLOURS = ["--series-1", "--series-2", "--series-3", "--series-4"] as const;
const DASHES: readonly (readonly number[])[] = [[], [12, 3], [3, 3], [12, 3, 3, 3]];
/** What is wanted, beside what there is. */
const WANTED = [6, 4];

/** Lengths of the dashes and gaps of a curve of a chart; empty for a line without gaps. */
export function dashOf(curves: readonly Pick<Curve, "isDashed">[], at: number): readonly number[] {
  if (curves[at]?.isDashed) return WANTED;
  const before = curves.slice(0, at).filter(({ isDashed }) => !isDashed).length;
  return DASHES[before % DASHES.length]!;
}
