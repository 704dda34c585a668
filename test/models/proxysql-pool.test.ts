import { expect, test } from "vitest";
import { ER_CON_COUNT_ERROR } from "../../models/error.ts";
import { NONE } from "../../sim/record/journal.ts";
import { OK } from "../../sim/service.ts";
import { stage } from "./proxysql-crowd.ts";

const SERVER = "proxysql-0/hostgroup-0/db";

/** A burst of 2000 queries of 100 ms, then five people who each ask again and again. */
function afterBurst(free_connections_pct: number) {
  const { crowd, at, value } = stage({
    world: { checkEvery: 500, seed: "t6" },
    databases: { db: { max_connections: 3000 } },
    proxysql: {
      variables: { "mysql-free_connections_pct": free_connections_pct },
      mysql_servers: [{ hostname: "db", max_connections: 2000 }],
    },
  });
  crowd.waits = 100_000;
  crowd.burst(2000);
  at(0.15);
  crowd.waits = 60_000_000;
  crowd.burst(5);
  const free: number[] = [value(SERVER, "ConnFree")];
  for (const second of [0.2, 10, 30]) {
    at(second);
    free.push(value(SERVER, "ConnFree"));
  }
  return { free, used: value(SERVER, "ConnUsed"), mostUsed: value(SERVER, "MaxConnUsed") };
}

test("a burst of 2000 leaves 1995 idle beside 5 busy until the next purge, which keeps 80 % of max_connections", () => {
  const { free, used, mostUsed } = afterBurst(80);
  expect(free).toEqual([1995, 1995, 1600, 1600]);
  expect(used).toBe(5);
  expect(mostUsed).toBe(2000);
});

test("free_connections_pct 1 keeps 20 of 2000", () => {
  expect(afterBurst(1).free).toEqual([1995, 1995, 20, 20]);
});

test("the purge of four threads comes 2.5 s apart on average, and the first one suffices", () => {
  const { crowd, at, value } = stage({ world: { seed: "purge" } });
  crowd.waits = 1000;
  crowd.burst(300);
  let second = 0;
  while (value(SERVER, "ConnFree") !== 100) {
    second += 0.1;
    at(second);
  }
  expect(second).toBeLessThan(10);
});

test("warming opens one more connection with every query until 10 % of max_connections are there", () => {
  const { crowd, at, value } = stage({ proxysql: { variables: { "mysql-connection_warming": true } } });
  const total: number[] = [];
  for (let query = 1; query <= 120; query++) {
    crowd.ask();
    at(query / 100);
    total.push(value(SERVER, "ConnFree") + value(SERVER, "ConnUsed"));
  }
  expect(total).toEqual(Array.from({ length: 120 }, (_, query) => Math.min(query + 1, 100)));
});

test("warming counts the connections in use: where 10 % are there already, an idle one is used again", () => {
  const { crowd, at, value } = stage({ proxysql: { variables: { "mysql-connection_warming": true } } });
  crowd.waits = 60_000_000;
  crowd.burst(99);
  crowd.waits = 1000;
  crowd.ask();
  at(0.1);
  crowd.ask();
  at(0.2);
  expect(value(SERVER, "ConnOK")).toBe(100);
});

test("without warming, one connection is enough for queries that follow each other", () => {
  const { crowd, at, value } = stage();
  for (let query = 1; query <= 120; query++) {
    crowd.ask();
    at(query / 100);
  }
  expect(value(SERVER, "ConnOK")).toBe(1);
});

test("the throttle lets ten connections be opened in each clock second, and who waits gets the next ones", () => {
  const { crowd, at, value } = stage({
    proxysql: { variables: { "mysql-throttle_connections_per_sec_to_hostgroup": 10 } },
  });
  at(0.7);
  crowd.waits = 60_000_000;
  crowd.burst(35);
  const used: number[] = [];
  for (const second of [0.9, 1.1, 1.9, 2.1, 3.1, 4.1]) {
    at(second);
    used.push(value(SERVER, "ConnUsed"));
  }
  expect(used).toEqual([10, 20, 20, 30, 35, 35]);
  expect(value("proxysql-0/hostgroup-0", "waiters")).toBe(0);
});

test("while the throttle is closed, queries that wait look again once a second, whatever else is shunned", () => {
  const { world, pods, crowd, at, value } = stage({
    databases: { db: {}, other: {} },
    proxysql: {
      variables: { "mysql-throttle_connections_per_sec_to_hostgroup": 5, "mysql-monitor_enabled": false },
      mysql_servers: [{ hostname: "db" }, { hostname: "other" }],
    },
  });
  for (let error = 0; error < 5; error++) pods[0]!.servers[1]!.connectError(ER_CON_COUNT_ERROR, NONE);
  at(3.1);
  crowd.waits = 60_000_000;
  crowd.burst(100);
  const before = world.sim.dispatched;
  at(8.9);
  expect(value(SERVER, "ConnUsed")).toBe(30);
  expect(world.sim.dispatched - before).toBeLessThan(150);
});

test("a throttled query uses a connection that comes back before the second is over", () => {
  const { crowd, at } = stage({
    proxysql: { variables: { "mysql-throttle_connections_per_sec_to_hostgroup": 1 } },
  });
  crowd.waits = 100_000;
  crowd.burst(3);
  at(0.5);
  expect(crowd.outcomes()).toEqual({ [OK]: 3 });
  expect(crowd.answers.map(({ at: time }) => Math.round(time * 100) / 100)).toEqual([0.1, 0.2, 0.3]);
});

test("connections older than connection_max_age_ms are closed when they come back", () => {
  const { crowd, at, value } = stage({ proxysql: { variables: { "mysql-connection_max_age_ms": "30s" } } });
  crowd.ask();
  at(31);
  expect(value(SERVER, "ConnFree")).toBe(1);
  at(40);
  expect(value(SERVER, "ConnFree")).toBe(0);
  crowd.waits = 31_000_000;
  crowd.ask();
  at(71.001);
  expect(value(SERVER, "ConnFree")).toBe(0);
  expect(value(SERVER, "ConnOK")).toBe(2);
});

test("pings keep idle connections from the server's wait_timeout, as long as the threads can ping all of them", () => {
  const idleAfterFiveMinutes = (threads: number): number => {
    const { crowd, at, value } = stage({
      world: { checkEvery: 500 },
      databases: { db: { max_connections: 3000, wait_timeout: "60s" } },
      proxysql: {
        variables: { "mysql-threads": threads, "mysql-free_connections_pct": 100 },
        mysql_servers: [{ hostname: "db", max_connections: 1000 }],
      },
    });
    crowd.waits = 100_000;
    crowd.burst(600);
    at(300);
    return value(SERVER, "ConnFree");
  };
  expect(idleAfterFiveMinutes(4)).toBe(600);
  // One thread pings 64 each 10 s, so at most 6 x 64 within a minute.
  expect(idleAfterFiveMinutes(1)).toBeLessThan(400);
  expect(idleAfterFiveMinutes(1)).toBeGreaterThan(300);
});

test("a slow ping costs the connection", () => {
  const { crowd, at, value } = stage({
    world: { network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 101_000 } } },
  });
  crowd.ask();
  at(5);
  expect(value(SERVER, "ConnFree")).toBe(1);
  at(30);
  expect(value(SERVER, "ConnFree")).toBe(0);
});

test("the lottery sends three of four queries to the server with three times the weight", () => {
  const { crowd, at, value } = stage({
    world: { checkEvery: 500 },
    databases: { left: {}, right: {}, off: {} },
    proxysql: {
      mysql_servers: [{ hostname: "left", weight: 3 }, { hostname: "right" }, { hostname: "off", weight: 0 }],
    },
  });
  for (let query = 1; query <= 4000; query++) {
    crowd.ask();
    at(query / 1000);
  }
  expect(value("left", "Questions") / 4000).toBeCloseTo(0.75, 1);
  expect(value("right", "Questions") / 4000).toBeCloseTo(0.25, 1);
  expect(value("off", "Questions")).toBe(0);
});

test("one database in two hostgroups has two caps and two pools", () => {
  const { crowd, at, value } = stage({
    world: { classes: [{ username: "app" }, { username: "batch" }] },
    proxysql: {
      mysql_servers: [
        { hostname: "db", hostgroup: 10, max_connections: 5 },
        { hostname: "db", hostgroup: 20, max_connections: 7 },
      ],
      mysql_users: [
        { username: "app", default_hostgroup: 10 },
        { username: "batch", default_hostgroup: 20 },
      ],
    },
  });
  crowd.waits = 5_000_000;
  crowd.burst(10);
  crowd.kind = 1;
  crowd.burst(10);
  at(1);
  expect(value("proxysql-0/hostgroup-10/db", "ConnUsed")).toBe(5);
  expect(value("proxysql-0/hostgroup-20/db", "ConnUsed")).toBe(7);
});
