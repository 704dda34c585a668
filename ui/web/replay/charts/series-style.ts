/** Colours of the curves of a chart, by their names in style/tokens.css; a dash of its own tells each apart without them. */
export const COLOURS = ["--series-1", "--series-2", "--series-3", "--series-4"] as const;
export const DASHES: readonly (readonly number[])[] = [[], [12, 3], [3, 3], [12, 3, 3, 3]];
