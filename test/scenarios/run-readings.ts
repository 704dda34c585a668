import { CONNECTION_RESET, ER_CON_COUNT_ERROR, nameOf } from "../../models/error.ts";
import type { Run } from "../../scenarios/experiment/run.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import type { Metric } from "../../sim/record/recorder.ts";
import { REFUSED, TIMED_OUT } from "../../sim/service.ts";
import { SECOND } from "../../sim/time.ts";
import { COMMIT_READINGS } from "./commit-readings.ts";
import { POLL_READINGS } from "./poll-readings.ts";
import { SQLITE_READINGS } from "./sqlite-readings.ts";
import { STALL_READINGS } from "./stall-readings.ts";
import { UPSTREAM_READINGS } from "./upstream-readings.ts";

/** The figures that the experiments measured, read from a run: callers ask an app through a balancer, and it a db. */
export class RunReadings {
  private readonly run: Run;
  private readonly from: number;
  private readonly until: number;

  /** @param window seconds that count. */
  constructor(run: Run, [from, until]: readonly [number, number]) {
    this.run = run;
    this.from = from;
    this.until = until;
  }

  /** A figure by the name that it has in the experiments. */
  read(figure: string): number {
    const reading = READINGS[figure];
    if (reading === undefined) throw new Error(`nobody knows how to read "${figure}"`);
    return reading(this);
  }

  get seconds(): number {
    return this.until - this.from;
  }

  /** People by the second of their birth, whenever they were answered. */
  get born(): number {
    return this.people("born");
  }

  get good(): number {
    return this.people("good");
  }

  /** Failed attempts that ended with this outcome. */
  failures(outcome: number): number {
    return this.count("callers", nameOf(outcome));
  }

  /** What a counter counted within the window. */
  count(path: string, name: string): number {
    const { counters, counterSeries } = this.record;
    return sum(this.cut(counterSeries[indexIn(counters, path, name)]!.mean));
  }

  /** What a counter counted from the start to the end. */
  total(path: string, name: string): number {
    return this.record.counts[indexIn(this.record.counters, path, name)]!;
  }

  /** The mean of a level over the window. */
  mean(path: string, name: string): number {
    const { gauges, gaugeSeries } = this.record;
    return sum(this.cut(gaugeSeries[indexIn(gauges, path, name)]!.mean)) / this.seconds;
  }

  /** The most that a level reached within the window. */
  most(path: string, name: string): number {
    const { gauges, gaugeSeries } = this.record;
    return Math.max(...this.cut(gaugeSeries[indexIn(gauges, path, name)]!.max));
  }

  /** The share of the seconds of the window at whose end a level was 0. */
  shareAtZero(path: string, name: string): number {
    const { gauges, gaugeSeries } = this.record;
    const levels = this.cut(gaugeSeries[indexIn(gauges, path, name)]!.last);
    return levels.filter((level) => level === 0).length / this.seconds;
  }

  /** The run that is read. */
  get whole(): Run {
    return this.run;
  }

  /** The same run, of which other seconds count. */
  within(window: readonly [number, number]): RunReadings {
    return new RunReadings(this.run, window);
  }

  /** By how much a counter grew in each bin of the recording. */
  growth(path: string, name: string): readonly number[] {
    const { mean, length } = this.record.counterSeries[indexIn(this.record.counters, path, name)]!;
    return [...mean.subarray(0, length)];
  }

  /** Seconds from the start to the first time that a component tells a fact, not before a given one. */
  firstAt(path: string, fact: string, from = 0): number {
    const { components, journal } = this.run.world.sim;
    const entry = journal.entries.find((one) => {
      return one.fact === fact && components[one.component]!.path === path && one.at >= from * SECOND;
    });
    if (entry === undefined) throw new Error(`${path} never tells "${fact}"`);
    return entry.at / SECOND;
  }

  durations(path: string, name: string): Histogram {
    return this.record.histogramData[indexIn(this.record.histograms, path, name)]!;
  }

  private get record() {
    return this.run.world.sim.record;
  }

  private people(column: "born" | "good"): number {
    const { cohorts, cohortData } = this.record;
    return sum(this.cut(cohortData[indexIn(cohorts, "callers", "goodput")]![column]));
  }

  private cut(column: ArrayLike<number>): number[] {
    return Array.from(column).slice(this.from, this.until);
  }
}

type Reading = (run: RunReadings) => number;

const MILLISECOND = 1000;

const READINGS: Readonly<Record<string, Reading>> = {
  ...UPSTREAM_READINGS,
  offeredPerS: (run) => run.born / run.seconds,
  completedPerS: (run) => run.good / run.seconds,
  rejectShare: (run) => 1 - run.good / run.born,
  failShare: (run) => 1 - run.good / run.born,
  share1040: (run) => run.failures(ER_CON_COUNT_ERROR) / run.born,
  shareNoReadyPod: (run) => run.failures(REFUSED) / run.born,
  shareTimeout: (run) => run.failures(TIMED_OUT) / run.born,
  "errors.ER_CON_COUNT_ERROR:1040": (run) => run.failures(ER_CON_COUNT_ERROR),
  ...durationsOf("latencyMs", (run) => run.durations("callers", "http_req_duration")),
  ...durationsOf("poolWaitMs", (run) => run.durations("app/db", "wait")),
  "failedRequestMs.mean": meanOfFailed,
  shareThatWaited(run) {
    const { buckets, count } = run.durations("app/db", "wait");
    return 1 - buckets[0]! / count;
  },
  "poolWaiting.mean": (run) => run.mean("app/db", "pending"),
  readyPodsMean: (run) => run.mean("app", "ready"),
  noReadyPodShareOfTime: (run) => run.shareAtZero("app", "ready"),
  threadsConnectedMean: (run) => run.mean("db", "Threads_connected"),
  connections: (run) => run.total("app/db", "opened"),
  connected: (run) => run.count("callers", "connections_opened"),
  served: (run) => run.good,
  "errors.never connected (40 s)": (run) => run.failures(TIMED_OUT),
  ...durationsOf("connectMs", (run) => run.durations("callers", "http_req_connecting")),
  ...durationsOf("firstByteMs", (run) => run.durations("callers", "http_req_blocked_and_duration")),
  "kernel.TcpEstabResets": (run) => run.failures(CONNECTION_RESET),
  "kernel.TcpRetransSegs": (run) => run.total("network", "Tcp_RetransSegs"),
  // All retransmissions follow a timeout, but for probes.
  "kernel.TcpExtTCPTimeouts": (run) =>
    run.total("network", "Tcp_RetransSegs") - run.total("server", "TcpExt_TCPLossProbes"),
  ...kernelCounters("SyncookiesSent", "SyncookiesRecv", "ListenOverflows", "ListenDrops"),
  ...kernelCounters("TCPReqQFullDoCookies", "TCPReqQFullDrop"),
  connectionErrorsMaxConnections: (run) => run.total("db", "Connection_errors_max_connections"),
  ...POLL_READINGS,
  ...COMMIT_READINGS,
  ...SQLITE_READINGS,
  ...STALL_READINGS,
  // MariaDB counts as aborted whoever does not get in, refused before the login or after it.
  abortedConnects: (run) => run.total("db", "Connection_errors_max_connections") + run.total("db", "Aborted_connects"),
};

function durationsOf(name: string, histogramOf: (run: RunReadings) => Histogram): Record<string, Reading> {
  const quantile = (p: number) => (run: RunReadings) => histogramOf(run).quantile(p) / MILLISECOND;
  return {
    [`${name}.mean`]: (run) => histogramOf(run).mean / MILLISECOND,
    [`${name}.p50`]: quantile(0.5),
    [`${name}.p95`]: quantile(0.95),
    [`${name}.p99`]: quantile(0.99),
    [`${name}.max`]: quantile(1),
  };
}

function kernelCounters(...names: string[]): Record<string, Reading> {
  return Object.fromEntries(
    names.map((name) => [`kernel.TcpExt${name}`, (run: RunReadings) => run.total("server", `TcpExt_${name}`)]),
  );
}

function meanOfFailed(run: RunReadings): number {
  const all = run.durations("callers", "http_req_duration_all");
  const good = run.durations("callers", "http_req_duration");
  return (all.sum - good.sum) / Math.max(1, all.count - good.count) / MILLISECOND;
}

function indexIn(metrics: readonly Metric[], path: string, name: string): number {
  const index = metrics.findIndex((metric) => metric.path === path && metric.name === name);
  if (index < 0) throw new Error(`"${path}" does not measure "${name}"`);
  return index;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
