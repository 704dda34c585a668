import { Mistake } from "../../models/unit.ts";
import { parseCheck } from "../check/parse.ts";
import { type Change, type Input, loadInput } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { formatProblem } from "../language/problem.ts";

/** What makes a check in words the only one of a scenario, so that every run is judged by it. */
export function askedIn(clause: string): string[] {
  return [`checks=[${JSON.stringify(clause)}]`, "expect=holds"];
}

/** Whether the only check of a run holds; a run that is too short for it does not tell. */
export function isSo({ conclusion }: Outcome): boolean | undefined {
  return conclusion === "inconclusive" ? undefined : conclusion === "as expected";
}

/** What is wrong with a clause whatever the scenario, in a line; undefined if nothing is. */
export function mistakeInClause(clause: string): string | undefined {
  const check = parseCheck(clause);
  return check instanceof Mistake ? `${UNTIL}: ${check.wrong}; expected ${check.right}` : undefined;
}

/**
 * What is wrong with changes and a clause in a scenario that is valid without them, a line for each mistake. `varied` is
 * the path of a change that came from `--vary`.
 */
export function mistakesIn(input: Input, change: Change, clause: string | undefined, varied?: string): string[] {
  const asked = clause === undefined ? [] : askedIn(clause);
  const { problems } = loadInput(input, { ...change, overrides: [...change.overrides, ...asked] }, true);
  return problems
    .filter(({ severity }) => severity === "error")
    .map((problem) => {
      if (problem.file === "--set checks") return formatProblem({ ...problem, file: UNTIL, path: "" });
      const isVaried = varied !== undefined && problem.file === `--set ${varied}`;
      return formatProblem(isVaried ? { ...problem, file: `--vary ${varied}`, path: "" } : problem);
    });
}

const UNTIL = "--until";
