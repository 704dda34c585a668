import type { Micros } from "../../sim/time.ts";
import { TextMistake } from "../check/token.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { enoughRuns, FEWEST_TO_DECIDE, lookAhead, type Precision, runsExpected } from "../statistics/enough-runs.ts";
import type { Mean } from "../statistics/mean.ts";
import { isDone, jobsFor, type Result } from "./job.ts";
import { type OutcomeTable, tableOf } from "./outcome-table.ts";
import { askedFor, type Response, responseOf, withinWindow } from "./response.ts";
import type { Study } from "./study.ts";
import { type WarmUpEnd, type WarmUpQuestion, warmUpOf } from "./warm-up.ts";

/** What is to be known of a response, and how exactly. */
export interface EstimateQuestion extends WarmUpQuestion {
  /** Undefined: as exactly as all of the runs allow. */
  readonly precision: Precision | undefined;
  /** The most runs. */
  readonly replications: number;
  /** The steady state is meant, which begins by itself or then. Undefined: the whole run is. */
  readonly warmUp: "auto" | Micros | undefined;
}

/** A response over as many runs as it takes. */
export interface Estimate {
  /** Null where the whole run is meant. */
  readonly warmUp: WarmUpEnd | null;
  readonly precision: Precision | null;
  /** The first number of runs after which the mean was, and stayed, that exact; null if none was. */
  readonly enough: number | null;
  /** Whether what was asked for is known; otherwise the runs were too few, too short, or measured nothing. */
  readonly isDecided: boolean;
  /** What the runs that were looked at say together; its response is what was asked for. */
  readonly table: OutcomeTable;
  /** What came of those runs, in order of their replication: enough of them, and those that showed that it stays so. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Runs a scenario until the mean of a response is known exactly enough, or as often as is allowed.
 *
 * The runs are looked at in the order of their replications, whoever did them and in which order; runs beyond those that
 * decided leave no trace.
 */
export function* estimateOf(question: EstimateQuestion): Study<Estimate> {
  const warmUp = yield* warmUpFor(question);
  const steady = warmUp?.until === null ? undefined : responseAfter(warmUp, question);
  if (steady === undefined) return estimate(question, warmUp, question.response, []);
  const results: (Result | undefined)[] = [];
  for (;;) {
    const known = estimate(question, warmUp, steady, results);
    const { mean } = known.table.response;
    const isUseless = results.length >= FEWEST_TO_DECIDE && mean.n === 0;
    if (results.length >= question.replications || known.isDecided || isUseless) return known;
    const next = jobsFor([question], question.seed, nextRound(results.length, mean, question), results.length);
    const jobs = next.map((job) => ({ ...job, ...askedFor(steady) }));
    const round = yield { about: aboutOf(steady, mean, question), jobs };
    results.push(...round.results);
    if (round.isInterrupted) return estimate(question, warmUp, steady, results);
  }
}

function* warmUpFor(question: EstimateQuestion): Study<WarmUpEnd | null> {
  if (question.warmUp === undefined) return null;
  if (question.warmUp !== "auto") return { until: question.warmUp, pilots: 0, unknown: 0 };
  return yield* warmUpOf(question);
}

function responseAfter(warmUp: WarmUpEnd | null, { response, duration }: EstimateQuestion): Response {
  if (warmUp === null) return response;
  const windowed = withinWindow(response, [warmUp.until ?? 0, duration]);
  if (windowed instanceof TextMistake) throw new Error(`${response.name}: ${windowed.wrong}`);
  return windowed;
}

/** What the first runs say together, up to the first that is missing. */
function estimate(
  { precision, replications }: EstimateQuestion,
  warmUp: WarmUpEnd | null,
  steady: Response,
  results: readonly (Result | undefined)[],
): Estimate {
  const missing = results.indexOf(undefined);
  const looked = (missing < 0 ? results : results.slice(0, missing)).filter(isDone).map(({ outcome }) => outcome);
  const measured = looked.filter((outcome) => responseOf(steady, outcome) !== null);
  const figures = measured.map((outcome) => responseOf(steady, outcome)!);
  const enough = precision && enoughRuns(figures, precision);
  const outcomes =
    enough === undefined ? looked : looked.slice(0, looked.indexOf(measured[enough + lookAhead(enough) - 1]!) + 1);
  const isAll = precision === undefined && figures.length > 1 && results.length >= replications;
  return {
    warmUp,
    precision: precision ?? null,
    enough: enough ?? null,
    isDecided: isAll || enough !== undefined,
    table: tableOf(outcomes, steady),
    outcomes,
  };
}

/** So many runs at once that few are in vain: at first the fewest that can decide, later at most as many as there were. */
function nextRound(done: number, mean: Mean, { precision, replications }: EstimateQuestion): number {
  const left = replications - done;
  if (precision === undefined) return left;
  const expected = runsExpected(mean, precision);
  const missing = expected + lookAhead(Math.min(expected, replications)) - done;
  return Math.min(left, Math.max(FEWEST_TO_DECIDE, Math.min(done, missing)));
}

function aboutOf({ name }: Response, mean: Mean, { precision, replications }: EstimateQuestion): string {
  if (mean.n === 0 || precision === undefined) return name;
  const expected = Math.min(replications, runsExpected(mean, precision));
  return `${name}, known from ${mean.n} of about ${expected} runs`;
}
