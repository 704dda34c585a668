import { clock } from "../../../scenarios/experiment/clock.ts";
import type { Mean } from "../../../scenarios/statistics/mean.ts";
import type { Comparison } from "../../../scenarios/study/comparison.ts";
import type { Paired, PairedMeasure } from "../../../scenarios/study/paired-measure.ts";
import { FEWEST_DISCORDANT, type PairedCount } from "../../../scenarios/study/paired-outages.ts";
import { figure } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";
import type { Side } from "./compare-sides.ts";
import { listed } from "./parting-report.ts";

/** What the two sides are. */
export function sideLines(sides: readonly [Side, Side], { color, width }: Printer): string[] {
  const lines = sides.flatMap(({ words, opened: { scenario } }, at) => {
    const about = scenario.variants.find(({ name }) => name === scenario.variant)?.about ?? "";
    return wrap(about === "" ? words : `${words}: ${about}`, width, `${color.bold("AB"[at]!)}  `);
  });
  const [a, b] = sides.map(({ opened }) => opened.scenario.duration);
  const warning = `A lasts ${clock(a!)} and B ${clock(b!)}: their figures are of unequal times.`;
  return [...lines, ...(a === b ? [] : wrap(warning, width).map((line) => color.yellow(line))), ""];
}

/** Every number of both sides, and how their outages compare. */
export function comparisonLines(comparison: Comparison, printer: Printer): string[] {
  const { pairs, goodput, measures } = comparison;
  if (pairs === 0) return [];
  const all = [goodput, ...measures];
  return [
    ...measureLines(all, pairs, printer),
    "",
    ...wrap(`n = ${pairs} ${pairs === 1 ? "pair" : "pairs"}. ${METHOD}`, printer.width).map((line) =>
      printer.color.dim(line),
    ),
    ...warningLines(comparison, printer),
    "",
    ...outageLines(comparison, printer),
    "",
    ...peopleLines(comparison, printer),
  ];
}

/** From fewer pairs a correlation says nothing: of two it is always 1 or -1. */
const FEWEST_TO_CORRELATE = 4;
/** Fewer pairs do not show that pairing gained nothing. */
const FEWEST_TO_WARN = 10;

/** More than these are counted, not named. */
const MOST_NAMES = 2;

const METHOD =
  "Means with Student's 95 % interval, each for itself. corr.: how alike A and B vary from pair to pair. gain: so many times as many runs would it take without pairs. Both from 4 pairs on.";

function measureLines(all: readonly PairedMeasure[], pairs: number, { color, width }: Printer): string[] {
  const head = ["A", "B", "B - A (from .. to)", "corr.", "gain"];
  const rows = all.map(({ paired }) => (paired === null ? ["-", "-", "-", "-", "-"] : cellsOf(paired)));
  const [first = "", ...others] = columns([head, ...rows], [0, 1, 2, 3, 4]);
  const lines = all.flatMap(({ measure, unit, paired }, at) => {
    const n = paired?.difference.n ?? 0;
    const missing = n === pairs ? "" : `; measured on both sides in ${n} of ${pairs} pairs`;
    const words = `${measure}${unit === "" ? "" : `, ${unit}`}${missing}`;
    return [...wrap(words, width), `  ${others[at]!}`];
  });
  return [color.bold(`  ${first}`), ...lines];
}

function cellsOf({ a, b, difference, correlation, gain }: Paired): string[] {
  const { n, mean, low, high } = difference;
  const isKnown = n >= FEWEST_TO_CORRELATE;
  const digits = digitsFor(halfWidth(difference) ?? 0, mean);
  const interval =
    low === undefined || high === undefined ? "" : ` (${signed(low, digits)} .. ${signed(high, digits)})`;
  return [
    ...[a, b].map(withHalfWidth),
    `${signed(mean, digits)}${interval}`,
    correlation === null || !isKnown ? "-" : correlation.toFixed(2),
    gain === null || !isKnown ? "-" : `x${figure(gain)}`,
  ];
}

/** "55.7 ± 1.2", with the digits that the interval leaves. */
function withHalfWidth(mean: Mean): string {
  const half = halfWidth(mean);
  const digits = digitsFor(half ?? 0, mean.mean);
  return `${mean.mean.toFixed(digits)}${half === undefined ? "" : ` ± ${half.toFixed(digits)}`}`;
}

function halfWidth({ low, high }: Mean): number | undefined {
  return low === undefined || high === undefined ? undefined : (high - low) / 2;
}

/** Decimals that say something: two digits of the half width, or four of the figure if it is exact. */
function digitsFor(half: number, mean: number): number {
  const [size, wanted] = half > 0 ? [half, 1] : [Math.abs(mean), 3];
  return size === 0 ? 0 : Math.min(9, Math.max(0, wanted - Math.floor(Math.log10(size))));
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return value > 0 ? `+${text}` : text;
}

/** Where pairing was of no use, and why. */
function warningLines({ goodput, measures, pairs, samePeople }: Comparison, { color, width }: Printer): string[] {
  if (pairs < 2)
    return wrap(color.yellow("One pair alone gives no interval; expected --replications 2 or more."), width);
  const all = [goodput, ...measures];
  const those = (isSo: (paired: Paired) => boolean) =>
    all.filter(({ paired }) => paired !== null && paired.difference.n >= FEWEST_TO_WARN && isSo(paired));
  const reason =
    samePeople === pairs
      ? "the same people came, but A and B do not fare well or badly with the same ones"
      : "the random streams are not in step";
  const warnings = [
    { of: those(isUseless), reason: `${reason} (corr. is not above 0)` },
    { of: those(isFixed), reason: "one side never varies, so there is no correlation" },
  ];
  return warnings
    .filter(({ of }) => of.length > 0)
    .flatMap(({ of, reason }) => {
      const names =
        of.length > MOST_NAMES ? `${of.length} of these ${all.length}` : listed(of.map(({ measure }) => measure));
      return wrap(`Pairing gained nothing for ${names}: ${reason}.`, width);
    })
    .map((line) => color.yellow(line));
}

function isUseless({ correlation }: Paired): boolean {
  return correlation !== null && correlation <= 0;
}

/** Only one side varies; where neither does, nothing could be gained. */
function isFixed({ a, b, correlation }: Paired): boolean {
  return correlation === null && (a.standardDeviation > 0 || b.standardDeviation > 0);
}

function outageLines({ outages }: Comparison, { color, width }: Printer): string[] {
  const rows = [
    ["outages, in pairs of runs", "A and B", "only A", "only B", "neither", "exact McNemar"],
    countCells("complete", outages.complete),
    countCells("partial or complete", outages.any),
  ];
  const [first = "", ...others] = columns(rows, [1, 2, 3, 4, 5]);
  const counts = [outages.complete, outages.any].map(({ onlyA, onlyB }) => onlyA + onlyB);
  const few = counts.some((count) => count > 0 && count < FEWEST_DISCORDANT);
  const note = `At least ${FEWEST_DISCORDANT} pairs that end differently are needed for 5 %.`;
  return [color.bold(first), ...others, ...(few ? wrap(note, width) : [])];
}

function countCells(name: string, { both, onlyA, onlyB, neither, p }: PairedCount): string[] {
  return [`  ${name}`, ...[both, onlyA, onlyB, neither].map(String), onlyA + onlyB === 0 ? "-" : pInWords(p)];
}

function pInWords(p: number): string {
  return p < 1e-4 ? "p < 0.0001" : `p = ${figure(p)}`;
}

function peopleLines({ pairs, samePeople }: Comparison, { color, width }: Printer): string[] {
  if (samePeople === pairs)
    return wrap(
      `In ${pairs === 1 ? "this pair" : `all ${pairs} pairs`} the same people came to A and to B at the same times.`,
      width,
    );
  const which = pairs === 1 ? "this pair" : `${pairs - samePeople} of ${pairs} pairs`;
  const words = `In ${which} other people came to A than to B, or at other times: the load is not the same, or people wait for answers before they come again.`;
  return wrap(words, width).map((line) => color.yellow(line));
}

/** What a verdict rests on. */
interface Basis {
  /** Pairs that were asked for. */
  readonly replications: number;
  readonly isComplete: boolean;
  /** Both sides have a load in common. */
  readonly isComparable: boolean;
}

/** The answer in a sentence, and what it rests on if not all was done. */
export function verdictLines(
  comparison: Comparison,
  { replications, isComplete, isComparable }: Basis,
  { color, width }: Printer,
): string[] {
  const { pairs } = comparison;
  const note = `${isComplete ? "" : "interrupted: "}${pairs} of ${replications} pairs are in these figures`;
  const missing = isComplete && pairs === replications ? [] : [color.yellow(note)];
  return ["", ...missing, ...wrap(color.bold(isComparable ? verdictOf(comparison) : INCOMPARABLE), width)];
}

const INCOMPARABLE =
  "A and B have no load in common, so nothing is concluded; expected two systems that the same people come to.";

function verdictOf({ better, pairs, outages, goodput }: Comparison): string {
  if (pairs === 0) return "No pair of runs was done, so nothing can be said.";
  if (better === null)
    return `${pairs === 1 ? "One pair does" : `${pairs} pairs do`} not show that A or B fares better; ${goodputInWords(goodput)}.`;
  const side = better.side.toUpperCase();
  if (better.in === "goodput") return `${side} fares better: ${goodputInWords(goodput)}.`;
  const { onlyA, onlyB, p } = better.in === "complete outages" ? outages.complete : outages.any;
  const name = better.in === "complete outages" ? "a complete outage" : "an outage";
  const counts = `in ${onlyA} of ${pairs} pairs only A has ${name}, in ${onlyB} only B`;
  return `${side} fares better: ${counts} (${pInWords(p)}); ${goodputInWords(goodput)}.`;
}

function goodputInWords({ paired }: PairedMeasure): string {
  if (paired === null) return "nobody came";
  const { mean, low, high } = paired.difference;
  const digits = digitsFor(halfWidth(paired.difference) ?? 0, mean);
  const interval =
    low === undefined || high === undefined ? "" : ` (95 % interval ${signed(low, digits)} to ${signed(high, digits)})`;
  return `goodput B - A is ${signed(mean, digits)} points${interval}`;
}
