import type { Micros } from "../../sim/time.ts";
import { METRICS, type MetricName } from "./metrics.ts";
import type { TestMetrics } from "./test-metrics.ts";
import { isMet, type Threshold } from "./threshold.ts";
import { isMetric, type ThresholdOptions } from "./threshold-options.ts";

/** A threshold that is not met, and what was measured. */
export interface Crossing {
  /** With its metric: "dropped_iterations: rate<0.05". */
  readonly text: string;
  readonly value: number;
  readonly limit: number;
  /** Whether it ends the test run. */
  readonly aborts: boolean;
}

interface Entry extends ThresholdOptions {
  readonly metric: MetricName;
}

/** Judges the thresholds of a test run, as k6 does every 2 s and at the end (metrics/thresholds.go). */
export class Thresholds {
  private readonly entries: readonly Entry[];
  private readonly metrics: TestMetrics;

  constructor(options: Readonly<Record<string, readonly ThresholdOptions[]>>, metrics: TestMetrics) {
    this.metrics = metrics;
    const entries = Object.entries(options).flatMap(([metric, list]) =>
      isMetric(metric) ? list.map((one) => Object.freeze({ ...one, metric })) : [],
    );
    this.entries = Object.freeze(entries);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /**
   * Those that are not met after so much of the run. What has no samples yet is not judged; at the end, nothing counts
   * as 0, but for a share of nothing.
   */
  crossed(elapsed: Micros, isEnd: boolean): Crossing[] {
    return this.entries.flatMap(({ metric, threshold, abortOnFail, delayAbortEval }) => {
      const none = isEnd && METRICS[metric] !== "rate" ? 0 : undefined;
      const value = this.metrics.valueFor(metric, threshold, elapsed) ?? none;
      if (value === undefined || isMet(threshold, value)) return [];
      return [crossing(metric, threshold, value, abortOnFail && elapsed > delayAbortEval)];
    });
  }
}

function crossing(metric: MetricName, { source, value: limit }: Threshold, value: number, aborts: boolean): Crossing {
  return { text: `${metric}: ${source}`, value, limit, aborts };
}
