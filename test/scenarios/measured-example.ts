import { readFileSync } from "node:fs";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { type Run, run } from "../../scenarios/experiment/run.ts";
import type { Scenario } from "../../scenarios/language/scenario.ts";
import { type Mean, meanInterval } from "../../scenarios/statistics/mean.ts";
import { interpolated, percentileInterval } from "../../scenarios/statistics/percentile.ts";
import { studentTQuantile } from "../../scenarios/statistics/student-t.ts";
import { RunReadings } from "./run-readings.ts";

/** What was measured of one condition of one experiment: a file beside the scenario that predicts it. */
interface Measured {
  readonly repeats: number;
  /** Seconds of the run that count: from the end of the warm-up until nobody comes any more. */
  readonly window: readonly [from: number, until: number];
  /** People that are followed at most, where figures speak of those who came in a part of the run. */
  readonly follow?: number;
  readonly judged: Readonly<Record<string, MeasuredFigure>>;
  /** By figure: why it says nothing about the model. */
  readonly notJudged: Readonly<Record<string, string>>;
  /** By judged figure that is predicted more than 10 % too high or too low, within the tolerance or not: why. */
  readonly differences: Readonly<Record<string, string>>;
}

interface MeasuredFigure {
  readonly unit: string;
  readonly mean: number;
  readonly sd: number;
  /** A percentile over what each run gives once, as a share; default: the mean over the runs. */
  readonly percentile?: number;
}

/** How a prediction compares with what was measured. */
export interface Judgement {
  readonly figure: string;
  readonly unit: string;
  readonly measured: MeasuredFigure & { readonly n: number };
  readonly predicted: Mean;
  readonly verdict: Verdict;
}

/** Which tolerance a prediction is within. */
export type Verdict = "within 10 %" | "within the interval" | "within 0.03" | "miss";

const FOLDER = new URL("../../scenarios/measured/", import.meta.url);

/** A measured example: its scenario and its figures. */
export class MeasuredExample {
  readonly measured: Measured;
  private readonly scenario: Scenario;

  /** @param overrides changes to the scenario, "path=value". */
  constructor(name: string, overrides: readonly string[] = []) {
    const file = `${name}.yaml`;
    const input = { file, text: readFileSync(new URL(file, FOLDER), "utf8"), attachments: new Map() };
    const { scenario, problems } = loadInput(input, { overrides });
    if (scenario === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
    this.scenario = scenario;
    this.measured = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
  }

  /** Predicts every judged figure by the mean of so many replications, and judges it. */
  judge(replications: number): Judgement[] {
    const { judged, repeats: n } = this.measured;
    const runs = this.runs(replications).map((each) => new RunReadings(each, this.measured.window));
    return Object.entries(judged).map(([figure, { unit, mean, sd, percentile }]) => {
      const predicted = over(
        runs.map((each) => each.read(figure)),
        percentile,
      );
      const measured = { unit, mean, sd, n };
      return { figure, unit, measured, predicted, verdict: verdictOn(predicted.mean, measured) };
    });
  }

  runs(replications: number, record = true): Run[] {
    const { follow: people } = this.measured;
    const traces = people === undefined ? undefined : { people };
    return Array.from({ length: replications }, (_, replication) =>
      run(this.scenario, { replication, record, traces }),
    );
  }
}

/** The mean of what many runs give, or a percentile in its place. */
function over(values: readonly number[], percentile: number | undefined): Mean {
  const whole = meanInterval(values);
  if (percentile === undefined) return whole;
  const sorted = [...values].sort((a, b) => a - b);
  return { ...whole, ...percentileInterval(sorted, percentile), mean: interpolated(sorted, percentile)! };
}

/**
 * Shares may be off by 0.03. All else must be within 10 % of the measured mean, or where one more repeat would fall with
 * 95 %: mean ± t·sd·√(1 + 1/n).
 */
function verdictOn(predicted: number, { unit, mean, sd, n }: Judgement["measured"]): Verdict {
  const off = Math.abs(predicted - mean);
  if (off <= 0.1 * Math.abs(mean)) return "within 10 %";
  if (unit === "share") return off <= 0.03 ? "within 0.03" : "miss";
  return off <= studentTQuantile(0.975, n - 1) * sd * Math.sqrt(1 + 1 / n) ? "within the interval" : "miss";
}
