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
import { Range } from "./range.ts";
import { scaled } from "./scaled.ts";

/** A figure that somebody assumed, and the places of the file where it stands. */
export interface Assumption {
  /** The figure as people write its path; `*` where it stands for several. */
  readonly figure: string;
  /** The ends of its stated range, as written: "0.2ms", "2ms". */
  readonly low: string;
  readonly high: string;
  /** What somebody noted beside it. */
  readonly note: string;
  readonly paths: readonly Path[];
  /** What stands there. */
  readonly values: readonly unknown[];
}

/** An entry of `figures`, and where it leads. */
interface Entry {
  readonly words: string;
  readonly low: string;
  readonly high: string;
  readonly note: string;
  readonly paths: readonly Path[];
}

/** The assumed figures of a scenario that are quantities, and the entries that lead to none. */
export interface Assumptions {
  readonly assumptions: readonly Assumption[];
  readonly immovable: readonly string[];
}

/**
 * Each figure that a valid file marks as assumed. An entry that stands for a part of the file stands for every figure in
 * it that has no entry of its own.
 */
export function assumptionsOf(input: Input, { figures }: Scenario, change: Change): Assumptions {
  const source = sourceOf(input, change);
  const data = source.toData();
  const file = { schema: scenarioSchema(KINDS), data };
  const owned = new Set<string>();
  const assumed: Entry[] = [];
  for (const [words, figure] of Object.entries(figures)) {
    const found = pathsOf(words, source, file);
    const paths = found instanceof Mistake ? [] : found;
    for (const path of paths) owned.add(path.join("."));
    if (figure.origin === "assumed") assumed.push({ words, ...figure, paths });
  }
  const places = assumed.map((entry) => placesOf(entry, data, owned));
  const immovable = assumed.filter((_, at) => places[at]!.length === 0).map(({ words }) => words);
  return { assumptions: places.flat(), immovable };
}

/** The tree of the file with the change applied. */
export function sourceOf({ text, file }: Input, { variant, overrides }: Change): Source {
  const source = readSource(text, file);
  if (!(source instanceof Source)) throw new Error("a scenario that was valid cannot be read");
  const checked = () => ({ schema: scenarioSchema(KINDS), data: source.toData() });
  if (variant !== undefined) applyVariant(source, variant, checked());
  for (const override of overrides) applyOverride(source, override, checked());
  return source;
}

/**
 * Where an entry leads to figures, those are one, and so are those of a list that are of the sort of its range: a curve
 * moves as a whole. Where it leads to another part of the file, each figure in it is one.
 */
function placesOf({ words, low, high, note, paths }: Entry, data: unknown, owned: ReadonlySet<string>): Assumption[] {
  const at = (figure: string, places: readonly Path[]): Assumption => {
    return { figure, low, high, note, paths: places, values: places.map((path) => valueAt(data, path)) };
  };
  const figures = paths.filter((path) => scaled(valueAt(data, path), 1) !== undefined);
  if (figures.length > 0) return [at(words, figures)];
  const within = paths.flatMap((path) => figuresIn(valueAt(data, path), path, owned));
  const range = Range.of(`${low}..${high}`);
  const isList = paths.every((path) => Array.isArray(valueAt(data, path))) && !(range instanceof Mistake);
  const same = isList ? within.filter((path) => range.read(valueAt(data, path)) !== undefined) : [];
  return same.length > 0 ? [at(words, same)] : within.map((path) => at(pathInWords(path), [path]));
}

function figuresIn(data: unknown, path: Path, owned: ReadonlySet<string>): Path[] {
  const parts = isRecord(data) ? Object.entries(data) : Array.isArray(data) ? [...data.entries()] : [];
  return parts.flatMap(([key, value]) => {
    const at = [...path, key];
    if (owned.has(at.join("."))) return [];
    return scaled(value, 1) === undefined ? figuresIn(value, at, owned) : [at];
  });
}

/** Changes that put new values in the places of a figure. */
export function overridesOf({ paths }: Assumption, values: readonly unknown[]): string[] {
  return paths.map((path, at) => `${path.join(".")}=${JSON.stringify(values[at])}`);
}

/** One value, or each different one: "6, 1000". */
export function inWords(values: readonly unknown[]): string {
  return [...new Set(values.map(String))].join(", ");
}

/**
 * An assumed figure as something that can take any value of its range. Where it stands in several places they move
 * together: by one factor, so that none leaves the range. Distributions keep their shape.
 */
export class AssumedRange {
  readonly assumption: Assumption;
  /** Of the first place; at its ends the first of all places reaches the end of the stated range. */
  readonly low: number;
  readonly high: number;
  /** What stands in the first place. */
  readonly now: number;
  readonly range: Range;

  private constructor(assumption: Assumption, range: Range, now: readonly number[]) {
    this.assumption = assumption;
    this.range = range;
    this.now = now[0]!;
    this.low = (this.now * range.low) / Math.min(...now);
    this.high = (this.now * range.high) / Math.max(...now);
  }

  /** Undefined if the range is of another sort than the figure. */
  static of(assumption: Assumption): AssumedRange | undefined {
    const { low, high, values } = assumption;
    const range = Range.of(`${low}..${high}`);
    if (range instanceof Mistake) return undefined;
    const now = values.map((value) => range.read(value));
    return now.every((each) => each !== undefined) ? new AssumedRange(assumption, range, now) : undefined;
  }

  /** The values of all places when the first has this one. */
  valuesAt(x: number): unknown[] {
    const { range, now, assumption } = this;
    return assumption.values.map((value) => {
      if (x === now || !range.isWritten(value)) return x === now ? value : scaled(value, x / now, 0);
      return range.write((range.read(value)! / now) * x);
    });
  }

  overridesAt(x: number): string[] {
    return x === this.now ? [] : overridesOf(this.assumption, this.valuesAt(x));
  }
}
