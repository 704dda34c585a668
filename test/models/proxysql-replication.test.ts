import { expect, test } from "vitest";
import { ER_OPTION_PREVENTS_STATEMENT, PROXYSQL_CONNECT_TIMEOUT } from "../../models/error.ts";
import { NONE } from "../../sim/record/journal.ts";
import { OK } from "../../sim/service.ts";
import { type Setting, type Stage, stage } from "./proxysql-crowd.ts";

const WIRE = { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 250 } };

/** The hostgroups of case 001: writer 10 with db001, readers 20 with all three, checked every 1.5 s. */
function trio(proxysql: Setting["proxysql"] = {}): Stage & { hostgroup(number: 10 | 20): string[] } {
  const { variables, ...rest } = proxysql;
  const rig = stage({
    world: {
      classes: [{ sql: "SELECT a FROM t" }, { name: "insert", writes: true }],
      network: WIRE,
      seed: "001",
    },
    databases: { db001: {}, db002: { read_only: true }, db003: { read_only: true } },
    proxysql: {
      mysql_servers: [
        { hostgroup: 10, hostname: "db001" },
        { hostgroup: 20, hostname: "db001" },
        { hostgroup: 20, hostname: "db002" },
        { hostgroup: 20, hostname: "db003" },
      ],
      mysql_users: [{ username: "app", default_hostgroup: 10, transaction_persistent: 0 }],
      mysql_query_rules: [{ rule_id: 2, active: 1, match_digest: "^SELECT", destination_hostgroup: 20 }],
      mysql_replication_hostgroups: [{ writer_hostgroup: 10, reader_hostgroup: 20 }],
      variables: {
        "mysql-monitor_read_only_interval": 1500,
        "mysql-monitor_read_only_timeout": 500,
        "mysql-monitor_ping_interval": 10_000,
        ...variables,
      },
      ...rest,
    },
  });
  rig.crowd.kind = 1;
  return {
    ...rig,
    hostgroup: (number) =>
      rig.pods[0]!.servers.filter((one) => one.isOnline && one.hostgroup.number === number).map((one) => one.hostname),
  };
}

test("in a healthy trio nothing moves", () => {
  const { at, hostgroup, world } = trio();
  at(30);
  expect(hostgroup(10)).toEqual(["db001"]);
  expect(hostgroup(20)).toEqual(["db001", "db002", "db003"]);
  expect(world.sim.journal.entries.filter(({ fact }) => fact.startsWith("became"))).toEqual([]);
});

test("a replica that becomes writable is a writer within one interval, and stays a reader", () => {
  const { at, databases, hostgroup, story, world } = trio();
  at(20.2);
  const promotion = world.sim.journal.action(databases.db002!.id, "promoted", [], {});
  databases.db002!.setReadOnly(false, promotion);
  at(21.8);
  expect(hostgroup(10)).toEqual(["db001", "db002"]);
  expect(hostgroup(20)).toEqual(["db001", "db002", "db003"]);
  const event = world.sim.journal.entries.find(({ fact }) => fact === "became-writer")!;
  expect(event.at / 1e6).toBeGreaterThan(20.2);
  expect(story(event.id)).toEqual(["proxysql-0/hostgroup-10/db002 became-writer", "db002 promoted"]);
});

test("without monitor_writer_is_also_reader a new writer leaves the readers", () => {
  const { at, databases, hostgroup } = trio({ variables: { "mysql-monitor_writer_is_also_reader": false } });
  at(20);
  databases.db002!.setReadOnly(false, NONE);
  at(22);
  expect(hostgroup(10)).toEqual(["db001", "db002"]);
  expect(hostgroup(20)).toEqual(["db001", "db003"]);
});

test("two writable servers are two writers, and inserts split between them", () => {
  const { at, crowd, databases, value } = trio();
  at(20);
  databases.db002!.setReadOnly(false, NONE);
  at(22);
  for (let round = 0; round < 40; round++) {
    crowd.burst(10);
    crowd.leave();
    at(22 + (round + 1) / 10);
  }
  expect(crowd.outcomes()).toEqual({ [OK]: 400 });
  expect(value("db002", "Questions")).toBeGreaterThan(150);
  expect(value("db002", "Questions")).toBeLessThan(250);
});

test("a switchover moves the writer: idle connections to the old one close, and a write that it refuses is 1290", () => {
  const { at, crowd, databases, hostgroup, value } = trio();
  at(20);
  crowd.burst(5);
  at(21);
  crowd.leave();
  databases.db001!.setReadOnly(true, NONE);
  crowd.ask();
  at(21.01);
  expect(crowd.outcomes(21)).toEqual({ [ER_OPTION_PREVENTS_STATEMENT]: 1 });
  databases.db002!.setReadOnly(false, NONE);
  at(23);
  expect(hostgroup(10)).toEqual(["db002"]);
  expect(value("proxysql-0/hostgroup-10/db001", "ConnFree")).toBe(0);
  crowd.burst(10);
  at(24);
  expect(crowd.outcomes(23)).toEqual({ [OK]: 10 });
  expect(value("db002", "Questions")).toBe(10);
});

test("a query that runs on a server while it leaves the hostgroup is sent once more to the new one", () => {
  const { at, crowd, databases, value } = trio();
  at(20);
  crowd.waits = 3_000_000;
  crowd.ask();
  at(20.5);
  databases.db001!.setReadOnly(true, NONE);
  databases.db002!.setReadOnly(false, NONE);
  at(30);
  expect(crowd.outcomes()).toEqual({ [OK]: 1 });
  expect(crowd.answers[0]!.took).toBeGreaterThan(6);
  expect([value("db001", "Questions"), value("db002", "Questions")]).toEqual([1, 1]);
});

test("a frozen writer is taken out after three checks have timed out", () => {
  const { at, databases, hostgroup, world } = trio();
  at(20);
  databases.db001!.setPace(0, NONE);
  at(23.4);
  expect(hostgroup(10)).toEqual(["db001"]);
  at(25.7);
  expect(hostgroup(10)).toEqual([]);
  expect(hostgroup(20)).toEqual(["db001", "db002", "db003"]);
  expect(world.count("proxysql-0/read-only/db001", "monitor_read_only_check_err")).toBeGreaterThanOrEqual(3);
});

test("a stopped writer breaks one check, and then three that are refused count as timeouts", () => {
  const { at, databases, hostgroup, world } = trio();
  at(20);
  databases.db001!.stop(NONE);
  at(23.9);
  expect(hostgroup(10)).toEqual(["db001"]);
  at(26.1);
  expect(hostgroup(10)).toEqual([]);
  databases.db001!.start(NONE);
  at(40);
  expect(hostgroup(10)).toEqual(["db001"]);
  expect(world.sim.journal.entries.map(({ fact }) => fact).filter((fact) => fact.startsWith("became"))).toEqual([
    "became-reader",
    "became-writer",
  ]);
});

test("a server that misses its pings is not asked for its read_only", () => {
  const { at, databases, world } = trio();
  at(20);
  databases.db003!.stop(NONE);
  at(60);
  const failed = world.count("proxysql-0/read-only/db003", "monitor_read_only_check_err");
  expect(failed).toBeGreaterThan(10);
  expect(failed).toBeLessThan(22);
  at(120);
  expect(world.count("proxysql-0/read-only/db003", "monitor_read_only_check_err")).toBe(failed);
});

test("writes that wait while there is no writer go to the new one, or fail with 9001 because the old one left", () => {
  const { at, crowd, databases, story } = trio();
  at(20);
  const stop = databases.db001!;
  stop.stop(NONE);
  at(27);
  crowd.ask();
  at(33);
  databases.db002!.setReadOnly(false, NONE);
  at(35);
  expect(crowd.outcomes()).toEqual({ [OK]: 1 });
  databases.db002!.setReadOnly(true, NONE);
  at(38);
  crowd.ask();
  at(50);
  expect(crowd.outcomes(36)).toEqual({ [PROXYSQL_CONNECT_TIMEOUT]: 1 });
  expect(story(crowd.answers.at(-1)!.because)[0]).toBe("proxysql-0/hostgroup-10/db002 became-reader");
});

test("the failover of case 001: reads go on within milliseconds, writes when the checks see the new writer", () => {
  const { at, crowd, databases, world } = trio();
  at(20);
  crowd.kind = 0;
  crowd.poisson(50, 40);
  at(30);
  databases.db001!.stop(NONE);
  at(31);
  const inserting = crowd.kind;
  crowd.kind = 1;
  crowd.burst(1);
  crowd.kind = inserting;
  at(36);
  databases.db002!.setReadOnly(false, NONE);
  at(60);
  const reads = crowd.answers.filter(({ at: time }) => time > 30);
  const longest = Math.max(...reads.filter(({ took }) => took < 1).map(({ took }) => took));
  expect(longest).toBeLessThan(0.05);
  const slow = reads.filter(({ took }) => took >= 1);
  expect(slow).toHaveLength(1);
  expect(slow[0]!.outcome).toBe(OK);
  expect(slow[0]!.at).toBeGreaterThan(36);
  expect(slow[0]!.at).toBeLessThan(37.6);
  expect(crowd.outcomes()).toEqual({ [OK]: crowd.answers.length });
  expect(world.sim.requests.inFlight).toBeLessThan(5);
});
