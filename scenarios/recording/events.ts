import type { Entry, Journal } from "../../sim/record/journal.ts";
import { type Columns, demandRising, demandRows, demandStarts, demandWithin } from "./container.ts";
import type { Header } from "./header.ts";
import type { Recording } from "./recording.ts";

/**
 * The journal in order of time: a row's number is its journal id.
 * `until` is NaN for what still held at the end; `fact`, `figureName` and `remark` are places in the tables of the header
 * (`remark` -1 for none).
 */
export type Events = Columns<typeof EVENTS>;
export const EVENTS = {
  sort: "u8",
  at: "f64",
  until: "f64",
  component: "i32",
  fact: "u16",
  remark: "i32",
  causeStarts: "u32",
  cause: "u32",
  figureStarts: "u32",
  figureName: "u16",
  figure: "f64",
} as const;

const SORTS = ["condition", "event", "action"] as const;

/** The journal of a recorded run, as the run itself had it. */
export function entriesOf(recording: Recording): Entry[] {
  return Array.from(recording.events.sort, (_, id) => entryAt(recording, id));
}

/** The journal of a run in columns. */
export function eventsOf({ entries }: Journal, header: Header): Events {
  const facts = new Map(header.facts.map((fact, at) => [fact, at]));
  const names = new Map(header.figures.map((name, at) => [name, at]));
  const remarks = new Map(header.remarks.map((remark, at) => [remark, at]));
  const figures = entries.map((entry) => Object.entries(entry.figures));
  return {
    sort: Uint8Array.from(entries, (entry) => SORTS.indexOf(entry.sort)),
    at: Float64Array.from(entries, (entry) => entry.at),
    until: Float64Array.from(entries, (entry) => entry.until ?? Number.NaN),
    component: Int32Array.from(entries, (entry) => entry.component),
    fact: Uint16Array.from(entries, (entry) => facts.get(entry.fact)!),
    remark: Int32Array.from(entries, ({ remark }) => (remark === undefined ? -1 : remarks.get(remark)!)),
    causeStarts: startsOf(entries.map((entry) => entry.because)),
    cause: Uint32Array.from(entries.flatMap((entry) => entry.because)),
    figureStarts: startsOf(figures),
    figureName: Uint16Array.from(figures.flat(), ([name]) => names.get(name)!),
    figure: Float64Array.from(figures.flat(), ([, figure]) => figure),
  };
}

/** Throws a RecordingError where events do not fit their header, or where one has a cause that came later. */
export function checkEvents(events: Events, { components, facts, figures, remarks }: Header): void {
  const rows = events.sort.length;
  demandRows(events, ["at", "until", "component", "fact", "remark"], rows);
  demandRows(events, ["figureName"], events.figure.length);
  demandStarts(events.causeStarts, rows, events.cause.length, "E.causeStarts");
  demandStarts(events.figureStarts, rows, events.figure.length, "E.figureStarts");
  demandWithin(events.sort, 0, SORTS.length, "E.sort");
  demandWithin(events.component, -1, components.length, "E.component");
  demandWithin(events.fact, 0, facts.length, "E.fact");
  demandWithin(events.remark, -1, remarks.length, "E.remark");
  demandWithin(events.figureName, 0, figures.length, "E.figureName");
  demandRising(events.at, "E.at");
  for (let id = 0; id < rows; id++) demandWithin(causesOf(events, id), 0, id, `the cause of entry ${id}`);
}

/** Where each list begins when all are put one after the other, and at the end how many there are. */
export function startsOf(lists: readonly { readonly length: number }[]): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(lists.length + 1);
  for (const [at, { length }] of lists.entries()) starts[at + 1] = starts[at]! + length;
  return starts;
}

function entryAt({ header, events }: Recording, id: number): Entry {
  const until = events.until[id]!;
  const remark = header.remarks[events.remark[id]!];
  return {
    id,
    sort: SORTS[events.sort[id]!]!,
    at: events.at[id]!,
    until: Number.isNaN(until) ? undefined : until,
    component: events.component[id]!,
    fact: header.facts[events.fact[id]!]!,
    because: [...causesOf(events, id)],
    figures: figuresOf(header, events, id),
    ...(remark === undefined ? {} : { remark }),
  };
}

function causesOf(events: Events, id: number): Uint32Array<ArrayBuffer> {
  return events.cause.subarray(events.causeStarts[id]!, events.causeStarts[id + 1]!);
}

function figuresOf(header: Header, events: Events, id: number): Record<string, number> {
  const figures: Record<string, number> = {};
  for (let at = events.figureStarts[id]!; at < events.figureStarts[id + 1]!; at++) {
    figures[header.figures[events.figureName[at]!]!] = events.figure[at]!;
  }
  return figures;
}
