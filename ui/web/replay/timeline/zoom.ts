import { type Micros, SECOND } from "../../../../sim/time.ts";

/** A part of a run. */
export interface Span {
  readonly from: Micros;
  readonly until: Micros;
}

/** Nothing shorter is shown. */
const SHORTEST: Micros = SECOND;

/** The part of a run that somebody asked for; undefined for the whole of it. Ends that are the wrong way round are put right. */
export function zoomTo(from: Micros, until: Micros, duration: Micros): Span | undefined {
  const within = (time: Micros) => Math.min(duration, Math.max(0, time));
  const low = Math.min(within(Math.min(from, until)), Math.max(0, duration - SHORTEST));
  const high = Math.max(within(Math.max(from, until)), Math.min(duration, low + SHORTEST));
  return low <= 0 && high >= duration ? undefined : { from: low, until: high };
}

/** How far across a span a moment is, from 0 to 1; beyond these for moments outside. */
export function shareOf(time: Micros, { from, until }: Span): number {
  return (time - from) / Math.max(1, until - from);
}

/** The moment so far across a span. */
export function momentAt(share: number, { from, until }: Span): Micros {
  return from + share * (until - from);
}

/** "180-540": a span in seconds, as the hash has it. */
export function textOfSpan({ from, until }: Span): string {
  return `${secondsOf(from)}-${secondsOf(until)}`;
}

/** Reads a span back; undefined for what is none. */
export function spanIn(text: string, duration: Micros): Span | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)-(\d{1,9}(?:\.\d{1,6})?)$/.exec(text);
  return match === null ? undefined : zoomTo(Number(match[1]) * SECOND, Number(match[2]) * SECOND, duration);
}

/** Seconds to the millisecond, without what does not count: "192.5". */
export function secondsOf(time: Micros): string {
  return String(Math.round(time / 1000) / 1000);
}
