import { beforeAll, expect, test } from "vitest";
import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { type Chart, type ChartName, valueAt } from "../../../../ui/web/replay/charts/chart.ts";
import { chartOfSeries, chartsOf } from "../../../../ui/web/replay/charts/chart-table.ts";
import { en } from "../../../../ui/web/words/en.ts";
import { recordedRun } from "./recorded-run.ts";

const SECOND = 1e6;

let cascade: Recording;
let charts: Chart[];
beforeAll(() => {
  cascade = recordedRun("scale-out-cascade");
  charts = chartsOf(cascade, en);
}, 60_000);

const chart = (name: ChartName) => charts.find((each) => each.name === name)!;

test("the cascade has every chart; a server and its callers have no databases, links or refused connections to draw", () => {
  expect(charts.map(({ name }) => name)).toEqual([
    "latency",
    "throughput",
    "connections",
    "pods",
    "queues",
    "bandwidth",
    "failures",
  ]);
  const names = chartsOf(recordedRun("retry-server"), en).map(({ name }) => name);
  expect(names).toEqual(["latency", "throughput", "pods", "queues", "failures"]);
});

test("after the collapse everybody still comes and nobody is served", () => {
  const [offered, served] = chart("throughput").curves;
  const sum = (values: Float32Array) => values.subarray(600, 900).reduce((all, each) => all + each, 0);
  expect(sum(offered!.band(1).mean) / 300).toBeCloseTo(80, -1);
  expect(sum(served!.band(1).mean)).toBe(0);
});

test("the database that ran full has its limit of 59 drawn, and comes to that and the one of an administrator", () => {
  const { curves, thresholds } = chart("connections");
  expect(thresholds).toEqual([{ label: "noti-db max_connections", value: 59 }]);
  const used = curves.find(({ label }) => label === "noti-db Threads_connected")!;
  expect(used.band(1).max.reduce((a, b) => Math.max(a, b))).toBe(60);
});

test("p99 is never under p95, nor that under the median, and all end when nobody is served any more", () => {
  const [median, p95, p99] = chart("latency").curves.map((curve) => curve.band(1).mean);
  let measured = 0;
  for (const [bin, least] of median!.entries()) {
    if (Number.isNaN(least)) continue;
    measured++;
    expect(p95![bin]).toBeGreaterThanOrEqual(least);
    expect(p99![bin]).toBeGreaterThanOrEqual(p95![bin]!);
  }
  expect(measured).toBeGreaterThan(500);
  expect(median!.subarray(700).every((value) => Number.isNaN(value))).toBe(true);
});

test("a check of p(95) is a level on the latency chart of its load", () => {
  const { thresholds } = chartsOf(recordedRun("task-backlog"), en).find(({ name }) => name === "latency")!;
  expect(thresholds).toEqual([{ label: "http_req_duration{load:posts} p(95) < 50ms", value: 50 }]);
});

test("the number at a moment is that of the bin of the recording that the moment is in (point 15)", () => {
  const index = cascade.header.gauges.findIndex(({ path, name }) => path === "noti-db" && name === "Threads_connected");
  const { mean, points } = cascade.bins.gauges[0]!;
  const used = chart("connections").curves.find(({ label }) => label === "noti-db Threads_connected")!;
  for (let second = 0; second < 900; second += 31) {
    const value = valueAt(used, cascade.header.binWidth, (second + 0.7) * SECOND);
    expect(value?.mean).toBe(mean[index * points + second]);
  }
  expect(valueAt(used, cascade.header.binWidth, 900 * SECOND)?.mean).toBe(mean[index * points + 899]);
});

test("a series is found by the name that the hash has for it, and bytes are told as megabits per second", () => {
  const asked = "node proxy-zone-a-3 inbound bytes";
  const found = chartOfSeries(cascade, asked, "evidence")!;
  expect([found.unit, found.thresholds[0]?.value]).toEqual(["Mbit/s", 36]);
  const index = cascade.header.counters.findIndex(({ path, name }) => `${path} ${name}` === asked);
  const { mean, points } = cascade.bins.counters[0]!;
  expect(valueAt(found.curves[0]!, SECOND, 520 * SECOND)?.mean).toBeCloseTo((mean[index * points + 520]! * 8) / 1e6, 4);
  expect(chartOfSeries(cascade, "nobody nothing", "chosen")).toBeUndefined();
});
