import { Mistake, readBytes, readDuration, readNumber, readRate, readShare } from "../../models/unit.ts";
import { MILLISECOND } from "../../sim/time.ts";
import type { OutageClass } from "../experiment/outage.ts";
import type {
  Check,
  Comparison,
  Condition,
  Name,
  State,
  StateNumber,
  Threshold,
  ThresholdNumber,
} from "./expression.ts";
import { type Meaning, meaningOf, wholeOf } from "./names.ts";
import type { Offers } from "./readings.ts";
import { oneOf } from "./suggestion.ts";
import { TextMistake } from "./token.ts";

/** From least to most. */
export const OUTAGES: readonly OutageClass[] = ["none", "partial", "complete"];

/** A check or condition whose names are known and whose number fits what is measured. */
export interface Sense extends Meaning {
  /** The number to compare with: microseconds, shares from 0 to 1, bytes, or plain; a rank for outages. */
  readonly limit: number;
  /** What the limit is a share of; undefined if it is an amount of its own. */
  readonly whole: string | undefined;
}

/** What a check means in a world, or why it means nothing there. */
export function senseOf(check: Check, offers: Offers): Sense | TextMistake {
  return attempt(() => {
    const meaning = meaningOf(check.operand, offers);
    if (check.form === "recovery") return { ...meaning, limit: check.limit, whole: undefined };
    if (check.form === "threshold") checkAggregate(check, meaning);
    else checkReduction(check, meaning);
    return { ...meaning, ...limitOf(check.comparison, meaning, isRate(check), offers) };
  });
}

/** What a condition on the current instant means in a world, or why it means nothing there. */
export function senseOfCondition({ operand, comparison }: Condition, offers: Offers): Sense | TextMistake {
  return attempt(() => {
    const meaning = meaningOf(operand, offers);
    if (meaning.sort === "level") return { ...meaning, ...limitOf(comparison, meaning, false, offers) };
    const levels = offers.metrics.filter(
      ({ component, sort }) => component === meaning.selector.component && sort === "level",
    );
    const right = oneOf(levels.map(({ name }) => name));
    throw new TextMistake(operand.metric.at, `${operand.metric.text} is not known at an instant`, `a level: ${right}`);
  });
}

export function attempt<Result>(read: () => Result): Result | TextMistake {
  try {
    return read();
  } catch (mistake) {
    if (mistake instanceof TextMistake) return mistake;
    throw mistake;
  }
}

const THRESHOLDS: Readonly<Record<Meaning["sort"], readonly string[]>> = {
  level: ["value"],
  counter: ["count", "rate"],
  ratio: ["rate"],
  duration: ["avg", "min", "max", "med", "p(95)"],
  goodput: [],
  outage: [],
  recovered: [],
};

/** k6 allows each type of metric its own aggregations (k6 `thresholds_parser.go`). */
export function checkAggregate({ operand, aggregate }: ThresholdNumber, { sort, selector }: Meaning): void {
  const { metric } = operand;
  if (sort === "goodput" || sort === "outage" || sort === "recovered") {
    const right = `${metric.text}(${selector.component}), without an aggregation`;
    throw new TextMistake(metric.at, `${metric.text} has no thresholds`, right);
  }
  const name = aggregate.name === "p" ? "p(95)" : aggregate.name;
  if (!THRESHOLDS[sort].includes(name)) {
    throw new TextMistake(
      metric.at,
      `${metric.text} is a ${sort} and has no "${aggregate.name}"`,
      oneOf(THRESHOLDS[sort]),
    );
  }
}

export function checkReduction({ operand, reduction, during }: StateNumber, { sort, selector }: Meaning): void {
  const { text, at } = operand.metric;
  const wrong = (wrong: string, right: string) => new TextMistake(at, wrong, right);
  if (sort === "duration")
    throw wrong(`${text} is a duration`, `a threshold: ${text}{component:${selector.component}} p(95) < 6s`);
  if (sort === "recovered") throw wrong("recovered needs a limit", "recovered(load-test) within 2m of 12m30s");
  const ofLevel = reduction === "max" || reduction === "min" || reduction === "mean" || reduction === "last";
  if (ofLevel && sort !== "level")
    throw wrong(`${text} is no level and has no "${reduction}"`, `${text}(${selector.component})`);
  if (reduction === "rate" && sort !== "counter")
    throw wrong(`${text} is no counter and has no "rate"`, `${text}(${selector.component})`);
  const throughout = during.sort === "all" || during.sort === "stretch";
  if (ofLevel && throughout) throw wrong(`"${reduction}" gives one number for the whole window`, `"within 2m..15m"`);
  if (sort === "counter" && reduction === "each" && throughout)
    throw wrong(`${text} is a total`, `"within 2m..15m", or rate(...)`);
  if (sort === "outage" && throughout) throw wrong("outage is judged over the whole window", `"within 2m..15m"`);
  if (sort === "ratio" && during.sort !== "run") throw wrong(`${text} is known for the whole run only`, "no window");
  if (sort === "level" && reduction === "each" && during.sort === "total") {
    throw wrong(
      `${text} has a value at every instant`,
      `"for all of 2m..15m", "for 60s within 2m..15m", or max(...) within it`,
    );
  }
}

function isRate(check: Threshold | State): boolean {
  return check.form === "threshold" ? check.aggregate.name === "rate" : check.reduction === "rate";
}

export function limitOf(
  comparison: Comparison,
  meaning: Meaning,
  rate: boolean,
  offers: Offers,
): Pick<Sense, "limit" | "whole"> {
  const { value, of } = comparison;
  const share = meaning.sort === "level" && value.text.endsWith("%");
  const whole = share ? wholeOf(of, meaning, offers) : undefined;
  if (of !== undefined && !share)
    throw new TextMistake(of.at, `"of" needs a percentage before it`, `as in 95% of ${of.text}`);
  if (share && whole === undefined) {
    throw new TextMistake(
      value.at,
      "it is not said what this is a percentage of",
      `${value.text} of a setting, or a plain number`,
    );
  }
  const limit = share
    ? readNumber(Number(value.text.slice(0, -1)) / 100, 0, 1e6, false)
    : readLimit(value, meaning, rate);
  if (limit instanceof Mistake) throw new TextMistake(value.at, limit.wrong, limit.right);
  return { limit, whole };
}

/** The number that a metric is compared with, in the unit that it is counted in. */
export function readLimit(value: Name, { sort, metric }: Meaning, rate: boolean): number | Mistake {
  if (sort === "outage") return readOutage(value);
  if (sort === "duration") return readDuration(value.text, MILLISECOND);
  if (sort === "ratio" || sort === "goodput") return readShare(value.text);
  const plain = Number(value.text);
  if (!Number.isNaN(plain)) return readNumber(plain, 0, 1e18, false);
  if (rate && sort === "counter") return readRate(value.text);
  if (metric?.unit === "bytes") return readBytes(value.text);
  const unit = metric?.unit ?? "";
  return new Mistake(`${JSON.stringify(value.text)} is not a number of ${unit}`, "a plain number");
}

function readOutage({ text }: Name): number | Mistake {
  const rank = (OUTAGES as readonly string[]).indexOf(text);
  return rank >= 0 ? rank : new Mistake(`${JSON.stringify(text)} is not a degree of outage`, oneOf(OUTAGES));
}
