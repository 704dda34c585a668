import { expect, test } from "vitest";
import { CircuitBreakers } from "../../models/envoy/circuit-breakers.ts";
import { envoyOptions } from "../../models/envoy/envoy-options.ts";
import { LoadBalancer } from "../../models/envoy/load-balancer.ts";
import { retryPause } from "../../models/envoy/retry-back-off.ts";
import { Stream } from "../../sim/random.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { proxiedSystem, totalsOf } from "./proxied-system.ts";
import { timesOf } from "./service-system.ts";

function optionsOf(given: Readonly<Record<string, unknown>>) {
  return envoyOptions.parse({ to: "api", ...given });
}

test("the retry budget is 20 % of active and pending requests, and three in any case", () => {
  const breakers = new CircuitBreakers(optionsOf({ circuit_breakers: { retry_budget: {} } }).circuit_breakers);
  const room = () => {
    let retries = 0;
    for (; breakers.canRetry; retries++) breakers.retries.inc();
    breakers.retries.dec(retries);
    return retries;
  };
  expect(room()).toBe(3);
  for (let n = 0; n < 30; n++) breakers.requests.inc();
  expect(room()).toBe(6);
  for (let n = 0; n < 14; n++) breakers.pending.inc();
  expect(room()).toBe(8);
});

test("without a retry budget three retries may be under way, whatever else is", () => {
  const breakers = new CircuitBreakers(optionsOf({}).circuit_breakers);
  for (let n = 0; n < 1000; n++) breakers.requests.inc();
  for (let n = 0; n < 3; n++) breakers.retries.inc();
  expect(breakers.canRetry).toBe(false);
});

test("pauses before retries are shorter than 25, 50, 100, 200 and 250 ms, by chance", () => {
  const policy = optionsOf({ retry_policy: {} }).retry_policy;
  if (policy === "off") throw new Error("there is a policy");
  const chance = new Stream("pauses");
  const longest = [0, 1, 2, 3, 4, 5].map((retries) => {
    const pauses = Array.from({ length: 4000 }, () => retryPause(policy, retries, chance));
    expect(Math.min(...pauses)).toBeLessThan(500 * 2 ** retries);
    return Math.round(Math.max(...pauses) / 1000);
  });
  expect(longest).toEqual([25, 50, 100, 200, 250, 250]);
});

test("round robin goes round from anywhere, least request takes the better of two", () => {
  const active = Int32Array.of(3, 2, 1);
  const round = new LoadBalancer("ROUND_ROBIN", new Stream("round"));
  const turns = Array.from({ length: 7 }, () => round.choose([0, 1, 2], active)).join("");
  expect("0120120120").toContain(turns);
  const least = new LoadBalancer("LEAST_REQUEST", new Stream("least"));
  const counts = [0, 0, 0];
  for (let n = 0; n < 9000; n++) counts[least.choose([0, 1, 2], active)]!++;
  expect(counts.map((count) => Math.round(count / 100) / 10)).toEqual([1, 3, 5]);
});

const MESH = { kind: "envoy", to: "api", cpu: "0ms" };
const tenAtOnce = { recorded: Array(10).fill({ at: "1s" }), classes: [{ name: "ask", waits: "400ms" }] };

test("max_connections 2 lets two requests pass at once, max_pending_requests 3 lets three wait, the others get 503", () => {
  const circuit_breakers = { max_connections: 2, max_pending_requests: 3 };
  const { world, run, causes } = proxiedSystem(tenAtOnce, {
    proxy: { ...MESH, circuit_breakers },
    api: { kind: "service" },
  });
  run(1.1);
  world.sim.check();
  expect(world.count("proxy", "upstream_rq_pending_overflow")).toBe(5);
  expect(world.count("people", "503 service unavailable")).toBe(5);
  expect(causes()).toEqual(["circuit-breaker-open", "recording-begins"]);
  run(5);
  expect(world.count("api-0", "served")).toBe(5);
  expect(world.count("proxy", "upstream_cx_total")).toBe(2);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(1200);
});

test("max_requests 4 counts for all hosts together", () => {
  const { world, run } = proxiedSystem(
    tenAtOnce,
    { proxy: { ...MESH, circuit_breakers: { max_requests: 4 } }, api: { kind: "service", replicas: 3 } },
    { replicas: { api: 3 } },
  );
  run(5);
  expect(world.count("proxy", "upstream_rq_pending_overflow")).toBe(6);
  expect([0, 1, 2].map((pod) => world.count(`api-${pod}`, "served")).sort()).toEqual([1, 1, 2]);
});

test("what is refused is tried once more elsewhere, what breaks off too, and so is what takes too long for a try", () => {
  const people = { recorded: Array(30).fill({ at: "1s" }), classes: [{ name: "ask", waits: "400ms" }] };
  const proxy = { ...MESH, retry_policy: {}, circuit_breakers: { max_retries: 100 }, endpointPropagation: "1h" };
  const { world, run, act } = proxiedSystem(
    people,
    { proxy, api: { kind: "service", replicas: 3, startup: "10s" } },
    { replicas: { api: 3 } },
  );
  run(1.2);
  act("api", { do: "restart", count: 1 });
  run(3);
  // A third of them were on their way on it, and a third of their retries go there again.
  expect(world.count("proxy", "upstream_rq_retry")).toBe(10);
  expect(world.count("people", "503 service unavailable")).toBeGreaterThan(0);
  expect(world.count("proxy", "upstream_rq_retry_limit_exceeded")).toBe(
    world.count("people", "503 service unavailable"),
  );
  world.sim.check();
});

test("a try ends after per_try_timeout and is tried again, all of it after the timeout of the route", () => {
  const people = { recorded: [{ at: "1s" }], classes: [{ name: "ask", waits: "10s" }] };
  const times = [{ num_retries: 2 }, { num_retries: 20 }].map((limits) => {
    const retry_policy = { per_try_timeout: "500ms", ...limits };
    const { world, run, causes } = proxiedSystem(people, {
      proxy: { ...MESH, timeout: "3s", retry_policy },
      api: { kind: "service" },
    });
    run(20);
    expect(world.count("people", "504 gateway timeout")).toBe(1);
    expect(causes()).toEqual(["host-times-out", "recording-begins"]);
    expect(world.sim.requests.inFlight).toBe(0);
    return timesOf(world, "people", "http_req_duration_all").max;
  });
  expect(times[0]).toBeGreaterThan(1500);
  expect(times[0]).toBeLessThan(1500 + 25 + 50);
  expect(times[1]).toBe(3000);
});

test("three retries are under way at most, and the others are told of their failure", () => {
  const people = { recorded: Array(50).fill({ at: "1s" }), classes: [{ name: "ask", waits: "400ms" }] };
  const { world, run, act } = proxiedSystem(people, {
    proxy: { ...MESH, retry_policy: {} },
    api: { kind: "service" },
  });
  run(1.2);
  act("api", { do: "stop" });
  run(3);
  expect(world.count("proxy", "upstream_rq_retry")).toBe(3);
  expect(world.count("proxy", "upstream_rq_retry_overflow")).toBe(47);
  expect(world.count("people", "503 service unavailable")).toBe(50);
});

const FIVE = { kind: "service", replicas: 5, nodes: "pool" };
const STEADY = { rate: "100/s", arrivals: "constant", classes: [{ name: "ask", waits: "20ms" }] };
const fiveNodes = { nodes: Array(5).fill({ group: "pool", maxPods: 1 }), replicas: { api: 5 } };

test("a host that hangs is ejected after five time-outs, and comes back for five more with every ejection", () => {
  const proxy = { ...MESH, outlier_detection: {}, timeout: "1s", connect_timeout: "250ms" };
  const { world, run, causes } = proxiedSystem(STEADY, { proxy, api: FIVE }, fiveNodes);
  run(2.005);
  world.nodes[3]!.setPace(0, world.sim.journal.action(0, "cut", [], {}));
  run(8);
  expect(world.count("proxy", "ejections_enforced_total")).toBe(1);
  const failed = world.count("people", "http_req_failed");
  expect(failed).toBeGreaterThan(4);
  expect(failed).toBeLessThan(25);
  expect(causes().at(-1)).toBe("cut");
  // Sweeps come every 10 s: the host is back at 40 s, 30 s after it was ejected, and out again soon after.
  run(39.9);
  expect(world.count("people", "http_req_failed")).toBe(failed);
  run(45);
  expect(world.count("proxy", "ejections_enforced_total")).toBe(2);
  world.sim.check();
});

test("with fewer than half of the hosts healthy all are used, and none is without a panic threshold", () => {
  const outlier_detection = { max_ejection_percent: 100, base_ejection_time: "300s" };
  const served = [50, 0].map((healthy_panic_threshold) => {
    const proxy = { ...MESH, outlier_detection, healthy_panic_threshold, connect_timeout: "100ms", timeout: "1s" };
    const { world, run } = proxiedSystem(STEADY, { proxy, api: FIVE }, fiveNodes);
    run(2.005);
    for (const node of [0, 1, 2]) world.nodes[node]!.setPace(0, -1);
    run(10);
    const before = world.count("people", "http_req_failed");
    run(20);
    const failed = world.count("people", "http_req_failed") - before;
    return { failed: Math.round(failed / 10), panic: world.count("proxy", "lb_healthy_panic") > 0 };
  });
  // Three of five have been ejected: 600 of 1000 requests go to them in panic, and none otherwise.
  expect(served).toEqual([
    { failed: 60, panic: true },
    { failed: 0, panic: false },
  ]);
});

test("without any host the answer is 503 at once, because of what ejected them", () => {
  const outlier_detection = { max_ejection_percent: 100, base_ejection_time: "300s" };
  const proxy = { ...MESH, outlier_detection, healthy_panic_threshold: 0 };
  const { world, run, act, causes } = proxiedSystem(STEADY, { proxy, api: { kind: "service" } });
  run(2.005);
  act("api", { do: "stop" });
  run(3);
  expect(world.count("proxy", "upstream_cx_none_healthy")).toBeGreaterThan(80);
  const last = world.count("people", "503 service unavailable") - 1;
  expect(causes(last)).toEqual(["no-healthy-upstream", "host-ejected", "host-fails", "stop"]);
});

test("pods that are not ready take no part, as soon as Envoy knows", () => {
  const { world, run, act } = proxiedSystem(
    STEADY,
    { proxy: { ...MESH, endpointPropagation: "500ms" }, api: { ...FIVE, nodes: [] } },
    { replicas: { api: 5 } },
  );
  run(2.005);
  act("api", { do: "kill", count: 1 });
  run(2.5);
  expect(world.count("people", "http_req_failed")).toBe(10);
  run(4);
  expect(world.count("people", "http_req_failed")).toBe(10);
});

test("a client that hangs up frees its request, and the host is not to blame", () => {
  const { world, run } = proxiedSystem(
    { ...tenAtOnce, patience: "300ms" },
    { proxy: { ...MESH, circuit_breakers: { max_connections: 2 }, outlier_detection: {} }, api: { kind: "service" } },
  );
  run(1.31);
  world.sim.check();
  expect(world.count("proxy", "ejections_enforced_total")).toBe(0);
  run(5);
  expect(world.sim.requests.inFlight).toBe(0);
  // A connection whose answer nobody waits for is closed.
  expect(world.count("proxy", "upstream_cx_total")).toBe(world.count("proxy", "upstream_rq_total"));
});

test("Envoy that is stopped cuts all its clients, and starts with closed breakers and no ejections", () => {
  const { world, run, act } = proxiedSystem(STEADY, {
    proxy: { ...MESH, outlier_detection: { base_ejection_time: "300s" }, retry_policy: {}, healthy_panic_threshold: 0 },
    api: { kind: "service" },
  });
  run(2.005);
  act("api", { do: "stop" });
  run(3);
  act("proxy", { do: "stop" });
  act("api", { do: "start" });
  run(4);
  act("proxy", { do: "start" });
  run(5.005);
  world.sim.check();
  const failed = world.count("people", "http_req_failed");
  run(8);
  expect(world.count("people", "http_req_failed")).toBe(failed);
});

test("thousands who wait for a host that is gone do not nest", () => {
  const { world, run, act } = proxiedSystem(
    { recorded: Array(10_000).fill({ at: "1s" }), classes: [{ name: "ask" }] },
    {
      proxy: { ...MESH, circuit_breakers: { max_connections: 1, max_pending_requests: 20_000, max_requests: 20_000 } },
      api: { kind: "service" },
    },
  );
  act("api", { do: "stop" });
  expect(() => run(2)).not.toThrow();
  expect(world.count("people", "http_req_failed")).toBe(10_000);
});

test("a run that is restored in the middle of trouble goes on as it did", () => {
  const build = () =>
    proxiedSystem(
      { rate: "200/s", patience: "1s", classes: [{ name: "ask", waits: "exponential mean 50ms" }] },
      {
        proxy: {
          ...MESH,
          cpu: "1ms",
          lb_policy: "LEAST_REQUEST",
          circuit_breakers: { max_connections: 8, max_pending_requests: 5, retry_budget: {} },
          outlier_detection: { interval: "1s", base_ejection_time: "2s" },
          retry_policy: { per_try_timeout: "100ms", num_retries: 3 },
        },
        api: { ...FIVE, nodes: [] },
      },
      { replicas: { api: 5 } },
    );
  const original = build();
  original.run(5);
  original.act("api", { do: "kill", count: 2 });
  original.run(6.5);
  const saved = structuredClone(save(original.world.sim));
  original.run(20);
  const copy = build();
  restore(copy.world.sim, saved);
  copy.run(20);
  expect(totalsOf(copy.world)).toBe(totalsOf(original.world));
});
