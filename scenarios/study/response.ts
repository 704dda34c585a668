import { Mistake } from "../../models/unit.ts";
import type { Micros } from "../../sim/time.ts";
import { type MeasureSense, senseOfMeasure } from "../check/measure.ts";
import { parseMeasure } from "../check/parse.ts";
import { TextMistake, tokensOf } from "../check/token.ts";
import { offersIn } from "../experiment/input.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Precision } from "../statistics/enough-runs.ts";
import { GOODPUT, type Response, responseOf } from "./response-value.ts";

export { GOODPUT, type Response, responseOf };

/** A measure as a response of a scenario, or what is wrong with it; goodput of everybody without one. */
export function responseTo(measure: string | undefined, scenario: Scenario): Response | TextMistake {
  if (measure === undefined) return GOODPUT;
  const sense = senseIn(measure, scenario);
  return sense instanceof TextMistake ? sense : { name: measure, unit: sense.scale.unit, measures: [measure] };
}

/** What a job must measure besides; nothing for what every outcome has, so that such jobs are the same as any other. */
export function askedFor({ measures }: Response): { readonly measures?: readonly string[] } {
  return measures.length === 0 ? {} : { measures };
}

/** A response asked of a part of the run only, or why it cannot be. */
export function withinWindow(
  { name, unit, measures: [measure] }: Response,
  [from, until]: readonly [Micros, Micros],
): Response | TextMistake {
  if (measure === undefined) return new TextMistake(0, `${name} is known for the whole run only`, EXAMPLE);
  const parsed = parseMeasure(measure);
  if (parsed instanceof TextMistake) return parsed;
  const numbers = parsed.per === undefined ? [parsed.number] : [parsed.number, parsed.per];
  for (const number of numbers) {
    const { text, at } = number.operand.metric;
    if (number.form !== "state") return new TextMistake(at, `${text} is known for the whole run only`, EXAMPLE);
    if (number.during.sort !== "run")
      return new TextMistake(at, "the measure has a window of its own", "it without one");
  }
  const cut = tokensOf(measure).find(({ text }) => text === "/")?.at ?? measure.length;
  const parts = [measure.slice(0, cut), measure.slice(cut + 1)].slice(0, numbers.length);
  const windowed = parts.map((part) => `${part.trim()} within ${from}us..${until}us`).join(" / ");
  return { name, unit, measures: [windowed] };
}

const EXAMPLE = 'a level, a counter or the goodput of a load, as in "mean(in_flight(callers))"';

/** How exactly a response is to be known: "5%" of its mean, or an amount such as "20ms"; what is wrong with it otherwise. */
export function readPrecision(text: string, response: Response, scenario: Scenario): Precision | Mistake {
  const right = `a share of the mean such as 5%, or an amount of ${response.unit || "it"} such as ${exampleOf(response)}`;
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text.trim());
  const isRelative = share !== null;
  const halfWidth = isRelative ? Number(share[1]) / 100 : amountIn(text, response, scenario);
  if (halfWidth instanceof Mistake) return new Mistake(halfWidth.wrong, right);
  if (halfWidth === 0) return new Mistake("no number of runs is exact to 0", right);
  if (isRelative && halfWidth > 1) return new Mistake(`${text} of the mean says nothing`, right);
  return { halfWidth, isRelative };
}

function exampleOf({ unit }: Response): string {
  if (unit === "%") return "0.01 (which is 1 % of all)";
  return unit === "ms" || unit === "s" ? "20ms" : "3";
}

function amountIn(text: string, { measures: [measure] }: Response, scenario: Scenario): number | Mistake {
  if (measure === undefined) return shareIn(text);
  const sense = senseIn(measure, scenario);
  if (sense instanceof TextMistake) return sense;
  const amount = sense.read(text);
  return amount instanceof Mistake ? amount : amount / sense.scale.size;
}

/** "0.01" is a hundredth of all people. */
function shareIn(text: string): number | Mistake {
  const share = /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return share <= 1 ? share * 100 : new Mistake(`${JSON.stringify(text)} is not a share`, "a number from 0 to 1");
}

function senseIn(measure: string, scenario: Scenario): MeasureSense | TextMistake {
  const parsed = parseMeasure(measure);
  return parsed instanceof TextMistake ? parsed : senseOfMeasure(parsed, offersIn(scenario));
}
