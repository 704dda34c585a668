import type { Recording } from "../../../scenarios/recording/recording.ts";

/** What may be in a file that somebody opens. */
export type Content =
  | { readonly is: "scenario"; readonly file: string; readonly text: string }
  /** Recorded arrivals, or another table that a scenario names. */
  | { readonly is: "table"; readonly file: string; readonly text: string }
  | { readonly is: "recording"; readonly file: string; readonly recording: Recording }
  | { readonly is: "result"; readonly file: string; readonly run: RunName }
  | { readonly is: "study"; readonly file: string; readonly study: Study };

/** Which run a result is of. */
export interface RunName {
  readonly scenario: string;
  readonly variant: string | null;
  readonly overrides: readonly string[];
  readonly seed: string;
  readonly replication: number;
}

/** The JSON of a study as the command line writes it; the form of its answer hangs on the study. */
export interface Study {
  readonly study: string;
  readonly scenario: string;
  readonly variant: string | null;
  readonly overrides: readonly string[];
  readonly seed: string;
  readonly inputHash: string;
  readonly complete: boolean;
  readonly answer: object;
}

/** Why a file cannot be opened. `detail` is for those who made the file. */
export interface FileFault {
  readonly why: "unknown" | "tooLarge" | "newer" | "damaged" | "tooSlow";
  readonly detail: string;
}

/** A file that is none of ours, or no longer. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly fault: FileFault;

  constructor(why: FileFault["why"], detail: string) {
    super(detail);
    this.fault = { why, detail };
  }
}
