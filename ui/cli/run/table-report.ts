import { cleanRunsNeeded, clopperPearsonHigh } from "../../../scenarios/statistics/proportion.ts";
import { type CheckCount, majorityOf, type OutcomeTable, type Spread } from "../../../scenarios/study/outcome-table.ts";
import type { Recoveries } from "../../../scenarios/study/recoveries.ts";
import { GOODPUT } from "../../../scenarios/study/response.ts";
import {
  countWithInterval,
  estimateWithInterval,
  figure,
  meanWithInterval,
  percent,
  rateWithInterval,
  withOrderInterval,
} from "../figures.ts";
import { columns, type Printer, wrap } from "../printer.ts";

/** What the figures of the table are, to be said once. */
export const METHOD =
  "k of n runs, with Wilson's 95 % interval in %; means over runs ± half of Student's 95 % interval";

/** What several runs say together, one figure a line; the sentence that matters most comes last. */
export function tableLines(table: OutcomeTable, printer: Printer): string[] {
  const { outages, goodput, classes, zones, start, limits, checks, asExpected, recoveries, response, n } = table;
  if (n === 0) return ["no run was done"];
  const parts = [classes, zones].filter((those) => those.length > 1).flat();
  const shares = parts.map(({ name, mean }) => [`  of ${name}`, meanWithInterval(mean)]);
  const rows = [
    ["no outage", countWithInterval(outages.none)],
    ["partial outage", countWithInterval(outages.partial)],
    ["complete outage", countWithInterval(outages.complete)],
    ["goodput", meanWithInterval(goodput)],
    ...shares,
    ["before any change", start === null ? "there is no such time" : startInWords(start)],
    ...limits.map(({ component, reached, load }) => [
      `${component} full`,
      `${countWithInterval(reached)}; first at ${rateWithInterval(load)}`,
    ]),
    ...(recoveries === null ? [] : [["time to recover", recoveriesInWords(recoveries, outages.none.k < n)]]),
    ["as expected", countWithInterval(asExpected)],
    ...(response.of === GOODPUT.name ? [] : spreadRows(response)),
  ];
  const held = checks.flatMap(({ check, ...count }) =>
    wrap(`${countWithInterval(count)}: ${check}`, printer.width, "  holds in "),
  );
  return [
    ...columns(rows),
    ...(held.length === 0 ? [] : ["checks", ...held, ...unsettledLines(checks, printer)]),
    "",
    ...wrap(sentenceOf(table), printer.width),
  ];
}

/** Of the runs that left the healthy band, be it for less than an outage: how long half of them took, if half came back. */
function recoveriesInWords({ timeToRecover, notWithin }: Recoveries, isOutage: boolean): string {
  const { median, n, censored, ...interval } = timeToRecover;
  const dip = isOutage ? "" : ", from a dip that is no outage";
  const back = `${n - censored} of ${runs(n)} came back${dip}`;
  if (median !== undefined) return `median ${withOrderInterval(median, interval, "s")}; ${back}`;
  if (notWithin === null || notWithin === 0) return `${back}; the others end too early to tell`;
  const inVain = `not within ${figure(notWithin)} s in ${censored} of ${runs(n)}`;
  return censored === n ? `${inVain}${dip}` : `${inVain}; ${back}`;
}

function runs(n: number): string {
  return n === 1 ? "1 run" : `${n} runs`;
}

function spreadRows({ of, unit, mean, percentiles }: Spread): string[][] {
  const rows = percentiles.flatMap(({ percent, value, ...interval }) => {
    return value === null ? [] : [[`  ${percent} % of runs up to`, withOrderInterval(value, interval, unit)]];
  });
  return [[of, estimateWithInterval(mean, unit)], ...rows];
}

/** Several checks are several chances to be misled: about which of them nothing is shown once that is allowed for. */
function unsettledLines(checks: readonly CheckCount[], { width }: Printer): string[] {
  const numbered = checks.map((check, at) => ({ ...check, number: at + 1 }));
  const unsettled = numbered.filter(({ adjusted }) => adjusted > 0.05);
  if (checks.length < 2 || unsettled.length === 0) return [];
  const which = unsettled.map(({ number }) => number).join(", ");
  const values = unsettled.map(({ p, adjusted }) => `${figure(p)}, adjusted ${figure(adjusted)}`);
  const test = `sign tests, adjusted by Holm for ${checks.length} checks: p = ${[...new Set(values)].join("; ")}`;
  return wrap(`n is too small to say whether these hold in most runs: ${which} (${test})`, width, "  ");
}

function startInWords({ least, well }: NonNullable<OutcomeTable["start"]>): string {
  return `99 % of people served in ${countWithInterval(well)}; lowest ${percent(least)}`;
}

function sentenceOf(table: OutcomeTable): string {
  const most = majorityOf(table);
  const { k, n, low, high } = table.outages[most];
  const interval = `95 % interval ${Math.round(low * 100)} to ${Math.round(high * 100)} %`;
  const sentence = `${k} of ${runs(n)} ${n === 1 ? "has" : "have"} ${most === "none" ? "no outage" : `a ${most} outage`} (${interval}).`;
  return table.outages.complete.k > 0 ? sentence : `${sentence} ${unseenInWords(n)}`;
}

/** What has not been seen may still happen: how rare it is at least, and how many runs would show that it is rarer. */
function unseenInWords(n: number): string {
  const highest = clopperPearsonHigh(0, n);
  const rarer = [0.1, 0.05, 0.01, 0.001].find((share) => share < highest);
  const more = rarer === undefined ? "" : `; ${cleanRunsNeeded(rarer)} such runs would show under ${rarer * 100} %`;
  return `0 of ${n} complete outages: under ${(highest * 100).toFixed(1)} % of all runs at 95 %${more}.`;
}
