import type {
  Counts,
  Durations,
  Levels,
  Offers,
  Ratio,
  Readings,
  Selector,
} from "../../../scenarios/check/readings.ts";
import type { Goodput } from "../../../scenarios/experiment/outage.ts";
import { SECOND } from "../../../sim/time.ts";

/** What the small system of these tests offers: a load, a proxy deployment, a database and the nodes. */
export const OFFERS: Offers = {
  components: ["load-test", "proxysql", "noti-db", "nodes"],
  loads: ["load-test"],
  zones: ["zone-a", "zone-c"],
  classes: ["feed", "notify"],
  metrics: [
    { name: "http_req_duration", component: "load-test", sort: "duration", unit: "ms" },
    { name: "http_req_failed", component: "load-test", sort: "ratio", unit: "%" },
    { name: "http_reqs", component: "load-test", sort: "counter", unit: "requests" },
    { name: "data_received", component: "load-test", sort: "counter", unit: "bytes" },
    { name: "vus", component: "load-test", sort: "level", unit: "users" },
    { name: "ready", component: "proxysql", sort: "level", unit: "pods", whole: "replicas" },
    { name: "replicas", component: "proxysql", sort: "level", unit: "pods" },
    { name: "Threads_connected", component: "noti-db", sort: "level", unit: "connections", whole: "max_connections" },
    { name: "drops", component: "nodes", sort: "counter", unit: "packets" },
  ],
  settings: [{ name: "max_connections", component: "noti-db" }],
};

/** What was measured: one number for each second, from the start. */
export interface Measured {
  readonly seconds: number;
  readonly levels?: Readonly<Record<string, readonly number[]>>;
  readonly counts?: Readonly<Record<string, readonly number[]>>;
  readonly durations?: Durations;
  readonly failed?: Ratio;
  /** By zone or class, or "" for all. */
  readonly goodput?: Readonly<Record<string, Goodput>>;
  readonly settings?: Readonly<Record<string, number>>;
}

/** Readings made by hand. */
export function readings(measured: Measured, offers: Offers = OFFERS): Readings {
  return {
    offers,
    end: measured.seconds * SECOND,
    lengthOf: () => measured.seconds * SECOND,
    levels: ({ metric }) => levelsOf(measured.levels?.[metric]),
    counts: ({ metric }) => countsOf(measured.counts?.[metric]),
    durations: () => measured.durations,
    ratio: () => measured.failed,
    goodput: (selector: Selector) => measured.goodput?.[selector.zone ?? selector.class ?? ""],
    setting: (name) => measured.settings?.[name],
  };
}

function levelsOf(values: readonly number[] | undefined): Levels | undefined {
  return values && { binWidth: SECOND, mean: values, min: values, max: values, last: values };
}

function countsOf(amounts: readonly number[] | undefined): Counts | undefined {
  return amounts && { binWidth: SECOND, amounts, total: amounts.reduce((sum, amount) => sum + amount, 0) };
}

/** Stretches of seconds with one value each: `seconds([60, 10], [30, 0])` is 10 for a minute, then 0 for half of one. */
export function seconds(...stretches: readonly (readonly [length: number, value: number])[]): number[] {
  return stretches.flatMap(([length, value]) => Array.from({ length }, () => value));
}

/** A hundred requests born in each second, and so many of them good. */
export function goodOfHundred(...stretches: readonly (readonly [length: number, good: number])[]): Goodput {
  const good = seconds(...stretches);
  return { born: good.map(() => 100), good };
}
