import { signal } from "@preact/signals";
import type { Input } from "../../../scenarios/experiment/input.ts";

/** A scenario as somebody has changed it, and where it comes from. */
export interface Edited {
  /** The name of the page that it was edited from: of the library, "@file", "@again" or "@link". */
  readonly of: string;
  /** The link, if it came from one. */
  readonly link: string;
  readonly input: Input;
}

const KEPT = "brownout.edited";

/** What "#/run/@edited" runs; it outlives a reload where the browser allows that. */
export const edited = signal<Edited | undefined>(keptEdited());

/** Makes a scenario the one that "#/run/@edited" runs. */
export function keepEdited(next: Edited): void {
  edited.value = next;
  const { of, link, input } = next;
  keep(KEPT, JSON.stringify([of, link, input.file, input.text, [...input.attachments]]));
}

/** What was written last of a scenario and not thrown away; undefined if there is nothing. */
export function draftOf(name: string): string | undefined {
  return kept(draftKey(name));
}

/** Keeps what is written of a scenario; `undefined` throws it away. */
export function keepDraft(name: string, text: string | undefined): void {
  keep(draftKey(name), text);
}

function draftKey(name: string): string {
  return `brownout.draft.${name}`;
}

function keptEdited(): Edited | undefined {
  try {
    const [of, link, file, text, attachments] = JSON.parse(kept(KEPT) ?? "[]") as unknown[];
    if (typeof of !== "string" || typeof link !== "string" || typeof file !== "string" || typeof text !== "string")
      return undefined;
    return { of, link, input: { file, text, attachments: new Map(attachments as [string, string | null][]) } };
  } catch {
    return undefined;
  }
}

function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(key: string, text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // A page that may keep nothing works all the same.
  }
}
