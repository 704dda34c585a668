import type { Cell } from "../../../scenarios/study/cell.ts";

/** How a class is shown: never by its colour alone. */
export interface ClassMark {
  readonly colour: string;
  /** Of the glyph on the colour. */
  readonly on: string;
  readonly glyph: string;
}

const CASCADE: ClassMark = { colour: "var(--cascade)", on: "var(--on-deep)", glyph: "✕" };
const DEGRADED: ClassMark = { colour: "var(--degraded)", on: "var(--on-pale)", glyph: "▨" };
const SAFE: ClassMark = { colour: "var(--safe)", on: "var(--on-pale)", glyph: "●" };
const MARKS: Readonly<Record<string, ClassMark>> = {
  complete: CASCADE,
  partial: DEGRADED,
  none: SAFE,
  fails: CASCADE,
  undecided: DEGRADED,
  holds: SAFE,
};
const UNKNOWN: ClassMark = { colour: "none", on: "var(--quiet)", glyph: "" };
const IMPOSSIBLE: ClassMark = { colour: "none", on: "var(--quiet)", glyph: "∅" };

/** A cell without a run of its own keeps the colour of the page, whatever class is inferred for it. */
export function markOf({ class: name, isInferred, invalid }: Cell): ClassMark {
  if (invalid !== null) return IMPOSSIBLE;
  if (name === null) return UNKNOWN;
  const mark = MARKS[name] ?? UNKNOWN;
  return isInferred ? { ...UNKNOWN, glyph: mark.glyph } : mark;
}

export function markOfClass(name: string): ClassMark {
  return MARKS[name] ?? UNKNOWN;
}

/** The share of runs of a cell in the worst class; that of an inferred cell is 0 or 1; undefined if nothing is known. */
export function worstShare({ counts, class: name, isInferred, n }: Cell, worst: string): number | undefined {
  if (isInferred) return name === worst ? 1 : 0;
  return n === 0 ? undefined : (counts[worst]?.k ?? 0) / n;
}
