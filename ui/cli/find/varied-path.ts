/** What belongs to a file or to its runs, by its path, and what would be right in its place. */
const NO_FIGURES: ReadonlyMap<string, string> = new Map([
  ["seed", "one, such as people.rate; --replications gives runs with other chance"],
  ["replications", "one, such as people.rate; --replications gives more runs"],
  ["name", "one, such as people.rate"],
  ["title", "one, such as people.rate"],
]);

/** What keeps a path from being varied, in a line; undefined if nothing does. */
export function mistakeInVaried(path: string): string | undefined {
  const right = NO_FIGURES.get(path);
  return right === undefined ? undefined : `--vary ${path}: this is no figure of the system; expected ${right}`;
}
