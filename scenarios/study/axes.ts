import { KINDS } from "../../models/kinds.ts";
import { Mistake, show } from "../../models/unit.ts";
import { type Change, type Input, loadInput } from "../experiment/input.ts";
import type { Checked } from "../language/issue.ts";
import type { Path, Problem } from "../language/problem.ts";
import { scenarioSchema } from "../language/schema.ts";
import { pathsOf } from "../language/setting.ts";
import { isWholeAt } from "../language/shape.ts";
import type { Source } from "../language/source.ts";
import { sourceOf } from "./assumption.ts";
import { type Axis, pathIn, readAxis, USUAL_STEPS, valuesOf } from "./axis.ts";

/** What the axes are to be applied to: a scenario that is valid, as it is changed. */
export interface Ground {
  readonly input: Input;
  readonly change: Change;
  /** Points of a Latin hypercube; undefined for a grid. */
  readonly samples?: number | undefined;
}

/** The axes of a sweep, or everything that is wrong with them, each problem at its `--vary`. */
export interface Axes {
  readonly axes: readonly Axis[];
  readonly problems: readonly Problem[];
}

const VARY = "--vary";
/** At the end of a path that adds an entry to a list. */
const ONE_MORE = ".+";
/** Of a list, so many values are tried beforehand; of a range its ends and what lies amid them. */
const MOST_TRIED = 100;
const MOST_CORNERS = 8;

/**
 * Reads "path=values" of each axis, and tries on the scenario whether it takes them. A value is wrong if the scenario
 * refuses it wherever the other axes are; what it refuses here and there only is found in the sweep.
 */
export function readAxes(texts: readonly string[], ground: Ground): Axes {
  const source = sourceOf(ground.input, ground.change);
  const file: Checked = { schema: scenarioSchema(KINDS), data: source.toData() };
  const problems: Problem[] = [];
  const axes: Axis[] = [];
  const places: Place[] = ground.change.overrides.map((set) => placeOf("--set", pathIn(set), source, file));
  for (const text of texts) {
    const read = readAxis(text);
    const place = placeOf(VARY, pathIn(text), source, file);
    const mistake = read instanceof Mistake ? read : (place.mistake ?? overlapOf(place, places) ?? unfit(read, ground));
    places.push(place);
    if (mistake !== undefined) problems.push(problemAt(place, mistake));
    else if (!(read instanceof Mistake)) axes.push(withFractions(read, place, file, ground));
  }
  return { axes, problems: [...problems, ...axes.flatMap((axis) => refusalsOf(axis, axes, ground))] };
}

/** An option and the places of the file that its path leads to. */
interface Place {
  readonly option: string;
  readonly words: string;
  readonly paths: readonly Path[];
  readonly mistake: Mistake | undefined;
}

function placeOf(option: string, words: string, source: Source, file: Checked): Place {
  const found = pathsOf(words.endsWith(ONE_MORE) ? words.slice(0, -ONE_MORE.length) : words, source, file);
  const mistake = found instanceof Mistake ? found : undefined;
  return { option, words, paths: found instanceof Mistake ? [] : found, mistake };
}

function problemAt({ option, words }: Pick<Place, "option" | "words">, { wrong, right }: Mistake): Problem {
  return { severity: "error", file: `${option} ${words}`, line: 0, col: 0, path: "", wrong, right };
}

/**
 * One place has one value: an axis must not lead to what another has, nor into it, nor replace what was set. Of what was
 * set as a whole, a part may be varied.
 */
function overlapOf({ words, paths }: Place, others: readonly Place[]): Mistake | undefined {
  const other = others.find((each) => {
    const isVaried = each.option === VARY;
    return each.paths.some((path) => paths.some((own) => isWithin(path, own) || (isVaried && isWithin(own, path))));
  });
  if (other === undefined || words.endsWith(ONE_MORE) || other.words.endsWith(ONE_MORE)) return undefined;
  const inWords = other.words === words ? "the same path" : show(other.words);
  return new Mistake(`${other.option} has ${inWords} already`, "each value changed in one place only");
}

/** Whether a path leads into what another one leads to, or to the same. */
function isWithin(inner: Path, outer: Path): boolean {
  return outer.every((segment, at) => inner[at] === segment);
}

function unfit(axis: Axis, { samples }: Ground): Mistake | undefined {
  if (samples === undefined) return undefined;
  if (axis.sort === "list") return new Mistake("a list cannot be sampled", "a range such as 40..150");
  if (axis.steps === undefined) return undefined;
  return new Mistake("a sample has no steps", "the range without the number of values after it");
}

/** Whole ends mean whole numbers, unless more of them are asked for than there are and the place takes others. */
function withFractions(axis: Axis, { paths }: Place, { schema, data }: Checked, { samples }: Ground): Axis {
  if (axis.sort === "list" || !axis.isWhole) return axis;
  const { low, high } = axis;
  const isCrowded = high - low + 1 < (samples ?? axis.steps ?? USUAL_STEPS);
  const takesFractions = paths.length > 0 && !paths.some((path) => isWholeAt(schema, data, path));
  const isMeant = samples !== undefined || axis.steps !== undefined;
  return { ...axis, isWhole: !(isCrowded && isMeant && takesFractions) };
}

function refusalsOf(axis: Axis, axes: readonly Axis[], ground: Ground): Problem[] {
  const corners = cornersOf(axes.filter((other) => other !== axis));
  return samplesOf(axis).flatMap((value): Problem[] => {
    const override = `${axis.path}=${value}`;
    const alone = refusalOf(override, [], ground);
    if (alone === undefined || corners.some((corner) => refusalOf(override, corner, ground) === undefined)) return [];
    return [{ ...alone, file: `${VARY} ${axis.path}` }];
  });
}

/** What is wrong with a value itself, in a scenario that is valid without it. */
function refusalOf(override: string, corner: readonly string[], { input, change }: Ground): Problem | undefined {
  const overrides = [...change.overrides, ...corner, override];
  const { problems } = loadInput(input, { ...change, overrides }, true);
  const option = `--set ${pathIn(override)}`;
  return problems.find(({ severity, file }) => severity === "error" && file === option);
}

function samplesOf(axis: Axis): readonly string[] {
  const values = valuesOf(axis);
  if (axis.sort === "list") return values.slice(0, MOST_TRIED);
  return [values[0]!, values[Math.floor(values.length / 2)]!, values.at(-1)!];
}

/** The other axes at their ends. */
function cornersOf(axes: readonly Axis[]): string[][] {
  let corners: string[][] = [[]];
  for (const axis of axes) {
    const values = valuesOf(axis);
    const ends = [values[0]!, values.at(-1)!].map((value) => `${axis.path}=${value}`);
    corners = corners.flatMap((corner) => ends.map((end) => [...corner, end])).slice(0, MOST_CORNERS);
  }
  return axes.length === 0 ? [] : corners;
}
