import { expect, test } from "vitest";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { type Run, run } from "../../scenarios/experiment/run.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";

const MILLISECOND = 1_000;

interface Story {
  readonly load: string;
  readonly service?: string;
  readonly timeline?: string;
  readonly latency?: string;
}

/** People ask a service over connections for a minute. */
function told({ load, service = "listen: {}", timeline = "", latency = "10ms" }: Story): Run {
  const text = `
name: story
title: People ask over connections
duration: 1m
network: { latency: { elsewhere: ${latency} }, CONFIG_HZ: 0 }
timeline: [${timeline}]
components:
  people: { kind: load, to: lb, ${load} }
  lb: { kind: balancer, to: api }
  api: { kind: service, ${service} }`;
  const { scenario, problems } = loadInput({ file: "story.yaml", text, attachments: new Map() }, { overrides: [] });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return run(scenario);
}

function count({ world }: Run, name: string, path = "people"): number {
  const { counters, counts } = world.sim.record;
  return counts[counters.findIndex((each) => each.path === path && each.name === name)]!;
}

/** Mean and largest of a duration, in milliseconds. */
function times({ world }: Run, name: string): readonly [mean: number, max: number] {
  const { histograms, histogramData } = world.sim.record;
  const { mean, max } = histogramData[histograms.findIndex((each) => each.path === "people" && each.name === name)]!;
  return [mean / MILLISECOND, max / MILLISECOND];
}

const ONE_A_SECOND = "arrivals: constant, rate: 1/s";

test("opening a connection is part of the iteration and of http_req_connecting, not of http_req_duration", () => {
  const story = told({ load: `${ONE_A_SECOND}, connections: per-request, classes: [{ name: ask, cpu: 5ms }]` });
  expect(times(story, "http_req_connecting")).toEqual([20, 20]);
  expect(times(story, "http_req_blocked")).toEqual([20, 20]);
  expect(times(story, "http_req_duration")).toEqual([25, 25]);
  expect(times(story, "iteration_duration")).toEqual([45, 45]);
  expect(count(story, "connections_opened")).toBe(59);
});

test("each user keeps a connection, and only the first request waits for it", () => {
  const story = told({
    load: "users: 7, thinkTime: 990ms, connections: keep-alive, classes: [{ name: ask, cpu: 1ms }]",
  });
  expect(count(story, "connections_opened")).toBe(7);
  expect(count(story, "http_reqs")).toBeGreaterThan(7 * 55);
  expect(times(story, "http_req_connecting")[1]).toBe(20);
  expect(times(story, "http_req_connecting")[0]).toBeCloseTo((7 * 20) / count(story, "http_reqs"), 1);
});

test("VUs of k6 keep theirs as well", () => {
  const executor = "{ type: constant-arrival-rate, rate: 20, duration: 50s, preAllocatedVUs: 40 }";
  const story = told({ load: `executor: ${executor}, sleep: 1s, connections: keep-alive` });
  expect(count(story, "iterations")).toBe(1000);
  expect(count(story, "connections_opened")).toBeLessThanOrEqual(40);
});

test("whose connection is cut by a restart opens another", () => {
  const timeline = "{ at: 30s, do: restart, target: api }";
  const load = "users: 5, thinkTime: 500ms, connections: keep-alive";
  const story = told({ load, timeline, service: "listen: {}, startup: 1s" });
  expect(count(story, "connections_opened")).toBe(10);
  expect(count(story, "http_reqs")).toBeGreaterThan(400);
});

test("a service without a socket of its own answers connects all the same", () => {
  const story = told({ load: `${ONE_A_SECOND}, connections: per-request`, service: "process: { kind: node }" });
  expect(count(story, "connections_opened")).toBe(59);
  expect(times(story, "iteration_duration")).toEqual([40, 40]);
});

test("who gives up while a connection is being opened fails by their patience, and leaves no connection behind", () => {
  const load = "arrivals: constant, rate: 20/s, connections: per-request, patience: 500ms";
  const story = told({ load, service: "listen: { backlog: 0, acceptInterval: 1s, tcp_syncookies: 0 }" });
  expect(count(story, "connections_failed")).toBeGreaterThan(900);
  expect(count(story, "client timeout")).toBeGreaterThan(count(story, "connections_failed"));
  const { connections } = story.world;
  expect(connections.client.length - connections["freeCount"]).toBeLessThan(40);
});

// ---- the process behind the socket

test("an event loop accepts one connection after each round, so a busy one makes connections wait", () => {
  const load = "arrivals: constant, rate: 100/s, connections: per-request, classes: [{ name: ask, cpu: 12ms }]";
  const story = told({ load, latency: "50us", service: "process: { kind: node }, listen: { backlog: 99 }" });
  // 100 come and 83 are served in a second: after 6 s a hundred wait to be accepted.
  const full = story.world.sim.journal.entries.find(({ fact }) => fact === "accept-queue-full")!;
  expect(full.at / 1e6).toBeGreaterThan(4);
  expect(full.at / 1e6).toBeLessThan(14);
});

test("workers accept a connection when they are free for the call on it", () => {
  const load = "users: 5, thinkTime: 10m, connections: per-request, classes: [{ name: ask, cpu: 1s }]";
  const story = told({ load, latency: "50us", service: "workers: 2, cores: 2, listen: { backlog: 1 }" });
  expect(count(story, "TcpExt_ListenOverflows", "api")).toBeGreaterThan(0);
  expect(times(story, "iteration_duration")[1]).toBeGreaterThan(3000);
});

test("what accepting a connection costs is paid with its first call", () => {
  const load = `${ONE_A_SECOND}, connections: per-request, classes: [{ name: ask, cpu: 5ms }]`;
  const story = told({ load, service: "process: { kind: node }, listen: { acceptCpu: 2ms }" });
  expect(times(story, "http_req_duration")).toEqual([27, 27]);
});
