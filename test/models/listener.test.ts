import { expect, test } from "vitest";
import { mysql } from "../../models/mysql/kind.ts";
import type { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { listenOptions } from "../../models/network/listen-options.ts";
import { CONNECT } from "../../models/verb.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { SessionClient } from "../session-client.ts";
import { ListeningProcess, TcpClient } from "../tcp.ts";
import { TestClient, testWorld } from "../world.ts";

const SECOND = 1_000_000;
const MILLISECOND = 1_000;
const RESET = 104;
const TIMED_OUT = 110;

interface Street {
  /** One way, in microseconds. */
  readonly latency?: number;
  readonly CONFIG_HZ?: number;
  readonly tcp_syn_retries?: number;
  readonly tcp_syn_linear_timeouts?: number;
  readonly seed?: string;
}

/** A client and a listening process, 10 us from each other; timers are exact. */
function street(listen: object, { latency = 10, seed = "1", ...network }: Street = {}) {
  const wires = { sameNode: latency, sameZone: latency, crossZone: latency, elsewhere: latency };
  const world = testWorld({ seed, network: { latency: wires, ...network } });
  const server = new ListeningProcess(world, "server", listen);
  const client = new TcpClient(world);
  const counted = (name: string) => world.count("server", `TcpExt_${name}`);
  const go = (until: number) => world.sim.runUntil(until);
  /** So many connects, each so long after the last. */
  const burst = (connects: number, apart = 100) => {
    const { now } = world.sim;
    for (let n = 0; n < connects; n++) {
      go(now + n * apart);
      client.connect(server);
    }
  };
  return { world, server, client, counted, go, burst };
}

// ---- the accept queue

test.for([
  { backlog: 8, somaxconn: 4096, fit: 9 },
  { backlog: 511, somaxconn: 128, fit: 129 },
  { backlog: 511, somaxconn: 1024, fit: 512 },
])("a backlog of $backlog with somaxconn $somaxconn has room for $fit connections", ({ fit, ...limits }) => {
  const { client, counted, burst, go } = street(limits);
  burst(fit + 40);
  go(SECOND / 2);
  expect(client.connected).toBe(fit);
  expect(counted("ListenOverflows")).toBe(40);
});

test("where only the accept queue is full, listen queue overflows and SYNs dropped are the same number", () => {
  const { counted, burst, go } = street({ backlog: 511, kernel: "3.10" });
  burst(500);
  go(5 * SECOND);
  expect(counted("ListenOverflows")).toBeGreaterThan(300);
  expect(counted("ListenDrops")).toBe(counted("ListenOverflows"));
});

test("a call waits until its connection is accepted, first come first served, and a dropped SYN has to come again", () => {
  const { server, client, burst, go } = street({ backlog: 1, acceptInterval: "300ms" });
  burst(4);
  go(10 * SECOND);
  expect(client.tries.map(({ answeredAt }) => Math.floor(answeredAt! / MILLISECOND))).toEqual([0, 300, 600, 1000]);
  expect(server.served).toHaveLength(4);
});

// ---- SYNs that are not answered

test.for([
  { roomAfter: 0.9, connectedAt: 1 },
  { roomAfter: 2.9, connectedAt: 3 },
  { roomAfter: 6.9, connectedAt: 7 },
  { roomAfter: 14.9, connectedAt: 15 },
  { roomAfter: 30.9, connectedAt: 31 },
  { roomAfter: 62.9, connectedAt: 63 },
])("with room in the accept queue after $roomAfter s a client is connected after $connectedAt s", (times) => {
  const { server, client, burst, go } = street({ backlog: 0 });
  burst(2);
  go(times.roomAfter * SECOND);
  server.accept(1);
  go(130 * SECOND);
  expect(client.tries.map(({ connectedAt }) => connectedAt)).toEqual([20, 100 + times.connectedAt * SECOND + 20]);
});

test.for([
  { retries: 6, linear: 0, failsAt: 127, last: 63 },
  { retries: 3, linear: 0, failsAt: 15, last: 7 },
  { retries: 6, linear: 4, failsAt: 131, last: 67 },
])(
  "with tcp_syn_retries $retries and tcp_syn_linear_timeouts $linear the last SYN goes out after $last s, and the connect fails after $failsAt s",
  ({ retries, linear, failsAt, last }) => {
    const options = { tcp_syn_retries: retries, tcp_syn_linear_timeouts: linear };
    const { world, client, counted, burst, go } = street({ backlog: 0 }, options);
    burst(2);
    go(last * SECOND + 109);
    const before = counted("ListenDrops");
    go(last * SECOND + 110);
    expect(counted("ListenDrops")).toBe(before + 1);
    go(200 * SECOND);
    expect(counted("ListenDrops")).toBe(1 + retries + linear);
    expect(world.count("network", "TcpExt_TCPSynRetrans")).toBe(retries + linear);
    expect(client.tries[1]).toMatchObject({ outcome: TIMED_OUT, endedAt: 100 + failsAt * SECOND });
    expect(world.sim.journal.entries[client.tries[1]!.because!]!.fact).toBe("accept-queue-full");
  },
);

// ---- the last ACK of a handshake

/** Three connects at once towards a queue with room for two, so that one more handshake is under way than fits. */
function unheard(listen: object, settings: Street = {}) {
  const all = street({ backlog: 1, tcp_syncookies: 0, kernel: "6.18", ...listen }, settings);
  all.burst(1, 0);
  all.go(1_000);
  all.burst(2, 0);
  all.go(2_000);
  return all;
}

test("a client whose ACK is ignored believes that it is connected; its call is heard with the first retransmission after there is room", () => {
  const { world, server, client, counted, go } = unheard({});
  expect(client.connected).toBe(3);
  expect(counted("ListenOverflows")).toBe(2);
  expect(counted("TCPLossProbes")).toBe(1);
  go(700 * MILLISECOND);
  server.accept(2);
  go(SECOND);
  server.accept(1);
  go(2 * SECOND);
  expect(client.answered).toBe(3);
  expect(client.tries[2]!.answeredAt).toBe(SECOND + 10);
  expect(world.count("network", "Tcp_RetransSegs")).toBe(3);
});

test("what a client says on such a connection is sent again after 200, 400, 800 ms, and the SYN-ACK after a second", () => {
  const { world, server, counted, go } = unheard({});
  const overflowsAt = (at: number) => {
    go(at);
    return counted("ListenOverflows");
  };
  const sent = 1_020;
  expect([199, 201, 399, 401, 799, 801].map((at) => overflowsAt(sent + at * MILLISECOND))).toEqual([2, 3, 3, 4, 4, 5]);
  go(1_001 * MILLISECOND + 10);
  expect(world.count("network", "TcpExt_TCPSynRetrans")).toBe(1);
  expect(server.told).toBe(2);
});

test("a server that speaks first is connected by its SYN-ACK, which is sent again after 1, 3, 7, 15 and 31 s", () => {
  const { world, server, client, counted, go } = unheard({ speaksFirst: "server" });
  expect(counted("ListenOverflows")).toBe(1);
  go(16 * SECOND);
  expect(counted("ListenOverflows")).toBe(5);
  server.accept(2);
  go(31 * SECOND);
  expect(client.answered).toBe(2);
  go(32 * SECOND);
  server.accept(1);
  expect(client.answered).toBe(2);
  go(33 * SECOND);
  expect(client.tries[2]!.answeredAt).toBe(32 * SECOND + 10);
  expect(world.count("network", "TcpExt_TCPSynRetrans")).toBe(5);
});

test("with tcp_abort_on_overflow the ACK is answered with RST, and the call fails", () => {
  const { client, world, go } = unheard({ tcp_abort_on_overflow: 1 });
  go(5 * SECOND);
  expect(client.connected).toBe(3);
  expect(client.tries[2]).toMatchObject({ outcome: RESET });
  expect(world.sim.journal.entries[client.tries[2]!.because!]!.fact).toBe("accept-queue-full");
});

test("a handshake that is given up after tcp_synack_retries is answered with RST when its client speaks", () => {
  const { client, go } = unheard({ tcp_synack_retries: 1 });
  go(10 * SECOND);
  expect(client.tries[2]).toMatchObject({ outcome: RESET, endedAt: 1_020 + 16 * 200_020 + 20 });
});

// ---- the SYN queue

test("without cookies the SYN queue takes as many as the backlog and one more, and drops the rest", () => {
  const { client, counted, burst, go } = street({ backlog: 8, tcp_syncookies: 0 });
  burst(30, 0);
  go(SECOND / 2);
  expect(client.connected).toBe(9);
  expect([counted("TCPReqQFullDrop"), counted("ListenDrops"), counted("ListenOverflows")]).toEqual([21, 21, 0]);
});

test.for([
  { kernel: "3.10", backlog: 128, fit: 256 },
  { kernel: "4.19", backlog: 128, fit: 128 },
  { kernel: "6.18", backlog: 128, fit: 129 },
])("with a backlog of $backlog Linux $kernel has $fit handshakes under way", ({ fit, ...listen }) => {
  const { world, burst, go } = street({ ...listen, somaxconn: 4096, tcp_syncookies: 0 });
  burst(400, 0);
  go(15);
  expect(world.sim.record.gaugeColumns.value[1]).toBe(fit);
});

test("without cookies the last quarter of tcp_max_syn_backlog is not for strangers", () => {
  const { world, counted, burst, go } = street({ backlog: 511, tcp_syncookies: 0, tcp_max_syn_backlog: 256 });
  burst(300, 0);
  go(15);
  expect(world.sim.record.gaugeColumns.value[1]).toBe(193);
  expect([counted("ListenDrops"), counted("ListenOverflows"), counted("TCPReqQFullDrop")]).toEqual([107, 0, 0]);
  expect(world.sim.journal.entries).toMatchObject([
    { fact: "syn-queue-full", figures: { underWay: 193, backlog: 511, tcp_max_syn_backlog: 256 } },
  ]);
});

test("with cookies nobody is turned away, but the host remembers nothing: who is not heard has to speak again", () => {
  const { client, counted, burst, go } = street({ backlog: 8, acceptInterval: "50ms" });
  burst(30, 0);
  go(SECOND / 10);
  expect(client.connected).toBe(30);
  expect([counted("TCPReqQFullDoCookies"), counted("SyncookiesSent"), counted("TCPReqQFullDrop")]).toEqual([21, 21, 0]);
  expect(counted("ListenOverflows")).toBe(42);
  go(30 * SECOND);
  expect(client.answered).toBe(30);
  expect(counted("SyncookiesRecv")).toBe(counted("ListenOverflows") + 21);
});

test("with cookies a server that speaks first never hears of a client whose ACK it has ignored", () => {
  const { client, burst, go } = street({ backlog: 8, acceptInterval: "50ms", speaksFirst: "server" });
  burst(30, 0);
  go(300 * SECOND);
  expect(client.connected).toBe(30);
  expect(client.answered).toBe(9);
});

test("a cookie is good for one to two minutes, then the client is reset", () => {
  const { server, client, burst, go } = street({ backlog: 0 });
  burst(3, 0);
  go(119 * SECOND);
  expect(client.tries.map(({ outcome }) => outcome)).toEqual([undefined, undefined, undefined]);
  go(300 * SECOND);
  expect(client.tries.map(({ outcome }) => outcome)).toEqual([undefined, RESET, RESET]);
  server.accept(1);
  expect(server.served).toHaveLength(1);
});

test("before Linux 4.10 a full accept queue answers one SYN at a time and ignores its ACK; since then it drops all", () => {
  const connected = ["3.10", "4.10"].map((kernel) => {
    const { client, burst, go } = street({ backlog: 8, kernel, tcp_syncookies: 0 });
    burst(30);
    go(SECOND / 2);
    return client.connected;
  });
  expect(connected).toEqual([11, 9]);
});

// ---- logins

test("logins to MySQL wait in its accept queue, and beyond its backlog their SYNs are sent again", () => {
  const world = testWorld();
  const options = mysql.options.parse({ listen: { backlog: 2, acceptInterval: "400ms" } });
  const db = mysql.build(world, "db", options).component as MysqlServer;
  const client = new SessionClient(world);
  for (let n = 0; n < 6; n++) client.login(db);
  world.sim.runUntil(20 * SECOND);
  expect(client.logins.map(({ at, outcome }) => [at / SECOND, outcome])).toEqual([
    [0, 0],
    [0.4, 0],
    [0.8, 0],
    [1.2, 0],
    [1.6, 0],
    [2, 0],
  ]);
  expect(world.count("db", "TcpExt_ListenOverflows")).toBe(3);
});

// ---- closing

test("a client that has given up stays in the accept queue, and the process serves it for nobody", () => {
  const { world, server, client, burst, go } = street({ backlog: 0 });
  burst(1);
  go(1_000);
  client.leave(client.tries[0]!);
  burst(1);
  go(2_000);
  expect(client.tries[1]!.connectedAt).toBe(undefined);
  server.accept(1);
  expect(server.served).toHaveLength(1);
  expect(client.answered).toBe(0);
  go(5 * SECOND);
  server.accept(1);
  go(6 * SECOND);
  expect(client.answered).toBe(1);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("every connection that is closed gives its row back at last, those in the accept queue once they are accepted", () => {
  const { world, server, client, burst, go } = unheard({ tcp_syncookies: 1, speaksFirst: "server" });
  burst(20, 0);
  go(SECOND / 2);
  for (const one of client.tries) client.leave(one);
  go(10 * SECOND);
  const taken = () => world.connections.client.length - world.connections["freeCount"];
  expect(taken()).toBe(2);
  server.accept(2);
  go(11 * SECOND);
  expect(taken()).toBe(0);
  expect(world.sim.requests.inFlight).toBe(0);
  world.sim.check();
});

/** A process that is idle, and so accepts a connection the moment it stands. */
class IdleProcess extends ListeningProcess {
  override connectionWaits(): void {
    this.accept(1);
  }
}

test("whoever gives up within the handshake gives one connection back, even to a process that accepts it at that moment", () => {
  const { world, client, go } = street({});
  const server = new IdleProcess(world, "idle", { backlog: 8 });
  client.connect(server);
  go(15);
  client.leave(client.tries[0]!);
  go(SECOND);
  expect(world.connections.client.length - world.connections["freeCount"]).toBe(0);
  const [one, other] = [client.connect(server), client.connect(server)];
  expect(other.connection).not.toBe(one.connection);
  go(2 * SECOND);
  expect(client.answered).toBe(2);
});

test("a process that ends resets its connections, wherever they stand", () => {
  const { world, server, client, burst, go } = street({ backlog: 2, tcp_syncookies: 0 });
  const stopped = world.sim.journal.event(server.id, "stopped", [], {});
  burst(3);
  go(SECOND / 2);
  server.listener.stop(stopped);
  go(2 * SECOND);
  expect(client.tries.map(({ because }) => because)).toEqual([stopped, stopped, stopped]);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("whoever only tries the port is connected, and gone when the process accepts", () => {
  const { world, server, go } = street({ backlog: 8 });
  const checker = new TestClient(world, "checker", -1);
  checker.ask(server, CONNECT);
  go(1_000);
  expect(checker.answers).toEqual([{ at: 20, outcome: 0 }]);
  expect(server.told).toBe(1);
  server.accept(1);
  expect(server.served).toEqual([]);
  expect(world.connections.heldAt(server.id)).toBe(0);
});

// ---- snapshots

test("a run saved while handshakes are under way goes on in another world as if nothing had happened", () => {
  const worlds = [0, 1].map(() => street({ backlog: 3, acceptInterval: "700ms", tcp_syncookies: 0 }));
  const [original, copy] = [worlds[0]!, worlds[1]!];
  original.burst(12, 0);
  original.go(SECOND);
  restore(copy.world.sim, structuredClone(save(original.world.sim)));
  for (const { go } of worlds) go(100 * SECOND);
  expect(copy.server.served).toEqual(original.server.served);
  expect(original.client.answered).toBe(12);
});

// ---- options

test("a socket that says nothing has Node's backlog and Linux's settings", () => {
  expect(listenOptions.parse({})).toEqual({
    backlog: 511,
    somaxconn: 4096,
    tcp_max_syn_backlog: 1024,
    tcp_syncookies: 1,
    tcp_abort_on_overflow: 0,
    tcp_synack_retries: 5,
    kernel: 6018,
    acceptCpu: 0,
    speaksFirst: "client",
  });
  expect(listenOptions.parse({ kernel: "3.10" })).toMatchObject({ somaxconn: 128 });
  expect(listenOptions.safeParse({ kernel: 3.1 }).success).toBe(false);
});
