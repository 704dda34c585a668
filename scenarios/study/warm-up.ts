import { type Micros, SECOND } from "../../sim/time.ts";
import { TextMistake } from "../check/token.ts";
import type { Change } from "../experiment/input.ts";
import { warmUp } from "../statistics/warm-up.ts";
import { isDone, jobsFor, type Result } from "./job.ts";
import { type Response, withinWindow } from "./response.ts";
import type { Study } from "./study.ts";

/** Until when a run was still settling, and how that is known. */
export interface WarmUpEnd {
  /** Null if it does not settle within its first half: it is too short for a steady state. */
  readonly until: Micros | null;
  /** Runs whose averaged course was looked at; 0 where somebody said until when. */
  readonly pilots: number;
  /** Seconds of which nothing is known from any of them, so that nothing can be said; usually 0. */
  readonly unknown: number;
}

export interface WarmUpQuestion extends Change {
  readonly seed: string | undefined;
  readonly response: Response;
  readonly duration: Micros;
}

/** Runs that are averaged; their noise hides when one run alone has settled. */
const PILOTS = 5;
/** A course is cut into bins of whole seconds, at most so many. */
const MOST_BINS = 1000;

/**
 * Until when a measure is still settling, by MSER-5 on the average of several runs, bin by bin.
 *
 * Only for runs in which nothing is planned to change: those settle, if they do, once.
 */
export function* warmUpOf({ variant, overrides, seed, response, duration }: WarmUpQuestion): Study<WarmUpEnd> {
  const bin = SECOND * Math.max(1, Math.ceil(duration / SECOND / MOST_BINS));
  const measures = Array.from({ length: Math.floor(duration / bin) }, (_, at) => {
    const windowed = withinWindow(response, [at * bin, (at + 1) * bin]);
    if (windowed instanceof TextMistake) throw new Error(`${response.name}: ${windowed.wrong}`);
    return windowed.measures[0]!;
  });
  const jobs = jobsFor([{ variant, overrides }], seed, PILOTS).map((job) => ({ ...job, measures }));
  const { results } = yield { about: "warm-up", jobs };
  const course = averageCourse(results, measures.length);
  const known = course.filter((value) => value !== null);
  const unknown = ((course.length - known.length) * bin) / SECOND;
  const found = unknown > 0 ? undefined : warmUp(known);
  return { until: found === undefined ? null : found.length * bin, pilots: results.filter(isDone).length, unknown };
}

/** Bin by bin the mean over the runs; null where none of them knows. */
function averageCourse(results: readonly (Result | undefined)[], bins: number): (number | null)[] {
  const courses = results.filter(isDone).map(({ outcome }) => outcome.measured);
  return Array.from({ length: bins }, (_, at) => {
    const values = courses.map((course) => course[at]!.value).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}
