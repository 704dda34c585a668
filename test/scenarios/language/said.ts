import { expect } from "vitest";
import { type LoadOptions, load } from "../../../scenarios/language/load.ts";
import { formatProblem } from "../../../scenarios/language/problem.ts";
import type { Scenario } from "../../../scenarios/language/scenario.ts";
import { TEST_KINDS } from "./kinds.ts";

/** What is said of a text, without the name of its file. */
export function said(text: string, options: Partial<LoadOptions> = {}): string[] {
  const { scenario, problems } = load(text, "s.yaml", { kinds: TEST_KINDS, ...options });
  expect(scenario === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  return problems.map((problem) => formatProblem(problem).replace(/^s\.yaml:/, ""));
}

/** The scenario in a text that has nothing wrong with it. */
export function loaded(text: string, options: Partial<LoadOptions> = {}): Scenario {
  const { scenario, problems } = load(text, "s.yaml", { kinds: TEST_KINDS, ...options });
  expect(problems.map(formatProblem)).toEqual([]);
  return scenario!;
}
