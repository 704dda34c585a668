import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { type Run, run } from "../../scenarios/experiment/run.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import { interpolated } from "../../scenarios/statistics/percentile.ts";
import { SECOND } from "../../sim/time.ts";
import { RunReadings } from "./run-readings.ts";

const FILE = "keepalived-failover.yaml";
const INPUT = {
  file: FILE,
  text: readFileSync(new URL(`../../scenarios/${FILE}`, import.meta.url), "utf8"),
  attachments: new Map<string, string | null>(),
};

const REPLICATIONS = 2000;
/** Of a variant, whose figures `brownout cases` holds to the same number as those of the scenario. */
const REPLICATIONS_OF_VARIANT = 300;

/** What one failover came to; times in seconds. */
interface Failover {
  /** How long nobody who held the address had a process that runs. */
  readonly outage: number;
  /** X: from the kill to the end of the next check. */
  readonly untilCheck: number;
  /** Y: age of the last advert of full priority when the check counts as failed. */
  readonly advertAge: number;
  readonly discarded: number;
  /** Of the client: failed attempts, and the longest time from one success to the next. */
  readonly errors: number;
  readonly gap: number;
}

function failovers(replications: number, variant?: string): Failover[] {
  const { scenario, problems } = loadInput(INPUT, { variant, overrides: [] });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return Array.from({ length: replications }, (_, replication) => {
    const read = new RunReadings(run(scenario, { replication, record: false }), [0, 40]);
    const killed = read.firstAt(variant === "host-dies" ? "server1" : "proxysql1", "stopped");
    const master = read.firstAt("server2", "became-master");
    const declared = variant === "host-dies" ? killed : read.firstAt("server1", "check-failing");
    return {
      outage: read.durations("vip", "downtime").max / SECOND,
      untilCheck: declared - 2 - killed,
      advertAge: declared - (master - 3.648437 - HOP),
      discarded: read.total("server2", "advert_discarded"),
      errors: read.total("client", "http_req_failed"),
      gap: read.durations("vip", "success_gap").max / SECOND,
    };
  });
}

/** The advert is on the wire for so long. */
const HOP = 0.00025;

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** The most frequent of the values, and the share of them that have it. */
function mode(values: readonly number[]): { value: number; share: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [value, count] = [...counts].sort(([, a], [, b]) => b - a)[0]!;
  return { value, share: count / values.length };
}

/** Largest distance of the values' distribution from the uniform one up to `width`. */
function distanceFromUniform(values: readonly number[], width: number): number {
  return Math.max(...sorted(values).map((value, at) => Math.abs(value / width - (at + 0.5) / values.length)));
}

function correlation(xs: readonly number[], ys: readonly number[]): number {
  const covariance = (as: readonly number[], bs: readonly number[]) =>
    mean(as.map((a, at) => a * bs[at]!)) - mean(as) * mean(bs);
  return covariance(xs, ys) / Math.sqrt(covariance(xs, xs) * covariance(ys, ys));
}

function expectWithinOnePercent(value: number, of: number): void {
  expect(Math.abs(value / of - 1), `${value} is within 1 % of ${of}`).toBeLessThan(0.01);
}

test("an outage takes 5.648 s + X - Y: in 2 000 failovers 6.15 s on average, 4.65 to 7.65 s, and always three adverts", () => {
  const all = failovers(REPLICATIONS);
  const outages = sorted(all.map(({ outage }) => outage));
  expectWithinOnePercent(mean(outages), 6.148);
  expectWithinOnePercent(interpolated(outages, 0.05)!, 5.1);
  expectWithinOnePercent(interpolated(outages, 0.95)!, 7.2);
  expect(outages[0]).toBeGreaterThan(4.648);
  expect(outages[0]).toBeLessThan(4.8);
  expect(outages[REPLICATIONS - 1]).toBeGreaterThan(7.5);
  expect(outages[REPLICATIONS - 1]).toBeLessThan(7.649);
  expect(new Set(all.map(({ discarded }) => discarded))).toEqual(new Set([3]));
  for (const { outage, untilCheck, advertAge } of all) expect(outage).toBeCloseTo(5.648 + untilCheck - advertAge, 2);

  const [xs, ys] = [all.map(({ untilCheck }) => untilCheck), all.map(({ advertAge }) => advertAge)];
  // Kolmogorov-Smirnov at one in a thousand, and three standard deviations.
  expect(distanceFromUniform(xs, 2)).toBeLessThan(1.95 / Math.sqrt(REPLICATIONS));
  expect(distanceFromUniform(ys, 1)).toBeLessThan(1.95 / Math.sqrt(REPLICATIONS));
  expect(Math.abs(correlation(xs, ys))).toBeLessThan(3 / Math.sqrt(REPLICATIONS));

  // What the client of the case saw is what it sees most often.
  expect(mode(all.map(({ gap }) => Math.round(gap))).value).toBe(7);
  expect(mode(all.map(({ errors }) => errors)).value).toBe(6);
  expect(mode(all.map(({ errors }) => errors)).share).toBeCloseTo(0.49, 1);
});

test.each([
  ["check-each-second", 4.648, [3.648, 5.649]],
  ["one-failure", 3.648, [2.648, 4.649]],
  ["weight-0", 3.648, [2.648, 4.649]],
  ["host-dies", 3.148, [2.648, 3.649]],
] as const)("with %s an outage takes %d s on average, and is within its timers", (variant, expected, [least, most]) => {
  const outages = sorted(failovers(REPLICATIONS_OF_VARIANT, variant).map(({ outage }) => outage));
  expect(Math.abs(mean(outages) / expected - 1)).toBeLessThan(0.03);
  expect(outages[0]).toBeGreaterThanOrEqual(least);
  expect(outages[outages.length - 1]).toBeLessThanOrEqual(most);
  expect(outages[0]).toBeLessThan(least + 0.2);
  expect(outages[outages.length - 1]).toBeGreaterThan(most - 0.2);
});

const ENTRY = "mysql_servers: [{ hostname: db, max_connections: 50 }], mysql_users: [{ username: app }]";

/** Pools keep their sessions with an address that two hosts share; something happens to the first at 10 s. */
function story(happens: string, hosts = `${entry("entry1", "one")}\n${entry("entry2", "two")}`): Run {
  const text = `
name: story
title: Sessions with an address that moves
duration: 40s
zones: [a]
nodes: [{ group: one, zone: a }, { group: two, zone: a }]
components:
  people: { kind: load, to: app, rate: 20/s, patience: 2s, classes: [{ name: read, work: 2ms }] }
  app: { kind: service, to: vip, pool: { kind: mysql2, connectTimeout: 500 } }
  vip: { kind: floating-address, hosts: [host1, host2] }
  host1: { kind: keepalived, target: entry1, priority: 100, vrrp_script: &check { weight: -20, fall: 2 } }
  host2: { kind: keepalived, target: entry2, priority: 90, vrrp_script: *check }
${hosts}
timeline: [{ at: 10s, ${happens} }]`;
  const { scenario, problems } = loadInput({ file: "story.yaml", text, attachments: new Map() }, { overrides: [] });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return run(scenario);
}

function entry(name: string, nodes: string): string {
  return `  ${name}: { kind: proxysql, nodes: ${nodes}, ${ENTRY} }${name === "entry2" ? "\n  db: { kind: mysql }" : ""}`;
}

/** Seconds of the run in which people were not all served. */
function troubled(each: Run): number[] {
  const { born, good, length } = each.loads[0]!.goodput.all;
  return [...born.subarray(0, length).keys()].filter((second) => good[second]! < born[second]!);
}

/** The root of every failed attempt, each fact once. */
function rootsOf({ loads, world }: Run): string[] {
  const { entries } = world.sim.journal;
  const { because, length } = loads[0]!.failures;
  const roots = [...because.subarray(0, length)].map((id) => {
    let entry = entries[id];
    while (entry?.because[0] !== undefined) entry = entries[entry.because[0]];
    return entry?.fact ?? "none";
  });
  return [...new Set(roots)];
}

test("sessions through a proxy that is killed break and are opened anew once the address has moved", () => {
  const each = story("do: stop, target: entry1");
  const bad = troubled(each);
  expect(bad[0]).toBe(10);
  expect(bad[bad.length - 1]).toBeLessThanOrEqual(15);
  expect(rootsOf(each)).toEqual(["stopped"]);
});

test("a node that is cut off loses the address, and it takes people as long to be served as the timer runs", () => {
  const each = story("do: cut, target: one");
  const bad = troubled(each);
  expect(new RunReadings(each, [0, 40]).firstAt("host2", "became-master")).toBeGreaterThan(12.6);
  expect(new RunReadings(each, [0, 40]).firstAt("host2", "became-master")).toBeLessThan(13.7);
  expect(bad[0]).toBeLessThanOrEqual(10);
  expect(bad[bad.length - 1]).toBeLessThan(25);
  expect(rootsOf(each)).toContain("cut-off");
});

test("a database itself can stand behind a floating address", () => {
  const each = story("do: stop, target: entry1", "  entry1: { kind: mysql }\n  entry2: { kind: mysql }");
  expect(troubled(each)[0]).toBe(10);
  expect(troubled(each).at(-1)).toBeLessThanOrEqual(15);
  expect(rootsOf(each)).toEqual(["stopped"]);
});
