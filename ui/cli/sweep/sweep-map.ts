import { type Cell, IMPOSSIBLE } from "../../../scenarios/study/cell.ts";
import type { Printer } from "../printer.ts";

/** How a class looks: where it was simulated, and where it is inferred from the cells around. */
interface Glyph {
  readonly simulated: string;
  readonly inferred: string;
  readonly color: "red" | "yellow" | "green" | "gray";
}

const GLYPHS: Readonly<Record<string, Glyph>> = {
  none: { simulated: "o", inferred: ".", color: "green" },
  partial: { simulated: "P", inferred: "p", color: "yellow" },
  complete: { simulated: "C", inferred: "c", color: "red" },
  holds: { simulated: "o", inferred: ".", color: "green" },
  undecided: { simulated: "U", inferred: "u", color: "yellow" },
  fails: { simulated: "X", inferred: "x", color: "red" },
  [IMPOSSIBLE]: { simulated: "#", inferred: ":", color: "gray" },
};
const UNKNOWN = " ";

const MOST_ROWS = 40;
/** Columns further apart would not look like a map. */
const WIDEST_STEP = 4;

/** One axis of a map: its name, and the values along it. */
export interface MapAxis {
  readonly path: string;
  readonly values: readonly string[];
}

/** A map of a grid: the first axis runs to the right, the second up. `cellAt` gives the cell at numbers of both. */
export function mapLines(x: MapAxis, y: MapAxis, cellAt: (x: number, y: number) => Cell, out: Printer): string[] {
  const margin = Math.max(...y.values.map(({ length }) => length));
  const room = out.width - margin - 3;
  const step = stepOf(x.values, room);
  const columns = shownOf(x.values.length, Math.floor(room / step));
  const rows = shownOf(y.values.length, MOST_ROWS);
  const gap = " ".repeat(step - 1);
  const lines = rows.toReversed().map((row) => {
    const glyphs = columns.map((column) => glyphOf(cellAt(column, row), out));
    return `${y.values[row]!.padStart(margin)} | ${glyphs.join(gap)}`.trimEnd();
  });
  const indent = " ".repeat(margin + 3);
  const isThinned = columns.length < x.values.length || rows.length < y.values.length;
  return [
    out.color.bold(y.path),
    ...lines,
    `${" ".repeat(margin)} +${"-".repeat(columns.length * step)}`,
    indent + labelsOf(columns, x.values, step, room),
    indent + out.color.bold(x.path),
    ...(isThinned
      ? [out.color.dim(`only some of ${x.values.length} by ${y.values.length} cells fit here; --csv has all`)]
      : []),
  ];
}

/** What the signs of the cells mean, for those that occur. */
export function legendLines(cells: readonly Cell[], classes: readonly string[], { color }: Printer): string[] {
  const names = [...classes.toReversed(), IMPOSSIBLE].filter((name) => cells.some((cell) => cell.class === name));
  const inferred = names.filter((name) => cells.some((cell) => cell.class === name && cell.isInferred));
  const signOf = (name: string, sort: "simulated" | "inferred") => color[GLYPHS[name]!.color](GLYPHS[name]![sort]);
  const isUnknown = cells.some((cell) => cell.class === null);
  const signs = names.map((name) => `${signOf(name, "simulated")} ${name}`);
  const small = inferred.map((name) => signOf(name, "inferred")).join(" ");
  return [
    [...signs, ...(isUnknown ? ["blank: not done"] : [])].join("   "),
    ...runsLines(cells),
    ...(small === "" ? [] : [`${small}   the same, inferred from the cells around and not simulated`]),
  ];
}

/** How many runs the signs rest on. */
function runsLines(cells: readonly Cell[]): string[] {
  const counts = cells.map(({ n }) => n).filter((n) => n > 0);
  if (counts.length === 0) return [];
  const [least, most] = [counts.reduce((a, b) => Math.min(a, b)), counts.reduce((a, b) => Math.max(a, b))];
  return [
    `n = ${least === most ? most : `${least} to ${most}`} in each cell that was simulated; the class of most runs`,
  ];
}

function glyphOf(cell: Cell, { color }: Printer): string {
  const glyph = cell.class === null ? undefined : GLYPHS[cell.class];
  if (glyph === undefined) return UNKNOWN;
  return color[glyph.color](cell.isInferred ? glyph.inferred : glyph.simulated);
}

/** Numbers from 0, spread evenly where there are more than fit; the last one among them. */
export function shownOf(count: number, most: number): number[] {
  const shown = Math.min(count, Math.max(2, most));
  return Array.from({ length: shown }, (_, at) => Math.round((at * (count - 1)) / Math.max(1, shown - 1)));
}

/** From one column to the next: enough for every label, or as much as there is room for. */
function stepOf(values: readonly string[], room: number): number {
  const widest = Math.min(WIDEST_STEP, Math.max(...values.map(({ length }) => length)) + 2);
  return Math.max(1, Math.min(widest, Math.floor(room / values.length)));
}

/** Under their columns, as many values as fit; the last always. */
function labelsOf(columns: readonly number[], values: readonly string[], step: number, room: number): string {
  const last = values[columns.at(-1)!]!;
  const lastAt = Math.max(0, Math.min((columns.length - 1) * step, room - last.length));
  let line = "";
  for (const [at, column] of columns.slice(0, -1).entries()) {
    const label = values[column]!;
    const start = at * step;
    if (start >= line.length + (line === "" ? 0 : 2) && start + label.length + 2 <= lastAt)
      line = line.padEnd(start) + label;
  }
  return line.padEnd(lastAt) + last;
}
