import type { Histogram } from "../../sim/record/histogram.ts";
import type { RunReadings } from "./run-readings.ts";

const MILLISECOND = 1000;
const INSERTS = 20;

const iterations = (run: RunReadings) => run.durations("callers", "http_req_duration");
const quantile = (of: (run: RunReadings) => Histogram, p: number) => (run: RunReadings) =>
  of(run).quantile(p) / MILLISECOND;
const failed = (run: RunReadings) => run.count("callers", "http_req_failed");
const ended = (run: RunReadings) => run.count("callers", "http_reqs");

/** Figures of users who connect, insert twenty rows that each commit by themselves, and hang up. */
export const COMMIT_READINGS: Readonly<Record<string, (run: RunReadings) => number>> = {
  attemptedPerS: (run) => ended(run) / run.seconds,
  succeededPerS: (run) => (ended(run) - failed(run)) / run.seconds,
  "iterationMs.mean": (run) => iterations(run).mean / MILLISECOND,
  "iterationMs.p50": quantile(iterations, 0.5),
  "iterationMs.p95": quantile(iterations, 0.95),
  "iterationMs.p99": quantile(iterations, 0.99),
  // What is left of an iteration after the login.
  "insertMs.mean": (run) => (iterations(run).mean - run.durations("app/db", "wait").mean) / INSERTS / MILLISECOND,
  threadsConnectedMax: (run) => run.most("db", "Threads_connected"),
};
