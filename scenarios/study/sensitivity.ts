import type { Change, Input } from "../experiment/input.ts";
import type { Scenario } from "../language/scenario.ts";
import { AssumedRange, type Assumption, assumptionsOf, inWords, overridesOf } from "./assumption.ts";
import { scaled } from "./scaled.ts";

/** How far an assumed figure is moved: down and up by a share of itself, or to the ends of its stated range. */
export type Extent = { readonly by: number } | "range";

/** A figure that somebody assumed, and what it is moved to. */
export interface Move {
  /** The figure as people write its path; `*` where it stands for several. */
  readonly figure: string;
  readonly from: string;
  readonly to: string;
  /** "path=value" for each place where the figure stands. */
  readonly overrides: readonly string[];
}

/** A figure that is not moved, and why. */
export interface Immovable {
  readonly figure: string;
  readonly why: string;
}

/** The moves that can be tried, and the assumed figures that cannot be moved. */
export interface Moves {
  readonly moves: readonly Move[];
  readonly immovable: readonly Immovable[];
}

/** Each figure that a valid file marks as assumed, moved down and up, one at a time. */
export function movesOf(input: Input, scenario: Scenario, change: Change, extent: Extent): Moves {
  const { assumptions, immovable } = assumptionsOf(input, scenario, change);
  const noRange = extent === "range" ? assumptions.filter((each) => AssumedRange.of(each) === undefined) : [];
  return {
    moves: assumptions.flatMap((each) => (extent === "range" ? toTheEnds(each) : byShare(each, extent.by))),
    immovable: [...immovable.map(noQuantity), ...noRange.map(withoutRange)],
  };
}

/** Why an entry of `figures` cannot be moved at all. */
export function noQuantity(figure: string): Immovable {
  return { figure, why: "it is not in the file, or is no quantity" };
}

/** Why a figure cannot be moved within its range. */
export function withoutRange({ figure, values, low, high }: Assumption): Immovable {
  return { figure, why: `its range ${low}..${high} is of another sort than ${inWords(values)}, or empty` };
}

function byShare(assumption: Assumption, by: number): Move[] {
  return [1 - by, 1 + by].flatMap((factor) => {
    return moveTo(
      assumption,
      assumption.values.map((value) => scaled(value, factor)),
    );
  });
}

function toTheEnds(assumption: Assumption): Move[] {
  const assumed = AssumedRange.of(assumption);
  if (assumed === undefined) return [];
  return [assumed.low, assumed.high].flatMap((x) => moveTo(assumption, assumed.valuesAt(x)));
}

/** None if nothing would move. */
function moveTo(assumption: Assumption, moved: readonly unknown[]): Move[] {
  const { figure, values } = assumption;
  if (moved.every((value, at) => value === values[at])) return [];
  return [{ figure, from: inWords(values), to: inWords(moved), overrides: overridesOf(assumption, moved) }];
}
