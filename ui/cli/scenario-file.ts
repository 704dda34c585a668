import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Change, type Input, loadInput } from "../../scenarios/experiment/input.ts";
import type { Loaded } from "../../scenarios/language/load.ts";
import { formatProblem, type Problem } from "../../scenarios/language/problem.ts";
import type { Scenario } from "../../scenarios/language/scenario.ts";
import { WrongInput } from "./exit-code.ts";

/** Bytes; the language allows 1 Mi characters, so what is larger is not worth reading. */
const LARGEST_SCENARIO = 8 * 1024 * 1024;
const LARGEST_ATTACHMENT = 256 * 1024 * 1024;

/** A scenario that is valid, and what it was read from. */
export interface ScenarioFile {
  readonly input: Input;
  readonly scenario: Scenario;
  /** How many doubtful places it has; `brownout validate` names them. */
  readonly warnings: number;
}

/** Reads a scenario that is to run. Problems become a WrongInput; warnings are only counted. */
export function openScenario(file: string, change: Change): ScenarioFile {
  const { input, loaded } = readScenario(file, change);
  const { scenario, problems } = loaded;
  const mistakes = problems.filter(({ severity }) => severity === "error");
  if (scenario === undefined) throw new WrongInput(mistakes.map(formatProblem).join("\n"));
  return { input, scenario, warnings: problems.length - mistakes.length };
}

/** What scenarios were when shards of a study read them, by the name of the file. */
const STAND_INS = new Map<string, Input>();

/** From now on these are read in place of the files of their names, which need not exist here. */
export function standInFor(inputs: readonly Input[]): void {
  for (const input of inputs) STAND_INS.set(input.file, input);
}

/** Reads a scenario and the files that it names. Never throws: what cannot be read is a problem. */
export function readScenario(file: string, change: Change): { input: Input; loaded: Loaded } {
  const standIn = STAND_INS.get(file);
  if (standIn !== undefined) return { input: standIn, loaded: loadInput(standIn, change) };
  const text = textOf(file, LARGEST_SCENARIO);
  const attachments = new Attachments(dirname(file));
  const input = { file, text: typeof text === "string" ? text : "", attachments };
  const loaded = typeof text === "string" ? loadInput(input, change) : { scenario: undefined, problems: [text] };
  return { input: { ...input, attachments: new Map(attachments) }, loaded };
}

/** Texts of the files that a scenario names, read when they are first asked for; paths begin at the scenario's folder. */
class Attachments extends Map<string, string | null> {
  private readonly folder: string;

  constructor(folder: string) {
    super();
    this.folder = folder;
  }

  override get(path: string): string | null {
    const known = super.get(path);
    if (known !== undefined) return known;
    const text = textOf(resolve(this.folder, path), LARGEST_ATTACHMENT);
    this.set(path, typeof text === "string" ? text : null);
    return super.get(path) ?? null;
  }
}

/** The text of a file, or what keeps it from being read. */
function textOf(file: string, largest: number): string | Problem {
  const problem = (wrong: string, right: string): Problem => {
    return { severity: "error", file, line: 0, col: 0, path: "", wrong, right };
  };
  try {
    const found = statSync(file);
    if (found.isDirectory()) return problem("this is a folder", "a scenario file");
    if (!found.isFile()) return problem("this is not a plain file", "a scenario file");
    if (found.size > largest) return problem(`the file has ${found.size} bytes`, `at most ${largest}`);
    return readFileSync(file, "utf8");
  } catch (error) {
    return problem(...reasonOf(error));
  }
}

function reasonOf(error: unknown): [wrong: string, right: string] {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return ["there is no such file", "the path of a scenario file"];
  if (code === "EACCES" || code === "EPERM") return ["the file may not be read", "a file that you have access to"];
  return [`the file cannot be read (${code ?? String(error)})`, "the path of a scenario file"];
}

/** "1 warning", "12 warnings". */
export function noted(warnings: number): string {
  return warnings === 1 ? "1 warning" : `${warnings} warnings`;
}
