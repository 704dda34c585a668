const LISTED = 12;

/** What somebody probably meant: the known name nearest to what is written, or all of them if none is near. */
export function nearest(written: string, known: readonly string[]): string {
  const limit = Math.max(1, Math.floor(written.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const name of known) {
    const distance = Math.min(editsBetween(written.toLowerCase(), name.toLowerCase(), least), partOf(written, name));
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best === undefined ? oneOf(known) : JSON.stringify(best);
}

/** "a, b or c", cut where the list gets long. */
export function oneOf(names: readonly string[]): string {
  if (names.length === 0) return "none: there are none here";
  const shown = names.slice(0, LISTED);
  const more = names.length - shown.length;
  if (more > 0) return `one of ${shown.join(", ")} and ${more} more`;
  return shown.length === 1 ? JSON.stringify(shown[0]) : `one of ${shown.join(", ")}`;
}

/** A name that holds the written word, or is held by it, is near even if it is much longer. */
function partOf(written: string, name: string): number {
  const [a, b] = [written.toLowerCase(), name.toLowerCase()];
  return a.length >= 4 && b.length >= 4 && (b.includes(a) || a.includes(b)) ? 1 : Number.POSITIVE_INFINITY;
}

/** Insertions, deletions, changes and swaps of neighbours from one word to the other, counted up to `enough`. */
function editsBetween(a: string, b: string, enough: number): number {
  if (Math.abs(a.length - b.length) >= enough) return enough;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change, swap));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
