/** A run as a page of one file carries it: the recording, and what it was made from. */
export interface CarriedRun {
  readonly file: string;
  /** The recording as its file has it, compressed, in base64. */
  readonly recording: string;
  /** The scenario and what was read with it, to compute the run again; null where it is not at hand. */
  readonly input: {
    readonly file: string;
    readonly text: string;
    readonly attachments: readonly (readonly [path: string, text: string | null])[];
  } | null;
}

const PLACE = '<script id="run" type="application/json"></script>';

/** Puts a run into the page that is one file, which then opens on it. Throws a RangeError if the page has no place for one. */
export function pageWithRun(page: string, run: CarriedRun): string {
  const at = page.indexOf(PLACE);
  if (at < 0) throw new RangeError("the page has no place for a run");
  const end = at + PLACE.indexOf("</script>");
  // No text of a scenario can end the element that it stands in.
  return page.slice(0, end) + JSON.stringify(run).replaceAll("<", "\\u003c") + page.slice(end);
}
