import { Executor } from "../../models/k6/executor.ts";
import { Load } from "../../models/load/load.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import type { Metric } from "../../sim/record/recorder.ts";
import type { Micros } from "../../sim/time.ts";
import type {
  Counts,
  Levels,
  MetricSort,
  Moment,
  OfferedMetric,
  Offers,
  Ratio,
  Readings,
  Selector,
} from "../check/readings.ts";
import type { ScenarioWorld } from "./build-world.ts";
import type { Goodput } from "./outage.ts";

/** The name under which the network interfaces of all nodes are measured together. */
export const NODES = "nodes";
/** Levels that 100 % of something is, by the name of the metric. */
const WHOLES: Readonly<Record<string, string>> = {
  ready: "replicas",
  running: "replicas",
  pending: "replicas",
  Threads_connected: "max_connections",
};

/** Counters of a load that are a share of its requests: k6's metrics of type Rate. */
const SHARES = ["http_req_failed", "checks"];

const SORTS: Readonly<Record<"counter" | "gauge" | "histogram", MetricSort>> = {
  counter: "counter",
  gauge: "level",
  histogram: "duration",
};

/** What can be read of a world at any instant; where each level stands is looked up once. */
export function momentOf(world: ScenarioWorld): Moment {
  const indices = new Map<string, number>();
  const indexOf = (of: Selector) => {
    const key = `${pathOf(of)} ${of.metric}`;
    const index = indices.get(key) ?? gaugeOf(world, of);
    indices.set(key, index);
    return index;
  };
  return Object.freeze({
    offers: offersOf(world),
    level: (of: Selector) => world.sim.record.gaugeColumns.value[indexOf(of)],
    setting: (name: string, component: string) => settingsOf(world, component)[name],
  });
}

/** What a run has left behind for its checks. */
export function readingsOf(world: ScenarioWorld): Readings {
  return {
    offers: offersOf(world),
    end: world.sim.now,
    lengthOf: (component) => lengthOf(world, component),
    levels: (of) => levelsOf(world, of),
    counts: (of) => countsOf(world, of),
    durations: (of) => durationsOf(world, of),
    ratio: (of) => ratioOf(world, of),
    goodput: (of) => goodputIn(world, of),
    setting: (name, component) => settingsOf(world, component)[name],
  };
}

/** Everything that checks and conditions may name in a world. */
export function offersOf(world: ScenarioWorld): Offers {
  const { record } = world.sim;
  const components = [...world.built.keys()];
  const metrics: OfferedMetric[] = [];
  const offer = ({ path, name, unit, type }: Metric) => {
    if (type === "cohort" || !components.includes(path)) return;
    metrics.push({ name, component: path, sort: sortOf(path, name, type, world), unit, whole: WHOLES[name] });
  };
  for (const metric of [...record.gauges, ...record.counters, ...record.histograms]) offer(metric);
  metrics.push({ name: "drops", component: NODES, sort: "counter", unit: "packets" });
  return {
    components: [...components, NODES],
    loads: components.filter((path) => isLoad(world, path)),
    zones: world.zones,
    classes: world.classes.map(({ name }) => name),
    metrics,
    settings: components.flatMap((component) =>
      Object.keys(settingsOf(world, component)).map((name) => ({ name, component })),
    ),
  };
}

function sortOf(path: string, name: string, type: "counter" | "gauge" | "histogram", world: ScenarioWorld): MetricSort {
  return SHARES.includes(name) && isLoad(world, path) ? "ratio" : SORTS[type];
}

function isLoad(world: ScenarioWorld, path: string): boolean {
  return world.built.get(path)?.component instanceof Load;
}

/** A test run of k6 ends with its last iteration, whatever goes on around it. */
function lengthOf(world: ScenarioWorld, path: string): Micros {
  const component = world.built.get(path)?.component;
  const source = component instanceof Load ? component.source : undefined;
  return (source instanceof Executor ? source.duration : undefined) ?? world.sim.now;
}

function pathOf({ component, zone }: Selector): string {
  return zone === undefined ? component : `${component}/${zone}`;
}

function gaugeOf(world: ScenarioWorld, of: Selector): number {
  return indexIn(world.sim.record.gauges, pathOf(of), of.metric);
}

function indexIn(metrics: readonly Metric[], path: string, name: string): number {
  return metrics.findIndex((metric) => metric.path === path && metric.name === name);
}

function levelsOf(world: ScenarioWorld, of: Selector): Levels | undefined {
  const { record } = world.sim;
  const series = record.gaugeSeries[gaugeOf(world, of)];
  if (series === undefined) return undefined;
  const cut = (column: Float32Array) => column.subarray(0, series.length);
  const { mean, min, max, last } = series;
  return { binWidth: record.binWidth, mean: cut(mean), min: cut(min), max: cut(max), last: cut(last) };
}

function countsOf(world: ScenarioWorld, of: Selector): Counts | undefined {
  const { record } = world.sim;
  const indices = of.component === NODES ? dropsOf(world, of.zone) : [indexIn(record.counters, pathOf(of), of.metric)];
  if (indices.includes(-1)) return undefined;
  const amounts = new Float64Array(record.bins);
  let total = 0;
  for (const index of indices) {
    total += record.counts[index]!;
    const { mean } = record.counterSeries[index]!;
    for (let bin = 0; bin < record.bins; bin++) amounts[bin] = amounts[bin]! + mean[bin]!;
  }
  return { binWidth: record.binWidth, amounts, total };
}

/** The counters of dropped packets of every node, or of those in one zone. */
function dropsOf(world: ScenarioWorld, zone: string | undefined): number[] {
  const wanted = zone === undefined ? -1 : world.zones.indexOf(zone);
  const nodes = world.nodes.filter((node) => wanted < 0 || node.zone === wanted);
  return nodes.flatMap(({ inbound, outbound }) =>
    [inbound, outbound].map(({ path }) => indexIn(world.sim.record.counters, path, "dropped")),
  );
}

function durationsOf(world: ScenarioWorld, of: Selector): Histogram | undefined {
  const { record } = world.sim;
  return record.histogramData[indexIn(record.histograms, pathOf(of), of.metric)];
}

function ratioOf(world: ScenarioWorld, of: Selector): Ratio | undefined {
  const hits = countsOf(world, of);
  const total = countsOf(world, { ...of, metric: "http_reqs" });
  return hits === undefined || total === undefined ? undefined : { hits: hits.total, total: total.total };
}

function goodputIn(world: ScenarioWorld, of: Selector): Goodput | undefined {
  const { record } = world.sim;
  const name = of.class === undefined ? "goodput" : `goodput of ${of.class}`;
  const cohort = record.cohortData[indexIn(record.cohorts, pathOf(of), name)];
  if (cohort === undefined) return undefined;
  return { born: cohort.born.subarray(0, cohort.length), good: cohort.good.subarray(0, cohort.length) };
}

/** Options of a component that are plain numbers. */
function settingsOf(world: ScenarioWorld, component: string): Record<string, Micros> {
  const options = world.settings.get(component) ?? {};
  return Object.fromEntries(Object.entries(options).filter((entry) => typeof entry[1] === "number"));
}
