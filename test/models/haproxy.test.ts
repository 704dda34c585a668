import { expect, test } from "vitest";
import { Balance, type Candidate } from "../../models/haproxy/balance.ts";
import { Stream } from "../../sim/random.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { proxiedSystem, totalsOf } from "./proxied-system.ts";
import { meanOf, timesOf } from "./service-system.ts";

const ONE = { kind: "haproxy", servers: [{ server: "u1", maxconn: 10 }], cpu: "0ms" };
const SERVICE = { kind: "service" };

/** Erlang C: the share of those who have to wait at `servers` servers that are offered `load` of work. */
function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

test("maxconn 10 in front of exponential 50 ms is a queue M/M/10: 160/s wait 10.2 ms on average", () => {
  const { world, run } = proxiedSystem(
    { rate: "160/s", classes: [{ name: "ask", waits: "exponential mean 50ms" }] },
    { proxy: ONE, u1: SERVICE },
  );
  run(2000);
  const wait = erlangC(10, 8) / (200 - 160);
  expect(wait * 1000).toBeCloseTo(10.23, 2);
  expect(timesOf(world, "proxy/backend", "qtime").mean / (wait * 1000)).toBeCloseTo(1, 1);
  expect(meanOf(world, "proxy/backend", "qcur") / (160 * wait)).toBeCloseTo(1, 1);
  expect(meanOf(world, "proxy/u1", "scur")).toBeCloseTo(8, 0);
});

const tenAtOnce = { recorded: Array(10).fill({ at: "1s" }), classes: [{ name: "ask", waits: "400ms" }] };

test("who waits for longer than timeout queue gets 503, and whoever has waited longest is served first", () => {
  const proxy = { ...ONE, servers: [{ server: "u1", maxconn: 2 }], timeout: { queue: "1s" } };
  const { world, run, causes } = proxiedSystem(tenAtOnce, { proxy, u1: SERVICE });
  run(1.1);
  expect(meanOf(world, "proxy/backend", "qcur")).toBeGreaterThan(0);
  world.sim.check();
  run(10);
  // Two each 400 ms: at 0, 400 and 800 ms. The other four have waited for 1 s.
  expect(world.count("proxy/u1", "stot")).toBe(6);
  expect(world.count("people", "503 service unavailable")).toBe(4);
  expect(timesOf(world, "people", "http_req_duration_all").max).toBe(1200);
  expect(causes()).toEqual(["timeout-queue", "maxconn-reached", "recording-begins"]);
});

test("without timeout queue it is timeout connect that ends the wait, and without that nothing does", () => {
  const servers = [{ server: "u1", maxconn: 1 }];
  const served = [{ connect: "500ms" }, {}].map((timeout) => {
    const { world, run } = proxiedSystem(tenAtOnce, { proxy: { ...ONE, servers, timeout }, u1: SERVICE });
    run(10);
    return world.count("proxy/u1", "stot");
  });
  expect(served).toEqual([2, 10]);
});

const STEADY = { rate: "50/s", arrivals: "constant", classes: [{ name: "ask", waits: "20ms" }] };
const PAIR = { kind: "haproxy", cpu: "0ms", servers: [{ server: "u1" }, { server: "u2" }] };

test("a connection that fails is tried four times on the same server, a second apart, and then the answer is 503", () => {
  const { world, run, act, causes } = proxiedSystem(
    { recorded: [{ at: "1s" }], classes: [{ name: "ask" }] },
    { proxy: ONE, u1: SERVICE },
  );
  act("u1", { do: "stop" });
  run(10);
  expect(world.count("proxy/u1", "econ")).toBe(4);
  expect(world.count("proxy/u1", "wretr")).toBe(3);
  expect(world.count("people", "503 service unavailable")).toBe(1);
  expect(timesOf(world, "people", "http_req_duration_all").max).toBe(3000);
  expect(causes()).toEqual(["connection-fails", "stop"]);
});

test("with option redispatch a retry goes to the other server at once, and nobody fails", () => {
  const lost = [0, true].map((redispatch) => {
    const { world, run, act } = proxiedSystem(STEADY, { proxy: { ...PAIR, redispatch }, u1: SERVICE, u2: SERVICE });
    run(5.005);
    act("u2", { do: "stop" });
    run(30);
    const most = timesOf(world, "people", "http_req_duration_all").max;
    return { refused: world.count("people", "503 service unavailable") > 500, most };
  });
  expect(lost).toEqual([
    { refused: true, most: 3000 },
    { refused: false, most: 20 },
  ]);
});

test("what breaks off gets 502 and what takes longer than timeout server gets 504, and neither is tried again", () => {
  const people = { recorded: [{ at: "1s" }, { at: "5s" }], classes: [{ name: "ask", waits: "1500ms" }] };
  const { world, run, act } = proxiedSystem(people, { proxy: { ...ONE, timeout: { server: "1s" } }, u1: SERVICE });
  run(5.5);
  act("u1", { do: "stop" });
  run(10);
  expect(world.count("people", "504 gateway timeout")).toBe(1);
  expect(world.count("people", "502 bad gateway")).toBe(1);
  expect(world.count("proxy/u1", "stot")).toBe(2);
});

test("retry-on response-timeout sends it once more", () => {
  const people = { recorded: [{ at: "1s" }], classes: [{ name: "ask", waits: "1500ms" }] };
  const proxy = { ...ONE, timeout: { server: "1s" }, retries: 2, "retry-on": ["conn-failure", "response-timeout"] };
  const { world, run } = proxiedSystem(people, { proxy, u1: SERVICE });
  run(10);
  expect(world.count("proxy/u1", "stot")).toBe(3);
  expect(timesOf(world, "people", "http_req_duration_all").max).toBe(3000);
});

test("a server is down after three failed checks, gets nothing while it is, and is up after two good ones", () => {
  const servers = PAIR.servers.map((server) => ({ ...server, check: true }));
  const { world, run, act } = proxiedSystem(STEADY, { proxy: { ...PAIR, servers }, u1: SERVICE, u2: SERVICE });
  run(10.005);
  act("u2", { do: "stop" });
  // The checks of the two servers are a second apart: those of u2 come at 11, 13 and 15 s.
  run(14.9);
  expect(world.count("proxy/u2", "chkdown")).toBe(0);
  run(15.1);
  expect(world.count("proxy/u2", "chkdown")).toBe(1);
  const asked = world.count("proxy/u2", "stot");
  run(20);
  act("u2", { do: "start" });
  const late = world.count("proxy/u2", "stot");
  // Those who were between two retries on it still come.
  expect(late - asked).toBeLessThanOrEqual(60 * 3);
  run(22.9);
  expect(world.count("proxy/u2", "stot")).toBe(late);
  run(24);
  expect(world.count("proxy/u2", "stot")).toBeGreaterThan(late);
  world.sim.check();
});

test("when all servers are down the answer is 503 at once, because of what stopped them", () => {
  const servers = [{ server: "u1", check: true, inter: "1s" }];
  const { world, run, act, causes } = proxiedSystem(STEADY, { proxy: { ...PAIR, servers, retries: 0 }, u1: SERVICE });
  run(5.005);
  act("u1", { do: "stop" });
  run(9);
  const at = world.count("people", "503 service unavailable") - 1;
  expect(timesOf(world, "people", "http_req_duration_all").max).toBe(20);
  expect(causes(at)).toEqual(["no-server-available", "server-down", "stop"]);
});

test("a backup server is used when no other is up", () => {
  const servers = [
    { server: "u1", check: true, inter: "100ms" },
    { server: "u2", backup: true },
  ];
  const { world, run, act } = proxiedSystem(STEADY, { proxy: { ...PAIR, servers }, u1: SERVICE, u2: SERVICE });
  run(5);
  expect(world.count("proxy/u2", "stot")).toBe(0);
  act("u1", { do: "stop" });
  run(6);
  expect(world.count("proxy/u2", "stot")).toBeGreaterThan(30);
});

test("a client that hangs up is not noticed, and keeps its place in the queue, unless abortonclose is set", () => {
  const people = { ...tenAtOnce, patience: "500ms" };
  const waits = [false, true].map((abortonclose) => {
    const servers = [{ server: "u1", maxconn: 1 }];
    const { world, run } = proxiedSystem(people, { proxy: { ...ONE, servers, abortonclose }, u1: SERVICE });
    run(10);
    world.sim.check();
    expect(world.sim.requests.inFlight).toBe(0);
    return timesOf(world, "proxy/backend", "qtime").max;
  });
  expect(waits).toEqual([3600, 500]);
});

/** A server as the balancing sees it. */
function candidate(served: number, weight = 1, maxconn = 1000): Candidate {
  return { served, weight, isFull: served >= maxconn, isFullWithQueue: served >= maxconn };
}

test("roundrobin spreads weights over the round and leaves full servers out", () => {
  const balance = new Balance("roundrobin", 3, new Stream("turns"));
  const take = (servers: readonly Candidate[]) => "abc"[balance.choose([0, 1, 2], servers, -1)] ?? "-";
  const free = [candidate(0, 2), candidate(0), candidate(0)];
  expect(Array.from({ length: 8 }, () => take(free)).join("")).toBe("abcaabca");
  const full = [candidate(5, 2, 5), candidate(0), candidate(0)];
  expect(Array.from({ length: 4 }, () => take(full)).join("")).toBe("bcbc");
  expect(take([candidate(5, 1, 5), candidate(5, 1, 5), candidate(5, 1, 5)])).toBe("-");
});

test("leastconn takes the least loaded for its weight, first the first that has a slot, random the better of two", () => {
  const servers = [candidate(3), candidate(5, 4), candidate(2)];
  const chosen = (algorithm: "leastconn" | "first") =>
    new Balance(algorithm, 3, new Stream("choice")).choose([0, 1, 2], servers, -1);
  expect(chosen("leastconn")).toBe(1);
  expect(chosen("first")).toBe(0);
  const random = new Balance("random", 3, new Stream("choice"));
  const counts = [0, 0, 0];
  for (let n = 0; n < 9000; n++) counts[random.choose([0, 1, 2], [candidate(3), candidate(2), candidate(1)], -1)]!++;
  // The most loaded of three is taken only if both draws hit it: 1 of 9; the least loaded 5 of 9.
  expect(counts.map((count) => Math.round(count / 100) / 10)).toEqual([1, 3, 5]);
});

test("ten thousand who wait for a server that is gone do not nest", () => {
  const { world, run, act } = proxiedSystem(
    { recorded: Array(10_000).fill({ at: "1s" }), classes: [{ name: "ask", waits: "1s" }] },
    { proxy: { ...ONE, servers: [{ server: "u1", maxconn: 1 }], retries: 0 }, u1: SERVICE },
  );
  run(1.5);
  expect(() => act("u1", { do: "stop" })).not.toThrow();
  run(2);
  expect(world.count("people", "http_req_failed")).toBe(10_000);
});

test("HAProxy that is stopped cuts all its clients, and starts with empty queues", () => {
  const { world, run, act } = proxiedSystem(tenAtOnce, {
    proxy: { ...ONE, servers: [{ server: "u1", maxconn: 2, check: true }] },
    u1: SERVICE,
  });
  run(1.1);
  act("proxy", { do: "stop" });
  expect(world.count("people", "connection broken")).toBe(10);
  act("proxy", { do: "start" });
  world.sim.check();
  run(10);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("a run that is restored in the middle of trouble goes on as it did", () => {
  const build = () =>
    proxiedSystem(
      { rate: "100/s", patience: "1s", classes: [{ name: "ask", waits: "exponential mean 50ms" }] },
      {
        proxy: {
          ...PAIR,
          balance: "leastconn",
          redispatch: true,
          nbthread: 2,
          cpu: "1ms",
          servers: PAIR.servers.map((server) => ({ ...server, maxconn: 3, maxqueue: 4, check: true })),
          timeout: { queue: "300ms", server: "200ms" },
        },
        u1: SERVICE,
        u2: SERVICE,
      },
    );
  const original = build();
  original.run(5);
  original.act("u2", { do: "stop" });
  original.run(12);
  const saved = structuredClone(save(original.world.sim));
  original.run(30);
  const copy = build();
  restore(copy.world.sim, saved);
  copy.run(30);
  expect(totalsOf(copy.world)).toBe(totalsOf(original.world));
});
