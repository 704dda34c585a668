import { expect, test } from "vitest";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { CALL } from "../../models/verb.ts";
import { SessionClient } from "../session-client.ts";
import { TestClient } from "../world.ts";
import { Workload } from "./kubernetes-workload.ts";

/** Three pods whose readiness hangs on a database, all of whose slots somebody takes at 20 s. */
function gated() {
  const readinessProbe = { periodSeconds: 10, failureThreshold: 2, exec: { asks: "noti-db" } };
  const workload = new Workload(3, { replicas: 3, readinessProbe });
  const options = mysql.options.parse({ max_connections: 20, loginTime: "0s" });
  const noti = mysql.build(workload.world, "noti-db", options).component as MysqlServer;
  const entry = workload.balancer({ endpointPropagation: "1s" });
  workload.begin().until(20);
  const somebody = new SessionClient(workload.world, "somebody");
  for (let slot = 0; slot < 20; slot++) somebody.login(noti);
  return { workload, entry };
}

function flowsAt(workload: Workload, seconds: number, entry: ReturnType<typeof gated>["entry"]): number {
  const before = workload.takers.reduce((sum, { taken }) => sum + taken, 0);
  workload.until(seconds);
  const client = new TestClient(workload.world, `client ${seconds}`, -1);
  const { requests } = workload.world.sim;
  for (let at = 0; at < 30; at++) {
    const request = requests.open(client.now, CALL);
    requests.push(request, client.id, 0);
    entry.reach(request, -1);
  }
  workload.until(seconds + 0.1);
  return workload.takers.reduce((sum, { taken }) => sum + taken, 0) - before;
}

test("a readiness probe that is not heeded passes at once and asks nobody, until it is heeded again", () => {
  const { workload, entry } = gated();
  expect(flowsAt(workload, 60, entry)).toBe(0);
  expect(workload.gauge("ready")).toBe(0);
  const asked = workload.world.count("dns", "lookups");
  workload.deployment.heedProbe("readinessProbe", false);
  expect(workload.gauge("ready")).toBe(3);
  expect(flowsAt(workload, 62, entry)).toBe(30);
  workload.until(100);
  expect(workload.world.count("dns", "lookups")).toBe(asked);
  workload.deployment.heedProbe("readinessProbe", true);
  workload.until(135);
  expect(workload.gauge("ready")).toBe(0);
});

test("with publishNotReadyAddresses flows go to pods that are not ready, and without it to none of them", () => {
  const { workload, entry } = gated();
  expect(flowsAt(workload, 60, entry)).toBe(0);
  entry.publishNotReadyAddresses(true);
  expect(flowsAt(workload, 61, entry)).toBe(30);
  expect(workload.gauge("ready")).toBe(0);
  entry.publishNotReadyAddresses(false);
  expect(flowsAt(workload, 62, entry)).toBe(0);
});

test("pods restarted two at a time are each restarted once before any is restarted again", () => {
  const workload = new Workload(6, { replicas: 6, startup: "2s" });
  workload.begin();
  for (const seconds of [10, 40, 70]) {
    workload.until(seconds);
    workload.deployment.restart(2, workload.act("restart"));
  }
  workload.until(100);
  expect(workload.takers.map(({ stops }) => stops)).toEqual([[10], [10], [40], [40], [70], [70]]);
});
