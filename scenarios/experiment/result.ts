import type { Micros } from "../../sim/time.ts";
import type { OutageClass } from "./outage.ts";
import type { Fact } from "./story.ts";

/** The version of the result format; it changes when a reader of the old one would misread the new one. */
export const RESULT_FORMAT = "brownout-result/1";

/** Which run of which scenario this is: what is needed to repeat it bit by bit. */
export interface RunIdentity {
  readonly scenario: string;
  readonly title: string;
  readonly variant: string | null;
  /** Changes from the command line, "path=value", in order. */
  readonly overrides: readonly string[];
  readonly seed: string;
  readonly replication: number;
  /** Fingerprint of the text of the scenario file and of what was read with it. */
  readonly inputHash: string;
}

/** A component, or a pod of one. */
export interface ComponentEntry {
  readonly path: string;
  readonly kind: string;
}

/** A number that only grows. */
interface CounterTotal {
  readonly path: string;
  readonly name: string;
  readonly unit: string;
  readonly count: number;
}

/** A level: its mean weighted by time, its extremes over the run, and its value at the end. */
interface GaugeTotal {
  readonly path: string;
  readonly name: string;
  readonly unit: string;
  readonly mean: number;
  readonly last: number;
}

/** Durations, in milliseconds. Quantiles are by nearest rank, to 0.4 %. */
interface DurationTotal {
  readonly path: string;
  readonly name: string;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Requests by the second of their birth; `path` is a load, or a load and a zone ("load-test/zone-a"). */
export interface GoodputTotal {
  readonly path: string;
  readonly name: string;
  readonly born: readonly number[];
  readonly good: readonly number[];
}

/** One metric over the bins of the recording. */
export interface SeriesEntry {
  readonly path: string;
  readonly name: string;
  readonly unit: string;
  readonly type: "counter" | "gauge";
  readonly mean: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** How one load fared. */
export interface LoadSummary {
  readonly path: string;
  readonly people: number;
  /** Share of the people born in the run who were served well in the end. */
  readonly goodput: number | null;
  readonly outage: OutageClass;
  /** The worst stretch: goodput under 5 % (complete) or under 90 % (partial), in seconds of the run. */
  readonly worst: { readonly from: number; readonly until: number } | null;
  /** Failed attempts by reason, most frequent first. */
  readonly failures: readonly { readonly reason: string; readonly count: number }[];
}

/** A failed attempt and the journal entry that made it fail; null where its own drawn demand was too long. */
export interface FailedAttempt {
  readonly load: string;
  readonly at: Micros;
  readonly reason: string;
  readonly class: string;
  readonly zone: string | null;
  readonly because: number | null;
}

/** How a check came out. */
export interface CheckResult {
  readonly check: string;
  readonly holds: boolean;
  readonly measured: number | null;
  readonly limit: number;
  readonly unit: string;
  readonly firstBroken: Micros | null;
  /** There was nothing to judge. */
  readonly vacuous: boolean;
  /** The run ended before it was decided. */
  readonly censored: boolean;
  /** The journal entry that held when it was first broken. */
  readonly because: number | null;
}

/** A figure that was reported of the real thing, what a run gives for it, and what is close enough; all in `unit`. */
export interface ReportedResult {
  readonly measure: string;
  /** Null if nothing was measured. */
  readonly measured: number | null;
  readonly unit: string;
  /** Null where a range was reported. */
  readonly is: number | null;
  readonly low: number;
  readonly high: number;
}

/** A component's hard limit, and when it was first reached. */
export interface LimitSummary {
  readonly component: string;
  readonly at: Micros;
  readonly text: string;
  /** People who came per second, over the ten seconds before. */
  readonly peoplePerSecond: number;
}

/** New pods of one scale-out. */
export interface ScaleOutSummary {
  readonly deployment: string;
  readonly at: Micros;
  readonly newPods: number;
  readonly everReady: number;
}

/**
 * Everything a run leaves behind, as plain data: the only thing that the outside world reads.
 * Times are microseconds of simulated time unless the name says otherwise.
 */
export interface RunResult {
  readonly format: typeof RESULT_FORMAT;
  readonly engine: string;
  readonly run: RunIdentity;
  /** How far the run came; less than `duration` if it was interrupted. */
  readonly reached: Micros;
  readonly duration: Micros;
  readonly binWidth: Micros;
  readonly components: readonly ComponentEntry[];
  readonly loads: readonly LoadSummary[];
  readonly scaleOuts: readonly ScaleOutSummary[];
  readonly limits: readonly LimitSummary[];
  readonly checks: readonly CheckResult[];
  readonly reported: readonly ReportedResult[];
  /** What the file expects of its checks, and whether it came out so. */
  readonly expect: "holds" | "fails";
  readonly asExpected: boolean;
  readonly verdict: string;
  readonly counters: readonly CounterTotal[];
  readonly gauges: readonly GaugeTotal[];
  readonly durations: readonly DurationTotal[];
  readonly goodput: readonly GoodputTotal[];
  readonly series: readonly SeriesEntry[];
  readonly journal: readonly Fact[];
  /** Entries beyond the limit of the journal, which are not in it. */
  readonly journalOverflow: number;
  readonly failedAttempts: readonly FailedAttempt[];
  /** Fingerprint of the totals and the journal: the same with and without recording. */
  readonly totalsDigest: string;
  /** Fingerprint of all above. */
  readonly digest: string;
  /** What the run cost. Outside the digest. */
  readonly cost: {
    readonly events: number;
    readonly requests: number;
    readonly attempts: number;
    readonly cpuSeconds: number | null;
  };
}
