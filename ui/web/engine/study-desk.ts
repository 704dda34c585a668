import { type Change, type Input, loadInput } from "../../../scenarios/experiment/input.ts";
import { formatProblem } from "../../../scenarios/language/problem.ts";
import type { Scenario } from "../../../scenarios/language/scenario.ts";
import { assumptionsOf } from "../../../scenarios/study/assumption.ts";
import { readAxes } from "../../../scenarios/study/axes.ts";
import { type Comparison, comparisonOf } from "../../../scenarios/study/comparison.ts";
import { jobsFor } from "../../../scenarios/study/job.ts";
import type { Study } from "../../../scenarios/study/study.ts";
import { type SweepAnswer, sweep } from "../../../scenarios/study/sweep.ts";
import {
  isUsuallyRefined,
  middleJob,
  mostCells,
  mostRuns,
  type SweepPlan,
} from "../../../scenarios/study/sweep-plan.ts";
import { sweepTable } from "../../../scenarios/study/sweep-table.ts";
import type {
  ComparisonQuestion,
  RoundResults,
  StudyAnswer,
  StudyPlan,
  StudyQuestion,
  StudyStep,
  Suggestion,
  SweepQuestion,
} from "./study-question.ts";

/**
 * A study that is being done: it says which jobs are next, and, at any time, what the answer would be if nothing more
 * came. It follows from the results alone, so that it is the answer of the command line.
 */
export class StudyDesk {
  readonly plan: StudyPlan;
  private readonly begin: (() => Study<SweepAnswer | Comparison>) | undefined;
  private readonly question: StudyQuestion;
  private readonly rounds: RoundResults[] = [];

  constructor(input: Input, question: StudyQuestion) {
    this.question = question;
    const planned = question.study === "sweep" ? sweepPlanOf(input, question) : comparisonPlanOf(input, question);
    this.plan = "mistakes" in planned ? planned : planned.plan;
    this.begin = "mistakes" in planned ? undefined : planned.begin;
  }

  /** Where the study stands after the rounds that are done, and, without `isInterrupted`, what it wants next. */
  step(results: RoundResults | undefined, isInterrupted: boolean): StudyStep {
    const rounds = results === undefined ? this.rounds : [...this.rounds, results];
    if (!isInterrupted && results !== undefined) this.rounds.push(results);
    if (this.begin === undefined) throw new Error("a study with mistakes cannot be done");
    const study = this.begin();
    let step = study.next();
    for (const [at, each] of rounds.entries()) {
      if (step.done) break;
      step = study.next({ results: each, isInterrupted: isInterrupted && at === rounds.length - 1 });
    }
    if (step.done) return { is: "answer", ...this.answerOf(step.value) };
    return { is: "round", about: step.value.about, jobs: step.value.jobs };
  }

  private answerOf(found: SweepAnswer | Comparison): StudyAnswer {
    if (this.question.study === "comparison") return { study: "comparison", answer: found as Comparison };
    const answer = found as SweepAnswer;
    return { study: "sweep", answer, csv: [...sweepTable(answer)].join("") };
  }
}

/** The figures that a scenario marks as assumed, with their ranges. */
export function suggestionsIn(input: Input, change: Change): Suggestion[] {
  const { scenario } = loadInput(input, change);
  if (scenario === undefined) return [];
  const { assumptions } = assumptionsOf(input, scenario, change);
  return assumptions.flatMap(({ figure, low, high, note }) => {
    const values = `${low}..${high}/5`;
    const { axes, problems } = readAxes([`${figure}=${values}`], { input, change });
    return axes.length === 0 || problems.length > 0 ? [] : [{ path: figure, values, note }];
  });
}

type Planned<Answer> =
  | { readonly mistakes: readonly string[] }
  | { readonly plan: StudyPlan; readonly begin: () => Study<Answer> };

function sweepPlanOf(input: Input, { base, vary, seed, replications }: SweepQuestion): Planned<SweepAnswer> {
  const scenario = scenarioOf(input, base);
  if ("mistakes" in scenario) return scenario;
  const { axes, problems } = readAxes(vary, { input, change: base });
  if (problems.length > 0) return { mistakes: problems.map(formatProblem) };
  const asked = { base, axes, seed, replications, measures: [] };
  const plan: SweepPlan = { ...asked, isRefined: isUsuallyRefined(asked) };
  const cost = { cells: mostCells(plan), runs: mostRuns(plan), isRefined: plan.isRefined };
  return { plan: { ...cost, probe: middleJob(plan, 0) }, begin: () => sweep(plan) };
}

function comparisonPlanOf(input: Input, { a, b, seed, replications }: ComparisonQuestion): Planned<Comparison> {
  const mistakes = [a, b].flatMap((change) => {
    const loaded = scenarioOf(input, change);
    return "mistakes" in loaded ? loaded.mistakes : [];
  });
  if (mistakes.length > 0) return { mistakes };
  const [probe] = jobsFor([a], seed, 1);
  const begin = () => comparisonOf({ a, b, seed, replications, responses: [] });
  return { plan: { cells: 2, runs: 2 * replications, isRefined: false, probe: probe! }, begin };
}

function scenarioOf(
  input: Input,
  change: Change,
): { readonly scenario: Scenario } | { readonly mistakes: readonly string[] } {
  const { scenario, problems } = loadInput(input, change);
  return scenario === undefined ? { mistakes: problems.map(formatProblem) } : { scenario };
}
