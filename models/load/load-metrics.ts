import type { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import type { Recorder } from "../../sim/record/recorder.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { nameOf, OUTCOMES } from "../error.ts";

/**
 * What k6 would print of a load (metrics/builtin.go), counted per attempt.
 *
 * Apart from k6: `http_req_duration` is of good answers only, and `http_req_duration_all` has the failures in it too,
 * a time-out as long as the patience; `attempts` counts beginnings where `http_reqs` counts ends.
 */
export class LoadMetrics {
  readonly attempts: Counter;
  readonly finished: Counter;
  readonly retries: Counter;
  /** Requests not waited for any more: copies when another was answered, and those that k6 interrupted. */
  readonly withdrawn: Counter;
  private readonly withdrawnTime: Counter;
  readonly inFlight: Gauge;
  readonly failed: Counter;
  readonly iterations: Counter;
  readonly sent: Counter;
  readonly received: Counter;
  readonly duration: Histogram;
  readonly durationOfAll: Histogram;
  readonly iterationDuration: Histogram;
  private readonly byOutcome: Readonly<Record<Outcome, Counter>>;
  private readonly otherErrors: Counter;

  constructor(load: Component, record: Recorder) {
    this.attempts = record.counter(load, "attempts", "requests");
    this.finished = record.counter(load, "http_reqs", "requests");
    this.failed = record.counter(load, "http_req_failed", "requests");
    this.retries = record.counter(load, "retries", "requests");
    this.withdrawn = record.counter(load, "withdrawn", "requests");
    this.withdrawnTime = record.counter(load, "withdrawn_time", "microseconds");
    this.iterations = record.counter(load, "iterations", "people");
    this.sent = record.counter(load, "data_sent", "bytes");
    this.received = record.counter(load, "data_received", "bytes");
    this.inFlight = record.gauge(load, "in_flight", "requests");
    this.duration = record.histogram(load, "http_req_duration", "ms");
    this.durationOfAll = record.histogram(load, "http_req_duration_all", "ms");
    this.iterationDuration = record.histogram(load, "iteration_duration", "ms");
    const errors = OUTCOMES.filter((outcome) => outcome !== OK);
    this.byOutcome = Object.fromEntries(errors.map((one) => [one, record.counter(load, nameOf(one), "failures")]));
    this.otherErrors = record.counter(load, "other errors", "failures");
  }

  /** An attempt begins. */
  attempt(bytes: number): void {
    this.attempts.add();
    this.sent.add(bytes);
    this.inFlight.add(1);
  }

  /** An attempt has been answered, or given up. */
  answer(outcome: Outcome, took: Micros, bytes: number): void {
    this.inFlight.add(-1);
    this.finished.add();
    this.received.add(bytes);
    this.durationOfAll.observe(took);
    if (outcome === OK) this.duration.observe(took);
    else this.fail(outcome);
  }

  /** A request, or a copy of it, is not waited for any more, after so long. */
  withdraw(took: Micros): void {
    this.inFlight.add(-1);
    this.withdrawn.add();
    this.withdrawnTime.add(took);
  }

  /** Somebody is through, well served or not; `took` has retries and pauses in it. */
  iterate(took: Micros): void {
    this.iterations.add();
    this.iterationDuration.observe(took);
  }

  private fail(outcome: Outcome): void {
    this.failed.add();
    (this.byOutcome[outcome] ?? this.otherErrors).add();
  }
}
