import { KINDS } from "../../models/kinds.ts";
import { Mistake } from "../../models/unit.ts";
import type { Change, Input } from "../experiment/input.ts";
import { isRecord } from "../language/data.ts";
import { valueAt } from "../language/issue.ts";
import { type Path, pathInWords } from "../language/problem.ts";
import type { Scenario } from "../language/scenario.ts";
import { scenarioSchema } from "../language/schema.ts";
import { pathsOf } from "../language/setting.ts";
import { Source } from "../language/source.ts";
import { applyOverride, applyVariant } from "../language/variant.ts";
import { readSource } from "../language/yaml.ts";
import { scaled } from "./scaled.ts";

/** A figure that somebody assumed, and what it is moved to. */
export interface Move {
  /** The figure as people write its path; `*` where it stands for several. */
  readonly figure: string;
  readonly from: string;
  readonly to: string;
  /** "path=value" for each place where the figure stands. */
  readonly overrides: readonly string[];
}

/** The moves that can be tried, and the assumed figures that cannot be moved. */
export interface Moves {
  readonly moves: readonly Move[];
  /** They are not in the file, or are no quantity, such as a list of names. */
  readonly immovable: readonly string[];
}

/** A figure and the places of the file where it stands. */
interface Place {
  readonly words: string;
  readonly paths: readonly Path[];
}

/**
 * Each figure that a valid file marks as assumed, moved down and up by a share of itself, one at a time. An entry that
 * stands for a part of the file stands for every figure in it that has no entry of its own.
 */
export function movesOf(input: Input, scenario: Scenario, change: Change, by: number): Moves {
  const source = sourceOf(input, change);
  const data = source.toData();
  const file = { schema: scenarioSchema(KINDS), data };
  const entries = Object.entries(scenario.figures).map(([words, { origin }]) => {
    const paths = pathsOf(words, source, file);
    return { words, origin, paths: paths instanceof Mistake ? [] : paths };
  });
  const owned = new Set(entries.flatMap(({ paths }) => paths.map((path) => path.join("."))));
  const moves: Move[] = [];
  const immovable: string[] = [];
  for (const { words, paths, origin } of entries) {
    if (origin !== "assumed") continue;
    const places = placesOf(words, paths, data, owned);
    if (places.length === 0) immovable.push(words);
    for (const place of places) moves.push(...[1 - by, 1 + by].flatMap((factor) => moveOf(place, data, factor)));
  }
  return { moves, immovable };
}

/** The tree of the file with the change applied. */
function sourceOf({ text, file }: Input, { variant, overrides }: Change): Source {
  const source = readSource(text, file);
  if (!(source instanceof Source)) throw new Error("a scenario that was valid cannot be read");
  const checked = () => ({ schema: scenarioSchema(KINDS), data: source.toData() });
  if (variant !== undefined) applyVariant(source, variant, checked());
  for (const override of overrides) applyOverride(source, override, checked());
  return source;
}

/** Where an entry leads to figures, those are one; where it leads to a part of the file, each figure in it is one. */
function placesOf(words: string, paths: readonly Path[], data: unknown, owned: ReadonlySet<string>): Place[] {
  const figures = paths.filter((path) => scaled(valueAt(data, path), 1) !== undefined);
  if (figures.length > 0) return [{ words, paths: figures }];
  const within = paths.flatMap((path) => figuresIn(valueAt(data, path), path, owned));
  return within.map((path) => ({ words: pathInWords(path), paths: [path] }));
}

function figuresIn(data: unknown, path: Path, owned: ReadonlySet<string>): Path[] {
  const parts = isRecord(data) ? Object.entries(data) : Array.isArray(data) ? [...data.entries()] : [];
  return parts.flatMap(([key, value]) => {
    const at = [...path, key];
    if (owned.has(at.join("."))) return [];
    return scaled(value, 1) === undefined ? figuresIn(value, at, owned) : [at];
  });
}

function moveOf({ words, paths }: Place, data: unknown, factor: number): Move[] {
  const values = paths.map((path) => valueAt(data, path));
  const moved = values.map((value) => scaled(value, factor));
  if (moved.every((value, at) => value === values[at])) return [];
  return [
    {
      figure: words,
      from: inWords(values),
      to: inWords(moved),
      overrides: paths.map((path, at) => `${path.join(".")}=${JSON.stringify(moved[at])}`),
    },
  ];
}

/** One value, or each different one: "6, 1000". */
function inWords(values: readonly unknown[]): string {
  return [...new Set(values.map(String))].join(", ");
}
