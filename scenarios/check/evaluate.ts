import { SECOND } from "../../sim/time.ts";
import { goodputOf, recoveryOf } from "../experiment/outage.ts";
import type { Check, Condition, Recovery } from "./expression.ts";
import { type Finding, found, nothing } from "./finding.ts";
import type { Moment, Readings } from "./readings.ts";
import { type Sense, senseOf } from "./sense.ts";
import { fulfils } from "./signal.ts";
import { judgeState } from "./state.ts";
import { judgeThreshold } from "./threshold.ts";
import { TextMistake } from "./token.ts";

/** Judges a check by what a run left behind; a TextMistake if the check means nothing in this world. */
export function evaluate(check: Check, readings: Readings): Finding | TextMistake {
  const sense = senseOf(check, readings.offers);
  if (sense instanceof TextMistake) return sense;
  switch (check.form) {
    case "threshold":
      return judgeThreshold(check, sense, readings);
    case "state":
      return judgeState(check, sense, readings);
    case "recovery":
      return judgeRecovery(check, sense, readings);
  }
}

/** Whether a condition is fulfilled at this instant; it is not where nothing is measured. */
export function isFulfilled({ comparison }: Condition, { selector, limit, whole }: Sense, moment: Moment): boolean {
  const level = moment.level(selector);
  if (level === undefined) return false;
  if (whole === undefined) return fulfils(level, level, comparison.comparator, limit);
  const all = moment.setting(whole, selector.component) ?? moment.level({ ...selector, metric: whole }) ?? 0;
  const share = level / all;
  return all > 0 && fulfils(share, share, comparison.comparator, limit);
}

const SECONDS = { unit: "s", size: SECOND };
/** A recovery shows only when goodput has been healthy for so long. */
const PROOF = 30 * SECOND;

function judgeRecovery({ limit, since }: Recovery, { selector }: Sense, readings: Readings): Finding {
  const goodput = readings.goodput(selector);
  const from = Math.ceil(since / SECOND);
  const until = Math.floor(readings.end / SECOND);
  if (goodput === undefined || goodputOf(goodput, from, until) === undefined) return nothing(limit, SECONDS);
  const second = recoveryOf(goodput, from, until);
  if (second !== undefined) {
    const taken = Math.max(0, second * SECOND - since);
    return found(taken <= limit, taken, limit, SECONDS, since + limit);
  }
  const censored = readings.end < since + limit + PROOF;
  return { ...found(false, Number.POSITIVE_INFINITY, limit, SECONDS, since + limit), censored };
}
