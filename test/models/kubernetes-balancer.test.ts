import { expect, test } from "vitest";
import type { Balancer } from "../../models/kubernetes/balancer.ts";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { CALL } from "../../models/verb.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import { SessionClient } from "../session-client.ts";
import { TestClient } from "../world.ts";
import { Workload } from "./kubernetes-workload.ts";

/** Room for three pods in zone a, for forty in zone c. */
const UNEVEN = {
  zones: ["a", "c"],
  nodes: [
    { zone: 0, maxPods: 3 },
    { zone: 1, maxPods: 40 },
  ],
};

function uneven(options: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const workload = new Workload(43, { replicas: 43, nodes: "nodes", ...more }, UNEVEN);
  return { workload, entry: workload.balancer(options) };
}

function call(workload: Workload, entry: Balancer, calls: number, { zone = -1, node = -1 } = {}) {
  const client = new TestClient(workload.world, "client", node);
  const { requests } = workload.world.sim;
  for (let at = 0; at < calls; at++) {
    const request = requests.open(client.now, CALL);
    requests.zone[request] = zone;
    requests.push(request, client.id, 0);
    entry.reach(request, node);
  }
  return client;
}

/** Mean number of flows that each pod took, in zone a and in zone c. */
function perPod(workload: Workload): number[] {
  return [0, 1].map((zone) => {
    const takers = workload.takers.filter((_, slot) => workload.deployment.pods[slot]!.zone === zone);
    return takers.reduce((sum, { taken }) => sum + taken, 0) / takers.length;
  });
}

test("with cross-zone off, two zones take half each: each of 3 pods 13.3 times as much as each of 40", () => {
  const { workload, entry } = uneven({ type: "NLB" });
  workload.begin();
  call(workload, entry, 48_000);
  const [few, many] = perPod(workload);
  expect(few! / 48_000).toBeCloseTo(1 / 6, 2);
  expect(many! / 48_000).toBeCloseTo(1 / 80, 3);
  expect(few! / many!).toBeGreaterThan(13.3 * 0.97);
  expect(few! / many!).toBeLessThan(13.3 * 1.03);
});

test("with cross-zone on, or behind a ClusterIP, all 43 pods take the same", () => {
  for (const options of [{ type: "NLB", crossZone: true }, { type: "ClusterIP" }]) {
    const { workload, entry } = uneven(options);
    workload.begin();
    call(workload, entry, 43_000);
    const [few, many] = perPod(workload);
    expect(few! / many!).toBeGreaterThan(0.95);
    expect(few! / many!).toBeLessThan(1.05);
  }
});

test("zonal endpoints keep a flow in the zone of its sender, or of the request when the sender is outside", () => {
  const { workload, entry } = uneven({ crossZone: false, zones: "client" });
  workload.begin();
  call(workload, entry, 300, { zone: 0 });
  expect(perPod(workload)).toEqual([100, 0]);
  call(workload, entry, 400, { node: 1, zone: 0 });
  expect(perPod(workload)).toEqual([100, 10]);
});

test("after a scale from 3 to 43 the old pods keep all long-lived sessions, and the new get none", () => {
  const workload = new Workload(43, { replicas: 3, startup: "3s" });
  const entry = workload.balancer();
  const pool = new SessionClient(workload.world, "pool");
  workload.begin();
  for (let session = 0; session < 3000; session++) pool.login(entry);
  workload.until(10).scale(43);
  workload.until(600);
  expect(workload.gauge("ready")).toBe(43);
  const held = workload.takers.map(({ sessions }) => sessions.length);
  expect(held.slice(0, 3).reduce((sum, sessions) => sum + sessions, 0)).toBe(3000);
  expect(held.slice(3).every((sessions) => sessions === 0)).toBe(true);
});

test("with a session for each request, each of the 43 pods has its 1/43 within seconds of the scale", () => {
  const workload = new Workload(43, { replicas: 3, startup: "3s" });
  const entry = workload.balancer();
  const client = new SessionClient(workload.world, "client");
  workload.begin().until(10).scale(43);
  workload.until(15);
  const before = workload.takers.map(({ taken }) => taken);
  for (let request = 0; request < 43_000; request++) {
    client.login(entry);
    client.hangUp(client.sessions[0]!);
  }
  const shares = workload.takers.map(({ taken }, slot) => taken - before[slot]!);
  expect(Math.min(...shares)).toBeGreaterThan(870);
  expect(Math.max(...shares)).toBeLessThan(1130);
});

test("news of a change takes 0.1 to 1.5 s, for each pod by itself", () => {
  const workload = new Workload(43, { replicas: 3, startup: "3s" });
  workload.balancer();
  workload.begin().until(10).scale(43);
  const known = (seconds: number) => workload.until(seconds).gauge("ready_endpoints", "entry/endpoints");
  expect(known(13.09)).toBe(3);
  expect(known(13.9)).toBeGreaterThan(10);
  expect(known(13.9)).toBeLessThan(40);
  expect(known(13.15 + 1.5)).toBe(43);
});

test("until the news arrives, flows still go to a pod that is gone, and its node refuses them", () => {
  const workload = new Workload(1, { replicas: 1 });
  const entry = workload.balancer({ endpointPropagation: "1s" });
  workload.begin().until(10);
  workload.deployment.scale(0, workload.act("scale"));
  workload.deployment.pods[0]!.kill(workload.act("kill"));
  expect(call(workload, entry, 1).answers[0]!.outcome).toBe(REFUSED);
  expect(workload.world.count("entry", "refused")).toBe(0);
  workload.until(11);
  expect(call(workload, entry, 1).answers[0]!.outcome).toBe(REFUSED);
  expect(workload.world.count("entry", "refused")).toBe(1);
});

/** Up to 43 pods in two zones behind an entry, whose readiness probe asks a database that can be filled. */
function failing(options: Record<string, unknown>, replicas = 43) {
  const readinessProbe = { exec: { asks: "noti-db" } };
  const { workload, entry } = uneven(options, { replicas, startup: "2s", readinessProbe });
  const noti = mysql.build(workload.world, "noti-db", mysql.options.parse({ max_connections: 20 }));
  const crowd = new SessionClient(workload.world, "crowd");
  const fill = () => {
    for (let slot = 0; slot < 20; slot++) crowd.login(noti.component as MysqlServer);
  };
  return { workload, entry, fill };
}

test("without any ready pod a ClusterIP refuses, and the refusal leads back to the full database", () => {
  const { workload, entry, fill } = failing({});
  workload.begin().until(50);
  fill();
  workload.until(100);
  const client = call(workload, entry, 5);
  expect(client.answers.map(({ outcome }) => outcome)).toEqual([REFUSED, REFUSED, REFUSED, REFUSED, REFUSED]);
  const { entries } = workload.world.sim.journal;
  const story: string[] = [];
  for (let id: JournalId | undefined = client.becauses[0]; id !== undefined; id = entries[id]!.because[0]) {
    story.push(entries[id]!.fact);
  }
  expect(story).toEqual(["no-ready-endpoints", "pod-unready", "connection-limit-reached"]);
});

test("without any healthy target a network load balancer fails open: flows go to all 43", () => {
  const { workload, entry, fill } = failing({ type: "NLB" });
  workload.begin().until(50);
  fill();
  workload.until(100);
  expect(workload.gauge("ready")).toBe(0);
  const client = call(workload, entry, 4300);
  expect(client.answers.every(({ outcome }) => outcome === OK)).toBe(true);
  expect(workload.takers.every(({ taken }) => taken > 0)).toBe(true);
});

test("a zone without ready pods leaves DNS, unless zones do not fail over: then half of the flows are refused", () => {
  for (const [zoneFailover, refused] of [
    [true, 0],
    [false, 0.5],
  ] as const) {
    const { workload, entry } = uneven({ type: "NLB", zoneFailover });
    workload.begin().until(10);
    for (const pod of workload.deployment.pods) {
      if (pod.zone === 0) pod.restart(workload.act("restart"));
    }
    workload.until(11.6);
    expect(workload.gauge("ready_endpoints", "entry/a")).toBe(0);
    const { answers } = call(workload, entry, 10_000);
    const share = answers.filter(({ outcome }) => outcome === REFUSED).length / 10_000;
    expect(share).toBeCloseTo(refused, 1);
  }
});

test("when 40 new pods are not ready, the 3 old ones take all, and their nodes know why, until these fail too", () => {
  const { workload, fill } = failing({}, 3);
  workload.begin().until(45);
  fill();
  workload.scale(43);
  workload.until(70);
  const [few] = workload.entries("few-endpoints-take-all");
  expect(few!.figures).toEqual({ ready: 3, of: 43 });
  expect(workload.causesOf(few!)[0]).toBe("new-pods-not-ready");
  const hosts = workload.deployment.pods.filter(({ ready }) => ready).map(({ node }) => node);
  expect(hosts.length).toBeGreaterThan(0);
  for (const host of hosts) expect(workload.world.nodes[host]!.concentration).toBe(few!.id);
  workload.until(200);
  const [none] = workload.entries("no-ready-endpoints");
  expect(none!.at).toBe(few!.until);
  expect(workload.world.nodes.map(({ concentration }) => concentration)).toEqual([NONE, NONE]);
});

test("pods that have only just started do not make the old ones few", () => {
  const { workload } = failing({}, 3);
  workload.begin().until(45).scale(43);
  workload.until(120);
  expect(workload.gauge("ready")).toBe(43);
  expect(workload.entries("few-endpoints-take-all")).toEqual([]);
});

test("a load balancer that resets cuts the sessions of a pod that turns unready; a Service leaves them", () => {
  for (const [resetOnUnhealthy, left] of [
    [true, 0],
    [false, 60],
  ] as const) {
    const workload = new Workload(2, { replicas: 2, startup: "1s", readinessProbe: { exec: { asks: "noti-db" } } });
    const noti = mysql.build(workload.world, "noti-db", mysql.options.parse({ max_connections: 1 }))
      .component as MysqlServer;
    const entry = workload.balancer({ type: "NLB", resetOnUnhealthy, failOpen: false });
    const client = new SessionClient(workload.world, "pool");
    workload.begin();
    for (let session = 0; session < 60; session++) client.login(entry);
    client.login(noti);
    workload.until(40);
    expect(workload.gauge("ready")).toBe(0);
    expect(client.sessions.length - 1).toBe(left);
    expect(client.lost).toHaveLength(60 - left);
  }
});
