import type { SeriesName } from "../../../../scenarios/recording/bins.ts";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { SECOND } from "../../../../sim/time.ts";
import type { Words } from "../../words/en.ts";
import type { Chart, Threshold } from "./chart.ts";
import { type Curve, derivedCurve, recordedCurve } from "./curve.ts";
import { quantileCurves } from "./quantiles.ts";
import { limitsOf, thresholdsOf } from "./thresholds.ts";

/** So many curves can still be told apart. */
const MOST_CURVES = 4;
const QUANTILES = [0.5, 0.95, 0.99];

/** A metric and its place in the tables of a recording. */
export interface Recorded {
  readonly series: SeriesName;
  readonly path: string;
  readonly name: string;
  readonly unit: string;
}

/** The charts that a run gets, in this order; one that has nothing to draw is left out. */
const TABLE: readonly ((recording: Recording, say: Words) => Chart)[] = [
  latencyChart,
  throughputChart,
  connectionsChart,
  podsChart,
  queuesChart,
  bandwidthChart,
  failuresChart,
];

/** The charts that follow from what a run has recorded. */
export function chartsOf(recording: Recording, say: Words): Chart[] {
  return TABLE.map((chart) => chart(recording, say)).filter(({ curves }) => curves.length > 0);
}

/** A chart of one series that somebody has asked for; undefined if there is none of that name. */
export function chartOfSeries(recording: Recording, asked: string, name: "evidence" | "chosen"): Chart | undefined {
  const found = recordedIn(recording).find((each) => nameOf(each) === asked);
  if (found === undefined) return undefined;
  const { unit, factor } = unitOf(found, recording);
  return {
    name,
    unit,
    step: recording.header.binWidth,
    curves: [recordedCurve(recording, found.series, asked, { factor })],
    thresholds: [...limitsOf(recording, [found.path]), ...thresholdsOf(recording, found.name, [found.path])],
  };
}

/** Everything that was recorded over time. */
export function recordedIn({ header }: Recording): Recorded[] {
  const table = (type: SeriesName["type"], metrics: typeof header.gauges | typeof header.counters) =>
    metrics.map(({ path, name, unit }, index): Recorded => ({ series: { type, index }, path, name, unit }));
  return [...table("gauge", header.gauges), ...table("counter", header.counters)];
}

/** "noti-db Threads_connected": a series as the hash names it. */
export function nameOf({ path, name }: Pick<Recorded, "path" | "name">): string {
  return `${path} ${name}`;
}

function latencyChart(recording: Recording): Chart {
  const { histograms, binWidth } = recording.header;
  const loads = recording.result.loads.map(({ path }) => path);
  const meant = [...histograms.keys()].filter((at) => {
    const { path, name } = histograms[at]!;
    return name === "http_req_duration" && loads.includes(path);
  });
  return {
    name: "latency",
    unit: "ms",
    step: binWidth,
    isLog: true,
    curves: meant.length === 0 ? [] : quantileCurves(recording, meant, QUANTILES),
    thresholds: thresholdsOf(recording, "http_req_duration", loads),
  };
}

/** People who came and people who got what they want, by the second in which they came. */
function throughputChart({ result }: Recording, say: Words): Chart {
  const loads = result.loads.map(({ path }) => path);
  const totals = result.goodput.filter(({ path, name }) => name === "goodput" && loads.includes(path));
  const length = Math.floor(result.reached / SECOND);
  const sum = (column: "born" | "good") =>
    Float32Array.from({ length }, (_, second) => totals.reduce((all, total) => all + (total[column][second] ?? 0), 0));
  const curves = [derivedCurve(say.offered, sum("born"), { isDashed: true }), derivedCurve(say.served, sum("good"))];
  return {
    name: "throughput",
    unit: "/s",
    step: SECOND,
    isGapFilled: true,
    curves: totals.length === 0 ? [] : curves,
    thresholds: [],
  };
}

function connectionsChart(recording: Recording): Chart {
  const names = ["Threads_connected", "connected_clients", "open"];
  const chart = highest(recording, "connections", (each) => names.includes(each.name));
  const paths = chart.of.map(({ path }) => path);
  const limits = [...limitsOf(recording, paths), ...names.flatMap((name) => thresholdsOf(recording, name, paths))];
  return { ...chart, thresholds: limits };
}

/** Ready pods of the deployments whose number changes most, and how many there should be. */
function podsChart(recording: Recording): Chart {
  const all = recordedIn(recording);
  const deployments = all.filter(({ name }) => name === "replicas").map(({ path }) => path);
  const ready = all.filter(({ name, path }) => name === "ready" && deployments.includes(path));
  const told = [...ready]
    .sort((a, b) => rangeOf(recording, b) - rangeOf(recording, a))
    .slice(0, MOST_CURVES / 2)
    .flatMap((each) => [each, all.find(({ name, path }) => name === "replicas" && path === each.path)!]);
  return {
    name: "pods",
    unit: "pods",
    step: recording.header.binWidth,
    curves: told.map((each) =>
      recordedCurve(recording, each.series, nameOf(each), { isDashed: each.name === "replicas" }),
    ),
    thresholds: thresholdsOf(recording, "ready", deployments),
  };
}

function queuesChart(recording: Recording): Chart {
  const names = ["waiting", "waiters", "pending", "queued", "qcur", "llen", "accept_queue"];
  const isQueue = ({ series, name, unit }: Recorded) =>
    series.type === "gauge" && names.includes(name) && unit !== "pods";
  const chart = highest(recording, "queues", isQueue);
  const paths = chart.of.map(({ path }) => path);
  return { ...chart, thresholds: names.flatMap((name) => thresholdsOf(recording, name, paths)) };
}

/** Traffic of the links that carry most, against what each can carry where the run has come to it. */
function bandwidthChart(recording: Recording): Chart {
  const chart = highest(recording, "bandwidth", ({ name, path }) => name === "bytes" && path.endsWith("bound"));
  const limits = limitsOf(
    recording,
    chart.of.map(({ path }) => path),
  );
  return { ...chart, thresholds: limits };
}

function failuresChart(recording: Recording): Chart {
  return highest(recording, "failures", ({ series, unit }) => series.type === "counter" && unit === "failures");
}

/** A chart of those series that rise highest; none of those that never leave zero. */
function highest(recording: Recording, name: Chart["name"], isMeant: (each: Recorded) => boolean) {
  const found = recordedIn(recording)
    .filter(isMeant)
    .map((each) => ({ each, most: mostOf(recording, each) }))
    .filter(({ most }) => most > 0)
    .sort((a, b) => b.most - a.most)
    .slice(0, MOST_CURVES)
    .map(({ each }) => each);
  const { unit, factor } = found[0] === undefined ? { unit: "", factor: 1 } : unitOf(found[0], recording);
  const curves: Curve[] = found.map((each) =>
    recordedCurve(recording, each.series, name === "failures" ? each.name : nameOf(each), { factor }),
  );
  const thresholds: Threshold[] = [];
  return { name, unit, step: recording.header.binWidth, curves, thresholds, of: found };
}

/** Counters are told per second, and bytes as megabits. */
function unitOf({ series, unit }: Recorded, { header }: Recording): { unit: string; factor: number } {
  if (series.type === "gauge") return { unit, factor: 1 };
  const perSecond = SECOND / header.binWidth;
  return unit === "bytes"
    ? { unit: "Mbit/s", factor: (perSecond * 8) / 1e6 }
    : { unit: `${unit}/s`, factor: perSecond };
}

function mostOf(recording: Recording, { series }: Recorded): number {
  return recordedCurve(recording, series, "")
    .band(topSpan(recording))
    .max.reduce((a, b) => Math.max(a, b), 0);
}

function rangeOf(recording: Recording, { series }: Recorded): number {
  const { min, max } = recordedCurve(recording, series, "").band(topSpan(recording));
  return max.reduce((a, b) => Math.max(a, b), 0) - min.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/** The level at which a whole series is a few points. */
function topSpan({ header }: Recording): number {
  return Math.max(1, header.bins);
}
