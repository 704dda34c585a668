import { expect, test } from "vitest";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { BEGIN, COMMIT, PING, READ_ONLY, ROLLBACK } from "../../models/verb.ts";
import { BROKEN, OK, REFUSED } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import { type TestWorldOptions, testWorld } from "../world.ts";

function server(options: Record<string, unknown> = {}, worldOptions: TestWorldOptions = {}) {
  const world = testWorld({ checkEvery: 1, ...worldOptions });
  const built = mysql.build(world, "db", mysql.options.parse({ fsync: "10ms", sync_binlog: 0, ...options }));
  const db = built.component as MysqlServer;
  built.connect();
  built.start();
  const client = new SessionClient(world);
  const act = built.act!;
  const stop = () => act({ do: "stop" }, world.sim.journal.action(db.id, "stopped", [], {}));
  return { world, sim: world.sim, db, client, act, stop };
}

function loggedIn(options: Record<string, unknown>, sessions: number, worldOptions: TestWorldOptions = {}) {
  const system = server(options, worldOptions);
  for (let session = 0; session < sessions; session++) system.client.login(system.db);
  system.sim.runUntil(SECOND);
  return system;
}

test("a stopped server cuts its sessions, breaks what runs, and refuses logins at once until it is started", () => {
  const { sim, db, client, act, stop, world } = loggedIn({ cores: 1 }, 3, { classes: [{ writes: true }] });
  client.query(client.sessions[0]!, { work: 5 * SECOND });
  client.query(client.sessions[1]!, { kind: 0 });
  sim.runUntil(SECOND + 4 * MILLISECOND);
  stop();
  expect(client.lost).toHaveLength(3);
  expect(client.answers.map(({ outcome, at }) => [outcome, at])).toEqual([
    [BROKEN, 1_004_000],
    [BROKEN, 1_004_000],
  ]);
  expect(client.answers.map(({ because }) => sim.journal.entries[because]!.fact)).toEqual(["stopped", "stopped"]);
  expect(world.connections.heldAt(db.id)).toBe(0);
  client.login(db);
  expect(client.logins.at(-1)).toMatchObject({ outcome: REFUSED, at: 1_004_000, because: 0 });
  sim.runUntil(10 * SECOND);
  expect(client.answers).toHaveLength(2);
  act({ do: "start" }, -1);
  client.login(db);
  expect(client.logins.at(-1)!.outcome).toBe(REFUSED);
  sim.runUntil(11 * SECOND);
  client.login(db);
  sim.runUntil(12 * SECOND);
  client.query(client.sessions[0]!, { kind: 0, work: MILLISECOND });
  sim.runUntil(13 * SECOND);
  expect(client.answers.at(-1)).toMatchObject({ outcome: OK, since: 11_000 });
  expect(sim.requests.inFlight).toBe(0);
});

test("a login that is under way when the server stops is refused as broken, and its slot is free", () => {
  const { sim, db, client, stop, world } = server({ loginTime: "50ms" });
  client.login(db);
  sim.runUntil(20 * MILLISECOND);
  expect(world.connections.heldAt(db.id)).toBe(1);
  stop();
  expect(client.logins.map(({ outcome, at }) => [outcome, at])).toEqual([[BROKEN, 20_000]]);
  expect(world.connections.heldAt(db.id)).toBe(0);
  sim.runUntil(SECOND);
  expect(sim.requests.inFlight).toBe(0);
});

test("a killed server is back after its startup, with nothing of what it knew", () => {
  const { sim, db, client, act } = loggedIn({ startup: "3s" }, 1, { classes: [{ locks: "counter" }] });
  client.query(client.sessions[0]!, {}, BEGIN);
  client.query(client.sessions[0]!, { kind: 0 });
  act({ do: "kill", count: 1 }, -1);
  sim.runUntil(3.9 * SECOND);
  client.login(db);
  expect(client.logins.at(-1)!.outcome).toBe(REFUSED);
  sim.runUntil(4 * SECOND);
  client.login(db);
  sim.runUntil(5 * SECOND);
  client.query(client.sessions[0]!, { kind: 0, work: MILLISECOND });
  sim.runUntil(6 * SECOND);
  expect(client.answers.at(-1)).toMatchObject({ outcome: OK, since: 1000 });
});

test("a frozen server answers nothing and keeps its sessions; thawed, it answers all that is still wanted", () => {
  const { sim, db, client, act, world } = loggedIn({ cores: 1 }, 2);
  client.query(client.sessions[0]!, { work: 10 * MILLISECOND });
  sim.runUntil(SECOND + 5 * MILLISECOND);
  act({ do: "pace", share: 0 }, sim.journal.action(db.id, "cut-off", [], {}));
  client.query(client.sessions[1]!, {}, PING);
  client.login(db);
  sim.runUntil(61 * SECOND);
  expect(client.answers).toEqual([]);
  expect(client.logins).toHaveLength(2);
  client.hangUp(client.sessions[1]!);
  expect(world.connections.heldAt(db.id)).toBe(2);
  act({ do: "pace", share: 1 }, -1);
  sim.runUntil(62 * SECOND);
  expect(client.answers.map(({ outcome, at }) => [outcome, at])).toEqual([
    [BROKEN, 61_000_000],
    [OK, 61_005_000],
  ]);
  expect(client.logins.at(-1)).toMatchObject({ outcome: OK, at: 61_000_000 });
  expect(world.connections.heldAt(db.id)).toBe(2);
  expect(sim.requests.inFlight).toBe(0);
});

test("a read-only server refuses writes with 1290 and says so when asked; set to writable, it takes them", () => {
  const classes = [{ writes: true }, { writes: false }];
  const { sim, client, act, world } = loggedIn({ read_only: true }, 1, { classes });
  const [session] = client.sessions;
  client.query(session!, { kind: 0 });
  client.query(session!, { kind: 1 });
  client.query(session!, {}, READ_ONLY);
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ outcome }) => outcome)).toEqual([1290, OK, 1290]);
  expect(sim.journal.entries[client.answers[0]!.because]!.fact).toBe("writes-refused");
  act({ do: "set", parameter: "read_only", to: 0 }, -1);
  client.query(session!, { kind: 0 });
  client.query(session!, {}, READ_ONLY);
  sim.runUntil(3 * SECOND);
  expect(client.answers.slice(3).map(({ outcome }) => outcome)).toEqual([OK, OK]);
  expect([world.count("db", "Com_insert"), world.count("db", "Com_select")]).toEqual([1, 1]);
});

test("a transaction commits once, at its end, and keeps its row until then", () => {
  const classes = [{ writes: true, locks: "counter" }];
  const { sim, client } = loggedIn({}, 2, { classes });
  const [first, second] = client.sessions;
  client.query(first!, {}, BEGIN);
  client.query(first!, { kind: 0, work: MILLISECOND });
  sim.runUntil(SECOND + 2 * MILLISECOND);
  client.query(first!, { kind: 0, work: MILLISECOND });
  client.query(second!, { kind: 0, work: MILLISECOND });
  sim.runUntil(SECOND + 20 * MILLISECOND);
  client.query(first!, {}, COMMIT);
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ at }) => at - SECOND)).toEqual([0, 1000, 3000, 30_000, 41_000]);
});

test("a transaction that is rolled back, or whose client vanishes, gives its row to the next without a commit", () => {
  const classes = [{ writes: true, locks: "counter" }];
  const { sim, client } = loggedIn({}, 3, { classes });
  const [first, second, third] = client.sessions;
  for (const session of [first!, second!]) {
    client.query(session, {}, BEGIN);
    client.query(session, { kind: 0 });
  }
  client.query(third!, { kind: 0 });
  sim.runUntil(2 * SECOND);
  client.query(first!, {}, ROLLBACK);
  sim.runUntil(3 * SECOND);
  client.hangUp(second!);
  sim.runUntil(4 * SECOND);
  expect(client.answers.map(({ at }) => at / SECOND)).toEqual([1, 1, 1, 2, 2, 3.01]);
});

test("a statement that is killed ends at once, whatever it waits for, and gives its row and its thread to others", () => {
  const classes = [{ locks: "counter" }, { locks: "" }];
  const { sim, db, client } = loggedIn({ cores: 1, thread_pool_size: 1 }, 6, { classes });
  const [holder, waiter, third, computing, queued, sleeping] = client.sessions;
  client.query(holder!, { kind: 0, waits: 10 * SECOND });
  client.query(waiter!, { kind: 0, work: MILLISECOND });
  client.query(third!, { kind: 0, work: 3 * MILLISECOND });
  client.query(computing!, { kind: 1, work: 10 * SECOND });
  client.query(queued!, { kind: 1, work: 10 * SECOND });
  client.query(sleeping!, { kind: 1, waits: 10 * SECOND });
  sim.runUntil(2 * SECOND);
  const killed = sim.journal.action(db.id, "killed", [], { count: 5 });
  for (const session of [waiter!, queued!, computing!, sleeping!, holder!]) db.kill(session, killed);
  expect(client.answers.map(({ outcome, because }) => [outcome, because])).toEqual(Array(5).fill([1317, killed]));
  sim.runUntil(3 * SECOND);
  expect(client.answers.at(-1)).toMatchObject({ outcome: OK, at: 2_003_000 });
  for (const session of client.sessions) client.query(session, { kind: 0, work: MILLISECOND });
  sim.runUntil(4 * SECOND);
  expect(client.answers.slice(6).map(({ outcome }) => outcome)).toEqual(Array(6).fill(OK));
});

test("a statement that commits already cannot be killed", () => {
  const { sim, db, client } = loggedIn({}, 1, { classes: [{ writes: true }] });
  client.query(client.sessions[0]!, { kind: 0 });
  sim.runUntil(SECOND + MILLISECOND);
  db.kill(client.sessions[0]!, -1);
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ outcome, since }) => [outcome, since])).toEqual([[OK, 10_000]]);
});

test("a thread pool runs as many statements at once as it has threads, and waits do not count", () => {
  const { sim, client } = loggedIn({ cores: 8, thread_pool_size: 2 }, 5);
  client.query(client.sessions[0]!, { waits: 100 * MILLISECOND });
  for (const session of client.sessions.slice(1)) client.query(session, { work: 10 * MILLISECOND });
  sim.runUntil(2 * SECOND);
  expect(client.answers.map(({ since }) => since / MILLISECOND)).toEqual([10, 10, 20, 20, 100]);
});

test("a run that is saved while statements are under way and the host is frozen goes on the same in another world", () => {
  const script = () => {
    const system = loggedIn({ cores: 1 }, 3, { classes: [{ writes: true }] });
    const { client, sim, act, db } = system;
    client.query(client.sessions[0]!, { work: 10 * MILLISECOND });
    client.query(client.sessions[1]!, { kind: 0 });
    sim.runUntil(SECOND + MILLISECOND);
    act({ do: "pace", share: 0 }, -1);
    client.login(db);
    return system;
  };
  const [original, copy] = [script(), script()];
  original.sim.runUntil(2 * SECOND);
  restore(copy.sim, save(original.sim));
  for (const { act, sim } of [original, copy]) {
    act({ do: "pace", share: 1 }, -1);
    sim.runUntil(3 * SECOND);
  }
  expect(copy.client.answers).toEqual(original.client.answers);
  expect(copy.client.logins).toEqual(original.client.logins);
  expect(copy.client.answers).toHaveLength(2);
});

test("ten thousand statements that take no time get a row one after the other", () => {
  const { sim, client } = loggedIn({ max_connections: 20_000 }, 10_001, {
    classes: [{ locks: "counter" }],
    checkEvery: 1e6,
  });
  const [first, ...others] = client.sessions;
  client.query(first!, { kind: 0, waits: SECOND });
  for (const session of others) client.query(session, { kind: 0 });
  sim.runUntil(3 * SECOND);
  expect(client.answers.filter(({ at }) => at === 2 * SECOND)).toHaveLength(10_001);
});
