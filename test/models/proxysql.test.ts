import { expect, test } from "vitest";
import type { ConnectionId } from "../../models/connection/connections.ts";
import { ER_CON_COUNT_ERROR, ER_USER_LIMIT_REACHED, PROXYSQL_CONNECT_TIMEOUT } from "../../models/error.ts";
import { Host, type SessionHolder, type SessionServer } from "../../models/host.ts";
import { LOGIN, QUERY } from "../../models/verb.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { Constant } from "../../sim/distribution/constant.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK } from "../../sim/service.ts";
import { TestServer } from "../world.ts";
import { type Answer, stage } from "./proxysql-crowd.ts";

/** 10 connections, each taken for 100 ms, serve 100 of 150 queries per second. */
function overload(waiterOrder: "edf" | "random") {
  const { crowd, at, value } = stage({
    world: { seed: "t4" },
    databases: { db: { max_connections: 100 } },
    proxysql: { mysql_servers: [{ hostname: "db", max_connections: 10 }], model: { waiterOrder } },
  });
  crowd.waits = 100_000;
  crowd.poisson(150, 100);
  at(100);
  const late = crowd.answers.filter((answer) => answer.at > 50);
  const served = late.filter(({ outcome }) => outcome === OK);
  return {
    servedPerSecond: served.length / 50,
    failedPerSecond: late.filter(({ outcome }) => outcome === PROXYSQL_CONNECT_TIMEOUT).length / 50,
    firstFailure: crowd.answers.find(({ outcome }) => outcome !== OK)!.at,
    meanWait: mean(served) - 0.1,
    waiters: value("proxysql-0/hostgroup-0", "waiters"),
    mostUsed: value("proxysql-0/hostgroup-0/db", "MaxConnUsed"),
    refusedByDatabase: value("db", "Connection_errors_max_connections"),
  };
}

function mean(answers: readonly Answer[]): number {
  return answers.reduce((sum, { took }) => sum + took, 0) / answers.length;
}

test("under overload, earliest deadline first lets everybody wait for nearly the whole 10 s", () => {
  const result = overload("edf");
  expect(result.servedPerSecond).toBeCloseTo(100, 0);
  expect(result.failedPerSecond).toBeGreaterThan(47);
  expect(result.failedPerSecond).toBeLessThan(53);
  expect(result.firstFailure).toBeGreaterThan(27);
  expect(result.firstFailure).toBeLessThan(33);
  expect(result.meanWait).toBeGreaterThan(9.8);
  expect(result.meanWait).toBeLessThan(10);
  expect(result.waiters).toBeGreaterThan(1400);
  expect(result.waiters).toBeLessThan(1550);
  expect(result.mostUsed).toBe(10);
  expect(result.refusedByDatabase).toBe(0);
});

test("under overload, random order serves as many, after 4 s, and fails the unlucky from 11 s on", () => {
  const result = overload("random");
  expect(result.servedPerSecond).toBeCloseTo(100, 0);
  expect(result.failedPerSecond).toBeGreaterThan(47);
  expect(result.failedPerSecond).toBeLessThan(53);
  expect(result.firstFailure).toBeGreaterThan(10);
  expect(result.firstFailure).toBeLessThan(12.5);
  expect(result.meanWait).toBeGreaterThan(3.8);
  expect(result.meanWait).toBeLessThan(4.4);
  expect(result.waiters).toBeGreaterThan(840);
  expect(result.waiters).toBeLessThan(960);
});

test("a query that finds an idle connection costs no event at the proxy", () => {
  const { world, crowd, at } = stage();
  crowd.waits = 1000;
  crowd.ask();
  at(0.1);
  const before = world.sim.dispatched;
  crowd.ask();
  at(0.102);
  expect(crowd.answers.map(({ took }) => took)).toEqual([0.001, 0.001]);
  expect(world.sim.dispatched - before).toBe(1);
});

test("a client too many is let through its login and then told 1040 by the proxy, and no slot stays taken", () => {
  const { world, crowd, at, value, story } = stage({ proxysql: { variables: { "mysql-max_connections": 100 } } });
  crowd.waits = 1_000_000;
  crowd.burst(103);
  at(0.5);
  expect(crowd.outcomes()).toEqual({ [ER_CON_COUNT_ERROR]: 3 });
  expect(value("proxysql-0", "Client_Connections_connected")).toBe(100);
  expect(value("proxysql-0", "Access_Denied_Max_Connections")).toBe(3);
  expect(value("db", "Connection_errors_max_connections")).toBe(0);
  expect(story(crowd.answers[0]!.because)).toEqual(["proxysql-0 frontend-full"]);
  at(2);
  expect(crowd.outcomes()).toEqual({ [ER_CON_COUNT_ERROR]: 3, [OK]: 100 });
  crowd.leave();
  expect(world.connections.heldAt(world.find("proxysql-0").id)).toBe(0);
});

test("a user's own cap gives 1226 and leaves the others alone", () => {
  const { crowd, at, value } = stage({
    world: { classes: [{ username: "app" }, { username: "batch" }] },
    proxysql: { mysql_users: [{ username: "app" }, { username: "batch", max_connections: 2 }] },
  });
  crowd.waits = 1_000_000;
  crowd.kind = 1;
  crowd.burst(5);
  crowd.kind = 0;
  crowd.burst(5);
  at(0.5);
  expect(crowd.outcomes()).toEqual({ [ER_USER_LIMIT_REACHED]: 3 });
  expect(value("proxysql-0", "Access_Denied_Max_User_Connections")).toBe(3);
  at(2);
  expect(crowd.outcomes()).toEqual({ [ER_USER_LIMIT_REACHED]: 3, [OK]: 7 });
  crowd.leave();
  crowd.kind = 1;
  crowd.burst(2);
  at(4);
  expect(crowd.outcomes(2)).toEqual({ [OK]: 2 });
});

test("a user that mysql_users does not know is denied", () => {
  const { crowd } = stage({ proxysql: { mysql_users: [{ username: "somebody else" }] } });
  crowd.ask();
  expect(crowd.outcomes()).toEqual({ 1045: 1 });
});

test("a query whose client has hung up is still finished at the database, and then everything is free", () => {
  const { crowd, at, value } = stage();
  crowd.waits = 1_000_000;
  crowd.ask();
  at(0.1);
  crowd.walkAway();
  expect(value("proxysql-0", "Client_Connections_connected")).toBe(1);
  expect(value("db/executor", "Threads_running")).toBe(1);
  at(2);
  expect(value("proxysql-0", "Client_Connections_connected")).toBe(0);
  expect(value("db/executor", "Threads_running")).toBe(0);
  expect(value("proxysql-0/hostgroup-0/db", "ConnFree")).toBe(1);
});

test("a query that nobody waits for any more keeps its place and is sent to the database all the same", () => {
  const { world, crowd, at, value } = stage({
    proxysql: { mysql_servers: [{ hostname: "db", max_connections: 1 }] },
  });
  crowd.waits = 1_000_000;
  crowd.ask();
  const given = crowd.ask();
  world.sim.requests.abandoned[given] = 1;
  at(5);
  expect(crowd.outcomes()).toEqual({ [OK]: 2 });
  expect(value("db", "Questions")).toBe(2);
});

test("a pod that stops cuts its clients at once, and the database is free when its statements end", () => {
  const { world, crowd, pods, at, value } = stage({
    proxysql: { mysql_servers: [{ hostname: "db", max_connections: 10 }] },
  });
  crowd.waits = 1_000_000;
  crowd.burst(15);
  at(0.5);
  pods[0]!.stop(NONE);
  expect(crowd.lost).toBe(15);
  expect(crowd.outcomes()).toEqual({ [BROKEN]: 5 });
  expect(value("proxysql-0", "Client_Connections_connected")).toBe(0);
  expect(value("proxysql-0/hostgroup-0", "waiters")).toBe(0);
  at(2);
  expect(crowd.outcomes()).toEqual({ [BROKEN]: 15 });
  expect(value("db", "Threads_connected")).toBe(0);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("a pod that starts again begins with nothing and serves", () => {
  const { crowd, pods, at, value } = stage();
  crowd.burst(5);
  at(1);
  expect(value("proxysql-0/hostgroup-0/db", "ConnFree")).toBe(5);
  pods[0]!.stop(NONE);
  at(2);
  pods[0]!.start(NONE);
  expect(value("proxysql-0/hostgroup-0/db", "ConnFree")).toBe(0);
  crowd.ask();
  at(3);
  expect(crowd.outcomes(2)).toEqual({ [OK]: 1 });
});

test("after a write a session keeps its connection for five further queries", () => {
  const { crowd, at, value } = stage({ world: { classes: [{ name: "read" }, { name: "insert", writes: true }] } });
  const used: number[] = [];
  for (const [step, kind] of [0, 1, 0, 0, 0, 0, 0, 0].entries()) {
    crowd.kind = kind;
    crowd.ask();
    at(step + 1);
    used.push(value("proxysql-0/hostgroup-0/db", "ConnUsed"));
  }
  expect(used).toEqual([0, 1, 1, 1, 1, 1, 0, 0]);
});

test("after a write a session that sleeps gives its connection back after 10 s", () => {
  const { crowd, at, value } = stage({ world: { classes: [{ writes: true }] } });
  crowd.ask();
  at(9.9);
  expect(value("proxysql-0/hostgroup-0/db", "ConnUsed")).toBe(1);
  at(10.1);
  expect(value("proxysql-0/hostgroup-0/db", "ConnUsed")).toBe(0);
  expect(value("proxysql-0/hostgroup-0/db", "ConnFree")).toBe(1);
});

test("without multiplexing a session keeps its connection until it ends", () => {
  const { crowd, at, value } = stage({ proxysql: { variables: { "mysql-multiplexing": false } } });
  crowd.burst(3);
  at(60);
  expect(value("proxysql-0/hostgroup-0/db", "ConnUsed")).toBe(3);
  crowd.leave();
  expect(value("proxysql-0/hostgroup-0/db", "ConnUsed")).toBe(0);
});

/** A server that ends the sessions of the first queries under them. */
class FlakyServer extends Host implements SessionServer {
  failures = 0;
  queries = 0;
  tellsFirst = false;

  override receive(request: RequestId): void {
    const { requests } = this.sim;
    const connection = requests.connection[request]!;
    if (requests.verb[request] === LOGIN) this.world.connections.accept(connection, this.id);
    else if (requests.verb[request] === QUERY && ++this.queries <= this.failures) {
      this.world.connections.release(connection);
      const holder = this.sim.components[this.world.connections.client[connection]!] as SessionHolder;
      if (this.tellsFirst) holder.connectionLost(connection, NONE);
      this.reply(request, BROKEN);
      if (!this.tellsFirst) holder.connectionLost(connection, NONE);
      return;
    }
    this.reply(request, OK);
  }

  hangUp(connection: ConnectionId): void {
    this.world.connections.release(connection);
    this.world.connections.forget(connection);
  }
}

for (const tellsFirst of [true, false]) {
  const order = tellsFirst ? "after the news" : "before the news";
  test(`a query whose connection breaks is sent once more on another one (its answer ${order} of the connection)`, () => {
    for (const [failures, outcome] of [[1, OK] as const, [2, BROKEN] as const]) {
      const { world, crowd, at, value } = stage({
        databases: {},
        others: (world) => Object.assign(new FlakyServer(world, "db", ELSEWHERE), { failures, tellsFirst }),
      });
      crowd.ask();
      at(1);
      expect(crowd.outcomes()).toEqual({ [outcome]: 1 });
      expect((world.find("db") as FlakyServer).queries).toBe(2);
      expect(value("proxysql-0/hostgroup-0/db", "ConnOK")).toBe(2);
      expect(value("proxysql-0/hostgroup-0/db", "ConnUsed")).toBe(0);
      expect(value("proxysql-0/hostgroup-0/db", "ConnFree")).toBe(2 - failures);
    }
  });
}

test("a look-up that outlasts the query's patience leads to no login", () => {
  const { world, crowd, at } = stage({
    world: { dns: { serviceTime: new Constant(20_000_000) } },
    databases: {},
    others: (world) => new TestServer(world, "db", ELSEWHERE),
    proxysql: { variables: { "mysql-monitor_enabled": false } },
  });
  crowd.ask();
  at(30);
  expect(crowd.outcomes()).toEqual({ [PROXYSQL_CONNECT_TIMEOUT]: 1 });
  expect((world.find("db") as TestServer).arrivals).toEqual([]);
});

test("four worker threads of 1 ms a query pass 4000 queries a second", () => {
  const { crowd, at } = stage({ world: { checkEvery: 1000 }, proxysql: { model: { cpuPerQuery: "1ms" } } });
  crowd.burst(400);
  at(0.2);
  const last = Math.max(...crowd.answers.map(({ at: time }) => time));
  expect(crowd.outcomes()).toEqual({ [OK]: 400 });
  expect(last).toBeGreaterThan(0.1);
  expect(last).toBeLessThan(0.13);
});

test("an idle client is closed after wait_timeout", () => {
  const { crowd, at, value } = stage({ proxysql: { variables: { "mysql-wait_timeout": "60s" } } });
  crowd.burst(2);
  at(30);
  crowd.ask();
  at(61);
  expect(value("proxysql-0", "Client_Connections_connected")).toBe(1);
  at(91);
  expect(value("proxysql-0", "Client_Connections_connected")).toBe(0);
  expect(crowd.lost).toBe(2);
});

test("another user's connection is taken over with COM_CHANGE_USER, one round trip more", () => {
  const { crowd, at, value } = stage({
    world: {
      classes: [{ username: "app" }, { username: "batch" }],
      network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 500 } },
    },
    proxysql: { mysql_users: [{ username: "app" }, { username: "batch" }] },
  });
  for (const [step, kind] of [0, 0, 1, 1].entries()) {
    crowd.kind = kind;
    crowd.ask();
    at(step + 1);
  }
  // Client and server are each 1 ms away there and back; a login takes three such trips each way, a look-up one.
  expect(crowd.answers.map(({ took }) => Math.round(took * 1e4) / 10)).toEqual([9, 2, 3, 2]);
  expect(value("proxysql-0/hostgroup-0/db", "ConnOK")).toBe(1);
});

test("while more connections are used than idle, another user's query opens one of its own instead", () => {
  const { crowd, at, value } = stage({
    world: { classes: [{ username: "app" }, { username: "batch" }] },
    proxysql: { mysql_users: [{ username: "app" }, { username: "batch" }] },
  });
  crowd.waits = 10_000_000;
  crowd.burst(3);
  crowd.waits = 1000;
  crowd.ask();
  at(1);
  expect(value("proxysql-0/hostgroup-0/db", "ConnFree")).toBe(1);
  crowd.kind = 1;
  crowd.ask();
  at(2);
  expect(value("proxysql-0/hostgroup-0/db", "ConnFree")).toBe(2);
  expect(value("proxysql-0/hostgroup-0/db", "ConnOK")).toBe(5);
});
