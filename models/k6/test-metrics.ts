import type { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import type { Recorder } from "../../sim/record/recorder.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { LoadMetrics } from "../load/load-metrics.ts";
import type { MetricName } from "./metrics.ts";
import { percentileOf } from "./percentile.ts";
import type { Threshold } from "./threshold.ts";

/**
 * What k6 measures of a test run besides its requests (metrics/builtin.go), and what its thresholds read.
 *
 * A request is checked once, for whether it was answered well: `checks` counts those that were. k6 prints interrupted
 * iterations but has no metric for them. `test_run_duration` is 0 until the run is over, `aborted` 1 once a threshold
 * has ended it.
 */
export class TestMetrics {
  readonly vus: Gauge;
  readonly vusMax: Gauge;
  readonly dropped: Counter;
  readonly interrupted: Counter;
  readonly checks: Counter;
  readonly duration: Gauge;
  readonly aborted: Gauge;
  private readonly load: LoadMetrics;
  /** Undefined where connections are not modelled. */
  private readonly blocked: Histogram | undefined;
  private readonly connecting: Histogram | undefined;

  constructor(load: Component, metrics: LoadMetrics, record: Recorder) {
    this.load = metrics;
    this.vus = record.gauge(load, "vus", "VUs");
    this.vusMax = record.gauge(load, "vus_max", "VUs");
    this.dropped = record.counter(load, "dropped_iterations", "iterations");
    this.interrupted = record.counter(load, "interrupted_iterations", "iterations");
    this.checks = record.counter(load, "checks", "requests");
    this.duration = record.gauge(load, "test_run_duration", "s");
    this.aborted = record.gauge(load, "aborted", "test runs");
    const trend = (wanted: string) =>
      record.histogramData[record.histograms.findIndex(({ path, name }) => path === load.path && name === wanted)];
    this.blocked = trend("http_req_blocked");
    this.connecting = trend("http_req_connecting");
  }

  /** The left side of a threshold after so much of the run; undefined while there are no samples (thresholds.go). */
  valueFor(metric: MetricName, threshold: Threshold, elapsed: Micros): number | undefined {
    const { load } = this;
    switch (metric) {
      case "http_reqs":
        return ofCounter(load.finished.count, threshold, elapsed);
      case "iterations":
        return ofCounter(load.iterations.count, threshold, elapsed);
      case "dropped_iterations":
        return ofCounter(this.dropped.count, threshold, elapsed);
      case "data_sent":
        return ofCounter(load.sent.count, threshold, elapsed);
      case "data_received":
        return ofCounter(load.received.count, threshold, elapsed);
      case "vus":
        return this.vus.value;
      case "vus_max":
        return this.vusMax.value;
      case "http_req_failed":
        return shareOf(load.failed.count, load.finished.count);
      case "checks":
        return shareOf(this.checks.count, load.finished.count);
      case "iteration_duration":
        return ofTrend(load.iterationDuration, threshold);
      case "http_req_duration":
        return ofTrend(load.durationOfAll, threshold);
      case "http_req_duration{expected_response:true}":
        return ofTrend(load.duration, threshold);
      case "http_req_blocked":
        return ofTrend(this.blocked, threshold);
      case "http_req_connecting":
        return ofTrend(this.connecting, threshold);
    }
  }
}

function ofCounter(count: number, { method }: Threshold, elapsed: Micros): number | undefined {
  if (count === 0) return undefined;
  return method === "count" ? count : (count * SECOND) / elapsed;
}

function shareOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

/** In milliseconds. */
function ofTrend(durations: Histogram | undefined, { method, percent }: Threshold): number | undefined {
  return durations === undefined || durations.count === 0
    ? undefined
    : microsOf(durations, method, percent) / MILLISECOND;
}

function microsOf(durations: Histogram, method: Threshold["method"], percent: number): Micros {
  switch (method) {
    case "avg":
      return durations.mean;
    case "min":
      return durations.min;
    case "max":
      return durations.max;
    case "p":
      return percentileOf(durations, percent / 100);
    default:
      return percentileOf(durations, 0.5);
  }
}
