import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ABSENT, PENDING, RUNNING, TERMINATING } from "../../models/kubernetes/pod.ts";
import { Workload } from "./kubernetes-workload.ts";

const NODES = [{}, {}, {}];

test("the first pods are placed, running and ready at time zero", () => {
  const workload = new Workload(4, { replicas: 3, nodes: "nodes" }, { nodes: NODES }).begin();
  expect(workload.deployment.pods.map(({ node }) => node)).toEqual([0, 1, 2, -1]);
  expect(["replicas", "running", "ready", "pending"].map((name) => workload.gauge(name))).toEqual([3, 3, 3, 0]);
  expect(workload.gauge("ready", "proxysql/a")).toBe(3);
});

test("40 new pods are created in batches of 1, 2, 4, 8, 16 and 9, and are ready when their containers have started", () => {
  const workload = new Workload(43, { replicas: 3, startup: "4s" }).begin();
  const created = () => workload.deployment.pods.filter(({ state }) => state !== ABSENT).length - 3;
  workload.until(10).scale(43);
  const batches = [10, 10.03, 10.06, 10.09, 10.12, 10.15].map((at) => {
    workload.until(at);
    return created();
  });
  expect(batches).toEqual([1, 3, 7, 15, 31, 40]);
  expect(workload.until(13.999).gauge("ready")).toBe(3);
  expect(workload.until(14).gauge("ready")).toBe(4);
  expect(workload.until(14.15).gauge("ready")).toBe(43);
  expect(workload.deployment.scaleOuts.list).toEqual([{ action: 0, pods: 40, everReady: 40 }]);
  expect(workload.world.count("proxysql", "new_pods_ever_ready")).toBe(40);
});

test("scaling down takes pods without a node first, then those not ready, and of each the newest", () => {
  const workload = new Workload(8, { replicas: 3, nodes: "nodes", startup: "5s" }, { nodes: [{ maxPods: 6 }] }).begin();
  workload.until(1).scale(4);
  workload.until(10).scale(8);
  workload.until(12);
  const states = () => workload.deployment.pods.map(({ state, ready }) => (ready ? "ready" : state));
  expect(workload.gauge("pending")).toBe(2);
  workload.scale(5);
  expect(states().filter((state) => state === PENDING)).toEqual([]);
  expect(states().slice(0, 6)).toEqual(["ready", "ready", "ready", "ready", 2, ABSENT]);
  workload.scale(2);
  expect(states().slice(0, 5)).toEqual(["ready", "ready", TERMINATING, TERMINATING, ABSENT]);
});

test("an old pod that is not ready goes before a new one that is", () => {
  const workload = new Workload(4, { replicas: 4, startup: "20s" }).begin().until(10);
  workload.deployment.restart(1, workload.act("restart"));
  workload.scale(3);
  expect(workload.deployment.pods.map(({ state }) => state)).toEqual([ABSENT, RUNNING, RUNNING, RUNNING]);
});

test("a pod that goes takes no new traffic at once, and its container ends 30 s later", () => {
  const workload = new Workload(2, { replicas: 2 }).begin().until(100);
  workload.scale(1);
  expect(workload.gauge("ready")).toBe(1);
  expect(workload.until(129.9).takers[1]!.stops).toEqual([]);
  expect(workload.until(131).takers[1]!.stops).toEqual([130]);
  expect(workload.deployment.pods[1]!.state).toBe(ABSENT);
});

test("with zone-a full at 3 pods, maxSkew 1 stops the other zone at 4: 7 run, 36 are Pending, with the reason", () => {
  const spread = [{ maxSkew: 1, topologyKey: "zone" }];
  const workload = new Workload(
    43,
    { replicas: 3, nodes: "nodes", topologySpreadConstraints: spread },
    {
      nodes: [
        { zone: 0, maxPods: 3 },
        { zone: 2, maxPods: 100 },
      ],
    },
  ).begin();
  workload.until(10).scale(43);
  workload.until(60);
  expect([workload.gauge("running"), workload.gauge("pending")]).toEqual([7, 36]);
  expect([workload.gauge("ready", "proxysql/a"), workload.gauge("ready", "proxysql/c")]).toEqual([3, 4]);
  const [pending] = workload.entries("pods-pending");
  expect(pending!.figures).toEqual({ pending: 36, nodes: 2, tooManyPods: 1, skewed: 1 });
  expect(workload.causesOf(pending!)).toEqual(["scale"]);
});

test("as a mere preference the same constraint lets 40 pods stand beside 3", () => {
  const spread = [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }];
  const nodes = [
    { zone: 0, maxPods: 3 },
    { zone: 2, maxPods: 40 },
  ];
  const workload = new Workload(43, { replicas: 43, nodes: "nodes", topologySpreadConstraints: spread }, { nodes });
  workload.begin();
  expect([workload.gauge("ready", "proxysql/a"), workload.gauge("ready", "proxysql/c")]).toEqual([3, 40]);
});

test("the zone with fewer pods is preferred to the node with more room when a constraint says so", () => {
  const nodes = [
    { zone: 0, maxPods: 10 },
    { zone: 2, maxPods: 1000 },
  ];
  const shares = [[], [{ topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }]].map((constraints) => {
    const options = { replicas: 8, nodes: "nodes", topologySpreadConstraints: constraints };
    const workload = new Workload(8, options, { nodes }).begin();
    return [workload.gauge("ready", "proxysql/a"), workload.gauge("ready", "proxysql/c")];
  });
  expect(shares).toEqual([
    [1, 7],
    [4, 4],
  ]);
});

test("nine replicas with maxSkew 1 by zone are three in each of three zones, whatever the zones have room for", () => {
  const zones = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(zones, (nodesPerZone) => {
      const nodes = nodesPerZone.flatMap((count, zone) => Array.from({ length: count }, () => ({ zone, maxPods: 29 })));
      const topologySpreadConstraints = [
        { maxSkew: 1, topologyKey: "zone" },
        { maxSkew: 2, topologyKey: "hostname", whenUnsatisfiable: "ScheduleAnyway" },
      ];
      const workload = new Workload(9, { replicas: 9, nodes: "nodes", topologySpreadConstraints }, { nodes }).begin();
      expect(["a", "b", "c"].map((zone) => workload.gauge("ready", `proxysql/${zone}`))).toEqual([3, 3, 3]);
    }),
    { numRuns: 30 },
  );
});

test("a Pending pod is placed when a pod of another deployment has left the node", () => {
  const options = { replicas: 1, nodes: "nodes", startup: "1s", terminationGracePeriodSeconds: 5 };
  const workload = new Workload(2, options, { nodes: [{ maxPods: 2 }] });
  const neighbour = workload.beside("api", options);
  workload.begin().until(5).scale(2);
  expect(workload.until(10).gauge("pending")).toBe(1);
  neighbour.scale(0, workload.act("scale"));
  expect(workload.until(14.9).gauge("pending")).toBe(1);
  expect(workload.until(16).gauge("ready")).toBe(2);
  expect(workload.entries("pods-pending").map(({ until }) => until)).toEqual([15_000_000]);
});

test("a drain evicts as far as minAvailable 50 % allows, waits, and goes on when replacements are ready", () => {
  const nodes = [{ maxPods: 4 }, { maxPods: 4 }];
  const workload = new Workload(
    8,
    { replicas: 4, nodes: "nodes", startup: "7s", podDisruptionBudget: { minAvailable: "75%" } },
    { nodes },
  ).begin();
  expect(workload.deployment.pods.slice(0, 4).map(({ node }) => node)).toEqual([0, 1, 0, 1]);
  workload.until(10);
  workload.deployment.drain(0, workload.act("drain"));
  expect(workload.gauge("ready")).toBe(3);
  const [blocked] = workload.entries("drain-blocked");
  expect(blocked!.figures).toEqual({ ready: 3, minAvailable: 3 });
  expect(workload.causesOf(blocked!)).toEqual(["drain"]);
  expect(workload.until(19.9).gauge("ready")).toBe(4);
  expect(workload.until(20).gauge("ready")).toBe(3);
  expect(blocked!.until).toBe(20_000_000);
  workload.until(60);
  const left = workload.deployment.pods.filter(({ state }) => state === RUNNING).map(({ node }) => node);
  expect(left).toEqual([1, 1, 1, 1]);
});

test("a kill heeds no disruption budget, and others are created in place of the killed", () => {
  const workload = new Workload(4, { replicas: 4, startup: "2s", podDisruptionBudget: { minAvailable: 4 } }).begin();
  workload.until(10);
  workload.deployment.kill(3, workload.act("kill"));
  expect(workload.gauge("ready")).toBe(1);
  expect(workload.takers.map(({ stops }) => stops)).toEqual([[10], [10], [10], []]);
  expect(workload.until(13).gauge("ready")).toBe(4);
  expect(workload.deployment.scaleOuts.list).toEqual([]);
});

test("a container that is restarted again and again waits 0, 10 and 20 s before it starts", () => {
  const workload = new Workload(1, { replicas: 1, startup: "1s" }).begin();
  for (const at of [100, 200, 300]) {
    workload.until(at);
    workload.deployment.restart(1, workload.act("restart"));
    workload.until(at + 40);
  }
  expect(workload.takers[0]!.stops).toEqual([100, 200, 300]);
  expect(workload.takers[0]!.starts).toEqual([0, 101, 211, 321]);
});
