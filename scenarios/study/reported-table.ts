import type { Outcome } from "../experiment/outcome.ts";
import type { ReportedResult } from "../experiment/result.ts";
import type { Across, ReportedFigure } from "../language/reported.ts";
import type { Interval } from "../statistics/interval.ts";
import { UNBOUNDED } from "../statistics/interval.ts";
import { meanInterval } from "../statistics/mean.ts";
import { interpolated, percentileInterval } from "../statistics/percentile.ts";
import { wilson } from "../statistics/proportion.ts";

/** A reported figure beside what several runs give for it; all values in `unit`. */
export interface ReportedRow {
  readonly figure: ReportedFigure;
  readonly unit: string;
  /** Null where a range was reported. */
  readonly is: number | null;
  readonly low: number;
  readonly high: number;
  readonly simulated: Simulated;
  /** Whether the simulated value is close enough; false where nothing was measured. */
  readonly isRight: boolean;
}

/** What several runs give, and the 95 % interval where one is known. */
export interface Simulated extends Interval {
  /** Null if no run measured anything. */
  readonly value: number | null;
  /** Runs that measured something, of all. */
  readonly n: number;
  readonly of: number;
  /** Of the most frequent value: the share of the runs that have it. */
  readonly share: (Interval & { readonly share: number }) | null;
}

/** Holds what many runs of one scenario gave against what was reported, figure by figure. */
export function reportedRows(figures: readonly ReportedFigure[], outcomes: readonly Outcome[]): ReportedRow[] {
  const [first] = outcomes;
  if (first === undefined) return [];
  return figures.map((figure, at) => {
    const results = outcomes.map(({ reported }) => reported[at]!);
    const { unit, is, low, high } = first.reported[at]!;
    const simulated = simulatedBy(figure.across, results);
    const { value } = simulated;
    return { figure, unit, is, low, high, simulated, isRight: value !== null && isWithin(value, low, high) };
  });
}

/** What is right by less than rounding is right. */
function isWithin(value: number, low: number, high: number): boolean {
  const rounding = 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  return value >= low - rounding && value <= high + rounding;
}

function simulatedBy(across: Across, results: readonly ReportedResult[]): Simulated {
  const values = results.flatMap(({ measured }) => (measured === null ? [] : [measured])).sort((a, b) => a - b);
  const counts = { n: values.length, of: results.length, share: null };
  if (values.length === 0) return { value: null, ...UNBOUNDED, ...counts };
  if (across === "mean") {
    const { mean, low, high } = meanInterval(values);
    return { value: mean, low, high, ...counts };
  }
  if (across === "min") return { value: values[0]!, ...UNBOUNDED, ...counts };
  if (across === "max") return { value: values[values.length - 1]!, ...UNBOUNDED, ...counts };
  if (across === "mode") return { ...counts, ...UNBOUNDED, ...modeOf(values) };
  const share = across.percent / 100;
  return { value: interpolated(values, share) ?? null, ...percentileInterval(values, share), ...counts };
}

/** The most frequent of the rounded values, the smallest of equals. */
function modeOf(values: readonly number[]): Pick<Simulated, "value" | "share"> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(Math.round(value), (counts.get(Math.round(value)) ?? 0) + 1);
  const [value, k] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best));
  return { value, share: { share: k / values.length, ...wilson(k, values.length) } };
}
