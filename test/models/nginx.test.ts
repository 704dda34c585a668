import { expect, test } from "vitest";
import type { NginxPod } from "../../models/nginx/nginx-pod.ts";
import { type PeerOptions, RoundRobin } from "../../models/nginx/round-robin.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { proxiedSystem, totalsOf } from "./proxied-system.ts";
import { timesOf } from "./service-system.ts";

const PRIMARY = 0;

/** Servers "a", "b", "c" ... of an upstream, and the order in which it gives requests to them. */
function upstream(...servers: Partial<PeerOptions>[]) {
  const defaults = { weight: 1, max_fails: 1, fail_timeout: 10, max_conns: 0, backup: false, down: false };
  const balancer = new RoundRobin(servers.map((server) => ({ ...defaults, ...server })));
  balancer.configure(() => true);
  const get = (now: number) => balancer.get(PRIMARY, new Uint8Array(servers.length), 0, now);
  const order = (requests: number, now = 0) => {
    const chosen = Array.from({ length: requests }, () => {
      const peer = get(now);
      if (peer >= 0) balancer.free(peer);
      return peer < 0 ? "-" : "abcdef"[peer];
    });
    return chosen.join("");
  };
  return { balancer, get, order };
}

test("weights 5, 1 and 1 give a smooth round: a a b a c a a", () => {
  expect(upstream({ weight: 5 }, {}, {}).order(14)).toBe("aabacaaaabacaa");
});

test("a server that has failed is skipped for ten whole seconds and a bit, and then one request may try it", () => {
  const { balancer, get, order } = upstream({}, {}, {});
  expect(order(2)).toBe("ab");
  balancer.freeFailed(get(100), 100);
  expect(order(6, 100)).not.toContain("c");
  expect(order(6, 110)).not.toContain("c");
  const choices = Array.from({ length: 6 }, () => get(111));
  expect(choices.filter((peer) => peer === 2)).toHaveLength(1);
  balancer.freeFailed(2, 112);
  expect(order(6, 122)).not.toContain("c");
  expect(order(6, 123)).toContain("c");
  expect(order(6, 123).split("c")).toHaveLength(3);
});

test("max_fails 3 counts failures within fail_timeout only, and 0 never skips", () => {
  const { balancer, get, order } = upstream({ max_fails: 3 }, {});
  for (const second of [0, 4]) {
    while (get(second) !== 0) balancer.free(1);
    expect(balancer.freeFailed(0, second)).toBe(false);
  }
  expect(order(4, 14)).toContain("a");
  expect(order(4, 15)).toContain("a");
  expect(balancer.fails[0]).toBe(0);
  const stubborn = upstream({ max_fails: 0 }, {});
  for (let n = 0; n < 10; n++) {
    if (stubborn.get(0) === 0) stubborn.balancer.freeFailed(0, 0);
    else stubborn.balancer.free(1);
  }
  expect(stubborn.order(10)).toBe("ababababab");
});

test("a failure halves the weight of a server with max_fails 2, which regains 1 each time it is considered", () => {
  const { balancer, get, order } = upstream({ weight: 4, max_fails: 2 }, { weight: 4 });
  expect(get(0)).toBe(0);
  balancer.freeFailed(0, 0);
  // Weights 2, 3, 4, 4 instead of 4 from here on, against 4: b is ahead by what a has lost.
  expect(order(8)).toBe("bbababab");
});

test("a single server is never skipped", () => {
  const { balancer, get } = upstream({});
  for (let n = 0; n < 5; n++) expect(balancer.freeFailed(get(0), 0)).toBe(false);
  expect(get(0)).toBe(0);
});

const CONSTANT = { rate: "50/s", arrivals: "constant" };
const THREE = { upstream: [{ server: "u1" }, { server: "u2" }, { server: "u3" }], cpu: "0ms" };
const SERVERS = { u1: { kind: "service" }, u2: { kind: "service" }, u3: { kind: "service" } };
const quick = { classes: [{ name: "ask", waits: "20ms" }] };

test("four requests fail on a server that is dead for 40 s, and are passed on; it is asked again 11 s after the last", () => {
  const { world, run, act } = proxiedSystem(
    { ...CONSTANT, ...quick },
    { proxy: { kind: "nginx", ...THREE }, ...SERVERS },
  );
  run(10.01);
  act("u2", { do: "stop" });
  run(50);
  act("u2", { do: "start" });
  expect(world.count("proxy/u2", "fails")).toBe(4);
  expect(world.count("proxy/pods", "retried")).toBe(4);
  const before = world.count("proxy/u2", "responses");
  run(53);
  expect(world.count("proxy/u2", "responses")).toBe(before);
  run(54.2);
  expect(world.count("proxy/u2", "responses")).toBeGreaterThan(before);
  expect(world.count("people", "http_req_failed")).toBe(0);
});

test("without proxy_next_upstream each of them gets a 502, and the journal knows that the server was stopped", () => {
  const proxy = { kind: "nginx", ...THREE, proxy_next_upstream: "off" };
  const { world, run, act, causes } = proxiedSystem({ ...CONSTANT, ...quick }, { proxy, ...SERVERS });
  run(10.01);
  act("u2", { do: "stop" });
  run(50);
  expect(world.count("people", "502 bad gateway")).toBe(4);
  expect(causes()).toEqual(["upstream-fails", "stop"]);
});

test("with max_fails 0 every third request has to be passed on", () => {
  const upstream = THREE.upstream.map((server) => ({ ...server, max_fails: 0 }));
  const { world, run, act } = proxiedSystem(
    { ...CONSTANT, ...quick },
    { proxy: { kind: "nginx", ...THREE, upstream }, ...SERVERS },
  );
  run(10.01);
  act("u2", { do: "stop" });
  run(40.01);
  // One of them was cut off when the server stopped.
  expect(world.count("proxy/u2", "fails")).toBe(501);
  expect(world.count("people", "http_req_failed")).toBe(0);
});

test("who cannot reach a server waits for proxy_connect_timeout, as do all who come before the first has waited", () => {
  const { world, run } = proxiedSystem(
    { ...CONSTANT, ...quick },
    {
      proxy: { kind: "nginx", ...THREE, proxy_connect_timeout: "1s" },
      ...SERVERS,
      u2: { kind: "service", nodes: "lost" },
    },
    { nodes: [{ group: "lost" }] },
  );
  run(10.01);
  world.nodes[0]!.setPace(0, world.sim.journal.action(0, "cut", [], {}));
  run(20);
  // One of three for a second, at 50 per second.
  expect(world.count("proxy/u2", "fails")).toBe(17);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(1020);
  expect(world.count("people", "http_req_failed")).toBe(0);
});

test("a frozen server accepts and does not answer: who asks waits for proxy_read_timeout, until the first has", () => {
  const { world, run, act } = proxiedSystem(
    { ...CONSTANT, ...quick },
    { proxy: { kind: "nginx", ...THREE, proxy_read_timeout: "2s" }, ...SERVERS },
  );
  run(10.01);
  act("u2", { do: "pace", share: 0 });
  run(14.1);
  // One of three for two seconds, at 50 per second, and one that was there when it froze.
  expect(world.count("proxy/u2", "fails")).toBe(34);
  run(20);
  expect(world.count("proxy/u2", "fails")).toBe(34);
  run(27);
  expect(world.count("proxy/u2", "fails")).toBe(35);
  expect(world.count("people", "http_req_failed")).toBe(0);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(2020);
});

test("when all servers are skipped the answer is 502 at once", () => {
  const { world, run, act, causes } = proxiedSystem(
    { ...CONSTANT, ...quick },
    { proxy: { kind: "nginx", ...THREE }, ...SERVERS },
  );
  run(1.01);
  for (const server of ["u1", "u2", "u3"]) act(server, { do: "stop" });
  run(11);
  const fails = ["u1", "u2", "u3"].map((server) => world.count(`proxy/${server}`, "fails"));
  expect(fails).toEqual([1, 1, 1]);
  expect(world.count("people", "502 bad gateway")).toBe(501);
  expect(causes(0)).toEqual(["upstream-fails", "stop"]);
  expect(causes(100)).toEqual(["no-live-upstreams", "upstream-disabled", "upstream-fails", "stop"]);
});

test("a backup server is asked when no other is left, and no sooner", () => {
  const upstream = [{ server: "u1" }, { server: "u2" }, { server: "u3", backup: true }];
  const { world, run, act } = proxiedSystem(
    { ...CONSTANT, ...quick },
    { proxy: { kind: "nginx", ...THREE, upstream }, ...SERVERS },
  );
  run(2.01);
  expect(world.count("proxy/u3", "requests")).toBe(0);
  act("u1", { do: "stop" });
  act("u2", { do: "stop" });
  run(3.01);
  expect(world.count("proxy/u3", "responses")).toBe(50);
  expect(world.count("people", "http_req_failed")).toBe(0);
});

test("what is not idempotent is passed on while it has not been sent, and never once it has", () => {
  const people = { ...CONSTANT, classes: [{ name: "write", waits: "100ms", writes: true }] };
  const { world, run, act } = proxiedSystem(people, { proxy: { kind: "nginx", ...THREE }, ...SERVERS });
  run(1.01);
  act("u2", { do: "stop" });
  run(1.2);
  // At 50 per second a third of those of the last 100 ms were on their way to u2.
  const cut = world.count("people", "502 bad gateway");
  expect(cut).toBe(2);
  run(30);
  expect(world.count("people", "502 bad gateway")).toBe(cut);
  expect(world.count("proxy/pods", "retried")).toBeGreaterThan(0);
});

test("who waits longer than proxy_read_timeout goes to the next server, and gets 504 when there is none left", () => {
  const people = { recorded: [{ at: "1s" }], classes: [{ name: "ask", waits: "5s" }] };
  const { world, run, causes } = proxiedSystem(people, {
    proxy: { kind: "nginx", ...THREE, proxy_read_timeout: "2s" },
    ...SERVERS,
  });
  run(20);
  expect(world.count("people", "504 gateway timeout")).toBe(1);
  expect(timesOf(world, "people", "http_req_duration_all").max).toBe(6000);
  expect(["u1", "u2", "u3"].map((server) => world.count(`${server}-0`, "served"))).toEqual([1, 1, 1]);
  expect(causes()).toEqual(["upstream-times-out", "recording-begins"]);
});

test("proxy_next_upstream_tries and _timeout end it sooner", () => {
  const people = { recorded: [{ at: "1s" }], classes: [{ name: "ask", waits: "5s" }] };
  for (const limit of [{ proxy_next_upstream_tries: 2 }, { proxy_next_upstream_timeout: "3s" }]) {
    const { world, run } = proxiedSystem(people, {
      proxy: { kind: "nginx", ...THREE, proxy_read_timeout: "2s", ...limit },
      ...SERVERS,
    });
    run(20);
    expect(timesOf(world, "people", "http_req_duration_all").max).toBe(4000);
  }
});

test.each([
  { worker_connections: 16, handled: 7, errors: 0, closed: 13 },
  // The fifteenth is enough for a client, but not for a server.
  { worker_connections: 17, handled: 20, errors: 13, closed: 0 },
])(
  "of $worker_connections worker_connections two are not for requests, and each request takes two",
  ({ worker_connections, handled, errors, closed }) => {
    const people = { recorded: Array(20).fill({ at: "1s" }), classes: [{ name: "ask", waits: "100ms" }] };
    const proxy = { kind: "nginx", ...THREE, worker_connections };
    const { world, run, causes } = proxiedSystem(people, { proxy, ...SERVERS });
    run(1.05);
    expect(world.count("proxy-0", "connections_handled")).toBe(handled);
    expect(world.count("people", "500 internal server error")).toBe(errors);
    expect(world.count("people", "connection broken")).toBe(closed);
    expect(causes()).toEqual(["worker_connections-not-enough", "recording-begins"]);
    world.sim.check();
    run(2);
    expect(world.count("people", "http_reqs") - world.count("people", "http_req_failed")).toBe(7);
  },
);

test("a connection that is kept alive saves the handshake", () => {
  const times = [0, 4].map((keepalive) => {
    const { world, run } = proxiedSystem(
      { rate: "10/s", arrivals: "constant", classes: [{ name: "ask" }] },
      { proxy: { kind: "nginx", upstream: [{ server: "u1" }], cpu: "0ms", keepalive }, u1: { kind: "service" } },
      { network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 1000 } } },
    );
    run(10);
    world.sim.check();
    return timesOf(world, "people", "http_req_duration").p(50);
  });
  expect(times).toEqual([6, 4].map((time) => expect.closeTo(time, 1)));
});

test("a service stands for all its pods that run when nginx starts", () => {
  const { world, run } = proxiedSystem(
    { ...CONSTANT, ...quick },
    { proxy: { kind: "nginx", upstream: [{ server: "api" }], cpu: "0ms" }, api: { kind: "service", replicas: 3 } },
    { replicas: { api: 5 } },
  );
  run(6.01);
  expect([0, 1, 2, 3].map((pod) => world.count(`api-${pod}`, "served"))).toEqual([100, 100, 99, 0]);
});

test("a worker has one processor: at 1 ms a request, 2000 per second are served at half that rate", () => {
  const { world, run, causes } = proxiedSystem(
    { rate: "2000/s", arrivals: "constant", patience: "1s", classes: [{ name: "ask" }] },
    { proxy: { kind: "nginx", ...THREE, cpu: "1ms", worker_connections: 100_000 }, ...SERVERS },
  );
  run(4);
  expect(world.count("proxy-0", "cpu")).toBeGreaterThan(3_900_000);
  const good = world.count("people", "http_reqs") - world.count("people", "http_req_failed");
  expect(good).toBeGreaterThan(1900);
  expect(good).toBeLessThan(2100);
  expect(causes()).toEqual(["workers-busy", "load-begins"]);
});

test("a client that hangs up frees both connections, and makes a server that hangs look alive", () => {
  const { world, run } = proxiedSystem(
    { recorded: [{ at: "1s" }], patience: "500ms", classes: [{ name: "ask", waits: "30s" }] },
    { proxy: { kind: "nginx", ...THREE }, ...SERVERS },
  );
  run(1.4);
  const pod = world.find("proxy-0") as NginxPod;
  expect(pod["workers"][0]!.connections).toBe(2);
  run(2);
  expect(pod["workers"][0]!.connections).toBe(0);
  expect(world.count("proxy/u1", "fails")).toBe(0);
  expect(world.sim.requests.inFlight).toBe(1);
  run(40);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("nginx that is stopped cuts all its clients, refuses new ones, and starts again with all servers live", () => {
  const { world, run, act } = proxiedSystem(
    { ...CONSTANT, classes: [{ name: "ask", waits: "100ms" }] },
    { proxy: { kind: "nginx", ...THREE, keepalive: 2 }, ...SERVERS },
  );
  run(1.01);
  act("u1", { do: "stop" });
  run(2.01);
  act("proxy", { do: "stop" });
  expect(world.count("people", "connection broken")).toBe(5);
  run(3.01);
  expect(world.count("people", "connection refused")).toBe(50);
  world.sim.check();
  act("proxy", { do: "start" });
  const fails = world.count("proxy/u1", "fails");
  run(3.2);
  expect(world.count("proxy/u1", "fails")).toBe(fails + 1);
  world.sim.check();
});

test("a run that is restored in the middle of trouble goes on as it did", () => {
  const build = () =>
    proxiedSystem(
      { rate: "100/s", patience: "1s", classes: [{ name: "ask", waits: "exponential mean 50ms" }] },
      {
        proxy: { kind: "nginx", ...THREE, worker_processes: 2, keepalive: 4, proxy_read_timeout: "200ms" },
        ...SERVERS,
      },
    );
  const original = build();
  original.run(5);
  original.act("u3", { do: "stop" });
  original.run(7);
  const saved = structuredClone(save(original.world.sim));
  original.run(30);
  const copy = build();
  restore(copy.world.sim, saved);
  copy.run(30);
  expect(totalsOf(copy.world)).toBe(totalsOf(original.world));
});

test("workers on a machine share its cores: two that read a request at once on one core take twice as long", () => {
  const people = (patience: string) => ({
    recorded: [
      { at: "0s", class: "ask" },
      { at: "0s", class: "ask" },
    ],
    classes: [{ name: "ask" }],
    patience,
  });
  const proxy = { kind: "nginx", ...THREE, cpu: "10ms", worker_processes: 2, machine: "host" };
  const parts = { proxy, ...SERVERS, host: { kind: "machine", cores: 1 } };
  const { world, run } = proxiedSystem(people("1s"), parts);
  run(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBeCloseTo(20, 0);
  const left = proxiedSystem(people("5ms"), parts);
  left.run(1);
  left.world.sim.check();
  expect(left.world.count("proxy/pods", "retried")).toBe(0);
  expect(left.world.count("proxy-0", "cpu")).toBe(20_000);
});
