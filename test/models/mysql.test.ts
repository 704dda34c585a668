import { expect, test } from "vitest";
import { IDLE, PROBE, STATES } from "../../models/connection/connections.ts";
import { ER_CON_COUNT_ERROR } from "../../models/error.ts";
import { type Contention, throughputOf } from "../../models/mysql/contention.ts";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { BROKEN, OK } from "../../sim/service.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import { type TestWorldOptions, testWorld } from "../world.ts";

function server(options: Record<string, unknown>, worldOptions: TestWorldOptions = {}) {
  const world = testWorld({ checkEvery: 1, ...worldOptions });
  const db = mysql.build(world, "db", mysql.options.parse(options)).component as MysqlServer;
  const client = new SessionClient(world);
  return { world, sim: world.sim, db, client };
}

test("a server with three slots accepts three sessions and refuses the fourth with 1040 and a reason", () => {
  const { sim, db, client } = server({ max_connections: 3 });
  for (let session = 1; session <= 4; session++) {
    client.login(db);
    sim.runUntil(session * SECOND);
  }
  expect(client.logins.map(({ outcome }) => outcome)).toEqual([OK, OK, OK, ER_CON_COUNT_ERROR]);
  const reason = sim.journal.entries[client.logins[3]!.because]!;
  expect(reason.fact).toBe("connection-limit-reached");
  expect(reason.figures).toMatchObject({ connections: 3, max_connections: 3 });
});

test("the extra slot is held during logins, and whoever is first through the login while all are taken is refused", () => {
  const { sim, db, client } = server({ max_connections: 2, loginTime: "5ms" });
  for (let session = 0; session < 4; session++) client.login(db);
  sim.runUntil(4 * MILLISECOND);
  expect(sim.record.gauges[0]!.name).toBe("Threads_running");
  const connected = sim.record.gauges.findIndex(({ name }) => name === "Threads_connected");
  expect(sim.record.gaugeColumns.value[connected]).toBe(3);
  expect(client.logins.map(({ at }) => at)).toEqual([0]);
  sim.runUntil(SECOND);
  expect(client.logins.map(({ at, outcome }) => [at, outcome])).toEqual([
    [0, ER_CON_COUNT_ERROR],
    [5000, ER_CON_COUNT_ERROR],
    [5000, OK],
    [5000, OK],
  ]);
  expect(sim.record.gaugeColumns.value[connected]).toBe(2);
  const count = (name: string) => sim.record.counts[sim.record.counters.findIndex((each) => each.name === name)];
  expect(count("Connection_errors_max_connections")).toBe(1);
  expect(count("Aborted_connects")).toBe(1);
});

test("a slot that is given back serves the next login", () => {
  const { sim, db, client } = server({ max_connections: 1 });
  client.login(db);
  sim.runUntil(SECOND);
  client.hangUp(client.sessions[0]!);
  client.login(db);
  sim.runUntil(2 * SECOND);
  expect(client.logins.map(({ outcome }) => outcome)).toEqual([OK, OK]);
});

test("a client that leaves during its statement keeps its slot until the statement ends", () => {
  const { sim, db, client, world } = server({ max_connections: 1 });
  client.login(db);
  sim.runUntil(SECOND);
  client.query(client.sessions[0]!, { waits: 3 * SECOND });
  client.hangUp(client.sessions[0]!);
  expect(world.connections.heldAt(db.id)).toBe(1);
  sim.runUntil(3.9 * SECOND);
  client.login(db);
  sim.runUntil(4 * SECOND);
  client.login(db);
  sim.runUntil(5 * SECOND);
  expect(client.logins.map(({ outcome }) => outcome)).toEqual([OK, ER_CON_COUNT_ERROR, OK]);
});

test("the ledger says who holds what", () => {
  const { sim, db, client, world } = server({ max_connections: 10 });
  client.login(db);
  client.login(db);
  client.login(db, PROBE);
  sim.runUntil(SECOND);
  const ledger = world.connections.ledgerOf(db.id);
  const cell = (state: number) => ledger[client.id * STATES.length + state];
  expect(cell(IDLE)).toBe(2);
  expect(cell(PROBE)).toBe(1);
  expect(world.connections.heldAt(db.id)).toBe(3);
});

test("an idle session is closed after wait_timeout, one that works is not", () => {
  const { sim, db, client } = server({ wait_timeout: 10 });
  client.login(db);
  client.login(db);
  sim.runUntil(8 * SECOND);
  client.query(client.sessions[1]!, { waits: 5 * SECOND });
  sim.runUntil(12 * SECOND);
  expect(client.lost).toHaveLength(1);
  expect(client.sessions).toHaveLength(1);
  sim.runUntil(22 * SECOND);
  expect(client.lost).toHaveLength(1);
  sim.runUntil(24 * SECOND);
  expect(client.lost).toHaveLength(2);
});

test("a statement that is on its way while the server closes its idle session finds the connection broken", () => {
  const latency = { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 10 * MILLISECOND };
  const { sim, db, client } = server({ wait_timeout: 10 }, { network: { latency } });
  client.login(db);
  sim.runUntil(10 * SECOND + 25 * MILLISECOND);
  client.query(client.sessions[0]!);
  sim.runUntil(11 * SECOND);
  expect(client.lost).toHaveLength(1);
  expect(client.answers.map(({ outcome }) => outcome)).toEqual([BROKEN]);
});

test("two statements on one core take twice as long, on two cores they do not", () => {
  for (const [cores, expected] of [
    [1, 20],
    [2, 10],
  ] as const) {
    const { sim, db, client } = server({ cores });
    client.login(db);
    client.login(db);
    sim.runUntil(SECOND);
    for (const session of client.sessions) client.query(session, { work: 10 * MILLISECOND });
    sim.runUntil(2 * SECOND);
    expect(client.answers.map(({ since }) => since / MILLISECOND)).toEqual([expected, expected]);
  }
});

test("a statement that joins another halfway takes its share only from then on", () => {
  const { sim, db, client } = server({ cores: 1 });
  client.login(db);
  client.login(db);
  sim.runUntil(SECOND);
  client.query(client.sessions[0]!, { work: 10 * MILLISECOND });
  sim.runUntil(SECOND + 5 * MILLISECOND);
  client.query(client.sessions[1]!, { work: 10 * MILLISECOND });
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ since }) => since / MILLISECOND)).toEqual([15, 15]);
});

test("throughput rises to the cores, falls beyond them, and falls off a cliff", () => {
  const contention: Contention = { sigma: 0.01, kappa: 0.0001, cliff: 3000, steepness: 4, floor: 0 };
  const at = (threads: number) => throughputOf(threads, 16, contention);
  expect(at(8)).toBeCloseTo(8, 3);
  expect(at(16)).toBeCloseTo(16, 3);
  expect(at(64)).toBeLessThan(at(16));
  expect(at(3000)).toBeLessThan(at(1500) / 2);
});

test("commits that come while a log is synced share the next sync", () => {
  const classes = [{ writes: true }];
  const { sim, db, client } = server({ fsync: "10ms", sync_binlog: 0 }, { classes });
  for (let session = 0; session < 5; session++) client.login(db);
  sim.runUntil(SECOND);
  const [first, ...others] = client.sessions;
  client.query(first!, { kind: 0 });
  for (const session of others) client.query(session, { kind: 0 });
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ since }) => since / MILLISECOND)).toEqual([10, 20, 20, 20, 20]);
});

test("with flush_log_at_trx_commit 2 and no binary log a commit waits for nothing; with both logs it waits for two syncs", () => {
  for (const [flush, binlog, expected] of [
    [2, 0, 0],
    [1, 0, 10],
    [1, 1, 20],
  ] as const) {
    const options = { fsync: "10ms", innodb_flush_log_at_trx_commit: flush, sync_binlog: binlog };
    const { sim, db, client } = server(options, { classes: [{ writes: true }] });
    client.login(db);
    sim.runUntil(SECOND);
    client.query(client.sessions[0]!, { kind: 0 });
    sim.runUntil(2 * SECOND);
    expect(client.answers[0]!.since / MILLISECOND).toBe(expected);
  }
});

test("statements on one hot row follow each other, on different rows they do not", () => {
  const classes = [{ locks: "counter" }, { locks: "stock" }];
  const { sim, db, client } = server({ cores: 8 }, { classes });
  for (let session = 0; session < 4; session++) client.login(db);
  sim.runUntil(SECOND);
  for (const [at, session] of client.sessions.entries()) {
    client.query(session, { work: 10 * MILLISECOND, kind: at === 3 ? 1 : 0 });
  }
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ since }) => since / MILLISECOND).sort((a, b) => a - b)).toEqual([10, 10, 20, 30]);
});
