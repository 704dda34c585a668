import { MILLISECOND, type Micros } from "../../sim/time.ts";
import type { Sense } from "./sense.ts";

/** How a check came out. */
export interface Finding {
  readonly holds: boolean;
  /** What was measured, in `unit`: the worst value for "for all of", the longest stretch for "for 60s"; NaN if nothing was. */
  readonly measured: number;
  /** What it was compared with, in the same unit. */
  readonly limit: number;
  /** "%", "ms", "s", "outage" (0 none, 1 partial, 2 complete) or the metric's own. */
  readonly unit: string;
  /** When it first did not hold; undefined if it holds or no instant can be named. */
  readonly firstBroken: Micros | undefined;
  /** There was nothing to judge: no requests, no such metric, or the run ended before the window. It does not hold then. */
  readonly vacuous: boolean;
  /** The run ended before the question was decided; a longer one may answer it. */
  readonly censored: boolean;
}

/** A unit that a person reads, and how much of the internal one it is. */
export interface Scale {
  readonly unit: string;
  readonly size: number;
}

export function scaleOf({ sort, metric, whole }: Sense): Scale {
  if (sort === "duration") return { unit: "ms", size: MILLISECOND };
  if (sort === "ratio" || sort === "goodput" || whole !== undefined) return { unit: "%", size: 0.01 };
  return { unit: metric?.unit ?? sort, size: 1 };
}

/** Something was measured and compared with a limit. */
export function found(
  holds: boolean,
  measured: number,
  limit: number,
  { unit, size }: Scale,
  broken?: Micros,
): Finding {
  const firstBroken = holds ? undefined : broken;
  return { holds, measured: measured / size, limit: limit / size, unit, firstBroken, vacuous: false, censored: false };
}

/** Nothing was measured: what is not known to hold does not. */
export function nothing(limit: number, { unit, size }: Scale): Finding {
  const measured = Number.NaN;
  return { holds: false, measured, limit: limit / size, unit, firstBroken: undefined, vacuous: true, censored: false };
}
