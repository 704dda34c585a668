import { readdirSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { KINDS } from "../../models/kinds.ts";
import type { Input } from "../../scenarios/experiment/input.ts";
import { Run, type RunOptions } from "../../scenarios/experiment/run.ts";
import { load } from "../../scenarios/language/load.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import type { Scenario } from "../../scenarios/language/scenario.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { readScenario } from "../../ui/cli/scenario-file.ts";

const FOLDER = fileURLToPath(new URL("../../scenarios/", import.meta.url));
/** The scenario that the product is about; it is run in full where others are cut short. */
const MAIN = "scale-out-cascade.yaml";
const CUT_SHORT: Micros = 120 * SECOND;
/** Variants differ from their scenario in figures only. */
const CUT_SHORTER: Micros = 20 * SECOND;

/** A scenario file as it stands, or one of its variants. */
export class Case {
  readonly title: string;
  readonly input: Input;
  readonly variant: string | undefined;
  readonly overrides: readonly string[];
  readonly scenario: Scenario;
  /** How far tests run it that do not need all of it. */
  readonly until: Micros;

  constructor(input: Input, variant?: string, overrides: readonly string[] = []) {
    const read = (path: string) => input.attachments.get(path) ?? undefined;
    const { scenario, problems } = load(input.text, input.file, { kinds: KINDS, variant, set: overrides, read });
    if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
    const changes = [...(variant === undefined ? [] : [variant]), ...overrides];
    this.title = changes.length === 0 ? scenario.name : `${scenario.name} (${changes.join(", ")})`;
    this.input = input;
    this.variant = variant;
    this.overrides = overrides;
    this.scenario = scenario;
    const inFull = input.file.endsWith(MAIN) && changes.length === 0;
    this.until = inFull
      ? scenario.duration
      : Math.min(scenario.duration, variant === undefined ? CUT_SHORT : CUT_SHORTER);
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
    return new Case(this.input, this.variant, [...this.overrides, ...overrides]);
  }
}

/** A case by its title, as `test.each` takes it. */
type Titled = readonly [string, Case];

/** The scenario files of the product, and two more with everything that these may leave out. */
export const FILES: readonly Titled[] = [
  ...readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => `${FOLDER}${file.split(sep).join("/")}`),
  fileURLToPath(new URL("eventful-day.yaml", import.meta.url)),
  fileURLToPath(new URL("crowded-host.yaml", import.meta.url)),
].map((path) => titled(new Case(readScenario(path, { variant: undefined, overrides: [] }).input)));

/** Each of them as it stands, and each of its variants. */
export const CASES: readonly Titled[] = FILES.flatMap(([, file]) => [titled(file), ...variantsOf(file)]);

export function variantsOf({ scenario, input }: Case): Titled[] {
  return scenario.variants.map(({ name }) => titled(new Case(input, name)));
}

function titled(one: Case): Titled {
  return [one.title, one];
}
