import { Mistake, readDuration } from "../../../models/unit.ts";
import { TextMistake } from "../../../scenarios/check/token.ts";
import { clock } from "../../../scenarios/experiment/clock.ts";
import { calmUntil } from "../../../scenarios/experiment/outcome.ts";
import type { Scenario } from "../../../scenarios/language/scenario.ts";
import { FEWEST_TO_DECIDE, type Precision } from "../../../scenarios/statistics/enough-runs.ts";
import { type EstimateQuestion, estimateOf } from "../../../scenarios/study/estimate.ts";
import { type Response, readPrecision, responseTo, withinWindow } from "../../../scenarios/study/response.ts";
import type { Micros } from "../../../sim/time.ts";
import { conduct } from "../crew/conduct.ts";
import { openCrew, type StudyOptions } from "../crew/study-options.ts";
import { StudyOutput } from "../crew/study-output.ts";
import { EXIT, type ExitCode, exitCodeOf, WrongInput } from "../exit-code.ts";
import { changeOf } from "../run-options.ts";
import type { ScenarioFile } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { estimateLines } from "./estimate-report.ts";
import { representativeLines } from "./representative-report.ts";

export interface EstimateOptions extends StudyOptions {
  /** Default: goodput of everybody. */
  readonly of?: string;
  readonly precision?: string;
  /** "auto" or a time. */
  readonly warmUp?: string;
  /** The most runs. */
  readonly replications?: number;
}

/** Runs until something is exact enough, if nothing else is said; more are seldom worth the wait. */
const MOST_RUNS = 1000;
/** Runs of a steady state if no precision is asked for. */
const STEADY_RUNS = 10;

/** `brownout run FILE --precision 5%`: as many runs as it takes; `--warm-up`: of the steady state. */
export async function estimateCommand(
  opened: ScenarioFile,
  options: EstimateOptions,
  session: Session,
): Promise<ExitCode> {
  const question = questionOf(opened.scenario, options);
  const { response, precision, replications } = question;
  const output = new StudyOutput("estimate", opened, options);
  const which = precision === undefined ? `${replications} runs` : `at most ${replications} runs`;
  session.announce(opened, options.seed, `replications from 0 on, ${which}, for ${response.name}`);
  const crew = openCrew(opened.input, options, session);
  const { answer, failed, isInterrupted } = await conduct(estimateOf(question), crew, opened.input, session);
  await crew.dismiss();
  output.write(answer, !isInterrupted);
  const { out } = session;
  if (question.warmUp !== undefined) session.errors.print(changeLines(opened.scenario));
  const { representative } = answer.table;
  out.print([
    ...estimateLines(answer, question, isInterrupted, out),
    ...representativeLines(representative, opened.input.file, options, out),
  ]);
  if (failed > 0) return EXIT.ourMistake;
  return answer.isDecided ? exitCodeOf(answer.outcomes.map(({ conclusion }) => conclusion)) : EXIT.inconclusive;
}

/** What is asked; a WrongInput if it means nothing in the scenario. */
function questionOf(scenario: Scenario, options: EstimateOptions): EstimateQuestion {
  const { of, seed, precision, replications = precision === undefined ? STEADY_RUNS : MOST_RUNS } = options;
  const response = responseFor(of, scenario);
  const wanted = precision === undefined ? undefined : precisionIn(precision, replications, response, scenario);
  const warmUp = options.warmUp === undefined ? undefined : warmUpIn(options.warmUp, of, scenario);
  const { duration } = scenario;
  return { ...changeOf(options), seed, response, precision: wanted, replications, warmUp, duration };
}

/** What is meant by `--of`; a WrongInput if it means nothing in the scenario. */
export function responseFor(of: string | undefined, scenario: Scenario): Response {
  return accepted(responseTo(of, scenario), `--of ${of}`);
}

function precisionIn(text: string, replications: number, response: Response, scenario: Scenario): Precision {
  const precision = accepted(readPrecision(text, response, scenario), `--precision ${text}`);
  if (replications >= FEWEST_TO_DECIDE) return precision;
  throw new WrongInput(
    `--precision takes at least ${FEWEST_TO_DECIDE} runs to decide; expected --replications ${FEWEST_TO_DECIDE} or more, or none`,
  );
}

function warmUpIn(text: string, of: string | undefined, scenario: Scenario): "auto" | Micros {
  const { duration } = scenario;
  const option = `--warm-up ${text}`;
  const time = text === "auto" ? text : accepted(readDuration(text), option);
  const from = time === "auto" ? 0 : time;
  if (from >= duration)
    throw new WrongInput(`${option}: the run ends at ${clock(duration)}; expected a time within it`);
  if (of === undefined)
    throw new WrongInput(
      `${option} needs --of, for goodput of everybody is known for the whole run only; expected a measure over time, such as --of "mean(in_flight(${loadIn(scenario)}))"`,
    );
  const response = responseFor(of, scenario);
  const windowed = withinWindow(response, [from, duration]);
  const measure = windowed instanceof TextMistake ? windowed : responseTo(windowed.measures[0], scenario);
  accepted(measure, `${option} --of ${response.name}`);
  const calm = calmUntil(scenario);
  if (time !== "auto" || calm >= duration) return time;
  throw new WrongInput(
    `${option} looks for a steady state, and something is planned to change at ${clock(calm)}; expected a run in which nothing is, or a time`,
  );
}

function loadIn({ components }: Scenario): string {
  return [...components].find(([, { kind }]) => kind.kind === "load")?.[0] ?? "load";
}

/** Said of a run that somebody wants the steady state of, although it cannot have one. */
function changeLines(scenario: Scenario): string[] {
  const calm = calmUntil(scenario);
  return calm >= scenario.duration ? [] : [`something is planned to change at ${clock(calm)}: this is no steady state`];
}

function accepted<T>(value: T, option: string): Exclude<T, Mistake> {
  if (value instanceof Mistake) throw new WrongInput(`${option}: ${value.wrong}; expected ${value.right}`);
  return value as Exclude<T, Mistake>;
}
