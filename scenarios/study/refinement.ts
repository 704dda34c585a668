import { cellAt, neighboursOf } from "./grid.ts";

/** What is known of a grid: the class of each cell that was simulated, by its number. */
type Known = ReadonlyMap<number, string>;

/** On the coarse grid an axis has as many cells as the square root of all that it has, but so many at least. */
const COARSEST = 3;

/** A place on one axis, and the places that it was put halfway between; none for a place of the coarser grid. */
interface Tick {
  readonly at: number;
  readonly between: readonly number[];
}

/**
 * Finds where the classes of a grid of one or two dimensions border without simulating all of it. It begins with a
 * coarse grid; then, halving its steps, it asks for the cells between such as differ, and takes the others to be as
 * what lies around them. Wherever two neighbours differ in the end, both were simulated: so what was found of a border
 * is where it is on the full grid. What is thinner than a step of the coarse grid can go unseen.
 */
export class Refinement {
  private readonly sizes: readonly [number, number];
  /** By level, from coarse to fine: the places on each axis. */
  private readonly levels: readonly (readonly [readonly Tick[], readonly Tick[]])[];

  constructor(sizes: readonly number[]) {
    this.sizes = [sizes[0]!, sizes[1] ?? 1];
    const [rows, columns] = this.sizes.map(ticksOf);
    const depth = Math.max(rows!.length, columns!.length);
    this.levels = Array.from({ length: depth }, (_, level) => [tickAt(rows!, level), tickAt(columns!, level)]);
  }

  /** The cells to simulate next, in order; none once all classes are found. */
  next(known: Known): number[] {
    const { missing } = this.look(known);
    return [...missing].sort((a, b) => a - b);
  }

  /** The class of every cell as far as it is known or can be inferred, by its number. */
  classes(known: Known): readonly (string | undefined)[] {
    return this.look(known).classes;
  }

  /** From coarse to fine up to the first level where something is missing; then along the borders. */
  private look(known: Known): { classes: (string | undefined)[]; missing: ReadonlySet<number> } {
    const classes: (string | undefined)[] = Array.from({ length: this.sizes[0] * this.sizes[1] });
    const missing = new Set<number>();
    for (const [cell, name] of known) classes[cell] = name;
    for (const [rows, columns] of this.levels) {
      // Cells on the lines of the coarser grid come first: those amid four of them are judged by these.
      for (const halves of [0, 1, 2]) {
        for (const [cell, around] of this.cellsIn(rows, columns, halves)) {
          if (classes[cell] !== undefined) continue;
          classes[cell] = agreed(around.map((other) => classes[other]));
          if (classes[cell] === undefined) missing.add(cell);
        }
        if (missing.size > 0) return { classes, missing };
      }
    }
    for (const [cell, name] of classes.entries()) {
      if (known.has(cell)) continue;
      const around = neighboursOf(cell, this.sizes).filter((other) => classes[other] !== name);
      if (around.length > 0) missing.add(cell);
      for (const other of around) if (!known.has(other)) missing.add(other);
    }
    return { classes, missing };
  }

  /** The cells of a level that are halfway on so many axes, with those that they lie between. */
  private *cellsIn(rows: readonly Tick[], columns: readonly Tick[], halves: number): Generator<[number, number[]]> {
    for (const row of rows) {
      for (const column of columns) {
        if (Math.sign(row.between.length) + Math.sign(column.between.length) !== halves) continue;
        const above = row.between.map((at) => this.cell(at, column.at));
        yield [this.cell(row.at, column.at), [...above, ...column.between.map((at) => this.cell(row.at, at))]];
      }
    }
  }

  private cell(row: number, column: number): number {
    return cellAt([row, column], this.sizes);
  }
}

/** The class that all of several cells have; undefined if they differ, or there are none. */
function agreed(classes: readonly (string | undefined)[]): string | undefined {
  return classes.every((each) => each === classes[0]) ? classes[0] : undefined;
}

/** The finest there is, for an axis that needs fewer levels than the other: nothing is halfway any more. */
function tickAt(levels: readonly (readonly Tick[])[], level: number): readonly Tick[] {
  return levels[level] ?? levels.at(-1)!.map(({ at }) => ({ at, between: [] }));
}

/** The places on an axis level by level, until every one is there. */
function ticksOf(size: number): Tick[][] {
  const steps = Math.min(size, Math.max(COARSEST, Math.ceil(Math.sqrt(size)))) - 1;
  const first = Array.from({ length: steps + 1 }, (_, at) => Math.round((at * (size - 1)) / Math.max(1, steps)));
  const levels: Tick[][] = [first.map((at) => ({ at, between: [] }))];
  while (levels.at(-1)!.length < size) levels.push(halved(levels.at(-1)!));
  return levels;
}

function halved(ticks: readonly Tick[]): Tick[] {
  return ticks.flatMap(({ at }, index) => {
    const after = ticks[index + 1]?.at ?? at;
    const half = { at: Math.floor((at + after) / 2), between: [at, after] };
    return after - at > 1 ? [{ at, between: [] }, half] : [{ at, between: [] }];
  });
}
