import { expect, test } from "vitest";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { orchestrator } from "../../models/orchestrator/kind.ts";
import { OK } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import { testWorld } from "../world.ts";

const LATENCY = { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 200 };

interface Given {
  readonly seed?: string;
  readonly options?: Record<string, unknown>;
  readonly source?: Record<string, unknown>;
  readonly replica?: Record<string, unknown>;
}

/** A source with two replicas that an orchestrator minds, which may replace the source. */
function cluster({ seed = "1", options = {}, source = {}, replica = {} }: Given = {}) {
  const classes = [{ writes: true }];
  const world = testWorld({ checkEvery: 1, classes, seed, network: { latency: LATENCY } });
  const common = { innodb_flush_log_at_trx_commit: 2, sync_binlog: 0 };
  const dbs = ["db1", "db2", "db3"].map((path, at) => {
    const own = at === 0 ? source : { replicates: "db1", ...replica };
    return mysql.build(world, path, mysql.options.parse({ ...common, ...own }));
  });
  const given = { DiscoverySeeds: ["db2"], RecoverMasterClusterFilters: ["*"], ...options };
  const minder = orchestrator.build(world, "orchestrator", orchestrator.options.parse(given));
  const built = [...dbs, minder];
  for (const each of built) each.connect();
  for (const each of built) each.start();
  const { sim } = world;
  const servers = dbs.map(({ component }) => component as MysqlServer);
  const client = new SessionClient(world);
  const stop = (at: number) => dbs[at]!.act!({ do: "stop" }, sim.journal.action(servers[at]!.id, "stopped", [], {}));
  const freeze = (at: number) =>
    dbs[at]!.act!({ do: "pace", share: 0 }, sim.journal.action(servers[at]!.id, "cut-off", [], {}));
  const facts = () => sim.journal.entries.map(({ component, fact }) => `${sim.components[component]!.path} ${fact}`);
  const entry = (fact: string) => sim.journal.entries.find((one) => one.fact === fact);
  return { world, sim, servers, client, dbs, minder, stop, freeze, facts, entry };
}

/** When a fact was first told, in seconds after a moment. */
function secondsTo(system: ReturnType<typeof cluster>, fact: string, since: Micros): number {
  return (system.entry(fact)!.at - since) / SECOND;
}

test("a stopped source is found dead within seven seconds and replaced by the first replica, which then takes writes", () => {
  const detections: number[] = [];
  const promotions: number[] = [];
  for (let n = 0; n < 60; n++) {
    const system = cluster({ seed: `${n}` });
    const { sim, servers, stop, client } = system;
    sim.runUntil((20 + n / 60) * SECOND);
    const at = sim.now;
    stop(0);
    sim.runUntil(40 * SECOND);
    detections.push(secondsTo(system, "dead-master", at));
    promotions.push(secondsTo(system, "promoted", at));
    expect(servers.map(({ isReadOnly }) => isReadOnly)).toEqual([false, false, true]);
    expect(servers[2]!.replication!.source).toBe(servers[1]!);
    client.login(servers[1]!);
    sim.runUntil(41 * SECOND);
    client.query(client.sessions[0]!, { kind: 0 });
    sim.runUntil(42 * SECOND);
    expect(client.answers[0]!.outcome).toBe(OK);
    expect(servers.slice(1).map(({ binlog }) => binlog!.log.end)).toEqual([1, 1]);
  }
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  expect(Math.min(...detections)).toBeGreaterThan(0);
  expect(Math.max(...detections)).toBeLessThan(7);
  // On average half a poll until the source is missed, half a second to the analysis, and often one more.
  expect(mean(detections)).toBeGreaterThan(2.5);
  expect(mean(detections)).toBeLessThan(4.5);
  expect(mean(promotions) - mean(detections)).toBeGreaterThan(2.5);
  expect(mean(promotions) - mean(detections)).toBeLessThan(3.5);
});

test("the journal tells the way from the stop to the promotion", () => {
  const { sim, stop, facts, entry } = cluster();
  sim.runUntil(20 * SECOND);
  stop(0);
  sim.runUntil(40 * SECOND);
  const chain = [];
  for (let at = entry("promoted"); at !== undefined; at = sim.journal.entries[at.because[0] ?? -1])
    chain.unshift(at.fact);
  expect(chain).toEqual(["stopped", "dead-master", "recovery-begins", "promoted"]);
  expect(facts()).toContain("db1 dead-master");
  expect(facts()).toContain("db2 promoted");
});

test("without RecoverMasterClusterFilters nobody is promoted, and the journal says once why", () => {
  for (const RecoverMasterClusterFilters of [[], ["db7"]]) {
    const { sim, servers, stop, facts } = cluster({ options: { RecoverMasterClusterFilters } });
    sim.runUntil(20 * SECOND);
    stop(0);
    sim.runUntil(200 * SECOND);
    expect(servers.map(({ isReadOnly }) => isReadOnly)).toEqual([false, true, true]);
    expect(facts().filter((fact) => fact.includes("recover"))).toEqual(["db1 recovery-not-automatic"]);
  }
});

test("a cluster is meant by its name, by a pattern or by an asterisk", () => {
  for (const filter of ["db1", "^db.$", "*"]) {
    const { sim, stop, facts } = cluster({ options: { RecoverMasterClusterFilters: [filter] } });
    sim.runUntil(20 * SECOND);
    stop(0);
    sim.runUntil(40 * SECOND);
    expect(facts()).toContain("db2 promoted");
  }
  expect(orchestrator.options.safeParse({ DiscoverySeeds: ["db1"], RecoverMasterClusterFilters: ["("] }).success).toBe(
    false,
  );
});

test("within three polls of its own start it repairs nothing", () => {
  const { sim, stop, entry } = cluster();
  sim.runUntil(SECOND);
  stop(0);
  sim.runUntil(14.9 * SECOND);
  expect(entry("dead-master")).toBeDefined();
  expect(entry("recovery-begins")).toBeUndefined();
  sim.runUntil(16 * SECOND);
  expect(entry("recovery-begins")).toBeDefined();
});

test("a second failure within the hour is not repaired, one after it is", () => {
  for (const [RecoveryPeriodBlockSeconds, expected] of [
    [3600, "db2 recovery-blocked"],
    [60, "db3 promoted"],
  ] as const) {
    const { sim, stop, facts, world, servers } = cluster({ options: { RecoveryPeriodBlockSeconds } });
    sim.runUntil(20 * SECOND);
    stop(0);
    sim.runUntil(100 * SECOND);
    expect(servers[1]!.isReadOnly).toBe(false);
    stop(1);
    sim.runUntil(200 * SECOND);
    expect(facts()).toContain(expected);
    expect(facts().filter((fact) => fact === expected)).toHaveLength(1);
    expect(world.count("orchestrator", "blocked_recoveries")).toBe(RecoveryPeriodBlockSeconds === 60 ? 0 : 1);
  }
});

test("a frozen source is unreachable while its replicas believe in it, and dead after slave_net_timeout", () => {
  const system = cluster({ replica: { slave_net_timeout: 20 } });
  const { sim, freeze, facts } = system;
  sim.runUntil(20 * SECOND);
  freeze(0);
  sim.runUntil(60 * SECOND);
  expect(facts().filter((fact) => fact.endsWith("-master"))).toEqual(["db1 unreachable-master", "db1 dead-master"]);
  // Heartbeats come each 10 s; the last before 20 s is heard at 20 s at the latest.
  expect(secondsTo(system, "dead-master", 20 * SECOND)).toBeGreaterThan(10);
  expect(secondsTo(system, "dead-master", 20 * SECOND)).toBeLessThan(24);
  expect(facts()).toContain("db2 promoted");
});

test("the old source is told to be read-only if it answers again by then, and otherwise comes back writable", () => {
  for (const [back, isReadOnly] of [
    [true, true],
    [false, false],
  ]) {
    const options = { relocation: "20s" };
    const { sim, servers, stop, dbs, facts } = cluster({ options, source: { startup: "1s" } });
    sim.runUntil(20 * SECOND);
    stop(0);
    sim.runUntil(35 * SECOND);
    if (back) dbs[0]!.act!({ do: "start" }, -1);
    sim.runUntil(60 * SECOND);
    expect(facts()).toContain("db2 promoted");
    if (!back) dbs[0]!.act!({ do: "start" }, -1);
    sim.runUntil(90 * SECOND);
    expect(servers[0]!.isReadOnly).toBe(isReadOnly);
  }
});

test("a full source that orchestrator has a session with goes on being seen", () => {
  const { sim, servers, client, facts } = cluster({ source: { max_connections: 10 } });
  sim.runUntil(20 * SECOND);
  for (let n = 0; n < 20; n++) client.login(servers[0]!);
  sim.runUntil(60 * SECOND);
  expect(facts()).toEqual(["db1 connection-limit-reached"]);
});

test("a full source that turns orchestrator away is unreachable, not dead: its replicas still replicate", () => {
  const { sim, servers, client, minder, facts, entry, world } = cluster({ source: { max_connections: 10 } });
  sim.runUntil(20 * SECOND);
  minder.act!({ do: "stop" }, -1);
  for (let n = 0; n < 20; n++) client.login(servers[0]!);
  sim.runUntil(25 * SECOND);
  minder.act!({ do: "start" }, -1);
  sim.runUntil(120 * SECOND);
  expect(world.connections.heldAt(servers[0]!.id)).toBe(10);
  expect([...new Set(facts())]).toEqual(["db1 connection-limit-reached", "db1 unreachable-master"]);
  expect(sim.journal.entries[entry("unreachable-master")!.because[0]!]!.fact).toBe("connection-limit-reached");
  expect(servers[1]!.isReadOnly).toBe(true);
});

test("replicas that lag behind a full source have to log in to it again, cannot, and so it counts as dead", () => {
  const system = cluster({ source: { max_connections: 10, cores: 4 }, replica: { cores: 1, applyWork: 3 } });
  const { sim, servers, client, dbs, minder, facts } = system;
  sim.runUntil(20 * SECOND);
  minder.act!({ do: "stop" }, -1);
  for (let n = 0; n < 7; n++) client.login(servers[0]!);
  sim.runUntil(21 * SECOND);
  dbs[0]!.act!({ do: "set", parameter: "max_connections", to: 5 }, -1);
  for (let n = 0; n < 2000; n++) {
    client.query(client.sessions[0]!, { kind: 0, work: 10 * MILLISECOND });
    sim.runUntil((21 + 0.011 * (n + 1)) * SECOND);
  }
  expect(servers[1]!.replication!.behind! / SECOND).toBeGreaterThan(10);
  minder.act!({ do: "start" }, -1);
  sim.runUntil(80 * SECOND);
  expect([...new Set(facts())]).toEqual([
    "db1 connection-limit-reached",
    "db1 unreachable-master",
    "db2 replication-broken",
    "db3 replication-broken",
    "db1 dead-master",
    "orchestrator recovery-begins",
    "db2 promoted",
  ]);
});

test("the replica that has applied most is promoted, after it has applied what it had read", () => {
  const { sim, servers, stop, client, dbs, entry } = cluster({ replica: { cores: 1, applyWork: 20 } });
  dbs[1]!.act!({ do: "pace", share: 0.1 }, -1);
  client.login(servers[0]!);
  sim.runUntil(19 * SECOND);
  for (let n = 0; n < 20; n++) {
    client.query(client.sessions[0]!, { kind: 0, work: 10 * MILLISECOND });
    sim.runUntil((19 + 0.05 * (n + 1)) * SECOND);
  }
  stop(0);
  sim.runUntil(60 * SECOND);
  expect(sim.components[entry("promoted")!.component]).toBe(servers[2]);
  expect(entry("promoted")!.figures).toEqual({ lost: 0 });
  expect(servers[2]!.binlog!.log.end).toBe(20);
  sim.runUntil(200 * SECOND);
  expect(servers[1]!.binlog!.log.end).toBe(20);
});

test("what the source had committed and not sent is lost, and counted", () => {
  const { sim, servers, stop, client, entry } = cluster();
  client.login(servers[0]!);
  sim.runUntil(20 * SECOND);
  client.query(client.sessions[0]!, { kind: 0 });
  sim.runUntil(20 * SECOND + 250);
  stop(0);
  sim.runUntil(60 * SECOND);
  expect(entry("promoted")!.figures).toEqual({ lost: 1 });
});

test("with no replica left that answers nobody can be promoted", () => {
  const { sim, stop, entry } = cluster();
  sim.runUntil(20 * SECOND);
  stop(0);
  while (entry("recovery-begins") === undefined) sim.runUntil(sim.now + SECOND);
  stop(1);
  stop(2);
  sim.runUntil(60 * SECOND);
  expect(entry("recovery-failed")).toBeDefined();
  expect(entry("promoted")).toBeUndefined();
});

test("a saved run goes on the same from the middle of a recovery", () => {
  const script = () => {
    const system = cluster();
    system.sim.runUntil(20 * SECOND);
    system.stop(0);
    return system;
  };
  const [original, copy] = [script(), script()];
  while (original.entry("recovery-begins") === undefined) original.sim.runUntil(original.sim.now + SECOND);
  restore(copy.sim, save(original.sim));
  for (const { sim } of [original, copy]) sim.runUntil(90 * SECOND);
  expect(copy.sim.journal.entries).toEqual(original.sim.journal.entries);
  expect(copy.servers[2]!.replication!.source).toBe(copy.servers[1]);
  expect(copy.facts()).toContain("db2 promoted");
});
