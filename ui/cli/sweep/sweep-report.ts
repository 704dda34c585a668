import { type Cell, IMPOSSIBLE } from "../../../scenarios/study/cell.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { estimateWithInterval, inUnit, percent, whole } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";
import { type Asked, againLines } from "./sweep-again.ts";
import { legendLines, mapLines, shownOf } from "./sweep-map.ts";

const MOST_MAPS = 6;
const MOST_ROWS = 60;
const MOST_REASONS = 5;

/** What a sweep found: a map of two axes, a table of one or of a sample, and a run to look at. */
export function sweepLines(answer: SweepAnswer, asked: Asked, out: Printer): string[] {
  const { axes, points, cells } = answer;
  const isMap = points === null && axes.length > 1;
  return [
    ...(isMap ? mapsOf(answer, out) : tableLines(answer, out)),
    "",
    ...(isMap ? measureLines(answer, out) : []),
    ...wrap(summaryOf(answer), out.width),
    ...(axes.length === 1 ? changesAlong(axes[0]!, cells).flatMap((line) => wrap(line, out.width, "- ")) : []),
    ...reasonLines(cells, answer, out),
    ...(asked.isInterrupted ? [out.color.yellow("interrupted: this is what is known so far")] : []),
    ...againLines(answer, asked, out),
  ];
}

/** A map of the first two axes for each combination of the others. */
function mapsOf({ axes, cells, classes }: SweepAnswer, out: Printer): string[] {
  const [x, y, ...others] = axes;
  const size = others.reduce((product, { values }) => product * values.length, 1);
  const shown = Math.min(size, MOST_MAPS);
  const maps = Array.from({ length: shown }, (_, at) => {
    const some = cells.filter((_, cell) => cell % size === at);
    const fixed = others.map(({ path }, axis) => `${path} = ${some[0]!.values[axis + 2]}`).join(", ");
    const map = mapLines(x!, y!, (column, row) => some[column * y!.values.length + row]!, out);
    return [...(fixed === "" ? [] : [out.color.bold(fixed)]), ...map, ""];
  });
  const left = size - shown;
  return [
    ...maps.flat(),
    ...legendLines(cells, classes, out),
    ...(left > 0 ? [out.color.dim(`${left} more maps do not fit here; --csv has all cells`)] : []),
  ];
}

/** A row for each cell, as far as they fit. */
function tableLines({ axes, cells, classes, measures }: SweepAnswer, out: Printer): string[] {
  const shown = shownOf(cells.length, MOST_ROWS).map((at) => cells[at]!);
  const names = axes.map(({ path }) => path);
  const head = [...names, ...classes.toReversed(), "goodput", "most are"];
  const right = head.flatMap((_, at) => (at < names.length + classes.length ? [at] : []));
  const rows = shown.map((cell) => [...cell.values, ...resultsOf(cell, classes)]);
  const [first = "", ...lines] = columns([head, ...rows], right);
  const left = cells.length - shown.length;
  return [
    out.color.bold(first),
    ...lines,
    ...(left > 0 ? [out.color.dim(`${whole(left)} more cells do not fit here; --csv has all`)] : []),
    ...measures.flatMap((measure, at) => measureTable(shown, names, measure, at, out)),
    out.color.dim("Intervals are Student's, at 95 %: they bound the mean over all such runs."),
  ];
}

function resultsOf({ class: name, isInferred, n, counts, goodput }: Cell, classes: readonly string[]): string[] {
  const empty = [...classes.map(() => "-"), "-"];
  if (isInferred) return [...empty, `${name}, inferred`];
  if (n === 0) return [...empty, name === null ? "not done" : `${name}: not allowed`];
  const { mean, low, high } = goodput;
  const half = low === null || high === null ? "" : ` ± ${(((high - low) / 2) * 100).toFixed(1)}`;
  const share = mean === null ? "-" : percent(mean) + half;
  const tie = tieIn({ counts });
  const most = tie === 0 ? (name ?? "not done") : `${tie} of ${n} each: ${name}`;
  return [...classes.toReversed().map((each) => String(counts[each]?.k ?? 0)), share, most];
}

/** How many runs each of the most frequent classes has, if several are equally frequent; otherwise 0. */
function tieIn({ counts }: Pick<Cell, "counts">): number {
  const all = Object.values(counts).map(({ k }) => k);
  const most = Math.max(0, ...all);
  return all.filter((k) => k === most).length > 1 ? most : 0;
}

function measureTable(
  cells: readonly Cell[],
  names: readonly string[],
  measure: string,
  at: number,
  { color }: Printer,
): string[] {
  const rows = cells.map(({ values, measured }) => {
    const found = measured[at];
    if (found === undefined || found.mean === null) return [...values, "-"];
    const { n, mean, low, high } = found;
    const interval = { low: low ?? undefined, high: high ?? undefined };
    return [...values, estimateWithInterval({ n, mean, standardDeviation: 0, ...interval }, found.unit)];
  });
  const [first = "", ...lines] = columns(
    [[...names, measure], ...rows],
    names.map((_, axis) => axis),
  );
  return ["", color.bold(first), ...lines];
}

/** Of a map no more than where a measure is least and most. */
function measureLines({ axes, cells, measures }: SweepAnswer, out: Printer): string[] {
  return measures.flatMap((measure, at) => {
    const known = cells.filter(({ measured }) => (measured[at]?.mean ?? null) !== null);
    if (known.length === 0) return wrap(`${measure}: nothing was measured`, out.width);
    const sorted = known.toSorted((a, b) => a.measured[at]!.mean! - b.measured[at]!.mean!);
    const [least, most] = [sorted[0]!, sorted.at(-1)!].map((cell) => {
      const { mean, unit } = cell.measured[at]!;
      return `${inUnit(mean!, unit)} (${axes.map(({ path }, axis) => `${path} ${cell.values[axis]}`).join(", ")})`;
    });
    return wrap(`${measure}: from ${least} to ${most}; --csv has all cells`, out.width);
  });
}

function summaryOf({ cells, classes, simulated, isRefined, check, replications }: SweepAnswer): string {
  const counts = [...classes.toReversed(), IMPOSSIBLE]
    .map((name) => ({ name, count: cells.filter((cell) => cell.class === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }, at) => `${name} in ${whole(count)}${at === 0 ? ` of ${whole(cells.length)} cells` : ""}`);
  const sorts = `${check ?? "Outage"} in most runs: ${counts.length === 0 ? "nothing is known" : counts.join(", ")}.`;
  const split = cells.filter(({ runs }) => runs.some((run) => run.class !== runs[0]!.class)).length;
  const disagree = replications === 1 || split === 0 ? "" : ` The runs of ${whole(split)} of these disagree.`;
  const tied = cells.filter((cell) => cell.class !== IMPOSSIBLE && tieIn(cell) > 0).length;
  const ties = tied === 0 ? "" : ` In ${whole(tied)} of these classes are equally frequent; the worse counts.`;
  if (!isRefined) return sorts + disagree + ties;
  const share = `${whole(simulated)} of ${whole(cells.length)} cells were simulated (${percent(simulated / cells.length)})`;
  return `${sorts}${disagree}${ties} ${share}; the class of the others is inferred.`;
}

/** Where the class changes along the only axis. */
function changesAlong({ scale, values }: SweepAnswer["axes"][number], cells: readonly Cell[]): string[] {
  const isOfWords = scale === "list" && !values.every((value) => /^-?\d/.test(value));
  const known = cells.filter(({ class: name }) => name !== null);
  return known.flatMap((cell, at) => {
    const after = known[at + 1];
    if (after === undefined || after.class === cell.class) return [];
    const [from, to] = [cell.values[0], after.values[0]];
    const where = isOfWords ? `: ${from} -> ${to}` : ` between ${from} and ${to}`;
    return [`from ${cell.class} to ${after.class}${where}`];
  });
}

/** Why cells are impossible, each reason once. */
function reasonLines(cells: readonly Cell[], { axes }: SweepAnswer, out: Printer): string[] {
  const reasons = new Map<string, Cell[]>();
  for (const cell of cells) {
    if (cell.invalid !== null) reasons.set(cell.invalid, [...(reasons.get(cell.invalid) ?? []), cell]);
  }
  const lines = [...reasons].slice(0, MOST_REASONS).flatMap(([reason, those]) => {
    const place = axes.map(({ path }, axis) => `${path} ${those[0]!.values[axis]}`).join(", ");
    const which = those.length === 1 ? place : `${whole(those.length)} cells, such as ${place}`;
    return wrap(`${which}: ${reason}`, out.width, "not possible: ");
  });
  const left = reasons.size - MOST_REASONS;
  return left > 0 ? [...lines, `and ${left} more reasons; --csv has all`] : lines;
}
