import type { PairedDifference } from "../../../scenarios/statistics/paired-difference.ts";
import { majorityOf, type OutcomeTable } from "../../../scenarios/study/outcome-table.ts";
import type { Moved, Swing, Tornado } from "../../../scenarios/study/tornado.ts";
import { countWithInterval, meanWithInterval } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** Widths of the columns before the bars; what does not fit stands in a line of its own. */
const TO = 22;
const DIFFERENCE = 14;
const FLIP = 12;

/** The figures with a bar for each move, those that do most first, and what changes the outcome. */
export function sensitivityLines(answer: Tornado, isInterrupted: boolean, out: Printer): string[] {
  const { base, figures, immovable } = answer;
  if (base.n === 0) return ["no run of the scenario as it stands was done"];
  const all = figures.flatMap(({ moves }) => moves);
  const flips = figures.flatMap((swing) => swing.moves.filter((move) => move.flips).map((move) => ({ swing, move })));
  const done = all.filter(({ table }) => table.n > 0);
  const greatest = Math.max(SMALLEST_SCALE, ...all.map(({ difference }) => shownEffect(difference)));
  return [
    ...wrap(`As it stands: goodput ${meanWithInterval(base.goodput)}; ${outcomeInWords(base)}.`, out.width),
    "",
    out.color.bold(head(out)),
    ...figures.flatMap((swing) => swingLines(swing, greatest, out)),
    "",
    ...immovable.flatMap(({ figure, why }) => wrap(`${figure}: ${why}`, out.width, "not moved: ")),
    ...wrap(`${METHOD} ${scaleInWords(greatest)}`, out.width).map(out.color.dim),
    ...flips.flatMap(({ swing, move }) =>
      wrap(`${swing.figure} ${swing.from} -> ${move.to}: ${outcomeInWords(move.table)}.`, out.width, "- "),
    ),
    ...(isInterrupted ? [out.color.yellow(`interrupted: ${runsOf(answer)} runs are in these figures`)] : []),
    ...wrap(base.n === 1 ? NOTHING_SAID : conclusionOn(flips.length, done.length), out.width),
  ];
}

/** A bar of full width is a point of goodput at least: less would make much of little. */
const SMALLEST_SCALE = 0.01;

const NOTHING_SAID = "One run each says nothing about most runs; expected --replications 2 or more.";

const METHOD =
  "Points of goodput against the same people in the scenario as it stands, with half of Student's 95 % interval. " +
  "Whole numbers are rounded. Other intervals are Wilson's, at 95 %.";

/** One row for each move. */
export function tornadoCsv({ figures }: Tornado): string {
  const rows = figures.flatMap(({ figure, from, moves }) =>
    moves.map(({ to, table, difference, usual, flips, refused }) => {
      const { none, partial, complete } = table.outages;
      const { mean, low, high, n } = difference ?? { mean: "", low: "", high: "", n: 0 };
      return [figure, from, to, mean, low, high, n, none.k, partial.k, complete.k, usual, flips, refused];
    }),
  );
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

const COLUMNS = [
  ...["figure", "from", "to", "goodput_difference", "low", "high", "pairs"],
  ...["none", "partial", "complete", "usual", "flips", "not_possible"],
];

function cell(value: unknown): string {
  const text = String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function head(out: Printer): string {
  return `${"".padEnd(TO + 2)}${"goodput".padStart(DIFFERENCE)}${" ".repeat(barWidth(out) + 2)}mostly then`;
}

function swingLines({ figure, from, moves }: Swing, greatest: number, out: Printer): string[] {
  return [...wrap(`${figure} ${from}`, out.width), ...moves.flatMap((move) => moveLines(move, greatest, out))];
}

function moveLines({ to, difference, usual, flips, refused }: Moved, greatest: number, out: Printer): string[] {
  const target = `  ${to}`;
  if (refused !== null) return wrap(`not possible: ${refused}`, out.width, `${target}: `);
  const fits = target.length <= TO + 2;
  const begin = (fits ? target : "").padEnd(TO + 2);
  const points = difference === null ? "not known" : pointsInWords(difference);
  const bar = barOf(shownEffect(difference) === 0 ? 0 : difference!.mean, greatest, barWidth(out));
  const then = flips && usual !== null ? out.color.red(OUTCOMES[usual]) : "";
  const line = `${begin}${points.padStart(DIFFERENCE)} ${bar} ${then}`.trimEnd();
  return fits ? [line] : [...wrap(to, out.width, "  "), line];
}

const OUTCOMES = { none: "* no outage", partial: "* partial", complete: "* complete" } as const;

/** "+3.1 ± 0.4": points of goodput. */
function pointsInWords({ mean, low, high }: PairedDifference): string {
  const half = low === undefined || high === undefined ? "" : ` ± ${((high - low) * 50).toFixed(1)}`;
  const points = (mean * 100).toFixed(1);
  return `${mean > 0 && points !== "0.0" ? "+" : ""}${points.replace(/^-(0\.0)$/, "$1")}${half}`;
}

/** The size of a change of goodput that gets a bar; 0 if it may be none: its interval contains 0, or is not known. */
function shownEffect(difference: PairedDifference | null): number {
  const { mean = 0, low, high } = difference ?? {};
  return low === undefined || high === undefined || (low <= 0 && high >= 0) ? 0 : Math.abs(mean);
}

function scaleInWords(greatest: number): string {
  return `A bar of full width is ${(greatest * 100).toFixed(1)} points; there is none where the interval contains 0 or is not known.`;
}

/** Room for a bar to both sides. */
function barWidth({ width }: Printer): number {
  const half = Math.floor((width - TO - DIFFERENCE - FLIP - 6) / 2);
  return 2 * Math.max(5, half) + 1;
}

function barOf(value: number, greatest: number, width: number): string {
  const half = (width - 1) / 2;
  const length = Math.round((Math.abs(value) / greatest) * half);
  const bar = "█".repeat(length);
  return value < 0 ? `${bar.padStart(half)}│${" ".repeat(half)}` : `${" ".repeat(half)}│${bar.padEnd(half)}`;
}

function conclusionOn(flips: number, moves: number): string {
  if (flips === 0) return `None of ${moves} moves changes the outcome that most runs have.`;
  return `${flips} of ${moves} moves change the outcome that most runs have: these figures should be measured.`;
}

function outcomeInWords(table: OutcomeTable): string {
  const most = majorityOf(table);
  return `${most === "none" ? "no outage" : `a ${most} outage`} in ${countWithInterval(table.outages[most])}`;
}

function runsOf({ base, figures }: Tornado): string {
  const moved = figures.flatMap(({ moves }) => moves.map(({ table }) => table.n));
  const done = moved.reduce((sum, n) => sum + n, base.n);
  return String(done);
}
