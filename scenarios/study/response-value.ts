import type { Outcome } from "../experiment/outcome.ts";

/** The number of each run that a question is about. */
export interface Response {
  /** "goodput of everybody", or a measure as on the left of a check. */
  readonly name: string;
  readonly unit: string;
  /** What a job is asked to measure besides; nothing for goodput, which every outcome has. */
  readonly measures: readonly string[];
}

/** What is meant if nothing is said: the share of all people of all loads who were served well. */
export const GOODPUT: Response = { name: "goodput of everybody", unit: "%", measures: [] };

/** What a run gives for a response, in its unit; null where nothing was measured. */
export function responseOf({ measures: [measure] }: Response, { goodput, measured }: Outcome): number | null {
  if (measure === undefined) return goodput === null ? null : goodput * 100;
  return measured.find((each) => each.measure === measure)?.value ?? null;
}
