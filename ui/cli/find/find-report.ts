import type { Bracket, Tried } from "../../../scenarios/study/tipping-point.ts";
import { countWithInterval, percent } from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";

/** What was searched, in words. */
export interface SearchInWords {
  readonly path: string;
  readonly until: string;
  readonly within: number;
  readonly isInterrupted: boolean;
}

/** Every value that was tried, and between which of them it tips. */
export function bracketLines(answer: Bracket, search: SearchInWords, out: Printer): string[] {
  const { path, until, isInterrupted } = search;
  return [
    ...wrap(until, out.width, "until "),
    "",
    ...triedLines(answer, path, out),
    ...out.color.dim("Intervals are Wilson's, at 95 %; the fit is isotonic.").split("\n"),
    "",
    ...(isInterrupted ? [out.color.yellow("interrupted: this is what is known so far")] : []),
    ...wrap(`${conclusionOn(answer, search)}${warningOn(answer)}`, out.width),
  ];
}

/** What is not decided, and so inside the bracket, stands between two rules. */
function triedLines({ tried, low, high }: Bracket, path: string, out: Printer): string[] {
  const rows = tried.map((each) => [
    each.value,
    countWithInterval(each),
    each.n === 0 ? "" : percent(each.fit),
    mark(each),
  ]);
  const [first = "", ...lines] = columns([[path, "it is so in", "fit", ""], ...rows], [0, 2]);
  const refused = tried.flatMap(({ value, refused: why }) =>
    why === null ? [] : wrap(why, out.width, `${value}: not possible: `),
  );
  const head = out.color.bold(first);
  if (low === null || high === null) return [head, ...lines, ...refused];
  const border = out.color.bold("-".repeat(Math.max(...lines.map((line) => line.length))));
  const [from, to] = [tried.indexOf(low) + 1, tried.indexOf(high)];
  const inside = to > from ? [...lines.slice(from, to), border] : [];
  return [head, ...lines.slice(0, from), border, ...inside, ...lines.slice(to), ...refused];
}

function mark({ side, refused }: Tried): string {
  return side ?? (refused === null ? "undecided" : "not possible");
}

function conclusionOn({ found, share, rises, low, high, isNarrow, tried }: Bracket, search: SearchInWords): string {
  const { path, within } = search;
  const [first, last] = [tried[0], tried[tried.length - 1]];
  if (found === "bracket" && low !== null && high !== null) {
    const what = `it is so in ${rises ? "more" : "less"} than ${percentOf(share)} of all runs`;
    const wide = isNarrow
      ? ""
      : ` This is wider than the ${percentOf(within)} that were asked for: values within could not be decided.`;
    return `${path} tips between ${low.value} and ${high.value} (95 % confidence): from there up ${what}.${wide}`;
  }
  if (found === "same" && first !== undefined && last !== undefined) {
    const ends = [first, last].map((each) => `${countWithInterval(each)} at ${each.value}`).join(" and ");
    return `Both ends give the same answer, so nothing tips for sure between them: it is so in ${ends}. Expected a range whose ends differ.`;
  }
  return `It cannot be told whether it is so in more or less than ${percentOf(share)} of all runs at ${openEnds(first, last)}.`;
}

function openEnds(first: Tried | undefined, last: Tried | undefined): string {
  const open = [first, last].filter((each) => each !== undefined && each.side === null).map((each) => each!.value);
  return open.length === 0 ? "the ends" : open.join(" and ");
}

function warningOn({ isMonotone, found }: Bracket): string {
  if (isMonotone) return "";
  const first = found === "bracket" ? " The bracket is about the first of them." : "";
  return ` Warning: the answer goes back and forth between the values above: there is more than one tipping point.${first}`;
}

function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
