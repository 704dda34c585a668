import { type Command, Option } from "commander";
import { TextMistake } from "../../../scenarios/check/token.ts";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { formatProblem, type Problem } from "../../../scenarios/language/problem.ts";
import { type Axes, readAxes } from "../../../scenarios/study/axes.ts";
import { pathIn } from "../../../scenarios/study/axis.ts";
import { askedIn } from "../../../scenarios/study/clause.ts";
import { responseTo } from "../../../scenarios/study/response.ts";
import { canRefine, isUsuallyRefined, type SweepPlan } from "../../../scenarios/study/sweep-plan.ts";
import { type StudyOptions, withStudy } from "../crew/study-options.ts";
import { WrongInput } from "../exit-code.ts";
import { mistakeInVaried } from "../find/varied-path.ts";
import { changeOf, replicationsOption, wholeNumber } from "../run-options.ts";
import type { ScenarioFile } from "../scenario-file.ts";
import { type EmitOptions, emitMistakes, withEmit } from "./emit-options.ts";
import { MOST_CELLS } from "./sweep-cost.ts";

export interface SweepOptions extends StudyOptions, EmitOptions {
  /** "path=values", at least one. */
  readonly vary: readonly string[];
  readonly replications: number;
  readonly measure: readonly string[];
  /** A check that sorts the cells. */
  readonly class?: string;
  /** Points of a Latin hypercube. */
  readonly sample?: number;
  readonly refine?: boolean;
  readonly atMost: number;
  readonly yes?: boolean;
  readonly csv?: string;
  readonly times?: string;
}

const MOST_RUNS = 100_000;

/** Adds what a sweep can be told. */
export function withSweep(command: Command): Command {
  const many = (value: string, before: readonly string[] = []) => [...before, value];
  return withEmit(withStudy(command, "every cell with its runs"))
    .addOption(
      new Option(
        "--vary <path=values>",
        "take several values: 6,20,43 or 40..150, 40..150/12 for 12 values, 1..1000/log; again for a further axis",
      )
        .argParser(many)
        .makeOptionMandatory(),
    )
    .addOption(replicationsOption(5))
    .addOption(
      new Option("--measure <measure>", "ask for a number besides, as on the left of a check; may be given many times")
        .argParser(many)
        .default([], "none"),
    )
    .option("--class <check>", "sort cells by whether a check holds (default: by outage)")
    .addOption(
      new Option("--sample <n>", "a Latin hypercube of so many cells in place of a grid").argParser(
        wholeNumber(2, MOST_CELLS),
      ),
    )
    .option("--refine", "simulate only where classes border; usual for large grids of two ranges without --measure")
    .option("--no-refine", "simulate every cell")
    .addOption(
      new Option("--at-most <runs>", "stop before a sweep that could take more")
        .argParser(wholeNumber(1, 999_999_999))
        .default(MOST_RUNS),
    )
    .option("--yes", "begin however many runs it takes")
    .option("--csv <file>", "write a row for each cell")
    .option("--times <file>", "write how long each run took, as CSV");
}

/** Throws everything that is wrong with the options. */
export function planOf(opened: ScenarioFile, options: SweepOptions, args: readonly string[]): SweepPlan {
  const { input, scenario } = opened;
  const { sample: points, seed = scenario.seed, class: check, measure: measures, replications } = options;
  const base = changeOf(options);
  const read = readAxes(options.vary, { input, change: base, samples: points });
  const mistakes = [
    ...read.problems.map(formatProblem),
    ...options.vary.map((text) => mistakeInVaried(pathIn(text))).filter((mistake) => mistake !== undefined),
    ...measures.flatMap((measure) => mistakeOf(`--measure ${measure}`, responseTo(measure, scenario))),
    ...classProblems(opened, options).map((problem) => formatProblem({ ...problem, file: "--class", path: "" })),
    ...refinementMistakes(read, options, args),
    ...emitMistakes(options),
  ];
  if (mistakes.length > 0) throw new WrongInput(mistakes.join("\n"));
  const sample = points === undefined ? undefined : { points, seed };
  const plan = { base, axes: read.axes, seed: options.seed, replications, measures, check, sample };
  return { ...plan, isRefined: options.refine ?? isUsuallyRefined(plan) };
}

function mistakeOf(option: string, read: object): string[] {
  return read instanceof TextMistake ? [`${option}: ${read.wrong}; expected ${read.right}`] : [];
}

function classProblems({ input }: ScenarioFile, { class: check, ...options }: SweepOptions): readonly Problem[] {
  if (check === undefined) return [];
  const { variant, overrides } = changeOf(options);
  const { problems } = loadInput(input, { variant, overrides: [...overrides, ...askedIn(check)] }, true);
  return problems.filter(({ severity }) => severity === "error");
}

function refinementMistakes(read: Axes, options: SweepOptions, args: readonly string[]): string[] {
  if (args.includes("--refine") && args.includes("--no-refine")) {
    return ["--refine and --no-refine say the opposite of each other; expected one of them, or neither"];
  }
  if (options.refine !== true || read.problems.length > 0 || canRefine({ axes: read.axes, sample: options.sample }))
    return [];
  return ["--refine: only a grid of one or two ranges can be refined; expected --no-refine, or one or two ranges"];
}
