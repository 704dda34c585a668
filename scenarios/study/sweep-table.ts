import type { Average, Cell } from "./cell.ts";
import type { SweepAnswer } from "./sweep.ts";

/** What a sweep found as CSV: a row for each cell, in their order. */
export function* sweepTable({ axes, classes, measures, cells }: SweepAnswer): Generator<string> {
  yield csvLine([
    ...axes.map(({ path, unit }) => (unit === "" ? path : `${path} (${unit})`)),
    ...["class", "inferred", "border", "impossible", "n", ...classes],
    ...["goodput mean", "goodput low", "goodput high"],
    ...measures.flatMap((measure) => [measure, `${measure} low`, `${measure} high`, `${measure} unit`]),
  ]);
  for (const cell of cells) yield csvLine(rowOf(cell, { axes, classes, measures }));
}

function rowOf(cell: Cell, { axes, classes, measures }: Pick<SweepAnswer, "axes" | "classes" | "measures">): unknown[] {
  const { values, isInferred, isBorder, invalid, n, counts, goodput, measured } = cell;
  return [
    ...values.map((value, axis) => value.slice(0, value.length - axes[axis]!.unit.length)),
    ...[cell.class, isInferred, isBorder, invalid, n],
    ...classes.map((name) => counts[name]?.k ?? null),
    ...averageCells(goodput),
    ...measures.flatMap((_, at) => {
      const one = measured[at];
      return one === undefined ? [null, null, null, null] : [...averageCells(one), one.unit];
    }),
  ];
}

function averageCells({ mean, low, high }: Average): (number | null)[] {
  return [mean, low, high];
}

/** A line of RFC 4180; what is not known is left empty. */
export function csvLine(cells: readonly unknown[]): string {
  const texts = cells.map((cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${texts.join(",")}\r\n`;
}
