import { HOPS, type Summary, type Traces } from "../../sim/record/traces.ts";
import { type Columns, demandRows, demandStarts, demandWithin } from "./container.ts";
import { startsOf } from "./events.ts";
import type { Header } from "./header.ts";

/**
 * Requests that were followed, in the order in which they were begun, and their hops.
 * Times of hops and durations are microseconds since birth; NOT_YET for what had not come when the run ended.
 */
export type FollowedRequests = Columns<typeof FOLLOWED>;
export const FOLLOWED = {
  /** The number of the person, or of the probe. */
  person: "f64",
  isProbe: "u8",
  born: "f64",
  duration: "u32",
  outcome: "u16",
  kind: "i32",
  zone: "i32",
  because: "i32",
  opener: "i32",
  /** Hops that there was no room for. */
  dropped: "u16",
  hopStarts: "u32",
  component: "i32",
  depth: "u8",
  enter: "u32",
  leave: "u32",
  hopOutcome: "u16",
} as const;

/** Requests in short. */
export type Summaries = Columns<typeof SUMMARIES>;
export const SUMMARIES = {
  born: "f64",
  duration: "f64",
  outcome: "u16",
  kind: "i32",
  zone: "i32",
  because: "i32",
} as const;

/** Columns that both have, with references out of them. */
const OF_REQUESTS = ["born", "duration", "outcome", "kind", "zone", "because"];

/** The followed requests of a run. */
export function followedOf(traces: Traces): FollowedRequests {
  const { slots, hops } = traces;
  const held = traces.held();
  const hopsAt = held.map((slot) => Array.from({ length: slots.hops[slot]! }, (_, hop) => slot * HOPS + hop));
  const entered = hopsAt.flat();
  return {
    person: Float64Array.from(held, (slot) => slots.person[slot]!),
    isProbe: Uint8Array.from(held, (slot) => (slot >= traces.probes.from ? 1 : 0)),
    born: Float64Array.from(held, (slot) => slots.born[slot]!),
    duration: Uint32Array.from(held, (slot) => slots.duration[slot]!),
    outcome: Uint16Array.from(held, (slot) => slots.outcome[slot]!),
    kind: Int32Array.from(held, (slot) => slots.kind[slot]!),
    zone: Int32Array.from(held, (slot) => slots.zone[slot]!),
    because: Int32Array.from(held, (slot) => slots.because[slot]!),
    opener: Int32Array.from(held, (slot) => slots.opener[slot]!),
    dropped: Uint16Array.from(held, (slot) => slots.dropped[slot]!),
    hopStarts: startsOf(hopsAt),
    component: Int32Array.from(entered, (hop) => hops.component[hop]!),
    depth: Uint8Array.from(entered, (hop) => hops.depth[hop]!),
    enter: Uint32Array.from(entered, (hop) => hops.enter[hop]!),
    leave: Uint32Array.from(entered, (hop) => hops.leave[hop]!),
    hopOutcome: Uint16Array.from(entered, (hop) => hops.outcome[hop]!),
  };
}

/** The slowest of the requests that ended well, slowest first. */
export function slowestOf({ slowest }: Traces): Summaries {
  return columnsOf([...slowest].sort((one, other) => other.duration - one.duration || one.born - other.born));
}

/** The first failures of each outcome, in order of ending. */
export function failuresOf({ failures }: Traces): Summaries {
  return columnsOf(failures);
}

/** Throws a RecordingError where followed requests do not fit their header and the journal. */
export function checkFollowed(followed: FollowedRequests, header: Header, entries: number): void {
  const rows = followed.person.length;
  const hops = followed.component.length;
  demandRows(followed, ["isProbe", "opener", "dropped"], rows);
  demandRows(followed, ["depth", "enter", "leave", "hopOutcome"], hops);
  demandStarts(followed.hopStarts, rows, hops, "T.hopStarts");
  demandWithin(followed.component, -1, header.components.length, "T.component");
  demandWithin(followed.opener, -1, header.components.length, "T.opener");
  checkRequests(followed, header, entries, rows);
}

/** Throws a RecordingError where summaries do not fit their header and the journal. */
export function checkSummaries(summaries: Summaries, header: Header, entries: number): void {
  checkRequests(summaries, header, entries, summaries.born.length);
}

function checkRequests(of: FollowedRequests | Summaries, header: Header, entries: number, rows: number): void {
  demandRows(of, OF_REQUESTS, rows);
  demandWithin(of.kind, -1, header.classes.length, "T.kind");
  demandWithin(of.zone, -1, header.zones.length, "T.zone");
  demandWithin(of.because, -1, entries, "T.because");
}

function columnsOf(summaries: readonly Summary[]): Summaries {
  return {
    born: Float64Array.from(summaries, (one) => one.born),
    duration: Float64Array.from(summaries, (one) => one.duration),
    outcome: Uint16Array.from(summaries, (one) => one.outcome),
    kind: Int32Array.from(summaries, (one) => one.kind),
    zone: Int32Array.from(summaries, (one) => one.zone),
    because: Int32Array.from(summaries, (one) => one.because),
  };
}
