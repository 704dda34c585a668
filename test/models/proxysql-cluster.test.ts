import { expect, test } from "vitest";
import type * as z from "zod";
import { mysql } from "../../models/mysql/kind.ts";
import { proxysql } from "../../models/proxysql/kind.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { type TestWorldOptions, testWorld } from "../world.ts";

type Options = z.input<typeof proxysql.options>;

const BOTH = [{ hostname: "server1" }, { hostname: "server2" }];
const WIRE = { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 150 } };
const NO_MONITOR = { "mysql-monitor_enabled": false };

function options(maxConnections: number, more: Partial<Options> = {}): Options {
  return {
    mysql_servers: [{ hostname: "db", max_connections: maxConnections }],
    mysql_users: [{ username: "app" }],
    proxysql_servers: BOTH,
    ...more,
    variables: { ...NO_MONITOR, ...more.variables },
  };
}

/** ProxySQLs by path, in front of one database, that run from time zero on. */
function cluster(proxies: Record<string, Options>, given: TestWorldOptions = {}) {
  const replicas = Object.fromEntries(Object.entries(proxies).map(([path, one]) => [path, one.replicas ?? 1]));
  const world = testWorld({ network: WIRE, replicas, seed: "003", ...given });
  for (const [path, one] of Object.entries(proxies)) world.settings.set(path, proxysql.options.parse(one));
  const built = [
    mysql.build(world, "db", mysql.options.parse({})),
    ...[...world.settings].map(([path, one]) => proxysql.build(world, path, one as z.output<typeof proxysql.options>)),
  ];
  for (const one of built) one.connect();
  for (const one of built) one.start();
  const { gauges, gaugeColumns } = world.sim.record;
  const acts = new Map(built.map(({ component, act }) => [component.path, act!]));
  return {
    world,
    at: (seconds: number) => world.sim.runUntil(Math.round(seconds * 1e6)),
    set(path: string, parameter: string, to: number) {
      acts.get(path)!(
        { do: "set", parameter, to },
        world.sim.journal.action(world.find(path).id, "parameter-set", [], { to }),
      );
    },
    tell: (path: string, what: "stop" | "start") => acts.get(path)!({ do: what }, -1),
    diff: (pod: string, module = "mysql_servers") => {
      const index = gauges.findIndex(({ path, name }) => path === `${pod}/cluster/${module}` && name === "diff_check");
      return gaugeColumns.value[index]!;
    },
    limit: (pod: string) =>
      (world.find(`${pod}/hostgroup-0/db`) as unknown as { maxConnections: number }).maxConnections,
    count: (pod: string, name: string) => world.count(`${pod}/cluster`, name),
    facts: () => world.sim.journal.entries.map(({ fact }) => fact),
  };
}

test("processes with different configurations of version 1 stay different: diff_check rises by one a second, and warns", () => {
  const { at, diff, limit, count, facts } = cluster({ server1: options(100), server2: options(50) });
  at(140);
  expect(diff("server2-0")).toBeGreaterThan(137);
  expect(diff("server2-0")).toBeLessThan(141);
  expect([limit("server1-0"), limit("server2-0")]).toEqual([100, 50]);
  expect(count("server2-0", "cluster_sync_delayed")).toBe(4);
  expect(count("server2-0", "cluster_pulled")).toBe(0);
  expect(facts()).toEqual(["cluster-out-of-sync", "cluster-out-of-sync"]);
  expect(diff("server2-0", "mysql_users")).toBe(0);
});

test("case 003: 1415 looks in 1417 s, and after the LOAD on one node the other has it within one look", () => {
  const { at, diff, limit, set, world } = cluster({ server1: options(100), server2: options(50) });
  at(151);
  const before = diff("server2-0");
  at(151 + 1417);
  expect(diff("server2-0") - before).toBeGreaterThanOrEqual(1414);
  expect(diff("server2-0") - before).toBeLessThanOrEqual(1417);
  set("server1", "mysql_servers.db.max_connections", 100);
  at(151 + 1417 + 1.01);
  expect([limit("server1-0"), limit("server2-0")]).toEqual([100, 100]);
  const synced = world.sim.journal.entries.find(({ fact }) => fact === "configuration-synced")!;
  expect(world.sim.journal.entries[synced.because[0]!]!.fact).toBe("parameter-set");
  at(151 + 1417 + 2.1);
  expect([diff("server1-0"), diff("server2-0")]).toEqual([0, 0]);
});

test("processes that agree take a change over two to three seconds after its LOAD", () => {
  for (const seed of ["a", "b", "c", "d", "e", "f"]) {
    const { at, limit, set } = cluster({ server1: options(100), server2: options(100) }, { seed });
    at(10);
    set("server1", "mysql_servers.db.max_connections", 30);
    at(11.99);
    expect([limit("server1-0"), limit("server2-0")]).toEqual([30, 100]);
    at(13.01);
    expect(limit("server2-0")).toBe(30);
  }
});

test("diffs_before_sync is how many looks a change must outlast; 0 is never", () => {
  const slow = { variables: { "admin-cluster_mysql_servers_diffs_before_sync": 10 } };
  const never = { variables: { "admin-cluster_mysql_servers_diffs_before_sync": 0 } };
  const three = [...BOTH, { hostname: "server3" }];
  const { at, limit, set } = cluster({
    server1: options(100, { proxysql_servers: three }),
    server2: options(100, { proxysql_servers: three, ...slow }),
    server3: options(100, { proxysql_servers: three, ...never }),
  });
  at(10);
  set("server1", "mysql_servers.db.max_connections", 30);
  at(18.9);
  expect(limit("server2-0")).toBe(100);
  at(20.1);
  expect(limit("server2-0")).toBe(30);
  at(60);
  expect(limit("server3-0")).toBe(100);
});

test("changes that two processes load in the same second are a conflict, until one loads again", () => {
  const { at, limit, set, count } = cluster({ server1: options(100), server2: options(100) });
  at(10.2);
  set("server1", "mysql_servers.db.max_connections", 30);
  at(10.9);
  set("server2", "mysql_servers.db.max_connections", 40);
  at(60);
  expect([limit("server1-0"), limit("server2-0")]).toEqual([30, 40]);
  expect(count("server1-0", "cluster_syn_conflict")).toBe(1);
  set("server2", "mysql_servers.db.max_connections", 40);
  at(62);
  expect([limit("server1-0"), limit("server2-0")]).toEqual([40, 40]);
});

test("of two changes the later one wins in the whole cluster", () => {
  const { at, limit, set } = cluster({ server1: options(100), server2: options(100) });
  at(10.5);
  set("server1", "mysql_servers.db.max_connections", 30);
  at(11.5);
  set("server2", "mysql_servers.db.max_connections", 40);
  at(20);
  expect([limit("server1-0"), limit("server2-0")]).toEqual([40, 40]);
});

test("a node without servers and users gets them from the other, and serves", () => {
  const { at, limit, set, world } = cluster({
    server1: options(100),
    server2: { proxysql_servers: BOTH, variables: NO_MONITOR, mysql_servers: [], mysql_users: [] },
  });
  at(10);
  expect(limit("server2-0")).toBe(0);
  set("server1", "mysql_servers.db.max_connections", 100);
  set("server1", "mysql_users.app.max_connections", 10_000);
  at(11.01);
  expect(limit("server2-0")).toBe(100);
  expect(world.count("server2-0/cluster", "cluster_pulled")).toBe(2);
});

test("rules travel, too: apply=1 on one node ends the detour of locking reads on both", () => {
  const rules: Options["mysql_query_rules"] = [
    { rule_id: 1, active: 1, match_digest: "^SELECT.*FOR UPDATE$", destination_hostgroup: 0 },
    { rule_id: 2, active: 1, match_digest: "^SELECT", destination_hostgroup: 20 },
  ];
  const servers = [{ hostname: "db" }, { hostname: "db", hostgroup: 20 }];
  const given = options(100, { mysql_query_rules: rules, mysql_servers: servers });
  const { at, set, world } = cluster(
    { server1: given, server2: given },
    { classes: [{ sql: "SELECT a FROM t FOR UPDATE" }] },
  );
  const hostgroup = (pod: string) => {
    const { routes, hostgroups } = world.find(pod) as unknown as {
      routes: { hostgroup: Int32Array; of(kind: number, verb: number): number };
      hostgroups: { number: number }[];
    };
    return hostgroups[routes.hostgroup[routes.of(0, 3)]!]!.number;
  };
  at(10);
  expect([hostgroup("server1-0"), hostgroup("server2-0")]).toEqual([20, 20]);
  set("server1", "mysql_query_rules.1.apply", 1);
  expect([hostgroup("server1-0"), hostgroup("server2-0")]).toEqual([0, 20]);
  at(13.1);
  expect([hostgroup("server1-0"), hostgroup("server2-0")]).toEqual([0, 0]);
});

test("pods of one deployment are a cluster as well: what one is told all have three seconds later", () => {
  const { at, limit, set } = cluster({
    server1: options(100, { replicas: 5, proxysql_servers: [{ hostname: "server1" }] }),
  });
  const limits = () => [0, 1, 2, 3, 4].map((slot) => limit(`server1-${slot}`));
  at(10);
  set("server1", "mysql_servers.db.max_connections", 30);
  expect(limits()).toEqual([30, 100, 100, 100, 100]);
  at(13.1);
  expect(limits()).toEqual([30, 30, 30, 30, 30]);
});

test("without a cluster an operator tells every pod", () => {
  const { at, limit, set } = cluster({ server1: options(100, { replicas: 3, proxysql_servers: [] }) });
  at(10);
  set("server1", "mysql_servers.db.max_connections", 30);
  expect([0, 1, 2].map((slot) => limit(`server1-${slot}`))).toEqual([30, 30, 30]);
});

test("a process that was down has version 1 again, and catches up with what it missed", () => {
  const { at, limit, set, tell } = cluster({
    server1: options(100, { startup: "1s" }),
    server2: options(100, { startup: "1s" }),
  });
  at(10);
  tell("server2", "stop");
  at(11);
  set("server1", "mysql_servers.db.max_connections", 30);
  at(30);
  expect(limit("server2-0")).toBe(100);
  tell("server2", "start");
  at(40);
  expect(limit("server2-0")).toBe(30);
});

test("a run that is saved while configurations differ goes on in the same way", () => {
  const build = () => cluster({ server1: options(100), server2: options(100) });
  const one = build();
  one.at(10);
  one.set("server1", "mysql_servers.db.max_connections", 30);
  one.at(11);
  const snapshot = structuredClone(save(one.world.sim));
  const two = build();
  restore(two.world.sim, snapshot);
  for (const each of [one, two]) {
    expect(each.limit("server2-0")).toBe(100);
    each.at(14);
    expect(each.limit("server2-0")).toBe(30);
    expect(each.diff("server2-0")).toBe(0);
  }
});
