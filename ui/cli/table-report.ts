import { majorityOf, type OutcomeTable } from "../../scenarios/study/outcome-table.ts";
import { countWithInterval, meanWithInterval, percent, rateWithInterval } from "./figures.ts";
import { columns, type Printer, wrap } from "./printer.ts";

/** What the figures of the table are, to be said once. */
export const METHOD = "k of n runs, with Wilson's 95 % interval; means over runs ± half of Student's 95 % interval";

/** What several runs say together, one figure a line; the sentence that matters most comes last. */
export function tableLines(table: OutcomeTable, printer: Printer): string[] {
  const { outages, goodput, classes, zones, start, limits, checks, asExpected, n } = table;
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
    ["as expected", countWithInterval(asExpected)],
  ];
  const held = checks.flatMap(({ check, ...count }) =>
    wrap(`${countWithInterval(count)}: ${check}`, printer.width, "  holds in "),
  );
  return [
    ...columns(rows),
    ...(held.length === 0 ? [] : ["checks", ...held]),
    "",
    ...wrap(sentenceOf(table), printer.width),
  ];
}

function startInWords({ least, well }: NonNullable<OutcomeTable["start"]>): string {
  return `99 % of people served in ${countWithInterval(well)}; lowest ${percent(least)}`;
}

function sentenceOf(table: OutcomeTable): string {
  const most = majorityOf(table);
  const { k, n, low, high } = table.outages[most];
  const interval = `95 % interval ${Math.round(low * 100)} to ${Math.round(high * 100)} %`;
  return `${k} of ${n} runs have ${most === "none" ? "no outage" : `a ${most} outage`} (${interval}).`;
}
