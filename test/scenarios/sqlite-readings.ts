import type { Histogram } from "../../sim/record/histogram.ts";
import type { RunReadings } from "./run-readings.ts";

const MILLISECOND = 1000;

const posts = (run: RunReadings) => run.durations("writers", "http_req_duration");
const waits = (run: RunReadings) => run.durations("db", "lock_wait");
const quantile = (of: (run: RunReadings) => Histogram, p: number) => (run: RunReadings) =>
  of(run).quantile(p) / MILLISECOND;

/** Figures of processes that write to one SQLite file, a post being a hundred inserts. */
export const SQLITE_READINGS: Readonly<Record<string, (run: RunReadings) => number>> = {
  postsPerS: (run) => run.total("writers", "http_reqs") / run.seconds,
  "postMs.mean": (run) => posts(run).mean / MILLISECOND,
  "postMs.p50": quantile(posts, 0.5),
  "postMs.p95": quantile(posts, 0.95),
  lockWaitShare: (run) => waits(run).count / run.total("db", "commits"),
  "lockWaitMs.mean": (run) => waits(run).mean / MILLISECOND,
  "lockWaitMs.p50": quantile(waits, 0.5),
  "lockWaitMs.p95": quantile(waits, 0.95),
};
