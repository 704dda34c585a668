import { readdirSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Input } from "../../scenarios/experiment/input.ts";
import { Run, type RunOptions } from "../../scenarios/experiment/run.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import type { Scenario } from "../../scenarios/language/scenario.ts";
import { MINUTE, type Micros } from "../../sim/time.ts";
import { readScenario } from "../../ui/cli/scenario-file.ts";

const FOLDER = fileURLToPath(new URL("../../scenarios/", import.meta.url));
/** The scenario that the product is about; it is run in full where others are cut short. */
const MAIN = "scale-out-cascade.yaml";
const CUT_SHORT: Micros = 2 * MINUTE;

/** A scenario file as it stands, or one of its variants. */
export class Case {
  readonly title: string;
  readonly input: Input;
  readonly variant: string | undefined;
  readonly overrides: readonly string[];
  readonly scenario: Scenario;
  /** How far tests run it that do not need all of it. */
  readonly until: Micros;

  constructor(path: string, variant?: string, overrides: readonly string[] = []) {
    const { input, loaded } = readScenario(path, { variant, overrides });
    const { scenario, problems } = loaded;
    if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
    this.title = variant === undefined ? scenario.name : `${scenario.name} (${variant})`;
    this.input = input;
    this.variant = variant;
    this.overrides = overrides;
    this.scenario = scenario;
    const inFull = path.endsWith(MAIN) && variant === undefined;
    this.until = inFull ? scenario.duration : Math.min(scenario.duration, CUT_SHORT);
  }

  start(options: RunOptions = {}): Run {
    return new Run(this.scenario, options);
  }

  /** A run that stands at an instant, or where its tests leave off. */
  runTo(until = this.until, options: RunOptions = {}): Run {
    const run = this.start(options);
    run.world.sim.runUntil(until);
    return run;
  }

  changed(...overrides: string[]): Case {
    return new Case(this.input.file, this.variant, [...this.overrides, ...overrides]);
  }
}

/** The scenario files of the product, and one more with everything that these may leave out. */
export const FILES: readonly Case[] = [
  ...readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => new Case(`${FOLDER}${file.split(sep).join("/")}`)),
  new Case(fileURLToPath(new URL("eventful-day.yaml", import.meta.url))),
];

/** Each of them as it stands, and each of its variants, by title. */
export const CASES: readonly (readonly [string, Case])[] = FILES.flatMap((file) => {
  const variants = file.scenario.variants.map(({ name }) => new Case(file.input.file, name));
  return [file, ...variants].map((one) => [one.title, one] as const);
});
