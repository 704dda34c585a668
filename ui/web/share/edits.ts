/** In the place of `removed` lines from line `from` on (counted from 0) stand other lines: [from, removed, ...lines]. */
export type Edit = readonly [from: number, removed: number, ...lines: string[]];

/** More comparisons of lines than that, and what lies between the first and the last difference is one edit. */
const MOST_COMPARISONS = 4_000_000;

/** How one text becomes another, line by line. */
export function editsOf(before: string, after: string): Edit[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  const most = Math.min(old.length, fresh.length) - start;
  while (end < most && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const [gone, come] = [old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)];
  if (gone.length === 0 && come.length === 0) return [];
  if (gone.length * come.length > MOST_COMPARISONS) return [[start, gone.length, ...come]];
  return between(gone, come).map(([from, removed, ...lines]) => [start + from, removed, ...lines]);
}

/** The text that edits make of another. */
export function changed(before: string, edits: readonly Edit[]): string {
  const lines = before.split("\n");
  for (const [from, removed, ...others] of [...edits].reverse()) lines.splice(from, removed, ...others);
  return lines.join("\n");
}

/** Edits between lines that share as many as can be: the longest common subsequence. */
function between(old: readonly string[], fresh: readonly string[]): Edit[] {
  const shared = sharedAfter(old, fresh);
  const width = fresh.length + 1;
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    const [fromOld, fromFresh] = [i, j];
    while ((i < old.length || j < fresh.length) && (i === old.length || j === fresh.length || old[i] !== fresh[j])) {
      const isGone =
        j === fresh.length || (i < old.length && shared[(i + 1) * width + j]! >= shared[i * width + j + 1]!);
      if (isGone) i++;
      else j++;
    }
    if (i > fromOld || j > fromFresh) edits.push([fromOld, i - fromOld, ...fresh.slice(fromFresh, j)]);
    while (i < old.length && j < fresh.length && old[i] === fresh[j]) [i, j] = [i + 1, j + 1];
  }
  return edits;
}

/** How many lines the rests of two texts have in common, by the place in each. */
function sharedAfter(old: readonly string[], fresh: readonly string[]): Uint32Array {
  const width = fresh.length + 1;
  const shared = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const at = i * width + j;
      shared[at] = old[i] === fresh[j] ? shared[at + width + 1]! + 1 : Math.max(shared[at + width]!, shared[at + 1]!);
    }
  }
  return shared;
}
