import { expect, test } from "vitest";
import { ER_QUERY_INTERRUPTED, PROXYSQL_CONNECT_TIMEOUT } from "../../models/error.ts";
import { BEGIN, COMMIT, QUERY, ROLLBACK } from "../../models/verb.ts";
import { NONE } from "../../sim/record/journal.ts";
import { BROKEN, OK } from "../../sim/service.ts";
import { SessionClient } from "../session-client.ts";
import { type Setting, type Stage, stage } from "./proxysql-crowd.ts";

const SERVER = "proxysql-0/hostgroup-0/db";
const NO_MONITOR = { "mysql-monitor_enabled": false };

/** One person at a mysql prompt, logged in to the proxy. */
function prompt(setting: Setting): Stage & {
  person: SessionClient;
  say(kind: number, verb?: number): void;
  used(): number;
  outcomes(): number[];
} {
  const rig = stage({
    ...setting,
    proxysql: { ...setting.proxysql, variables: { ...NO_MONITOR, ...setting.proxysql?.variables } },
  });
  const person = new SessionClient(rig.world, "person");
  person.login(rig.pods[0]!);
  rig.at(0.001);
  let now = 0;
  return {
    ...rig,
    person,
    say(kind, verb = QUERY) {
      person.query(person.sessions[0]!, { kind }, verb);
      now++;
      rig.at(now / 10);
    },
    used: () => rig.value(SERVER, "ConnUsed"),
    outcomes: () => person.answers.map(({ outcome }) => outcome),
  };
}

/** The session's first statement, and how many connections of the server it still uses afterwards. */
function usedAfter(sql: string, setting: Setting = {}): number {
  const { say, used } = prompt({ ...setting, world: { classes: [{ sql, writes: /^(INSERT|UPDATE)/.test(sql) }] } });
  say(0);
  return used();
}

test.each([
  ["SELECT a FROM t WHERE id = 1", 0],
  ["SELECT @a := 1", 1],
  ["SELECT @@hostname, NOW()", 1],
  ["SELECT @@version", 0],
  ["SELECT @@session.tx_isolation, @@version AS v", 0],
  ["SET NAMES utf8mb4", 0],
  ["SET @@session.sql_mode = ''", 0],
  ["SET @a = 1", 1],
  ["SELECT GET_LOCK('a', 10)", 1],
  ["CREATE TEMPORARY TABLE t (a INT)", 1],
  ["LOCK TABLES t WRITE", 1],
  ["PREPARE s FROM 'SELECT 1'", 1],
  ["SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1", 1],
  ["INSERT INTO t VALUES (1)", 1],
  ["UPDATE t SET a = 1", 0],
])("after %j a session keeps %i connections", (sql, kept) => {
  expect(usedAfter(sql)).toBe(kept);
});

test("a session with a variable keeps its connection until it leaves; then the connection is wiped and anybody's", () => {
  const { person, say, used, at, value } = prompt({ world: { classes: [{ sql: "SET @a = 1" }, { sql: "SELECT 1" }] } });
  say(0);
  for (let query = 0; query < 10; query++) say(1);
  at(100);
  expect(used()).toBe(1);
  person.hangUp(person.sessions[0]!);
  at(101);
  expect(used()).toBe(0);
  expect(value(SERVER, "ConnFree")).toBe(1);
  expect(value(SERVER, "ConnOK")).toBe(1);
});

test("more connections than connpoll_reset_queue_length that clients leave dirty at once are closed", () => {
  const { crowd, at, value } = stage({
    world: {
      classes: [{ sql: "SET @a = 1" }],
      network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 500 } },
    },
    proxysql: { variables: { ...NO_MONITOR, "mysql-connpoll_reset_queue_length": 3 } },
  });
  crowd.burst(10);
  at(1);
  crowd.leave();
  at(2);
  expect(value(SERVER, "ConnFree")).toBe(3);
  expect(value("db", "Threads_connected")).toBe(3);
});

test("UNLOCK TABLES gives the connection back", () => {
  const { say, used } = prompt({ world: { classes: [{ sql: "LOCK TABLES t READ" }, { sql: "UNLOCK TABLES" }] } });
  say(0);
  expect(used()).toBe(1);
  say(1);
  expect(used()).toBe(0);
});

test("connection_delay_multiplex_ms keeps a connection that long after each query", () => {
  const { say, used, at } = prompt({ proxysql: { variables: { "mysql-connection_delay_multiplex_ms": 500 } } });
  say(0);
  expect(used()).toBe(1);
  say(0);
  at(0.55);
  expect(used()).toBe(1);
  at(0.61);
  expect(used()).toBe(0);
});

test("rules decide on multiplexing: 0 pins, 1 releases, and with 2 the variable of a statement does not matter", () => {
  const rules = [
    { rule_id: 1, active: 1, match_digest: "^SELECT", multiplex: 0 },
    { rule_id: 2, active: 1, match_digest: "^DELETE", multiplex: 1 },
    { rule_id: 3, active: 1, match_digest: "^SET", multiplex: 2 },
  ] as const;
  const { say, used } = prompt({
    world: { classes: [{ sql: "SELECT 1" }, { sql: "DELETE FROM t" }, { sql: "SET @a = 1" }] },
    proxysql: { mysql_query_rules: [...rules] },
  });
  say(0);
  expect(used()).toBe(1);
  say(1);
  expect(used()).toBe(0);
  say(2);
  expect(used()).toBe(0);
});

test("a hostgroup with multiplex 0 lets every session keep its connection", () => {
  const attributes = [{ hostgroup_id: 0, multiplex: 0 as const }];
  expect(usedAfter("SELECT 1", { proxysql: { mysql_hostgroup_attributes: attributes } })).toBe(1);
});

test("attributes of a hostgroup take the place of the variables: opening two connections a second, keeping one percent", () => {
  const { crowd, at, value } = stage({
    proxysql: {
      variables: { ...NO_MONITOR, "mysql-free_connections_pct": 100 },
      mysql_servers: [{ hostname: "db", max_connections: 100 }],
      mysql_hostgroup_attributes: [{ hostgroup_id: 0, throttle_connections_per_sec: 2, free_connections_pct: 1 }],
    },
  });
  crowd.waits = 5_000_000;
  crowd.burst(20);
  at(0.9);
  expect(value(SERVER, "ConnOK")).toBe(2);
  at(3.5);
  expect(value(SERVER, "ConnOK")).toBe(8);
  at(60);
  expect(value(SERVER, "ConnFree")).toBe(1);
});

test("with more servers ONLINE than max_num_online_servers a hostgroup serves nobody", () => {
  const { crowd, at } = stage({
    databases: { db: {}, other: {} },
    proxysql: {
      variables: NO_MONITOR,
      mysql_servers: [{ hostname: "db" }, { hostname: "other" }],
      mysql_hostgroup_attributes: [{ hostgroup_id: 0, max_num_online_servers: 1 }],
    },
  });
  crowd.ask();
  at(11);
  expect(crowd.outcomes()).toEqual({ [PROXYSQL_CONNECT_TIMEOUT]: 1 });
});

/** Reads go to hostgroup 20 by a rule, all else to 10. */
const SPLIT: Setting = {
  world: { classes: [{ sql: "SELECT 1" }, { name: "write", writes: true }] },
  databases: { writer: {}, reader: {} },
  proxysql: {
    mysql_servers: [
      { hostgroup: 10, hostname: "writer" },
      { hostgroup: 20, hostname: "reader" },
    ],
    mysql_query_rules: [{ rule_id: 1, active: 1, match_digest: "^SELECT", destination_hostgroup: 20 }],
  },
};

function split(transaction_persistent: 0 | 1) {
  return prompt({
    ...SPLIT,
    proxysql: {
      ...SPLIT.proxysql!,
      mysql_users: [{ username: "app", default_hostgroup: 10, transaction_persistent }],
    },
  });
}

test("an insert keeps its connection in one hostgroup while reads come and go in another", () => {
  const { say, at, value } = split(1);
  say(1);
  for (let query = 0; query < 8; query++) say(0);
  expect(value("proxysql-0/hostgroup-10/writer", "ConnUsed")).toBe(1);
  expect(value("proxysql-0/hostgroup-20/reader", "ConnUsed")).toBe(0);
  expect(value("reader", "Questions")).toBe(8);
  at(11);
  expect(value("proxysql-0/hostgroup-10/writer", "ConnUsed")).toBe(0);
});

test("in a persistent transaction reads stay where it began, on its connection, until COMMIT", () => {
  const { say, value, outcomes } = split(1);
  say(0, BEGIN);
  expect(value("proxysql-0/hostgroup-10/writer", "ConnUsed")).toBe(1);
  for (let query = 0; query < 3; query++) say(0);
  expect([value("writer", "Questions"), value("reader", "Questions")]).toEqual([3, 0]);
  expect(value("proxysql-0/hostgroup-10/writer", "ConnUsed")).toBe(1);
  say(0, COMMIT);
  expect(value("proxysql-0/hostgroup-10/writer", "ConnUsed")).toBe(0);
  say(0);
  expect([value("writer", "Questions"), value("reader", "Questions")]).toEqual([3, 1]);
  expect(outcomes()).toEqual([OK, OK, OK, OK, OK, OK]);
});

test("with transaction_persistent 0 the reads of a transaction go to the readers, outside of it", () => {
  const { say, value } = split(0);
  say(0, BEGIN);
  say(0);
  say(0);
  expect([value("writer", "Questions"), value("reader", "Questions")]).toEqual([0, 2]);
  expect(value("proxysql-0/hostgroup-10/writer", "ConnUsed")).toBe(1);
  say(0, COMMIT);
  expect(value("proxysql-0/hostgroup-10/writer", "ConnUsed")).toBe(0);
});

test("COMMIT without a transaction is answered by the proxy itself", () => {
  const { say, value, outcomes } = split(1);
  say(0, COMMIT);
  say(0, ROLLBACK);
  expect(outcomes()).toEqual([OK, OK]);
  expect(value("writer", "Threads_connected") + value("reader", "Threads_connected")).toBe(0);
});

test("a client that leaves in a transaction has it rolled back: the row that it had locked is free", () => {
  const rig = prompt({ world: { classes: [{ writes: true, locks: "counter", sql: "UPDATE t SET a = 1" }] } });
  rig.say(0, BEGIN);
  rig.say(0);
  const other = new SessionClient(rig.world, "other");
  other.login(rig.pods[0]!);
  rig.at(1);
  other.query(other.sessions[0]!, { kind: 0 });
  rig.at(2);
  expect(other.answers).toHaveLength(0);
  rig.person.hangUp(rig.person.sessions[0]!);
  rig.at(3);
  expect(other.answers.map(({ outcome }) => outcome)).toEqual([OK]);
});

test("a read that breaks is sent once more, but not within a transaction or after a variable was set", () => {
  for (const [first, verb, expected] of [
    ["SELECT 1", QUERY, OK],
    ["SELECT 1", BEGIN, BROKEN],
    ["SET @a = 1", QUERY, BROKEN],
  ] as const) {
    const rig = prompt({ world: { classes: [{ sql: first }, { sql: "SELECT 2" }] } });
    rig.say(0, verb);
    rig.person.query(rig.person.sessions[0]!, { kind: 1, waits: 1_000_000 });
    rig.at(0.5);
    rig.databases.db!.stop(NONE);
    rig.databases.db!.start(NONE);
    rig.at(60);
    expect(rig.outcomes()).toEqual([OK, expected]);
    expect(rig.world.sim.requests.inFlight).toBe(0);
  }
});

test("a transaction whose connection the server closes between two statements breaks the next one, and no COMMIT succeeds", () => {
  const rig = prompt({ databases: { db: { wait_timeout: "5s" } } });
  rig.say(0, BEGIN);
  rig.at(10);
  expect(rig.used()).toBe(0);
  rig.person.query(rig.person.sessions[0]!, {}, COMMIT);
  rig.at(11);
  expect(rig.outcomes()).toEqual([OK, BROKEN]);
  rig.person.query(rig.person.sessions[0]!, { kind: 0 });
  rig.at(12);
  expect(rig.outcomes()).toEqual([OK, BROKEN, OK]);
});

test("a query that runs for longer than mysql-default_query_timeout is killed with 1317, and its connection goes on", () => {
  const { crowd, at, value, story } = stage({
    proxysql: { variables: { ...NO_MONITOR, "mysql-default_query_timeout": "2s" } },
  });
  crowd.waits = 60_000_000;
  crowd.ask();
  at(1);
  crowd.waits = 1_500_000;
  crowd.ask();
  at(10);
  expect(crowd.answers.map(({ outcome, at: time }) => [outcome, Math.round(time * 10) / 10])).toEqual([
    [ER_QUERY_INTERRUPTED, 2],
    [OK, 2.5],
  ]);
  expect(story(crowd.answers[0]!.because)).toEqual(["proxysql-0 query-timeout"]);
  expect(value("db/executor", "Threads_running")).toBe(0);
  expect(value(SERVER, "ConnFree")).toBe(2);
});

test("the timeout of a rule takes the place of the variable", () => {
  const { crowd, at } = stage({
    world: { classes: [{ sql: "SELECT 1" }, { sql: "DELETE FROM t" }] },
    proxysql: {
      variables: NO_MONITOR,
      mysql_query_rules: [{ rule_id: 1, active: 1, match_digest: "^SELECT", timeout: 500 }],
    },
  });
  crowd.waits = 1_000_000;
  crowd.ask();
  crowd.kind = 1;
  crowd.ask();
  at(3);
  expect(crowd.outcomes()).toEqual({ [ER_QUERY_INTERRUPTED]: 1, [OK]: 1 });
});
