import { clock } from "../../scenarios/experiment/clock.ts";
import { type Precision, runsExpected } from "../../scenarios/statistics/enough-runs.ts";
import type { Mean } from "../../scenarios/statistics/mean.ts";
import type { Estimate, EstimateQuestion } from "../../scenarios/study/estimate.ts";
import type { WarmUpEnd } from "../../scenarios/study/warm-up.ts";
import { estimateWithInterval, figure, whole } from "./figures.ts";
import { type Printer, wrap } from "./printer.ts";
import { METHOD, tableLines } from "./table-report.ts";

/** What is known of a response; how exactly, and whether that was what was asked for, comes last. */
export function estimateLines(
  estimate: Estimate,
  question: EstimateQuestion,
  isInterrupted: boolean,
  out: Printer,
): string[] {
  const { warmUp, table } = estimate;
  const { of, unit, mean } = table.response;
  const known = mean.n === 0 ? [] : wrap(`${of}: ${estimateWithInterval(mean, unit)}.`, out.width);
  const conclusion = wrap(conclusionOn(estimate, question, isInterrupted), out.width);
  return [
    ...(table.n === 0 ? [] : [out.color.dim(METHOD), ...tableLines(table, out), ""]),
    ...(warmUp === null ? [] : wrap(warmUpInWords(warmUp, question), out.width)),
    ...known,
    ...(estimate.isDecided ? conclusion : conclusion.map(out.color.yellow)),
  ];
}

function warmUpInWords({ until, pilots, unknown }: WarmUpEnd, { duration }: EstimateQuestion): string {
  if (until !== null) {
    const how = pilots === 0 ? "as was said" : `MSER-5 on the mean course of ${pilots} runs`;
    return `The warm-up ends at ${clock(until)} (${how}); what follows is of ${clock(until)} to ${clock(duration)}.`;
  }
  if (unknown > 0)
    return `In ${figure(unknown)} s of the run nothing was measured; expected a time, such as --warm-up 30s.`;
  return "The run is too short for a steady state: it does not settle within its first half. Expected a longer duration, or a time such as --warm-up 30s.";
}

function conclusionOn(
  { warmUp, table, runs, isDecided }: Estimate,
  question: EstimateQuestion,
  isInterrupted: boolean,
): string {
  const { precision } = question;
  const { mean, unit } = table.response;
  if (isInterrupted && !isDecided) return `Interrupted: ${whole(mean.n)} runs are in these figures.`;
  if (warmUp?.until === null) return "So nothing is known of it.";
  if (mean.n === 0) return `${whole(runs)} runs have measured nothing.`;
  if (precision === undefined) return "";
  const wanted = wantedInWords(precision, unit);
  if (isDecided)
    return `${whole(mean.n)} runs are enough for ${wanted}, and with the ${runs - mean.n} after them it stays so.`;
  return `${whole(runs)} runs are not enough for ${wanted}${missingInWords(mean, precision)}.`;
}

function wantedInWords({ halfWidth, isRelative }: Precision, unit: string): string {
  if (isRelative) return `± ${figure(halfWidth * 100)} % of the mean`;
  return `± ${figure(halfWidth)}${unit === "%" ? " points" : ` ${unit}`}`;
}

function missingInWords(mean: Mean, precision: Precision): string {
  const expected = runsExpected(mean, precision);
  if (expected > 100 * mean.n)
    return "; a mean so close to 0 cannot be exact to a share of it: ask for an amount instead";
  return expected > mean.n ? `; about ${whole(expected)} would be` : "; it was not so for long enough";
}
