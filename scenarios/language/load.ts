import type { Kind } from "../../models/kind.ts";
import { show } from "../../models/unit.ts";
import type { Offers } from "../check/readings.ts";
import { nearest } from "../check/suggestion.ts";
import { flawsOfAdvice } from "./advice.ts";
import { readArrivals } from "./arrivals.ts";
import { flawsOfCalls } from "./calls.ts";
import { readComponents } from "./components.ts";
import { isRecord, recordOf } from "./data.ts";
import { flawsOfFigures } from "./figures.ts";
import { type Checked, flawsOfIssues } from "./issue.ts";
import { flawsOfLinks } from "./links.ts";
import { flawsOfTimeline } from "./moments.ts";
import { type Flaw, type Problem, sortProblems } from "./problem.ts";
import type { FileOutput, Part, Scenario } from "./scenario.ts";
import { file as fileSchema, scenarioSchema } from "./schema.ts";
import type { JsonSchema } from "./shape.ts";
import { Source } from "./source.ts";
import { flawsOfNames, flawsOfStatements } from "./statements.ts";
import { applyOverride, applyVariant, flawsOfVariants, variantsOf } from "./variant.ts";
import { flawsOfWork } from "./work.ts";
import { readSource } from "./yaml.ts";

export interface LoadOptions {
  readonly kinds: readonly Kind[];
  /** The variant that is wanted. Default: the scenario as it stands. */
  readonly variant?: string | undefined;
  /** Changes from the command line, "path=value", applied last. */
  readonly set?: readonly string[] | undefined;
  /** Whether only what is wanted is judged, as in a file that was found valid before. Default: every variant is. */
  readonly wantedOnly?: boolean | undefined;
  /** What a world built from a scenario has to offer to checks; without it the names in checks are not judged. */
  readonly offers?: ((scenario: Scenario) => Offers) | undefined;
  /** The text of a file that the scenario names, such as recorded arrivals; undefined if there is none. */
  readonly read?: ((path: string) => string | undefined) | undefined;
}

/** A scenario, or everything that is wrong with it; warnings may come with either. */
export interface Loaded {
  readonly scenario: Scenario | undefined;
  readonly problems: readonly Problem[];
}

/** What may be checked in all, in characters of the file times variants. */
const MOST_TEXT = 8 * 1024 * 1024;
const MOST_FLAWS = 1000;
const MOST_PROBLEMS = 100;

/**
 * Reads a scenario: the file as it stands, each of its variants, and the one that is wanted with what the command line
 * changes. Reports everything that is wrong in any of them, with its place. Never throws.
 */
export function load(text: string, file: string, options: LoadOptions): Loaded {
  const source = readSource(text, file);
  if (!(source instanceof Source)) return { scenario: undefined, problems: source };
  const loader = new Loader(options);
  const problems: Problem[] = [];
  const names = variantsOf(source);
  if (options.wantedOnly) return loadedOf(loader.change(source, names, problems), problems);
  let wanted = loader.judge(source, undefined, problems);
  if (names.length * text.length > MOST_TEXT) problems.push(tooMany(source, names.length));
  else for (const name of names) loader.tryVariant(source, name, problems);
  if (options.variant !== undefined || (options.set ?? []).length > 0) wanted = loader.change(source, names, problems);
  return loadedOf(wanted, problems);
}

function loadedOf(wanted: Scenario | undefined, problems: readonly Problem[]): Loaded {
  const broken = problems.some(({ severity }) => severity === "error");
  return { scenario: broken ? undefined : wanted, problems: sortProblems([...problems]).slice(0, MOST_PROBLEMS) };
}

function tooMany(source: Source, count: number): Problem {
  return source.locate({
    path: ["variants"],
    atKey: true,
    wrong: `${count} variants`,
    right: "fewer in so large a file",
  });
}

class Loader {
  private readonly options: LoadOptions;
  private readonly schema: JsonSchema;

  constructor(options: LoadOptions) {
    this.options = options;
    this.schema = schemaOf(options.kinds);
  }

  /** The scenario that a tree holds; undefined with problems if something is wrong with it. */
  judge(source: Source, variant: string | undefined, problems: Problem[]): Scenario | undefined {
    const data = this.withRecordings(source.toData(), source, problems);
    if (!isRecord(data)) {
      problems.push(
        source.locate({
          path: [],
          wrong: `the file is ${Array.isArray(data) ? "a list" : show(data)}`,
          right: "a map with name, duration and components",
        }),
      );
      return undefined;
    }
    const file: Checked = { schema: this.schema, data };
    const { parts, flaws: ofComponents } = readComponents(this.options.kinds, file);
    const result = fileSchema.safeParse(data, { reportInput: true });
    const flaws = [
      ...(result.success ? [] : flawsOfIssues(result.error.issues, [], file)),
      ...ofComponents,
      ...flawsOfLinks(data, parts),
      ...flawsOfCalls(parts),
      ...flawsOfTimeline(data, parts),
      ...flawsOfStatements(data),
      ...flawsOfWork(data),
      ...flawsOfAdvice(parts),
      ...(variant === undefined ? [...flawsOfVariants(data), ...flawsOfFigures(source, file)] : []),
    ];
    const broken = flaws.some(({ severity }) => severity !== "warning");
    const scenario = result.success && !broken ? scenarioOf(result.data, parts, variant) : undefined;
    const { offers } = this.options;
    if (scenario !== undefined && offers !== undefined) flaws.push(...flawsOfNames(scenario, data, offers(scenario)));
    problems.push(...located(flaws, source, variant));
    return scenario;
  }

  /** Judges the scenario with a variant applied, for what is wrong with the variant. */
  tryVariant(source: Source, name: string, problems: Problem[]): void {
    const changed = source.copy();
    problems.push(...located(applyVariant(changed, name, this.fileOf(source)), source, undefined));
    this.judge(changed, name, problems);
  }

  /** The scenario as the command line wants it. */
  change(source: Source, variants: readonly string[], problems: Problem[]): Scenario | undefined {
    const { variant, set = [] } = this.options;
    if (variant !== undefined && !variants.includes(variant)) {
      const place = { severity: "error", file: `--variant ${variant}`, line: 0, col: 0, path: "" } as const;
      problems.push({ ...place, wrong: `there is no variant ${show(variant)}`, right: nearest(variant, variants) });
      return undefined;
    }
    const changed = source.copy();
    if (variant !== undefined) applyVariant(changed, variant, this.fileOf(source));
    for (const override of set) {
      const problem = applyOverride(changed, override, this.fileOf(changed));
      if (problem !== undefined) problems.push(problem);
    }
    return this.judge(changed, variant, problems);
  }

  private fileOf(source: Source): Checked {
    return { schema: this.schema, data: source.toData() };
  }

  /** Puts the rows of recorded arrivals in the place of the name of their file. */
  private withRecordings(data: unknown, source: Source, problems: Problem[]): unknown {
    const { read } = this.options;
    if (read === undefined || !isRecord(data) || !isRecord(data.components)) return data;
    const components = Object.entries(data.components).map(([name, part]): [string, unknown] => {
      const path = recordOf(part).recorded;
      if (typeof path !== "string") return [name, part];
      const text = read(path);
      const rows = text === undefined ? [noRecording(name, path, source)] : readArrivals(text, path);
      const mistakes = rows.filter((row): row is Problem => "wrong" in row);
      problems.push(...mistakes);
      return [name, { ...recordOf(part), recorded: mistakes.length > 0 ? NOBODY : rows }];
    });
    return { ...data, components: Object.fromEntries(components) };
  }
}

/** Stands in for a recording that cannot be read, so that the rest can be judged. */
const NOBODY = [{ at: "0s" }];

function noRecording(name: string, path: string, source: Source): Problem {
  const wrong = `there is no file ${show(path)}`;
  return source.locate({
    path: ["components", name, "recorded"],
    wrong,
    right: "the path of a file with recorded arrivals",
  });
}

const schemas = new WeakMap<readonly Kind[], JsonSchema>();

/** The schema of these kinds, worked out once: an editor loads at every key. */
function schemaOf(kinds: readonly Kind[]): JsonSchema {
  const schema = schemas.get(kinds) ?? scenarioSchema(kinds);
  schemas.set(kinds, schema);
  return schema;
}

function located(flaws: readonly Flaw[], source: Source, variant: string | undefined): Problem[] {
  const problems = flaws.slice(0, MOST_FLAWS).map((flaw) => source.locate(flaw));
  if (variant === undefined) return problems;
  return problems.map((problem) => ({ ...problem, path: `${problem.path} (variant ${variant})` }));
}

function scenarioOf(file: FileOutput, parts: Map<string, Part>, variant: string | undefined): Scenario {
  const variants = Object.entries(file.variants).map(([name, { about, expect, reported }]) => {
    return { name, about, expect: expect ?? file.expect, isReported: reported.length > 0 };
  });
  return { ...file, components: parts, variant, variants };
}
