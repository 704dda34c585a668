import { expect, test } from "vitest";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { IO_CONNECTING, IO_YES } from "../../models/mysql/replication.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import { OK } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import { testWorld } from "../world.ts";

const LATENCY = { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: MILLISECOND };
const NO_SYNC = { innodb_flush_log_at_trx_commit: 2, sync_binlog: 0 };

/** A source and its replicas, all with the same options but for what makes them replicas. */
function topology(replicas: readonly Record<string, unknown>[], options: Record<string, unknown> = NO_SYNC) {
  const classes = [{ writes: true }, { writes: false }];
  const world = testWorld({ checkEvery: 1, classes, network: { latency: LATENCY } });
  const built = [{}, ...replicas].map((each, at) => {
    const given = { ...options, ...(at > 0 ? { replicates: "db1" } : {}), ...each };
    return mysql.build(world, `db${at + 1}`, mysql.options.parse(given));
  });
  for (const each of built) each.connect();
  for (const each of built) each.start();
  const servers = built.map(({ component }) => component as MysqlServer);
  const client = new SessionClient(world);
  const act = (server: number, ...deed: Parameters<NonNullable<(typeof built)[0]["act"]>>) =>
    built[server]!.act!(...deed);
  return { world, sim: world.sim, servers, client, act };
}

function positions(servers: readonly MysqlServer[]): number[] {
  return servers.map((server) => server.binlog!.log.end);
}

function gauge(world: ReturnType<typeof testWorld>, path: string, name: string): number {
  const { gauges, gaugeColumns } = world.sim.record;
  return gaugeColumns.value[gauges.findIndex((metric) => metric.path === path && metric.name === name)]!;
}

test("what commits on the source is on its replicas a message and an application later; only the source counts it", () => {
  const { sim, servers, client, world } = topology([{}, {}]);
  client.login(servers[0]!);
  sim.runUntil(SECOND);
  client.query(client.sessions[0]!, { kind: 0, work: 5 * MILLISECOND });
  sim.runUntil(SECOND + 6 * MILLISECOND);
  expect(positions(servers)).toEqual([1, 0, 0]);
  sim.runUntil(SECOND + 11_999);
  expect(positions(servers)).toEqual([1, 0, 0]);
  sim.runUntil(SECOND + 12_000);
  expect(positions(servers)).toEqual([1, 1, 1]);
  expect(["db1", "db2", "db3"].map((path) => world.count(path, "Com_insert"))).toEqual([1, 0, 0]);
  expect(servers.map(({ isReadOnly }) => isReadOnly)).toEqual([false, true, true]);
});

test("a replica takes a slot of its source", () => {
  const { sim, servers, world } = topology([{}, {}]);
  sim.runUntil(SECOND);
  expect(world.connections.heldAt(servers[0]!.id)).toBe(2);
});

test("an idle source does not close the sessions of its replicas after wait_timeout", () => {
  const { sim, servers } = topology([{}], { ...NO_SYNC, wait_timeout: 10 });
  sim.runUntil(60 * SECOND);
  expect(servers[1]!.replication!.io).toBe(IO_YES);
  expect(sim.journal.entries).toEqual([]);
});

test("a replica that is too slow for its source falls behind by what it cannot do, and catches up later", () => {
  const { sim, servers, client, world } = topology([{ cores: 1, applyWork: 2 }], { ...NO_SYNC, cores: 2 });
  client.login(servers[0]!);
  sim.runUntil(SECOND);
  for (let n = 0; n < 1000; n++) {
    client.query(client.sessions[0]!, { kind: 0, work: 10 * MILLISECOND });
    sim.runUntil((1 + (n + 1) * 0.012) * SECOND);
  }
  // It applies 50 a second where 83 come: after 12 s the oldest of those that are left is 4.8 s old.
  expect(servers[1]!.binlog!.log.end).toBe(599);
  expect(gauge(world, "db2", "Seconds_Behind_Source")).toBe(4);
  expect(servers[1]!.replication!.behind! / SECOND).toBeCloseTo(4.81, 1);
  sim.runUntil(20 * SECOND);
  expect(gauge(world, "db2", "Seconds_Behind_Source")).toBe(7);
  sim.runUntil(21.1 * SECOND);
  expect(servers[1]!.binlog!.log.end).toBe(1000);
  expect(gauge(world, "db2", "Seconds_Behind_Source")).toBe(0);
});

test("workers apply in parallel what committed together, and one after the other what did not", () => {
  for (const [together, expected] of [
    [true, 1],
    [false, 4],
  ] as const) {
    const { sim, servers, client } = topology([{ fsync: "0ms", cores: 8, applyWork: 100 }], {
      ...(together ? { fsync: "20ms", sync_binlog: 0 } : NO_SYNC),
      cores: 8,
      replica_parallel_workers: 4,
    });
    for (let session = 0; session < 5; session++) client.login(servers[0]!);
    sim.runUntil(SECOND);
    if (together) client.query(client.sessions[4]!, { kind: 0 });
    for (let n = 0; n < 4; n++) {
      client.query(client.sessions[n]!, { kind: 0, work: 10 * MILLISECOND });
      if (!together) sim.runUntil((1 + 0.02 * (n + 1)) * SECOND);
    }
    let last = 0;
    while (servers[1]!.binlog!.log.end < (together ? 5 : 4)) {
      last += 10;
      sim.runUntil(SECOND + last * MILLISECOND);
    }
    expect(Math.round(last / 1000)).toBe(expected);
  }
});

test("what people read on a replica slows down how it applies", () => {
  const { sim, servers, client } = topology([{ cores: 1 }]);
  client.login(servers[0]!);
  client.login(servers[1]!);
  sim.runUntil(SECOND);
  const [source, replica] = client.sessions;
  client.query(replica!, { kind: 1, work: SECOND });
  client.query(source!, { kind: 0, work: 10 * MILLISECOND });
  sim.runUntil(SECOND + 31 * MILLISECOND);
  expect(servers[1]!.binlog!.log.end).toBe(0);
  sim.runUntil(SECOND + 33 * MILLISECOND);
  expect(servers[1]!.binlog!.log.end).toBe(1);
});

test("when the source's process ends its replicas know at once, and are back with it after source_connect_retry", () => {
  const { sim, servers, act, client } = topology([{}, {}]);
  sim.runUntil(SECOND);
  const stopped = sim.journal.action(servers[0]!.id, "stopped", [], {});
  act(0, { do: "stop" }, stopped);
  expect(servers.slice(1).map(({ replication }) => [replication!.io, replication!.behind])).toEqual([
    [IO_CONNECTING, undefined],
    [IO_CONNECTING, undefined],
  ]);
  expect(sim.journal.entries.map(({ fact, because }) => [fact, because])).toEqual([
    ["stopped", []],
    ["replication-broken", [stopped]],
    ["replication-broken", [stopped]],
  ]);
  act(0, { do: "start" }, -1);
  sim.runUntil(60.9 * SECOND);
  client.login(servers[0]!);
  sim.runUntil(61 * SECOND);
  client.query(client.sessions[0]!, { kind: 0 });
  expect(servers[1]!.replication!.io).toBe(IO_CONNECTING);
  sim.runUntil(61.2 * SECOND);
  expect(positions(servers)).toEqual([1, 1, 1]);
  expect(sim.journal.entries[1]!.until! / SECOND).toBeCloseTo(61, 1);
});

test("when the source's host falls silent its replicas know after slave_net_timeout", () => {
  const { sim, servers, act } = topology([{ slave_net_timeout: 20 }]);
  sim.runUntil(12 * SECOND);
  act(0, { do: "pace", share: 0 }, sim.journal.action(servers[0]!.id, "cut-off", [], {}));
  sim.runUntil(29.9 * SECOND);
  expect(servers[1]!.replication!.io).toBe(IO_YES);
  sim.runUntil(30.1 * SECOND);
  expect(servers[1]!.replication!.io).toBe(IO_CONNECTING);
  expect(sim.journal.entries.map(({ fact }) => fact)).toEqual(["cut-off", "replication-broken"]);
});

test("a replica that follows another gets what it lacks from there, and what was not sent is lost with the source", () => {
  const { sim, servers, act, client } = topology([{}, {}]);
  const [source, ahead, late] = servers;
  client.login(source!);
  sim.runUntil(SECOND);
  act(2, { do: "stop" }, -1);
  for (let n = 0; n < 3; n++) {
    client.query(client.sessions[0]!, { kind: 0 });
    sim.runUntil((1.1 + n / 10) * SECOND);
  }
  client.query(client.sessions[0]!, { kind: 0 });
  sim.runUntil(1.301 * SECOND);
  act(0, { do: "stop" }, -1);
  sim.runUntil(2 * SECOND);
  expect(positions(servers)).toEqual([4, 3, 0]);
  ahead!.replication!.reset();
  ahead!.setReadOnly(false, -1);
  late!.replication!.follow(ahead!);
  act(2, { do: "start" }, -1);
  sim.runUntil(4 * SECOND);
  client.login(ahead!);
  sim.runUntil(5 * SECOND);
  client.query(client.sessions.at(-1)!, { kind: 0 });
  sim.runUntil(6 * SECOND);
  expect(client.answers.at(-1)!.outcome).toBe(OK);
  expect(positions(servers)).toEqual([4, 4, 4]);
});

test("a replica that is stopped goes on where it was once it is back", () => {
  const { sim, servers, act, client } = topology([{ cores: 1, applyWork: 5 }]);
  client.login(servers[0]!);
  sim.runUntil(SECOND);
  for (let n = 0; n < 20; n++) {
    client.query(client.sessions[0]!, { kind: 0, work: 10 * MILLISECOND });
    sim.runUntil((1 + 0.02 * (n + 1)) * SECOND);
  }
  act(1, { do: "kill", count: 1 }, -1);
  const before = servers[1]!.binlog!.log.end;
  expect(before).toBe(7);
  sim.runUntil(10 * SECOND);
  expect(positions(servers)).toEqual([20, 20]);
});

test("a saved run goes on the same after a replica has got another source", () => {
  const script = () => {
    const system = topology([{}, {}]);
    const { client, sim, servers } = system;
    client.login(servers[1]!);
    sim.runUntil(SECOND);
    return system;
  };
  const promote = ({ servers, sim }: ReturnType<typeof script>) => {
    servers[1]!.replication!.reset();
    servers[1]!.setReadOnly(false, -1);
    servers[2]!.replication!.follow(servers[1]!);
    servers[2]!.replication!.start();
    sim.runUntil(2 * SECOND);
  };
  const [original, copy] = [script(), script()];
  promote(original);
  const chance = original.sim.streams.stream("test", "work");
  original.client.query(original.client.sessions[0]!, {
    kind: 0,
    work: Math.round(new Exponential(1000).draw(chance)),
  });
  restore(copy.sim, save(original.sim));
  for (const { sim, client } of [original, copy]) {
    client.query(client.sessions[0]!, { kind: 0, work: 500 });
    sim.runUntil(3 * SECOND);
  }
  expect(positions(copy.servers)).toEqual([0, 2, 2]);
  expect(positions(copy.servers)).toEqual(positions(original.servers));
});

test("a replica that was away for ten thousand transactions applies them even where that takes no time", () => {
  const { sim, servers, act, client } = topology([{}]);
  client.login(servers[0]!);
  sim.runUntil(SECOND);
  act(1, { do: "stop" }, -1);
  for (let n = 0; n < 10_000; n++) client.query(client.sessions[0]!, { kind: 0 });
  sim.runUntil(2 * SECOND);
  act(1, { do: "start" }, -1);
  sim.runUntil(4 * SECOND);
  expect(positions(servers)).toEqual([10_000, 10_000]);
});
