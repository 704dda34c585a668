import { clock } from "../../../scenarios/experiment/clock.ts";
import type { DifferingSeries, FirstDifference } from "../../../scenarios/study/first-difference.ts";
import { SECOND } from "../../../sim/time.ts";
import { figure, whole } from "../figures.ts";
import { type Printer, wrap } from "../printer.ts";

/** Where the pair of runs parts that stands for all. */
export interface Parting extends FirstDifference {
  readonly replication: number;
}

const MOST_EVENTS = 3;
const MOST_SERIES = 3;

/** Where the pair that stands for all parts, and what shows it first. */
export function partingLines(parting: Parting | null, printer: Printer): string[] {
  if (parting === null) return [];
  const { replication, event, until } = parting;
  const title = printer.color.bold(
    `Where they part (replication ${replication}, the median by its difference in goodput)`,
  );
  const { width } = printer;
  const journal =
    event === null
      ? wrap(`Until ${clock(until)}, the end, the journals of A and B are the same.`, width)
      : [
          ...wrap(`Until ${clock(event.at)} the journals of A and B are the same; then`, width),
          ...eventLines("A", event.onlyA, printer),
          ...eventLines("B", event.onlyB, printer),
        ];
  return ["", title, ...journal, ...seriesLines(parting, printer), ...servedLines(parting, printer)];
}

function eventLines(side: string, texts: readonly string[], { color, width }: Printer): string[] {
  const told = texts.slice(0, MOST_EVENTS);
  const more = texts.length - told.length;
  const lines = told.length === 0 ? ["nothing"] : [...told, ...(more > 0 ? [`and ${whole(more)} more`] : [])];
  return lines.flatMap((text, at) => wrap(text, width, `  ${at === 0 ? color.bold(side) : " "}  `));
}

function seriesLines({ series, people }: Parting, { width }: Printer): string[] {
  const others = people.flatMap(({ load, at }) =>
    at === null ? [] : [`to ${load} other people come from ${clock(at)} on`],
  );
  const crowd = others.length === 0 ? [] : wrap(`And ${listed(others)}.`, width);
  if (series === null) return crowd;
  const told = series.differing.slice(0, MOST_SERIES).map(seriesInWords);
  const more = series.differing.length - told.length;
  const list = [...told, ...(more > 0 ? [`${whole(more)} more`] : [])];
  return [
    ...wrap(
      `What is measured differs first between ${clock(series.from)} and ${clock(series.until)}: ${listed(list)}.`,
      width,
    ),
    ...crowd,
  ];
}

function seriesInWords({ component, metric, a, b }: DifferingSeries): string {
  return figure(a) === figure(b)
    ? `${metric} of ${component}`
    : `${metric} of ${component} (${figure(a)} in A, ${figure(b)} in B)`;
}

function servedLines({ served, people, until }: Parting, { width }: Printer): string[] {
  if (people.length === 0)
    return wrap("A and B have no load in common, so there is nobody who could fare alike.", width);
  if (served === null)
    return wrap(`Those who come until ${clock(until)} fare as well in A as in B, second by second.`, width);
  const { load, at, a, b } = served;
  const of = ({ people, served }: typeof a) => `${whole(served)} of ${whole(people)}`;
  const span = `${clock(at)} and ${clock(at + SECOND)}`;
  const how = `between ${span}: A serves ${of(a)} well, B ${of(b)}.`;
  const words =
    a.people === b.people
      ? `The first who fare differently come to ${load} ${how}`
      : `The share served well of those who come to ${load} differs first ${how}`;
  return wrap(words, width);
}

/** "one, two and three". */
export function listed(names: readonly string[]): string {
  const last = names.length - 1;
  return names.length < 2 ? names.join("") : `${names.slice(0, last).join(", ")} and ${names[last]}`;
}
