import { senseOfMeasure } from "../check/measure.ts";
import { parseMeasure } from "../check/parse.ts";
import { TextMistake } from "../check/token.ts";
import { readingsOf } from "./measurements.ts";
import type { Run } from "./run.ts";

/** A number that somebody asked of a run; null where nothing was measured. */
export interface Measured {
  readonly measure: string;
  readonly value: number | null;
  readonly unit: string;
}

/**
 * What a run gives for measures, written as on the left of a check: "http_reqs{load:k6} rate". A measure that makes sense
 * in a scenario may make none in a run of it that is changed, where nothing is measured then.
 */
export function measuredIn({ world }: Run, measures: readonly string[]): Measured[] {
  if (measures.length === 0) return [];
  const readings = readingsOf(world);
  return measures.map((measure) => {
    const parsed = parseMeasure(measure);
    const sense = parsed instanceof TextMistake ? parsed : senseOfMeasure(parsed, readings.offers);
    if (sense instanceof TextMistake) return { measure, value: null, unit: "" };
    const value = (sense.valueIn(readings) ?? Number.NaN) / sense.scale.size;
    return { measure, value: Number.isFinite(value) ? value : null, unit: sense.scale.unit };
  });
}
