import { expect, test } from "vitest";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { networkOptions, nodeOptions } from "../../models/network/kind.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { SessionClient } from "../session-client.ts";
import { TcpClient } from "../tcp.ts";
import { TestServer, testWorld } from "../world.ts";

const SECOND = 1_000_000;
const ALL_PORTS = [32768, 60999] as const;
const NO_PORT = 99;
const TOO_MANY_CONNECTIONS = 1040;
const TIMED_OUT = 110;

/** Opens a connection, asks, and closes. */
function visit(client: TcpClient, server: TestServer): void {
  client.leave(client.connect(server));
}

/** Opens, asks on and closes so many connections a second; returns after how many seconds one has failed. */
function failsAfter(perSecond: number, seconds: number, network: object): number {
  const world = testWorld({ network: { ip_local_port_range: ALL_PORTS, ...network } });
  const [client, server] = [new TcpClient(world), new TestServer(world, "server", ELSEWHERE)];
  for (let n = 0; n < perSecond * seconds; n++) {
    world.sim.runUntil((n * SECOND) / perSecond);
    visit(client, server);
    if (client.tries.pop()!.outcome === NO_PORT) return n / perSecond;
  }
  return Number.POSITIVE_INFINITY;
}

// ---- local ports

test("the ports from 32768 to 60999 are 28,232 connections to one destination, and as many to each other one", () => {
  const world = testWorld({ network: { ip_local_port_range: ALL_PORTS } });
  const client = new TcpClient(world);
  const [one, other] = ["one", "other"].map((path) => new TestServer(world, path, ELSEWHERE));
  for (let n = 0; n < 28_232; n++) client.connect(one!);
  expect(client.answered).toBe(28_232);
  expect(client.connect(one!)).toMatchObject({ outcome: NO_PORT, because: 0 });
  expect(client.connect(other!).outcome).toBe(0);
  expect(new TcpClient(world, "neighbour").connect(one!).outcome).toBe(0);
  expect(world.sim.journal.entries).toMatchObject([
    { fact: "no-ephemeral-ports", component: client.id, figures: { ports: 28_232, inUse: 28_232, timeWait: 0 } },
  ]);
});

test("470 new connections a second can go on for ever, 500 fail after 56.5 s", () => {
  expect(failsAfter(470, 200, {})).toBe(Number.POSITIVE_INFINITY);
  expect(failsAfter(500, 200, {})).toBe(28_232 / 500);
});

test("with tcp_tw_reuse 1 a port serves again after a second, so that 28,232 new connections a second can", () => {
  expect(failsAfter(2_000, 65, { tcp_tw_reuse: 1 })).toBe(Number.POSITIVE_INFINITY);
  expect(failsAfter(30_000, 2, { tcp_tw_reuse: 1 })).toBe(28_232 / 30_000);
});

test("more connections in TIME_WAIT than tcp_max_tw_buckets are forgotten at once", () => {
  const world = testWorld({ network: { ip_local_port_range: [1, 10], tcp_max_tw_buckets: 4 } });
  const [client, server] = [new TcpClient(world), new TestServer(world, "server", ELSEWHERE)];
  for (let n = 0; n < 20; n++) visit(client, server);
  expect(client.answered).toBe(20);
  expect(world.count("ports", "TcpExt_TCPTimeWaitOverflow")).toBe(16);
});

test("who closes first has the port in TIME_WAIT: a session that the server has turned away or ended costs none", () => {
  const world = testWorld({ network: { ip_local_port_range: [1, 3] } });
  const options = mysql.options.parse({ max_connections: 1, wait_timeout: 5 });
  const db = mysql.build(world, "db", options).component as MysqlServer;
  const client = new SessionClient(world);
  client.login(db);
  for (let n = 0; n < 10; n++) client.login(db);
  world.sim.runUntil(1);
  expect(client.logins.filter(({ outcome }) => outcome === TOO_MANY_CONNECTIONS)).toHaveLength(10);
  world.sim.runUntil(6 * SECOND);
  expect(client.lost).toHaveLength(1);
  for (let n = 0; n < 3; n++) {
    client.login(db);
    world.sim.runUntil(world.sim.now + 1);
    client.hangUp(client.sessions[0]!);
  }
  client.login(db);
  expect(client.logins[client.logins.length - 1]).toMatchObject({ outcome: NO_PORT });
  world.sim.runUntil(67 * SECOND);
  client.login(db);
  world.sim.runUntil(68 * SECOND);
  expect(client.logins[client.logins.length - 1]).toMatchObject({ outcome: 0 });
});

test("the shortage of ports is over five seconds after nobody has missed one", () => {
  const world = testWorld({ network: { ip_local_port_range: [1, 1] } });
  const [client, server] = [new TcpClient(world), new TestServer(world, "server", ELSEWHERE)];
  for (const at of [0, 1, 4]) {
    world.sim.runUntil(at * SECOND);
    client.connect(server);
  }
  world.sim.runUntil(20 * SECOND);
  expect(world.sim.journal.entries).toMatchObject([{ at: SECOND, until: 9 * SECOND }]);
});

// ---- tracked connections

test("a node that tracks 100 connections drops the SYN of another; it comes through when there is room again", () => {
  const node = { nf_conntrack_max: 100, nf_conntrack_tcp_timeout_time_wait: 2 * SECOND };
  const world = testWorld({ nodes: [node] });
  const [client, server] = [new TcpClient(world), new TestServer(world, "server", 0)];
  for (let n = 0; n < 101; n++) client.connect(server);
  expect([client.answered, world.count("node 1", "nf_conntrack_drop")]).toEqual([100, 1]);
  world.sim.runUntil(SECOND / 2);
  client.leave(client.tries[0]!);
  world.sim.runUntil(10 * SECOND);
  expect(client.tries[100]!.connectedAt).toBe(3 * SECOND);
  expect(world.count("node 1", "nf_conntrack_drop")).toBe(2);
  expect(world.sim.journal.entries).toMatchObject([
    { fact: "conntrack-table-full", figures: { connections: 100, nf_conntrack_max: 100 }, until: 6 * SECOND },
  ]);
});

test("a connection is tracked by the nodes at both ends, once where that is the same", () => {
  const world = testWorld({ nodes: [{ nf_conntrack_max: 10 }, { nf_conntrack_max: 10 }] });
  const client = new TcpClient(world, "client", 0);
  const [near, far] = [0, 1].map((node) => new TestServer(world, `server-${node}`, node));
  for (let n = 0; n < 3; n++) client.connect(near!);
  for (let n = 0; n < 2; n++) client.connect(far!);
  const tracked = world.sim.record.gauges.flatMap(({ name }, at) =>
    name === "nf_conntrack_count" ? [world.sim.record.gaugeColumns.value[at]] : [],
  );
  expect(tracked).toEqual([5, 2]);
});

test("a full table never lets a client in that gives up after 127 s", () => {
  const world = testWorld({ nodes: [{ nf_conntrack_max: 1 }] });
  const [client, server] = [new TcpClient(world), new TestServer(world, "server", 0)];
  client.connect(server);
  client.connect(server);
  world.sim.runUntil(200 * SECOND);
  expect(client.tries[1]).toMatchObject({ outcome: TIMED_OUT, endedAt: 127 * SECOND });
  expect(world.sim.journal.entries[client.tries[1]!.because!]!.fact).toBe("conntrack-table-full");
  expect(world.count("node 1", "nf_conntrack_drop")).toBe(7);
});

test("a connection that has been silent for longer than nf_conntrack_tcp_timeout_established makes room", () => {
  const node = { nf_conntrack_max: 1, nf_conntrack_tcp_timeout_established: 60 * SECOND };
  const world = testWorld({ nodes: [node] });
  const [client, server] = [new TcpClient(world), new TestServer(world, "server", 0)];
  client.connect(server);
  world.sim.runUntil(59 * SECOND);
  client.connect(server);
  world.sim.runUntil(100 * SECOND);
  expect(client.tries[1]!.connectedAt).toBe(60 * SECOND);
  for (const one of client.tries) client.leave(one);
  world.sim.runUntil(300 * SECOND);
  world.sim.check();
});

test("a run saved with ports in TIME_WAIT goes on in another world as if nothing had happened", () => {
  const worlds = [0, 1].map(() => {
    const world = testWorld({ nodes: [{ nf_conntrack_max: 8 }], network: { ip_local_port_range: [1, 5] } });
    return { world, client: new TcpClient(world), server: new TestServer(world, "server", 0) };
  });
  const [original, copy] = [worlds[0]!, worlds[1]!];
  for (let n = 0; n < 7; n++) visit(original.client, original.server);
  original.world.sim.runUntil(30 * SECOND);
  restore(copy.world.sim, structuredClone(save(original.world.sim)));
  for (const { world, client, server } of worlds) {
    visit(client, server);
    world.sim.runUntil(61 * SECOND);
    visit(client, server);
  }
  expect(original.client.tries.map(({ outcome }) => outcome)).toEqual([0, 0, 0, 0, 0, 99, 99, 99, 0]);
  expect(copy.client.tries).toEqual(original.client.tries);
});

// ---- options

test("ports are given as sysctl prints them", () => {
  const parse = (ip_local_port_range: unknown) => networkOptions.safeParse({ ip_local_port_range });
  expect(parse("32768\t60999").data).toMatchObject({ ip_local_port_range: [32768, 60999], tcp_tw_reuse: 2 });
  for (const wrong of ["60999 32768", "0 100", "1 70000", "32768-60999", 28_232])
    expect(parse(wrong).success).toBe(false);
  expect(nodeOptions.nf_conntrack_max.parse(undefined)).toBe(undefined);
});
