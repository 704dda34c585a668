import { clock } from "../../../scenarios/experiment/clock.ts";
import { type Precision, runsExpected } from "../../../scenarios/statistics/enough-runs.ts";
import type { Mean } from "../../../scenarios/statistics/mean.ts";
import type { Estimate, EstimateQuestion } from "../../../scenarios/study/estimate.ts";
import type { WarmUpEnd } from "../../../scenarios/study/warm-up.ts";
import { estimateWithInterval, figure, whole } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";
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
  const isCutShort = isInterrupted && !estimate.isDecided;
  const settling = warmUp === null || (isCutShort && warmUp.until === null) ? "" : warmUpInWords(warmUp, question);
  const words = isCutShort
    ? `Interrupted: ${whole(table.n)} runs are in these figures.`
    : conclusionOn(estimate, question);
  const conclusion = words === "" ? [] : wrap(words, out.width);
  return [
    ...(table.n === 0 ? [] : [out.color.dim(METHOD), ...tableLines(table, out), ""]),
    ...(settling === "" ? [] : wrap(settling, out.width)),
    ...known,
    ...(estimate.isDecided ? conclusion : conclusion.map(out.color.yellow)),
  ];
}

function warmUpInWords({ until, pilots, unknown }: WarmUpEnd, { duration }: EstimateQuestion): string {
  if (until !== null) {
    const how = pilots === 0 ? "as was asked" : `MSER-5 on the mean course of ${pilots} runs`;
    return `The warm-up ends at ${clock(until)} (${how}); what follows is of ${clock(until)} to ${clock(duration)}.`;
  }
  if (unknown > 0)
    return `In ${figure(unknown)} s of the run nothing was measured; expected a time, such as --warm-up 30s.`;
  return "The run is too short for a steady state: it does not settle within its first half. Expected a longer duration, or a time such as --warm-up 30s.";
}

function conclusionOn({ warmUp, table, enough }: Estimate, { precision }: EstimateQuestion): string {
  const { mean, unit } = table.response;
  if (warmUp?.until === null) return "So nothing is known of it.";
  if (mean.n === 0) return `${whole(table.n)} runs have measured nothing.`;
  if (precision === undefined) return "";
  const wanted = wantedInWords(precision, unit);
  if (enough === null) return `${whole(mean.n)} runs are not enough for ${wanted}${missingInWords(mean, precision)}.`;
  return `${whole(enough)} runs are enough for ${wanted}, and with the ${mean.n - enough} after them it stays so.`;
}

function wantedInWords({ halfWidth, isRelative }: Precision, unit: string): string {
  if (isRelative) return `± ${figure(halfWidth * 100)} % of the mean`;
  return `± ${figure(halfWidth)}${unit === "%" ? " points" : ` ${unit}`}`;
}

function missingInWords(mean: Mean, precision: Precision): string {
  const { low = 0, high = 0 } = mean;
  if (precision.isRelative && low <= 0 && high >= 0) return ": the mean may be 0, so ask for an amount instead";
  const expected = runsExpected(mean, precision);
  return expected > mean.n ? `; about ${whole(expected)} would be` : "; it was not so for long enough";
}
