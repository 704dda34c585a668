import type { LoadOptions } from "../../../models/load/load-options.ts";
import { TextMistake } from "../../../scenarios/check/token.ts";
import { type Change, inputHash, offersIn } from "../../../scenarios/experiment/input.ts";
import type { Scenario } from "../../../scenarios/language/scenario.ts";
import { type Response, responseTo } from "../../../scenarios/study/response.ts";
import type { StudyOptions } from "../crew/study-options.ts";
import { WrongInput } from "../exit-code.ts";
import { openScenario, type ScenarioFile } from "../scenario-file.ts";

export interface CompareOptions extends StudyOptions {
  readonly variantA?: string;
  readonly variantB?: string;
  readonly setA: readonly string[];
  readonly setB: readonly string[];
  readonly replications: number;
  /** Default: the usual ones. */
  readonly measure: readonly string[];
}

/** One side of a comparison: a scenario, changed. */
export interface Side {
  readonly opened: ScenarioFile;
  readonly change: Change;
  /** What makes it this side, in words: "variant calm, db.cores=3". */
  readonly words: string;
}

/** Both sides, or a WrongInput that says all that is wrong with either. */
export function openSides(file: string, other: string | undefined, options: CompareOptions): [a: Side, b: Side] {
  const { variant, variantA = variant, variantB = variant, set, setA, setB } = options;
  const files = other === undefined ? [file, file] : [file, other];
  const changes = [
    { variant: variantA, overrides: [...set, ...setA] },
    { variant: variantB, overrides: [...set, ...setB] },
  ];
  const opened = changes.map((change, at) => attempt(() => openScenario(files[at]!, change)));
  const [first, second] = acceptedAll(opened);
  const [a, b] = [first, second].map((each, at): Side => {
    return { opened: each!, change: changes[at]!, words: wordsOf(changes[at]!, other === undefined ? "" : files[at]!) };
  });
  if (runOf(a!.opened.scenario) !== runOf(b!.opened.scenario)) return [a!, b!];
  const [example] = first!.scenario.variants;
  const change = example === undefined ? "--set-b db.cores=8" : `--variant-b ${example.name}`;
  throw new WrongInput(
    `A (${a!.words}) and B (${b!.words}) run the very same, so there is nothing to compare; expected a change of one side, such as ${change}`,
  );
}

/** Whether both sides are changes of the same file. */
export function isOneFile([a, b]: readonly [Side, Side]): boolean {
  return inputHash(a.opened.input) === inputHash(b.opened.input);
}

/** Whether people come to a load of the same name on both sides; else nobody is there whose lots could be compared. */
export function haveLoadInCommon([a, b]: readonly [Side, Side]): boolean {
  const others = loadsOf(b.opened.scenario);
  return loadsOf(a.opened.scenario).some((load) => others.includes(load));
}

function loadsOf({ components }: Scenario): string[] {
  return [...components].filter(([, { kind }]) => kind.kind === "load").map(([path]) => path);
}

/** What is compared besides goodput of everybody; a WrongInput if one side does not know it. */
export function responsesFor(sides: readonly [Side, Side], { measure }: CompareOptions): Response[] {
  if (measure.length === 0) return usualMeasures(sides).flatMap((name) => knownTo(sides, name) ?? []);
  const wrong = [...new Set(measure)].flatMap((name) =>
    sides.flatMap(({ opened }, at) => {
      const response = responseTo(name, opened.scenario);
      const mistake = response instanceof TextMistake ? `${response.wrong}; expected ${response.right}` : "";
      return mistake === "" ? [] : [`--measure ${name}: in ${"AB"[at]}: ${mistake}`];
    }),
  );
  if (wrong.length > 0) throw new WrongInput(wrong.join("\n"));
  return [...new Set(measure)].flatMap((name) => knownTo(sides, name) ?? []);
}

function knownTo(sides: readonly [Side, Side], name: string): Response | undefined {
  const [a, b] = sides.map(({ opened }) => responseTo(name, opened.scenario));
  return a instanceof TextMistake || b instanceof TextMistake ? undefined : a;
}

/** Goodput of each load, class and zone where there are several, how long good answers take, and what fails. */
function usualMeasures([{ opened }]: readonly [Side, Side]): string[] {
  const { loads } = offersIn(opened.scenario);
  return loads.flatMap((load) => {
    const { classes, zones } = opened.scenario.components.get(load)!.options as LoadOptions;
    const parts = [classes.map(({ name }) => name), Object.keys(zones)].filter(({ length }) => length > 1);
    return [
      ...(loads.length > 1 ? [`goodput(${load})`] : []),
      ...parts.flat().map((part) => `goodput(${load}, ${part})`),
      `http_req_duration{load:${load}} p(95)`,
      `http_req_failed{load:${load}} rate`,
    ];
  });
}

function wordsOf({ variant, overrides }: Change, file: string): string {
  const parts = [file, variant === undefined ? "" : `variant ${variant}`, ...overrides].filter((part) => part !== "");
  return parts.length === 0 ? "as it stands" : parts.join(", ");
}

/** Everything that a run hangs on, as text. */
function runOf({ components, duration, record, zones, nodes, network, dns, timeline }: Scenario): string {
  const parts = [...components].map(([path, { kind, options }]) => [path, kind.kind, options]);
  return JSON.stringify([parts, duration, record, zones, nodes, network, dns, timeline]);
}

function attempt<T>(action: () => T): T | WrongInput {
  try {
    return action();
  } catch (error) {
    if (error instanceof WrongInput) return error;
    throw error;
  }
}

/** What has gone well, or all that is wrong, each thing once. */
function acceptedAll<T>(attempts: readonly (T | WrongInput)[]): T[] {
  const mistakes = attempts.filter((each) => each instanceof WrongInput);
  const lines = mistakes.flatMap(({ message }) => message.split("\n"));
  if (lines.length > 0) throw new WrongInput([...new Set(lines)].join("\n"));
  return attempts.flatMap((each) => (each instanceof WrongInput ? [] : [each]));
}
