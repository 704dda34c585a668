import { expect, test } from "vitest";
import { dnsOptions, networkOptions, nodeOptions } from "../../models/network/kind.ts";
import { CALL, LOGIN, LOOKUP } from "../../models/verb.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { LOST, NAME_NOT_FOUND, OK, REFUSED } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { TestClient, TestServer, type TestWorld, type TestWorldOptions, testWorld } from "../world.ts";

const MBIT = 125_000;
const SECOND = 1_000_000;

const NARROW = { base: 100 * MBIT, burst: 100 * MBIT, credit: 0, buffer: 125_000 };

/** A client on a node of 100 Mbit/s that holds back 10 ms, and a server elsewhere. */
function congestedWorld(options: TestWorldOptions = {}) {
  const world = testWorld({ nodes: [{ bandwidth: NARROW }], ...options });
  return { world, client: new TestClient(world, "client", 0), server: new TestServer(world, "server", ELSEWHERE) };
}

/** One huge message fills the buffer of node 1 and keeps it full for so many seconds. */
function congest(world: TestWorld, seconds: number, direction: "outbound" | "inbound" = "outbound"): void {
  const request = world.sim.requests.open(world.sim.now, CALL);
  world.nodes[0]![direction].offer(seconds * NARROW.base + NARROW.buffer, request);
  world.sim.requests.close(request);
}

// ---- the journal

test("a full buffer is written down once, with the traffic's concentration as its first cause, and ends when it is calm", () => {
  const { world, client, server } = congestedWorld();
  const { journal } = world.sim;
  const scaled = journal.action(client.id, "scaled", [], {});
  world.nodes[0]!.concentration = journal.event(client.id, "concentrated", [scaled], {});
  congest(world, 0.5);
  client.ask(server, CALL, 100, 100, scaled);
  world.sim.runUntil(10 * SECOND);
  const saturated = journal.entries.filter((entry) => entry.fact === "bandwidth-saturated");
  expect(saturated).toMatchObject([
    { at: 0, until: 10 * SECOND, because: [1], figures: { backlogMs: 510, capacityMbit: 100, dropped: 0 } },
  ]);
  expect(world.sim.components[saturated[0]!.component]!.path).toBe("node 1 outbound");
  const dropped = journal.entries.find((entry) => entry.fact === "packets-dropped")!;
  expect(dropped.because).toEqual([saturated[0]!.id]);
  expect(client.becauses).toEqual([dropped.id]);
});

test("an interface that overflows again and again within seconds is one condition, not hundreds", () => {
  const { world } = congestedWorld();
  for (let at = 0; at < 300; at++) {
    world.sim.runUntil(at * 100_000);
    congest(world, 0);
  }
  world.sim.runUntil(60 * SECOND);
  expect(world.sim.journal.entries).toMatchObject([{ at: 0, until: 35 * SECOND }]);
});

// ---- wires

const LATENCY = { sameNode: 10, sameZone: 100, crossZone: 500, elsewhere: 250 };

test.for([
  { from: 0, to: 0, there: 10, where: "on the same node" },
  { from: 0, to: 1, there: 100, where: "in the same zone" },
  { from: 0, to: 2, there: 500, where: "in another zone" },
  { from: 0, to: ELSEWHERE, there: 250, where: "elsewhere" },
  { from: ELSEWHERE, to: ELSEWHERE, there: 250, where: "with both ends elsewhere" },
])("a call to a host $where arrives after $there us and is answered after twice that", ({ from, to, there }) => {
  const world = testWorld({ nodes: [{ zone: 0 }, { zone: 0 }, { zone: 1 }], network: { latency: LATENCY } });
  const client = new TestClient(world, "client", from);
  const server = new TestServer(world, "server", to);
  client.ask(server, CALL);
  world.sim.runUntil(SECOND);
  expect(server.arrivals).toEqual([there]);
  expect(client.answers).toEqual([{ at: 2 * there, outcome: OK }]);
});

test("where nothing takes time a call is answered at once, without an event", () => {
  const world = testWorld({ nodes: [{}, {}] });
  const client = new TestClient(world, "client", 0);
  client.ask(new TestServer(world, "server", 1), CALL);
  expect(client.answers).toEqual([{ at: 0, outcome: OK }]);
  expect(world.sim.queue.size).toBe(0);
});

test("a login costs three round trips, half of them before the server sees it; a refusal comes after two", () => {
  const world = testWorld({ network: { latency: LATENCY } });
  const client = new TestClient(world, "client", ELSEWHERE);
  const server = new TestServer(world, "server", ELSEWHERE);
  client.ask(server, LOGIN);
  world.sim.runUntil(SECOND);
  server.outcome = REFUSED;
  client.ask(server, LOGIN);
  world.sim.runUntil(2 * SECOND);
  expect(server.arrivals).toEqual([750, SECOND + 750]);
  expect(client.answers).toEqual([
    { at: 1_500, outcome: OK },
    { at: SECOND + 1_000, outcome: REFUSED },
  ]);
});

test("a message pays at the interface it leaves by and at the one it enters by, but not within one node", () => {
  const limited = { bandwidth: NARROW };
  const world = testWorld({ nodes: [limited, limited] });
  const client = new TestClient(world, "client", 0);
  client.ask(new TestServer(world, "far", 1), CALL, 12_500, 125_000);
  world.sim.runUntil(SECOND);
  client.ask(new TestServer(world, "near", 0), CALL, 12_500, 125_000);
  expect(client.answers).toEqual([
    { at: 2_000 + 20_000, outcome: OK },
    { at: SECOND, outcome: OK },
  ]);
});

test("jitter lengthens each leg by less than it says", () => {
  const world = testWorld({ network: { latency: LATENCY, jitter: 40 } });
  const client = new TestClient(world, "client", ELSEWHERE);
  const server = new TestServer(world, "server", ELSEWHERE);
  for (let i = 0; i < 200; i++) client.ask(server, CALL);
  world.sim.runUntil(SECOND);
  const there = server.arrivals;
  expect(Math.min(...there)).toBeLessThan(255);
  expect(Math.max(...there)).toBeGreaterThan(285);
  expect(there.every((at) => at >= 250 && at <= 290)).toBe(true);
});

// ---- loss

test.for([
  { congestedFor: 0.9, connectedAt: 1 },
  { congestedFor: 2.9, connectedAt: 3 },
  { congestedFor: 6.9, connectedAt: 7 },
  { congestedFor: 14.9, connectedAt: 15 },
])(
  "a client whose SYNs are lost for $congestedFor s is connected after $connectedAt s",
  ({ congestedFor, connectedAt }) => {
    const { world, client, server } = congestedWorld();
    congest(world, congestedFor);
    client.ask(server, LOGIN);
    world.sim.runUntil(200 * SECOND);
    expect(server.arrivals.map((at) => Math.floor(at / SECOND))).toEqual([connectedAt]);
    expect(client.answers.map(({ outcome }) => outcome)).toEqual([OK]);
  },
);

test.for([
  { kernel: "6.4", linear: 0, failsAt: 127, syns: 6 },
  { kernel: "6.5", linear: 4, failsAt: 131, syns: 10 },
])(
  "a client whose every SYN is lost gives up after $failsAt s with the settings of Linux $kernel",
  ({ linear, failsAt, syns }) => {
    const { world, client, server } = congestedWorld({ network: { tcp_syn_linear_timeouts: linear } });
    congest(world, 300);
    client.ask(server, LOGIN);
    world.sim.runUntil(200 * SECOND);
    expect(client.answers).toEqual([{ at: failsAt * SECOND, outcome: LOST }]);
    expect(world.count("network", "TcpExt_TCPSynRetrans")).toBe(syns);
  },
);

test("a lost request is sent again after 200 ms, 600 ms and 1.4 s", () => {
  const { world, client, server } = congestedWorld();
  congest(world, 1.3);
  client.ask(server, CALL, 1_250);
  world.sim.runUntil(10 * SECOND);
  expect(server.arrivals).toEqual([1_400_000 + 100]);
  expect(world.count("network", "Tcp_RetransSegs")).toBe(3);
});

test("a lost answer is sent again by the server, which does not do the work twice", () => {
  const { world, client, server } = congestedWorld();
  congest(world, 0.5, "inbound");
  client.ask(server, CALL, 1_250, 1_250);
  world.sim.runUntil(10 * SECOND);
  expect(server.arrivals).toEqual([100]);
  expect(client.answers).toEqual([{ at: 100 + 600_000 + 100, outcome: OK }]);
});

test("losses on the way there do not lengthen the timeouts of the way back", () => {
  const { world, client, server } = congestedWorld();
  congest(world, 0.1, "outbound");
  congest(world, 0.3, "inbound");
  client.ask(server, CALL, 1_250, 1_250);
  world.sim.runUntil(10 * SECOND);
  expect(server.arrivals).toEqual([200_000 + 100]);
  expect(client.answers).toEqual([{ at: 200_000 + 100 + 200_000 + 100, outcome: OK }]);
});

test("TCP gives data up after 924.6 s", () => {
  const { world, client, server } = congestedWorld();
  congest(world, 2_000);
  client.ask(server, CALL);
  world.sim.runUntil(1_000 * SECOND);
  expect(client.answers).toEqual([{ at: 924_600_000, outcome: LOST }]);
});

test("nobody sends again for a client that has stopped waiting", () => {
  const { world, client, server } = congestedWorld();
  congest(world, 100);
  const login = client.ask(server, LOGIN);
  world.sim.runUntil(2 * SECOND);
  world.sim.requests.abandoned[login] = 1;
  world.sim.runUntil(200 * SECOND);
  expect(client.answers).toEqual([{ at: 3 * SECOND, outcome: LOST }]);
  expect(server.arrivals).toEqual([]);
});

test("a login that the server has let in comes back as let in even if its client has left, so that it can be closed", () => {
  const { world, client, server } = congestedWorld();
  congest(world, 100, "inbound");
  const login = client.ask(server, LOGIN);
  world.sim.requests.abandoned[login] = 1;
  world.sim.runUntil(SECOND);
  expect(client.answers).toEqual([{ at: 200_000 + 8, outcome: OK }]);
});

test("a run saved in the middle of a retransmission goes on in another world as if nothing had happened", () => {
  const [original, copy] = [congestedWorld(), congestedWorld()];
  congest(original.world, 6.5);
  original.client.ask(original.server, LOGIN);
  original.world.sim.runUntil(2 * SECOND);
  restore(copy.world.sim, structuredClone(save(original.world.sim)));
  for (const { world } of [original, copy]) world.sim.runUntil(20 * SECOND);
  expect(copy.client.answers).toEqual(original.client.answers);
  expect(copy.client.answers).toEqual([{ at: 7 * SECOND + 16, outcome: OK }]);
});

// ---- names

test.for([
  { lost: "no packet", congestedFor: 0, answer: { at: 48, outcome: OK }, stalled: 0, failed: 0 },
  { lost: "one packet", congestedFor: 4, answer: { at: 5 * SECOND + 48, outcome: OK }, stalled: 1, failed: 0 },
  { lost: "two packets", congestedFor: 9, answer: { at: 10 * SECOND, outcome: NAME_NOT_FOUND }, stalled: 1, failed: 1 },
])("a look-up that loses $lost ends after $answer.at us", ({ congestedFor, answer, stalled, failed }) => {
  const { world, client } = congestedWorld();
  if (congestedFor > 0) congest(world, congestedFor);
  client.ask(world.dns, LOOKUP);
  world.sim.runUntil(60 * SECOND);
  expect(client.answers).toEqual([answer]);
  expect(world.count("dns", "lookups")).toBe(1);
  expect(world.count("dns", "stalled_lookups")).toBe(stalled);
  expect(world.count("dns", "failed_lookups")).toBe(failed);
});

test("a look-up whose answer is lost is asked again 5 s after the question, not after the loss", () => {
  const { world, client } = congestedWorld({ network: { latency: LATENCY } });
  congest(world, 4, "inbound");
  client.ask(world.dns, LOOKUP);
  world.sim.runUntil(60 * SECOND);
  expect(client.answers).toEqual([{ at: 5 * SECOND + 16 + 250 + 32 + 250, outcome: OK }]);
});

test("a resolver asks no more for a client that has stopped waiting", () => {
  const { world, client } = congestedWorld();
  congest(world, 4);
  const lookup = client.ask(world.dns, LOOKUP);
  world.sim.requests.abandoned[lookup] = 1;
  world.sim.runUntil(60 * SECOND);
  expect(client.answers).toEqual([{ at: 5 * SECOND, outcome: LOST }]);
});

test("lost look-ups are written down per node, because of its bandwidth, and whoever gives up before the stall is over sees why", () => {
  const { world, client } = congestedWorld();
  congest(world, 7);
  const lookup = client.ask(world.dns, LOOKUP);
  const { entries } = world.sim.journal;
  expect(entries).toMatchObject([
    { fact: "bandwidth-saturated", because: [] },
    { fact: "packets-dropped", because: [0] },
    { fact: "dns-lookups-fail", at: 0, because: [1], figures: { lost: 1, linklocal: 0 } },
  ]);
  expect(world.sim.requests.because[lookup]).toBe(2);
  world.sim.runUntil(60 * SECOND);
  expect(world.sim.components[entries[2]!.component]).toBe(world.nodes[0]);
  expect(entries[2]!.until).toBe(20 * SECOND);
});

test("a node may send 1024 packets a second to the resolver: of 600 look-ups of two packets at once, 88 stall", () => {
  const { world, client } = congestedWorld({ nodes: [{ linkLocal: 1_024 }] });
  for (let i = 0; i < 600; i++) client.ask(world.dns, LOOKUP);
  world.sim.runUntil(SECOND);
  expect(client.answers.length).toBe(512);
  expect(world.count("node 1", "linklocal_allowance_exceeded")).toBe(176);
  world.sim.runUntil(5 * SECOND);
  expect(client.answers.length).toBe(600);
  expect(client.answers[599]).toEqual({ at: 5 * SECOND, outcome: OK });
});

// ---- options

test("a network that says nothing has Linux's, EC2's and resolv.conf's defaults", () => {
  expect(networkOptions.parse({})).toEqual({
    latency: { sameNode: 25, sameZone: 100, crossZone: 500, elsewhere: 250 },
    jitter: 0,
    tcp_syn_retries: 6,
    tcp_syn_linear_timeouts: 0,
    tcp_tw_reuse: 2,
    tcp_max_tw_buckets: 131_072,
    CONFIG_HZ: 250,
  });
  expect(dnsOptions.parse({})).toMatchObject({ timeout: 5 * SECOND, attempts: 2, packets: 2 });
  expect(nodeOptions.linkLocal.parse(undefined)).toBe(1_024);
  expect(nodeOptions.bandwidth.parse(undefined)).toEqual({
    base: Infinity,
    burst: Infinity,
    credit: 0,
    buffer: Infinity,
  });
});

test("a buffer is given as the time that it takes to empty at the burst rate, which is not below the base rate", () => {
  const { bandwidth } = nodeOptions;
  expect(bandwidth.parse({ base: "256Mbit/s", burst: "2Gbit/s", credit: "1GB", buffer: "20ms" })).toEqual({
    base: 32e6,
    burst: 250e6,
    credit: 1e9,
    buffer: 5e6,
  });
  expect(bandwidth.parse({ base: "256Mbit/s", burst: "100Mbit/s" })).toMatchObject({ burst: 32e6, buffer: 0.8e6 });
});
