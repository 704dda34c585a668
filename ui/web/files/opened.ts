import { signal } from "@preact/signals";
import type { Input } from "../../../scenarios/experiment/input.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { FileFault, RunName, Study } from "./content.ts";

/** A run that somebody has opened from a file, or the scenario to make one from. Both may be there, as in a report. */
export interface OpenedRun {
  readonly file: string;
  readonly recording?: Recording;
  readonly input?: Input;
}

/** A study that somebody has opened from a file. */
export interface OpenedStudy {
  readonly file: string;
  readonly study: Study;
}

/** What "#/run/@file" plays. It is gone when the page is left. */
export const openedRun = signal<OpenedRun | undefined>(undefined);

/** What "#/sweep/@file" and "#/compare/@file" show. */
export const openedStudy = signal<OpenedStudy | undefined>(undefined);

/** What came of opening files, where that was not simply a page. */
export type Remark =
  | { readonly is: "reading"; readonly file: string }
  /** The page itself could not do it, such as for want of its own files. */
  | { readonly is: "failed"; readonly message: string }
  | { readonly is: "fault"; readonly file: string; readonly fault: FileFault }
  /** A result of a scenario that is not at hand. */
  | { readonly is: "elsewhere"; readonly file: string; readonly run: RunName };

export const remark = signal<Remark | undefined>(undefined);
