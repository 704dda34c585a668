import { expect, test } from "vitest";
import { PROBE, STATES } from "../../models/connection/connections.ts";
import { ER_CON_COUNT_ERROR } from "../../models/error.ts";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import type { TestWorld, TestWorldOptions } from "../world.ts";
import { Workload } from "./kubernetes-workload.ts";

/** The readiness probe of case 000 before the incident, and what was put in its place. */
const OLD = { initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3, exec: { asks: "noti-db" } };
const SLOW = { ...OLD, initialDelaySeconds: 10, periodSeconds: 15, failureThreshold: 5 };
const ADMIN_PORT = { ...SLOW, exec: { asks: "self" } };

function database(world: TestWorld, path: string, max_connections = 20, loginTime = "0s") {
  const options = mysql.options.parse({ max_connections, loginTime });
  return mysql.build(world, path, options).component as MysqlServer;
}

/** Takes every slot of a database, and gives them back on demand. */
function crowd(world: TestWorld, db: MysqlServer, slots = 20) {
  const client = new SessionClient(world, `crowd of ${db.path}`);
  const come = () => {
    for (let slot = 0; slot < slots; slot++) client.login(db);
  };
  const leave = () => {
    for (const session of [...client.sessions]) client.hangUp(session);
  };
  return { come, leave };
}

function probed(
  readinessProbe: unknown,
  { slots = 43, replicas = 3, startup = "2s" } = {},
  more: TestWorldOptions = {},
) {
  const workload = new Workload(slots, { replicas, startup, readinessProbe }, more);
  const noti = database(workload.world, "noti-db");
  return { workload, noti, crowd: crowd(workload.world, noti) };
}

/** When pods turned unready, in seconds. */
function unreadyAt(workload: Workload): number[] {
  return workload.entries("pod-unready").map(({ at }) => at / SECOND);
}

test("while its database answers, every pod stays ready and asks it 0.1 times a second", () => {
  const { workload, noti } = probed(OLD, { replicas: 43 });
  workload.begin().until(100);
  expect(workload.gauge("ready")).toBe(43);
  expect(workload.world.count(noti.path, "Questions")).toBeCloseTo(430, -1);
  expect(workload.world.connections.heldAt(noti.id)).toBe(0);
  expect(workload.world.sim.requests.inFlight).toBe(0);
});

test("ready pods turn unready 20 to 31 s after their database begins to refuse, and not all at once", () => {
  const { workload, crowd } = probed(OLD, { replicas: 40 });
  workload.begin().until(60);
  crowd.come();
  workload.until(100);
  const after = unreadyAt(workload).map((at) => at - 60);
  expect(after).toHaveLength(40);
  expect(Math.min(...after)).toBeGreaterThan(20);
  expect(Math.min(...after)).toBeLessThan(22);
  expect(Math.max(...after)).toBeGreaterThan(28);
  expect(Math.max(...after)).toBeLessThanOrEqual(31);
});

test("a period of 15 s and 5 failures make that 60 to 76 s", () => {
  const { workload, crowd } = probed(SLOW, { replicas: 40 });
  workload.begin().until(60);
  crowd.come();
  workload.until(160);
  const after = unreadyAt(workload).map((at) => at - 60);
  expect(after).toHaveLength(40);
  expect(Math.min(...after)).toBeGreaterThan(60);
  expect(Math.max(...after)).toBeLessThanOrEqual(76);
});

test("an unready pod is ready again within one period once its database answers", () => {
  const { workload, crowd } = probed(OLD, { replicas: 40 });
  workload.begin().until(60);
  crowd.come();
  workload.until(120);
  expect(workload.gauge("ready")).toBe(0);
  crowd.leave();
  workload.until(130.1);
  expect(workload.gauge("ready")).toBe(40);
  expect(workload.entries("readiness-probe-fails")[0]!.until).toBeLessThanOrEqual(130_100_000);
});

test("new pods are never ready while their database refuses: 0 of 40, because of scale and probe", () => {
  const { workload, crowd } = probed(OLD);
  workload.begin().until(60);
  crowd.come();
  workload.until(61).scale(43);
  workload.until(300);
  expect(workload.gauge("running")).toBe(43);
  expect(workload.gauge("ready")).toBe(0);
  expect(workload.deployment.scaleOuts.list[0]).toMatchObject({ pods: 40, everReady: 0 });
  const [notReady] = workload.entries("new-pods-not-ready");
  expect(notReady!.figures).toEqual({ newPods: 40, neverReady: 40 });
  expect(workload.causesOf(notReady!)).toEqual(["scale", "readiness-probe-fails", "connection-limit-reached"]);
  expect(notReady!.until).toBeUndefined();
});

test("the third failure of a new pod is what counts it as not ready: 2 s for its start, probes after 10, 20, 30 s", () => {
  const { workload, crowd } = probed(OLD, { startup: "2s" });
  workload.begin().until(60);
  crowd.come();
  workload.scale(4);
  workload.until(120);
  const [notReady] = workload.entries("new-pods-not-ready");
  expect(notReady!.at / SECOND).toBe(60 + 2 + 30 + 0.05);
  crowd.leave();
  workload.until(140);
  expect(notReady!.until! / SECOND).toBeCloseTo(60 + 2 + 60 + 0.05, 3);
  expect(workload.deployment.scaleOuts.list[0]).toMatchObject({ pods: 1, everReady: 1 });
});

test("a probe of the own admin port does not notice that the database refuses: all 43 pods are ready", () => {
  const { workload, crowd } = probed(ADMIN_PORT);
  workload.begin().until(60);
  crowd.come();
  workload.scale(43);
  workload.until(80);
  expect(workload.gauge("ready")).toBe(43);
  expect(workload.until(300).gauge("ready")).toBe(43);
  expect(workload.entries("readiness-probe-fails")).toEqual([]);
});

test("why a pod is unready leads over the failing probe to the full database", () => {
  const { workload, crowd } = probed(OLD);
  workload.begin().until(60);
  crowd.come();
  workload.until(100);
  const [unready] = workload.entries("pod-unready");
  expect(workload.world.sim.components[unready!.component]!.path).toMatch(/^proxysql-[012]$/);
  expect([...new Set(workload.causesOf(unready!))]).toEqual(["connection-limit-reached", "readiness-probe-fails"]);
  const [fails] = workload.entries("readiness-probe-fails");
  expect(fails!.figures).toEqual({ failing: 1, of: 3, outcome: ER_CON_COUNT_ERROR });
});

test("a probe holds a slot of the database while it logs in, and its own name is in the ledger", () => {
  const workload = new Workload(1, { replicas: 0, startup: "1s", readinessProbe: { exec: { asks: "noti-db" } } });
  const noti = database(workload.world, "noti-db", 20, "400ms");
  workload.begin().scale(1);
  workload.until(1.2);
  const ledger = workload.world.connections.ledgerOf(noti.id);
  const owner = workload.world.find("proxysql-0/readinessProbe/exec").id;
  expect(ledger[owner * STATES.length + PROBE]).toBe(1);
  expect(workload.until(2).gauge("ready")).toBe(1);
  expect(workload.world.connections.heldAt(noti.id)).toBe(0);
});

test("a login of 1.2 s is more than timeoutSeconds 1 has, so the probe fails and leaves nothing behind", () => {
  const workload = new Workload(1, { replicas: 0, startup: "0s", readinessProbe: { exec: { asks: "noti-db" } } });
  const noti = database(workload.world, "noti-db", 20, "1200ms");
  workload.begin().scale(1);
  workload.until(300);
  expect(workload.gauge("ready")).toBe(0);
  expect(workload.entries("readiness-probe-fails")[0]!.at).toBe(1_000_000);
  expect(workload.world.connections.heldAt(noti.id)).toBe(0);
  workload.until(305);
  expect(workload.world.sim.requests.inFlight).toBe(0);
});

test("of several databases, the first that answers is enough for any, and the first that refuses ends all", () => {
  const results = (["any", "all"] as const).map((mode) => {
    const readinessProbe = { exec: { asks: ["full-db", "main-db"], mode } };
    const workload = new Workload(1, { replicas: 1, readinessProbe });
    const full = database(workload.world, "full-db", 1);
    const main = database(workload.world, "main-db");
    crowd(workload.world, full, 1).come();
    workload.begin().until(60);
    return { ready: workload.gauge("ready"), asked: workload.world.count(main.path, "Questions") };
  });
  expect(results).toEqual([
    { ready: 1, asked: 6 },
    { ready: 0, asked: 0 },
  ]);
});

test("when the first of several databases hangs it uses up the timeout, and the others are never asked", () => {
  const readinessProbe = { exec: { asks: ["slow-db", "main-db"], mode: "any" } };
  const workload = new Workload(1, { replicas: 1, readinessProbe });
  database(workload.world, "slow-db", 20, "5s");
  const main = database(workload.world, "main-db");
  workload.begin().until(60);
  expect(workload.gauge("ready")).toBe(0);
  expect(workload.world.count(main.path, "Questions")).toBe(0);
});

test("a probe that takes 2.5 periods is followed by the next at once, and the ticks that it missed are gone", () => {
  const readinessProbe = { periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 1, exec: { asks: "slow-db" } };
  const workload = new Workload(1, { replicas: 0, startup: "0s", readinessProbe });
  database(workload.world, "slow-db", 20, "9s");
  workload.begin().scale(1);
  workload.until(29.9);
  expect(workload.world.count("dns", "lookups")).toBe(6);
});

test("a liveness probe that fails three times restarts the container, and the journal says why", () => {
  const workload = new Workload(1, {
    replicas: 1,
    startup: "2s",
    livenessProbe: { periodSeconds: 10, exec: { asks: "noti-db" } },
  });
  const noti = database(workload.world, "noti-db");
  workload.begin().until(50);
  const { come, leave } = crowd(workload.world, noti);
  come();
  workload.until(81);
  leave();
  workload.until(100);
  const [failed] = workload.entries("liveness-probe-failed");
  const at = failed!.at / SECOND;
  expect(at).toBeGreaterThan(70);
  expect(at).toBeLessThanOrEqual(80.1);
  expect(workload.causesOf(failed!)).toEqual(["connection-limit-reached"]);
  expect(workload.takers[0]!.stops).toEqual([at]);
  expect(workload.takers[0]!.starts).toEqual([0, at + 2]);
  expect(workload.gauge("ready")).toBe(1);
});

test("a startup probe holds the readiness probe back until it succeeds", () => {
  const ask = { periodSeconds: 10, exec: { asks: "noti-db" } };
  const workload = new Workload(1, {
    replicas: 0,
    startup: "0s",
    startupProbe: { ...ask, failureThreshold: 30 },
    readinessProbe: { periodSeconds: 3, exec: { asks: "self" } },
  });
  const { come, leave } = crowd(workload.world, database(workload.world, "noti-db"));
  workload.begin();
  come();
  workload.scale(1);
  workload.until(25);
  leave();
  expect(workload.until(32.9).gauge("ready")).toBe(0);
  expect(workload.until(33).gauge("ready")).toBe(1);
});

test("a manual trigger probes an unready pod once a minute besides its ticks", () => {
  const readyAt = [false, true].map((manualTrigger) => {
    const readinessProbe = { periodSeconds: 600, initialDelaySeconds: 5, manualTrigger, exec: { asks: "self" } };
    const workload = new Workload(1, { replicas: 0, startup: "0s", readinessProbe });
    workload.begin().scale(1);
    workload.until(61);
    return workload.gauge("ready");
  });
  expect(readyAt).toEqual([0, 1]);
});

test("a run that is saved in the middle of failing probes and restored goes on as if nothing had been", () => {
  const { workload, crowd } = probed(OLD, { replicas: 10 });
  workload.balancer({ type: "NLB" });
  workload.begin().until(60);
  crowd.come();
  workload.scale(30);
  workload.until(80.5);
  const snapshot = save(workload.world.sim);
  const story = () => workload.world.sim.journal.entries.map(({ at, fact, component }) => `${at} ${fact} ${component}`);
  workload.until(150);
  const first = story();
  restore(workload.world.sim, snapshot);
  expect(workload.world.sim.now).toBe(80_500_000);
  workload.until(150);
  expect(story()).toEqual(first);
  expect(first.length).toBeGreaterThan(10);
});
