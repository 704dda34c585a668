import { type Change, type Input, loadInput } from "../experiment/input.ts";
import { formatProblem } from "../language/problem.ts";
import type { Done } from "./job.ts";
import type { Question } from "./trial.ts";

/** What makes a check in words the only one of a scenario, so that every run is judged by it. */
export function askedIn(clause: string): string[] {
  return [`checks=[${JSON.stringify(clause)}]`, "expect=holds"];
}

/** Whether the only check of a run holds; a run that is too short for it does not tell. */
export const isSo: Question = ({ outcome }: Done) =>
  outcome.conclusion === "inconclusive" ? undefined : outcome.conclusion === "as expected";

/**
 * What is wrong with changes of a scenario that is valid without them, a line for each mistake. `options` says which
 * option of the command line each change came from: "--until" for "checks".
 */
export function mistakesOf(input: Input, change: Change, options: ReadonlyMap<string, string>): string[] {
  const { problems } = loadInput(input, change, true);
  return problems
    .filter(({ severity }) => severity === "error")
    .map((problem) => {
      const option = options.get(problem.file);
      return formatProblem(option === undefined ? problem : { ...problem, file: option, path: "" });
    });
}
