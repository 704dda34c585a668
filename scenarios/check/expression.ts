import type { Micros } from "../../sim/time.ts";

/**
 * What must hold of a run, in words.
 *
 * | a check | holds when |
 * |--|--|
 * | `http_req_failed{load:load-test} rate < 1%` | k6's threshold holds of the whole run; without tags if there is one load |
 * | `http_req_duration{load:load-test} p(95) < 6s` | a bare number is milliseconds, as in k6; also avg, min, max, med |
 * | `wait{component:api} p(99) < 200` | any duration of any component |
 * | `Threads_connected(noti-db) <= 300` | at every instant of the run; `max(...)`, `min(...)`, `mean(...)`, `last(...)` reduce it |
 * | `ready(proxysql) >= 50% for all of 2m..15m` | at every instant of the window; `%` is of the natural whole |
 * | `ConnUsed(proxysql) <= 90% of max_connections` | `of` names a setting or another level of the same component |
 * | `goodput(load-test) < 5% for 60s within 4m..12m` | throughout some stretch of that length in the window |
 * | `goodput(load-test, zone-a) >= 95%` | of all requests of the run; with a window, of every five seconds of birth |
 * | `drops(nodes) == 0 within 5m..10m` | in total over the window or the run; `rate(drops(nodes)) < 10/s` per second |
 * | `outage(load-test) < complete within 4m..12m` | none < partial < complete |
 * | `recovered(load-test) within 2m of 12m30s` | from within the limit on, goodput is at least 95 % for 30 s |
 */
export type Check = Threshold | State | Recovery;

/** A threshold as k6 writes it: over the whole run. */
export interface Threshold {
  readonly form: "threshold";
  readonly operand: Operand;
  readonly aggregate: Aggregate;
  readonly comparison: Comparison;
}

/** A statement about what was the case over time. */
export interface State {
  readonly form: "state";
  readonly operand: Operand;
  readonly reduction: Reduction;
  readonly comparison: Comparison;
  readonly during: During;
}

/**
 * A number that a run gives, in words: what stands left of the comparison of a check, or when something is first so.
 *
 * | a measure | in |
 * |--|--|
 * | `http_reqs{load:k6} rate` | as in a threshold |
 * | `max(Threads_connected(noti-db)) within 1m..2m`, `drops(nodes)`, `goodput(load-test)` | as in a check |
 * | `first(queue_limit_errors(api) > 0)` | time from the start until it is first so, on the recording grid |
 * | `Com_select(db001) / Questions(proxysql)` | one number per another |
 */
export interface Measure {
  readonly number: NumberOf;
  readonly per: NumberOf | undefined;
}

/** One number of a run. */
export type NumberOf = ThresholdNumber | StateNumber | FirstTime;

export type ThresholdNumber = Omit<Threshold, "comparison">;
export type StateNumber = Omit<State, "comparison">;

/** When something is first the case. */
export interface FirstTime extends Condition {
  readonly form: "first";
}

/** The load is served again within a limit after a moment. */
export interface Recovery {
  readonly form: "recovery";
  readonly operand: Operand;
  readonly limit: Micros;
  readonly since: Micros;
}

/** What is the case at an instant: the condition of a timeline entry. */
export interface Condition {
  readonly operand: Operand;
  readonly comparison: Comparison;
}

/** A word of the text and where it stands, so that a name nobody knows can be pointed at. */
export interface Name {
  readonly text: string;
  readonly at: number;
}

/** A metric of a component; the qualifiers are a zone, a class of requests, or both. */
export interface Operand {
  readonly metric: Name;
  /** Undefined stands for the only load there is. */
  readonly component: Name | undefined;
  readonly qualifiers: readonly Name[];
}

export const AGGREGATES = ["avg", "min", "max", "med", "count", "rate", "value"] as const;
export type Aggregate =
  | { readonly name: (typeof AGGREGATES)[number] }
  | { readonly name: "p"; readonly percent: number };

export const REDUCTIONS = ["max", "min", "mean", "last", "rate"] as const;
/** "each": every instant for a level, the total for a counter. */
export type Reduction = (typeof REDUCTIONS)[number] | "each";

export const COMPARATORS = ["<", "<=", ">", ">=", "==", "!="] as const;
export type Comparator = (typeof COMPARATORS)[number];

export interface Comparison {
  readonly comparator: Comparator;
  /** The number or word on the right, with its unit, as written. */
  readonly value: Name;
  /** What a percentage is a share of, if the text says so. */
  readonly of: Name | undefined;
}

/** The part of the run that is meant. Times count from the start of the run. */
export type During =
  | { readonly sort: "run" }
  | { readonly sort: "all" | "total"; readonly from: Micros; readonly until: Micros }
  | { readonly sort: "stretch"; readonly length: Micros; readonly from: Micros; readonly until: Micros };
