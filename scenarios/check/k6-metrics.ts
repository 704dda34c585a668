import type { MetricSort } from "./readings.ts";

/** A metric that k6 measures of a load, with k6's name, meaning and unit. */
export interface K6Metric {
  readonly name: string;
  readonly sort: MetricSort;
  readonly unit: string;
  readonly about: string;
}

/** The metrics of k6 that a load has as well. Source: k6 `metrics/builtin.go`. */
export const K6_METRICS: readonly K6Metric[] = [
  { name: "http_reqs", sort: "counter", unit: "requests", about: "Requests finished, failed ones included." },
  {
    name: "http_req_duration",
    sort: "duration",
    unit: "ms",
    about: "Sending, waiting and receiving; without DNS look-up, connecting and waiting for a connection.",
  },
  {
    name: "http_req_failed",
    sort: "ratio",
    unit: "%",
    about: "Share of requests answered with an error or not at all.",
  },
  { name: "iterations", sort: "counter", unit: "iterations", about: "Full runs of what one user does." },
  {
    name: "dropped_iterations",
    sort: "counter",
    unit: "iterations",
    about: "Iterations that did not start because every user was busy.",
  },
  {
    name: "iteration_duration",
    sort: "duration",
    unit: "ms",
    about: "One full run of what a user does, sleep included.",
  },
  { name: "vus", sort: "level", unit: "users", about: "Users that are active." },
  { name: "vus_max", sort: "level", unit: "users", about: "Users that have been started." },
  { name: "checks", sort: "ratio", unit: "%", about: "Share of checks on answers that were right." },
  { name: "data_received", sort: "counter", unit: "bytes", about: "Bytes received." },
  { name: "data_sent", sort: "counter", unit: "bytes", about: "Bytes sent." },
];
