import { expect, test } from "vitest";
import { proxiedSystem } from "./proxied-system.ts";

const LATENCY = { network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 1000 } } };
const QUIET = { network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 0 } } };

/** A proxy in front of a service that is a process of one worker with a listening socket. */
function proxied(
  kind: string,
  options: Readonly<Record<string, unknown>>,
  rate: string,
  wires: typeof LATENCY = LATENCY,
) {
  return proxiedSystem(
    { rate, arrivals: "constant", patience: "5s", classes: [{ name: "ask", waits: "20ms" }] },
    { proxy: { kind, cpu: "0ms", ...options }, u1: { kind: "service", workers: 1, listen: { backlog: 4 } } },
    wires,
  );
}

const PROXIES: [kind: string, options: Readonly<Record<string, unknown>>][] = [
  ["nginx", { upstream: [{ server: "u1" }] }],
  ["nginx", { upstream: [{ server: "u1" }], keepalive: 2 }],
  ["haproxy", { servers: [{ server: "u1", check: true }] }],
  ["envoy", { to: "u1" }],
];

test.each(PROXIES)(
  "%s %o opens a connection for each request that has none, and closes what it gives up",
  (kind, options) => {
    const { world, run, act } = proxied(kind, options, "100/s");
    run(5);
    // The worker does 50 a second: the accept queue overflows, and SYNs are sent again.
    expect(world.count("u1", "TcpExt_ListenOverflows")).toBeGreaterThan(0);
    expect(world.count("u1-0", "served")).toBeGreaterThan(200);
    world.sim.check();
    act("people", { do: "set", parameter: "rate", to: 0 });
    run(300);
    world.sim.check();
    const kept = kind === "envoy" ? world.count("proxy", "upstream_cx_total") : 2;
    expect(world.connections.heldAt(world.find("u1-0").id)).toBeLessThanOrEqual(kept);
  },
);

test.each(PROXIES)("%s %o serves again after the process behind it was restarted", (kind, options) => {
  const { world, run, act } = proxied(kind, options, "20/s", QUIET);
  run(5.01);
  act("u1", { do: "stop" });
  run(6.01);
  act("u1", { do: "start" });
  run(20.01);
  const failed = world.count("people", "http_req_failed");
  const served = world.count("u1-0", "served");
  run(30.01);
  expect(world.count("people", "http_req_failed")).toBe(failed);
  expect(world.count("u1-0", "served") - served).toBe(200);
  world.sim.check();
});
