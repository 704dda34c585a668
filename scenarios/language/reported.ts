import * as z from "zod";
import { type Quantity, quantity } from "../../models/quantity.ts";
import { Mistake, show } from "../../models/unit.ts";
import type { Measure } from "../check/expression.ts";
import { type MeasureSense, senseOfMeasure } from "../check/measure.ts";
import { parseMeasure } from "../check/parse.ts";
import type { Offers } from "../check/readings.ts";
import { TextMistake } from "../check/token.ts";
import type { Flaw, Path } from "./problem.ts";

/** How the numbers of several runs become one: their mean, a percentile, an extreme, or the most frequent when rounded. */
export type Across = "mean" | "min" | "max" | "mode" | { readonly percent: number };

/** A measure with its text, which reports quote. */
const measureText: Quantity<{ readonly text: string; readonly measure: Measure }, string> = quantity(
  (value) => {
    if (typeof value !== "string")
      return new Mistake(`${show(value)} is not a measure`, 'a text such as "http_reqs{load:k6} rate"');
    const measure = parseMeasure(value);
    return measure instanceof Mistake ? measure : { text: value, measure };
  },
  { type: "string", examples: ["http_reqs{load:k6} rate", "mean(Threads_connected(db)) within 1m..2m"] },
);

const across: Quantity<Across, string> = quantity(
  (value) => {
    if (value === "mean" || value === "min" || value === "max" || value === "mode") return value;
    const percent = typeof value === "string" ? Number(/^p\((\d+(?:\.\d+)?)\)$/.exec(value)?.[1]) : Number.NaN;
    if (percent >= 0 && percent <= 100) return { percent };
    return new Mistake(`${show(value)} does not make one number of many`, "mean, min, max, mode, or p(5)");
  },
  { type: "string", examples: ["mean", "p(5)", "mode"] },
);

const BETWEEN = /^\s*(\S+?)\s*\.\.\s*(\S+?)\s*$/;
const written = z.union([z.string().max(100), z.number()]);

/** A figure that somebody reported of the real thing, and how close the simulation has to come to it. */
export const reportedFigure = z
  .strictObject({
    measure: measureText.describe("What is measured, as on the left of a check."),
    is: written.optional().describe("The reported value, in the unit of the measure."),
    within: written.optional().describe("How far off is right: a share of the value (3%), or an amount in its unit."),
    between: z
      .string()
      .regex(BETWEEN, 'expected two values such as "4.6s..7.7s"')
      .optional()
      .describe("The reported range, in place of `is` and `within`."),
    across: across
      .prefault("mean")
      .describe("How the values of several runs become one. mode: rounded, most frequent."),
    as: z
      .enum(["predicted", "fitted"])
      .default("predicted")
      .describe("fitted: inputs were chosen so that this comes out; predicted: none was."),
    source: z.string().max(500).default("").describe("Who reported it, or how it follows from what was reported."),
  })
  .check((context) => {
    const { is, within, between } = context.value;
    const whole =
      between === undefined ? is !== undefined && within !== undefined : is === undefined && within === undefined;
    if (whole) return;
    const message = "a reported figure has either `is` and `within`, or `between`";
    context.issues.push({ code: "custom", message, input: context.value });
  });

export type ReportedFigure = z.output<typeof reportedFigure>;

/** What is accepted of a reported figure, in the unit that its measure is counted in. */
export interface Accepted {
  readonly sense: MeasureSense;
  /** Undefined where a range was reported. */
  readonly is: number | undefined;
  readonly low: number;
  readonly high: number;
}

/** What a reported figure accepts in a world, or the field of it that means nothing there and why. */
export function acceptedOf(
  figure: ReportedFigure,
  offers: Offers,
): Accepted | { at: keyof ReportedFigure; mistake: Mistake } {
  const sense = senseOfMeasure(figure.measure.measure, offers);
  if (sense instanceof Mistake) return { at: "measure", mistake: sense };
  if (figure.between !== undefined) {
    const [, from = "", to = ""] = BETWEEN.exec(figure.between) ?? [];
    const [low, high] = [sense.read(from), sense.read(to)];
    if (low instanceof Mistake) return { at: "between", mistake: low };
    if (high instanceof Mistake) return { at: "between", mistake: high };
    return { sense, is: undefined, low, high };
  }
  const is = sense.read(String(figure.is));
  if (is instanceof Mistake) return { at: "is", mistake: is };
  const share = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(String(figure.within))?.[1];
  const off = share === undefined ? sense.read(String(figure.within)) : (Math.abs(is) * Number(share)) / 100;
  if (off instanceof Mistake) return { at: "within", mistake: off };
  return { sense, is, low: is - off, high: is + off };
}

/** Reported figures about something that the world of a scenario does not measure. */
export function flawsOfReported(reported: readonly ReportedFigure[], offers: Offers): Flaw[] {
  return reported.flatMap((figure, at): Flaw[] => {
    const accepted = acceptedOf(figure, offers);
    if (!("mistake" in accepted)) return [];
    const { wrong, right } = accepted.mistake;
    const path: Path = ["reported", at, accepted.at];
    const offset = accepted.mistake instanceof TextMistake && accepted.at === "measure" ? accepted.mistake.at : 0;
    return [{ path, wrong, right, offset }];
  });
}
