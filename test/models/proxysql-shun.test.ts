import { expect, test } from "vitest";
import {
  ER_CON_COUNT_ERROR,
  ER_USER_LIMIT_REACHED,
  PROXYSQL_CONNECT_FAILURE,
  PROXYSQL_CONNECT_TIMEOUT,
} from "../../models/error.ts";
import { Host } from "../../models/host.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import { SessionClient } from "../session-client.ts";
import { TestServer } from "../world.ts";
import { type Setting, type Stage, stage } from "./proxysql-crowd.ts";

const SERVER = "proxysql-0/hostgroup-0/db";
const WIRE = { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 250 } };
const NO_MONITOR = { "mysql-monitor_enabled": false };

/** A database whose 50 slots others have taken, before any proxy could. */
function full(setting: Setting = {}): Stage & { squatter: SessionClient } {
  const rig = stage({ databases: { db: { max_connections: 50 } }, world: { network: WIRE }, ...setting });
  const squatter = new SessionClient(rig.world, "squatter");
  for (let session = 0; session < 50; session++) squatter.login(rig.databases.db!);
  rig.at(0.01);
  return { ...rig, squatter };
}

/** When the server was shunned, in seconds, until the end. */
function shuns({ server, at }: Stage, end: number): number[] {
  const times: number[] = [];
  let held = server.shun.holds;
  for (let tick = 1; tick <= end * 2000; tick++) {
    at(tick / 2000);
    if (server.shun.holds && !held) times.push(tick / 2000);
    held = server.shun.holds;
  }
  return times;
}

test("a lone query costs a full database 11 logins, in the three seconds that two shuns allow, and then fails with its 1040", () => {
  const { crowd, at, value, story } = full({ proxysql: { variables: NO_MONITOR } });
  at(1.5);
  crowd.ask();
  at(8);
  expect(value("db", "Aborted_connects")).toBe(11);
  expect(value(SERVER, "ConnERR")).toBe(11);
  // A failed connect forgets the server's address, so that each attempt looks it up again.
  expect(value("dns", "lookups")).toBe(11);
  expect(crowd.outcomes()).toEqual({ [ER_CON_COUNT_ERROR]: 1 });
  expect(crowd.answers[0]!.at).toBeGreaterThan(5);
  expect(crowd.answers[0]!.at).toBeLessThan(5.1);
  expect(story(crowd.answers[0]!.because)).toEqual(["db connection-limit-reached"]);
});

test("where nothing is shunned in time, every query against a full database costs it eleven logins within 50 ms", () => {
  const { crowd, at, value } = full({
    world: { network: WIRE, checkEvery: 100 },
    proxysql: { variables: { ...NO_MONITOR, "mysql-shun_on_failures": 1000 } },
    pods: 40,
  });
  at(1.5);
  crowd.burst(40);
  at(1.55);
  expect(value("db", "Aborted_connects") + value("db", "Connection_errors_max_connections")).toBe(440);
  expect(crowd.outcomes()).toEqual({ [ER_CON_COUNT_ERROR]: 40 });
});

test("many queries against a full database: the first refusals shun it, and the others fail with 9001 because of that", () => {
  const { crowd, at, story } = full({ proxysql: { variables: NO_MONITOR } });
  at(1.5);
  crowd.burst(200);
  at(13);
  const outcomes = crowd.outcomes();
  expect((outcomes[PROXYSQL_CONNECT_TIMEOUT] ?? 0) + (outcomes[ER_CON_COUNT_ERROR] ?? 0)).toBe(200);
  const late = crowd.answers.find(({ outcome }) => outcome === PROXYSQL_CONNECT_TIMEOUT)!;
  expect(late.took).toBeCloseTo(10, 2);
  expect(story(late.because)).toEqual([`${SERVER} server-shunned`, "db connection-limit-reached"]);
});

test("a proxy in front of a full database shuns it, tries again two seconds later, and shuns it again", () => {
  const rig = full({ proxysql: { variables: NO_MONITOR } });
  rig.crowd.waits = 100_000;
  rig.crowd.poisson(100, 30);
  const times = shuns(rig, 30);
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  expect(times.length).toBeGreaterThan(9);
  for (const gap of gaps) {
    expect(gap).toBeGreaterThan(1.9);
    expect(gap).toBeLessThan(3.1);
  }
  expect(rig.world.sim.journal.entries.filter(({ fact }) => fact === "server-shunned")).toHaveLength(1);
});

test("demand above a database's limit empties the proxy's pool, since what comes back during a shun is closed", () => {
  const { crowd, at, value } = stage({
    databases: { db: { max_connections: 50 } },
    world: { network: WIRE, seed: "t5" },
  });
  crowd.waits = 100_000;
  crowd.burst(40);
  at(1);
  expect(value(SERVER, "ConnFree")).toBe(40);
  crowd.poisson(800, 19);
  let free = 0;
  for (let tick = 50; tick <= 200; tick++) {
    at(tick / 10);
    free = Math.max(free, value(SERVER, "ConnFree"));
  }
  expect(free).toBeLessThan(5);
  expect(value(SERVER, "ConnERR")).toBeGreaterThan(1000);
  expect((crowd.outcomes(5)[OK] ?? 0) / 15).toBeLessThan(100);
});

test("a cap below the database's limit turns the same demand into steady service", () => {
  const { crowd, at, value } = stage({
    databases: { db: { max_connections: 50 } },
    world: { network: WIRE, seed: "t5", checkEvery: 50 },
    proxysql: { mysql_servers: [{ hostname: "db", max_connections: 45 }] },
  });
  crowd.waits = 100_000;
  crowd.poisson(800, 20);
  at(20);
  expect(value(SERVER, "ConnERR")).toBe(0);
  expect((crowd.outcomes(5)[OK] ?? 0) / 15).toBeGreaterThan(430);
});

test("1226 from a server is passed on at once and shuns nobody", () => {
  const { server, crowd, at, value } = stage({
    databases: {},
    others: (world) => {
      new TestServer(world, "db", ELSEWHERE).outcome = ER_USER_LIMIT_REACHED;
    },
    proxysql: { variables: NO_MONITOR },
  });
  crowd.burst(20);
  at(0.001);
  expect(crowd.outcomes()).toEqual({ [ER_USER_LIMIT_REACHED]: 20 });
  expect(value(SERVER, "ConnERR")).toBe(20);
  expect(server.shun.holds).toBe(false);
});

test("errors in different clock seconds do not add up", () => {
  const { server, at } = stage({ proxysql: { variables: NO_MONITOR } });
  for (const second of [0.7, 1.2]) {
    at(second);
    for (let error = 0; error < 4; error++) server.connectError(ER_CON_COUNT_ERROR, NONE);
  }
  expect(server.shun.holds).toBe(false);
});

/** A machine that answers nothing, as long as it is off. */
class DeadHost extends Host {
  logins = 0;

  override receive(): void {
    this.logins++;
  }
}

test("a server that does not answer costs a second for each attempt, so a query fails with 9001 in its tenth", () => {
  const { world, crowd, at, value } = stage({
    databases: {},
    others: (world) => new DeadHost(world, "db", ELSEWHERE),
    proxysql: { variables: NO_MONITOR },
  });
  crowd.ask();
  at(11);
  expect((world.find("db") as DeadHost).logins).toBe(10);
  expect(value(SERVER, "ConnERR")).toBe(9);
  expect(crowd.outcomes()).toEqual({ [PROXYSQL_CONNECT_TIMEOUT]: 1 });
  expect(crowd.answers[0]!.took).toBe(10);
});

test("a server that does not answer gives no error of its own, so the last attempt ends in 9002", () => {
  const { crowd, at, value } = stage({
    databases: {},
    others: (world) => new DeadHost(world, "db", ELSEWHERE),
    proxysql: { variables: { ...NO_MONITOR, "mysql-connect_retries_on_failure": 3 } },
  });
  crowd.ask();
  at(5);
  expect(crowd.outcomes()).toEqual({ [PROXYSQL_CONNECT_FAILURE]: 1 });
  expect(crowd.answers[0]!.took).toBeCloseTo(4.003, 3);
  expect(value("proxysql-0/hostgroup-0", "max_connect_timeouts")).toBe(1);
});

test("beside a second server a full one costs its queries a retry, and stays shunned for ten seconds", () => {
  const rig = full({
    databases: { db: { max_connections: 50 }, other: {} },
    proxysql: { variables: NO_MONITOR, mysql_servers: [{ hostname: "db" }, { hostname: "other" }] },
  });
  rig.crowd.waits = 1000;
  rig.crowd.poisson(100, 30);
  const times = shuns(rig, 30);
  expect(times.length).toBeGreaterThan(1);
  for (const [index, time] of times.slice(1).entries()) {
    expect(time - times[index]!).toBeGreaterThan(9);
    expect(time - times[index]!).toBeLessThan(12);
  }
  expect(Object.keys(rig.crowd.outcomes())).toEqual([`${OK}`]);
});

test("an old proxy with a monitor session keeps pinging a full database; a new one shuns it after three misses", () => {
  const { pods, world, databases, at, story } = stage({
    databases: { db: { max_connections: 50 } },
    world: { network: WIRE },
    pods: 2,
  });
  const [old, young] = pods;
  young!.stop(NONE);
  at(20);
  const squatter = new SessionClient(world, "squatter");
  for (let session = 0; session < 60; session++) squatter.login(databases.db!);
  at(30);
  young!.start(NONE);
  at(45);
  expect(young!.servers[0]!.shun.holds).toBe(false);
  at(48);
  expect(young!.servers[0]!.shun.holds).toBe(true);
  expect(story(young!.servers[0]!.shun.because)).toEqual([
    "proxysql-1/hostgroup-0/db server-shunned",
    "db connection-limit-reached",
  ]);
  at(120);
  expect(old!.servers[0]!.shun.holds).toBe(false);
  expect(world.count("proxysql-0/monitor/db", "monitor_ping_check_err")).toBe(0);
});

test("a monitor's shun closes idle connections and is lifted by a query when the database answers again", () => {
  const { server, crowd, at, value } = stage();
  crowd.waits = 1000;
  crowd.burst(5);
  at(1);
  expect(value(SERVER, "ConnFree")).toBe(5);
  server.shunAndKillAll(NONE, 3);
  expect(value(SERVER, "ConnFree")).toBe(0);
  crowd.ask();
  at(5);
  expect(crowd.answers[5]!.took).toBeGreaterThan(2);
  expect(crowd.answers[5]!.took).toBeLessThan(2.1);
});

test("after a monitor's shun a kept connection is not used again", () => {
  const { server, crowd, at, value } = stage({ proxysql: { variables: { "mysql-multiplexing": false } } });
  crowd.waits = 1000;
  crowd.ask();
  at(1);
  server.shunAndKillAll(NONE, 3);
  crowd.ask();
  at(2);
  expect(value(SERVER, "ConnUsed")).toBe(0);
  at(5);
  expect(crowd.outcomes()).toEqual({ [OK]: 2 });
  expect(value(SERVER, "ConnOK")).toBe(2);
});

test("a server whose pings take longer than max_latency_ms gets no queries", () => {
  const { crowd, at } = stage({
    world: { network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 100_000 } } },
    proxysql: { mysql_servers: [{ hostname: "db", max_latency_ms: 150 }] },
  });
  at(20);
  crowd.ask();
  at(35);
  expect(crowd.outcomes()).toEqual({ [PROXYSQL_CONNECT_TIMEOUT]: 1 });
});

test("a database that stops cuts its connections, refuses, and is shunned at once by five errors and for good by its pings", () => {
  const { databases, server, pods, crowd, at, value, world, story } = stage({ world: { network: WIRE } });
  at(20);
  crowd.waits = 2_000_000;
  crowd.burst(10);
  at(21);
  expect(value(SERVER, "ConnUsed")).toBe(10);
  const stop = world.sim.journal.action(databases.db!.id, "stopped", [], {});
  databases.db!.stop(stop);
  at(21.1);
  expect(value(SERVER, "ConnUsed") + value(SERVER, "ConnFree")).toBe(0);
  expect(server.shun.holds).toBe(true);
  expect(story(server.shun.because)).toEqual([`${SERVER} server-shunned`, "db stopped"]);
  at(60);
  expect(world.count("proxysql-0/monitor/db", "monitor_ping_check_err")).toBeGreaterThanOrEqual(3);
  expect(server.shun.killsUsed).toBe(true);
  for (const { outcome, because } of crowd.answers) {
    expect([PROXYSQL_CONNECT_TIMEOUT, REFUSED]).toContain(outcome);
    expect(story(because).at(-1)).toBe("db stopped");
  }
  databases.db!.start(NONE);
  at(70);
  crowd.waits = 1000;
  crowd.ask();
  at(80);
  expect(crowd.outcomes(70)).toEqual({ [OK]: 1 });
  expect(world.connections.heldAt(pods[0]!.id)).toBe(10);
});
