import { type Micros, SECOND } from "../../sim/time.ts";
import type { GoodputTotal, RunResult, SeriesEntry } from "../experiment/result.ts";
import type { Fact } from "../experiment/story.ts";

/** Where two runs that met the same luck part. Only what both have is compared, as far as both have come. */
export interface FirstDifference {
  /** As far as both have come. */
  readonly until: Micros;
  /** The first instant at which something begins, ends or happens in one of them alone; null if there is none. */
  readonly event: DifferingEvents | null;
  /** The first bin in which levels or counters differ; null if there is none, or the bins are not equally wide. */
  readonly series: DifferingBin | null;
  /** For each load of both: when the first second begins in which other people come; null if they never do. */
  readonly people: readonly { readonly load: string; readonly at: Micros | null }[];
  /** The first second in which another share of those who come is served well; null if there is none. */
  readonly served: DifferingPeople | null;
}

/** What the journal of one run says at an instant, and that of the other does not: sentences. */
interface DifferingEvents {
  readonly at: Micros;
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

/** Levels and counters that differ in one bin, which what happens at its very end belongs to; the most different first. */
interface DifferingBin {
  readonly from: Micros;
  readonly until: Micros;
  readonly differing: readonly DifferingSeries[];
}

/** A level or a counter in one bin: its mean. */
export interface DifferingSeries {
  readonly component: string;
  readonly metric: string;
  readonly unit: string;
  readonly a: number;
  readonly b: number;
}

/** Those who came to a load within a second, and how many of them were served well. */
interface DifferingPeople {
  readonly load: string;
  readonly at: Micros;
  readonly a: { readonly people: number; readonly served: number };
  readonly b: { readonly people: number; readonly served: number };
}

/** What is compared of a run: of a result in full, or of a recording. */
export type Comparable = Pick<RunResult, "reached" | "goodput" | "journal" | "binWidth" | "series"> & {
  readonly loads: readonly { readonly path: string }[];
};

/** Where two runs part; a pure function of what they leave behind. */
export function firstDifference(a: Comparable, b: Comparable): FirstDifference {
  const until = Math.min(a.reached, b.reached);
  const loads = a.loads.map(({ path }) => path).filter((path) => b.loads.some((load) => load.path === path));
  return {
    until,
    event: firstEvent(eventsOf(a.journal, until), eventsOf(b.journal, until)),
    series: a.binWidth === b.binWidth ? firstSeries(a.series, b.series, a.binWidth, until) : null,
    people: loads.map((load) => ({ load, at: firstCrowd(load, a.goodput, b.goodput, until) })),
    served: firstServed(loads, a.goodput, b.goodput, until),
  };
}

/** Something that begins, ends or happens. */
interface Event {
  readonly at: Micros;
  /** Two events with the same key are the same. */
  readonly key: string;
  readonly text: string;
}

/** In order of time; what happens at the same instant, in the order of its words. */
function eventsOf(journal: readonly Fact[], until: Micros): Event[] {
  const events = journal.flatMap((fact): Event[] => {
    const { at, sort, component, figures, text } = fact;
    const key = JSON.stringify([sort, component, fact.fact, text, figures]);
    const begins = { at, key: `begins ${key}`, text };
    if (sort !== "condition" || fact.until === null) return [begins];
    return [begins, { at: fact.until, key: `ends ${key}`, text: `no longer: ${text}` }];
  });
  return events.filter(({ at }) => at <= until).sort(inOrder);
}

function inOrder(a: Event, b: Event): number {
  return a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function firstEvent(as: readonly Event[], bs: readonly Event[]): DifferingEvents | null {
  let same = 0;
  while (same < as.length && same < bs.length && isSame(as[same]!, bs[same]!)) same++;
  const [a, b] = [as[same], bs[same]];
  if (a === undefined && b === undefined) return null;
  const at = Math.min(a?.at ?? Number.POSITIVE_INFINITY, b?.at ?? Number.POSITIVE_INFINITY);
  const [now, then] = [as, bs].map((events) => events.filter((event) => event.at === at));
  return { at, onlyA: without(now!, then!), onlyB: without(then!, now!) };
}

function isSame(a: Event, b: Event): boolean {
  return a.at === b.at && a.key === b.key;
}

/** The sentences of the events that the others do not have, or not as often. */
function without(events: readonly Event[], others: readonly Event[]): string[] {
  const left = others.map(({ key }) => key);
  return events.flatMap(({ key, text }) => {
    const found = left.indexOf(key);
    if (found >= 0) left.splice(found, 1);
    return found >= 0 ? [] : [text];
  });
}

function firstSeries(
  as: readonly SeriesEntry[],
  bs: readonly SeriesEntry[],
  width: Micros,
  until: Micros,
): DifferingBin | null {
  const others = new Map(bs.map((series) => [nameOf(series), series]));
  const found = as.flatMap((a) => {
    const b = others.get(nameOf(a));
    const bin = b === undefined ? -1 : differingBin(a, b, Math.floor(until / width));
    return b === undefined || bin < 0 ? [] : [{ a, b, bin }];
  });
  if (found.length === 0) return null;
  const first = found.reduce((least, { bin }) => Math.min(least, bin), Number.POSITIVE_INFINITY);
  const differing = found
    .filter(({ bin }) => bin === first)
    .map(({ a, b }): DifferingSeries => {
      return { component: a.path, metric: a.name, unit: a.unit, a: a.mean[first] ?? 0, b: b.mean[first] ?? 0 };
    });
  return {
    from: first * width,
    until: (first + 1) * width,
    differing: differing.sort((one, other) => gapOf(other) - gapOf(one)),
  };
}

/** By how much they differ, as a share of the larger. */
function gapOf({ a, b }: DifferingSeries): number {
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

function nameOf({ path, name, type }: SeriesEntry): string {
  return JSON.stringify([path, name, type]);
}

/** The first bin in which two series differ; -1 if there is none. */
function differingBin(a: SeriesEntry, b: SeriesEntry, bins: number): number {
  for (let bin = 0; bin < bins; bin++) {
    if (a.mean[bin] !== b.mean[bin] || a.min[bin] !== b.min[bin] || a.max[bin] !== b.max[bin]) return bin;
  }
  return -1;
}

/** When the first second begins in which not as many people of each class and in each zone come to a load. */
function firstCrowd(
  load: string,
  as: readonly GoodputTotal[],
  bs: readonly GoodputTotal[],
  until: Micros,
): Micros | null {
  const totals = (all: readonly GoodputTotal[]) => {
    const those = all.filter(({ path }) => path === load || path.startsWith(`${load}/`));
    return new Map(those.map((total) => [`${total.path} ${total.name}`, total]));
  };
  const [a, b] = [totals(as), totals(bs)];
  const seconds = [...new Set([...a.keys(), ...b.keys()])].map((name) =>
    differingSecond(a.get(name)?.born ?? [], b.get(name)?.born ?? [], until),
  );
  const first = seconds.reduce((least, second) => Math.min(least, second), Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? first * SECOND : null;
}

function firstServed(
  loads: readonly string[],
  as: readonly GoodputTotal[],
  bs: readonly GoodputTotal[],
  until: Micros,
): DifferingPeople | null {
  const found = loads.flatMap((load) => {
    const [a, b] = [as, bs].map((all) => all.find(({ path, name }) => path === load && name === "goodput"));
    const second = a === undefined || b === undefined ? Number.POSITIVE_INFINITY : firstUnequalShare(a, b, until);
    const peopleOf = (total: GoodputTotal | undefined) => {
      return { people: total?.born[second] ?? 0, served: total?.good[second] ?? 0 };
    };
    return Number.isFinite(second) ? [{ load, at: second * SECOND, a: peopleOf(a), b: peopleOf(b) }] : [];
  });
  return found.sort((one, other) => one.at - other.at)[0] ?? null;
}

/** The first second in which the shares differ; where nobody comes to one of them, there is none to compare. */
function firstUnequalShare(a: GoodputTotal, b: GoodputTotal, until: Micros): number {
  for (let second = 0; second < Math.floor(until / SECOND); second++) {
    const [ofA, ofB] = [a.born[second] ?? 0, b.born[second] ?? 0];
    if ((a.good[second] ?? 0) * ofB !== (b.good[second] ?? 0) * ofA) return second;
  }
  return Number.POSITIVE_INFINITY;
}

/** The first second in which two counts differ, of those that both have lived through; Infinity if there is none. */
function differingSecond(a: readonly number[], b: readonly number[], until: Micros): number {
  for (let second = 0; second < Math.floor(until / SECOND); second++) {
    if ((a[second] ?? 0) !== (b[second] ?? 0)) return second;
  }
  return Number.POSITIVE_INFINITY;
}
