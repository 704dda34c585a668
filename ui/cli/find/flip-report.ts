import { wilson } from "../../../scenarios/statistics/proportion.ts";
import type { End, FlipPoints, Flippable, Verdict } from "../../../scenarios/study/flip-points.ts";
import type { Bracket } from "../../../scenarios/study/tipping-point.ts";
import { countWithInterval } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** What becomes of the verdict at both ends of the range of each assumed figure, and where it flips. */
export function flipLines(
  answer: FlipPoints,
  until: string | undefined,
  isInterrupted: boolean,
  out: Printer,
): string[] {
  const { verdict, base, figures, immovable } = answer;
  const clause = until === undefined ? [] : [...wrap(until, out.width, "the verdict is whether "), ""];
  if (verdict === null) return [...clause, "no run of the scenario as it stands tells what the verdict is"];
  const [flipping, others] = [figures.filter(isFlipping), figures.filter((each) => !isFlipping(each))];
  return [
    ...clause,
    ...wrap(`${WORDS[verdict]}, over ${base.n} runs.`, out.width, "As it stands: "),
    "",
    ...flipping.flatMap((each) => figureLines(each, verdict, out)),
    ...others.flatMap((each) => figureLines(each, verdict, out)),
    ...immovable.flatMap(({ figure, why }) => wrap(`${figure}: ${why}`, out.width, "not moved  ")),
    "",
    ...wrap(METHOD, out.width).map(out.color.dim),
    ...(isInterrupted ? [out.color.yellow("interrupted: this is what is known so far")] : []),
    ...conclusionLines(answer, flipping, out),
  ];
}

const METHOD =
  "Each bracket holds with 95 % confidence, for itself. Other intervals are Wilson's, at 95 %. Between ends that agree nobody looked.";

const WORDS: Readonly<Record<Verdict, string>> = {
  none: "no outage",
  partial: "a partial outage",
  complete: "a complete outage",
  holds: "it is so",
  "does not hold": "it is not so",
};

function isFlipping({ ends }: Flippable): boolean {
  return ends.some(({ flips }) => flips === true);
}

function figureLines(each: Flippable, verdict: Verdict, out: Printer): string[] {
  const { figure, now, low, high, note, ends } = each;
  const state = isFlipping(each)
    ? out.color.red("flips")
    : ends.every(({ flips }) => flips === false)
      ? "keeps"
      : "open ";
  const about = note === "" ? "" : `; ${note}`;
  return [
    ...wrap(`${figure} ${now} (assumed ${low}..${high}${about})`, out.width, `${state}  `),
    ...ends.flatMap((end) => wrap(endInWords(end, verdict), out.width, "       ")),
  ];
}

function endInWords({ to, k, n, flips, verdict: then, refused, where }: End, verdict: Verdict): string {
  if (refused !== null) return `${to}: not possible: ${refused}`;
  const there = flips === false ? WORDS[verdict] : then === null ? "not known" : WORDS[then];
  const runs = n === 0 ? "" : `, otherwise than now in ${countWithInterval({ k, n, ...wilson(k, n) })}`;
  return `${to}: ${there}${runs}${where === null ? "" : `; ${placeOf(where)}`}`;
}

function placeOf({ low, high, isNarrow }: Bracket): string {
  if (low === null || high === null) return "where in between cannot be told";
  return `it flips between ${low.value} and ${high.value}${isNarrow ? "" : ", closer cannot be told"}`;
}

function conclusionLines({ isRobust, figures }: FlipPoints, flipping: readonly Flippable[], out: Printer): string[] {
  if (isRobust) return wrap(`robust: no assumed figure flips the verdict at an end of its range.`, out.width);
  const points = flipping.flatMap(({ figure, low, high, ends }) =>
    ends.flatMap(({ where }) =>
      where?.low == null || where.high === null
        ? []
        : wrap(
            `the verdict flips at ${figure} ${where.low.value}..${where.high.value} (assumed ${low}..${high})`,
            out.width,
            "not robust: ",
          ),
    ),
  );
  const open = figures.filter(({ ends }) => ends.some(({ flips }) => flips === null)).length;
  const rest =
    open === 0 ? [] : wrap(`${open} assumed figures are not decided.`, out.width, points.length === 0 ? "open: " : "");
  return [...points, ...rest];
}
