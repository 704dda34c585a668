import type { Micros } from "../../sim/time.ts";
import type { Goodput } from "../experiment/outage.ts";

/** level: what is the case at an instant; counter: what has happened so often; ratio: a share of all; duration: how long it took. */
export type MetricSort = "level" | "counter" | "ratio" | "duration";

/** A metric that a world has, by the product's name for it. */
export interface OfferedMetric {
  readonly name: string;
  readonly component: string;
  readonly sort: MetricSort;
  readonly unit: string;
  /** What 100 % of it is: a setting or a level of the same component, such as "max_connections"; undefined if nothing is. */
  readonly whole?: string | undefined;
}

/** Everything that a check may name in a world. k6's metrics and `goodput` are offered by every load. */
export interface Offers {
  readonly components: readonly string[];
  readonly loads: readonly string[];
  readonly zones: readonly string[];
  readonly classes: readonly string[];
  readonly metrics: readonly OfferedMetric[];
  /** Numbers of a component that do not change, such as "max_connections". */
  readonly settings: readonly { readonly name: string; readonly component: string }[];
}

/** One metric of one component, of one zone or class of requests if given. */
export interface Selector {
  readonly metric: string;
  readonly component: string;
  readonly zone?: string | undefined;
  readonly class?: string | undefined;
}

/** A level over the bins of a recording. */
export interface Levels {
  readonly binWidth: Micros;
  readonly mean: ArrayLike<number>;
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
  /** The value at the end of each bin. */
  readonly last: ArrayLike<number>;
}

/** How often something happened in each bin of a recording, and in all. */
export interface Counts {
  readonly binWidth: Micros;
  readonly amounts: ArrayLike<number>;
  readonly total: number;
}

/** How long something took, over the whole run. Times in microseconds. */
export interface Durations {
  readonly count: number;
  readonly mean: Micros;
  readonly min: Micros;
  readonly max: Micros;
  quantile(share: number): Micros;
}

/** How many of all had the property. */
export interface Ratio {
  readonly hits: number;
  readonly total: number;
}

/** What a run leaves behind for its checks. Undefined stands for "not measured". */
export interface Readings {
  readonly offers: Offers;
  /** How long the run lasted. */
  readonly end: Micros;
  /** The time that rates of a component are per: the run, or for a test run of k6 as long as that lasted. */
  lengthOf(component: string): Micros;
  levels(of: Selector): Levels | undefined;
  counts(of: Selector): Counts | undefined;
  durations(of: Selector): Durations | undefined;
  ratio(of: Selector): Ratio | undefined;
  /** Requests by the second of their birth, and how many of each second's ended well. */
  goodput(of: Selector): Goodput | undefined;
  setting(name: string, component: string): number | undefined;
}

/** What is the case now, for conditions in the timeline. */
export interface Moment {
  readonly offers: Offers;
  level(of: Selector): number | undefined;
  setting(name: string, component: string): number | undefined;
}
