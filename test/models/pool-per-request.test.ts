import { expect, test } from "vitest";
import { erlangB } from "../theory/formulas.ts";
import { system, timesOf } from "./service-system.ts";

const recorded = (n: number) => new Array<{ at: string }>(n).fill({ at: "1s" });

test("each call opens a connection for all of its statements and closes it at the end", () => {
  const { world, run } = system({
    people: { rate: "20/s", classes: [{ name: "ask", waits: "10ms", queries: 3 }] },
    api: { to: "db", pool: { kind: "per-request" } },
    db: { loginTime: "5ms" },
  });
  run(100.5);
  const calls = world.count("people", "iterations");
  expect(world.count("api/db", "opened") - calls).toBeLessThanOrEqual(2);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(35);
  expect(world.connections.heldAt(world.find("db").id)).toBeLessThanOrEqual(5);
});

test("a call without statements opens no connection", () => {
  const { world, run } = system({
    people: { recorded: recorded(3), classes: [{ name: "ask", queries: 0, cpu: "10ms" }] },
    api: { to: "db", pool: { kind: "per-request" } },
    db: {},
  });
  run(2);
  expect(world.count("api/db", "opened")).toBe(0);
  expect(world.count("api-0", "served")).toBe(3);
});

test("beyond max_connections a call fails at once, and its error page costs what it costs", () => {
  const { world, run } = system({
    people: { recorded: recorded(10), classes: [{ name: "ask", waits: "1s", reply: "1kB" }] },
    api: { to: "db", pool: { kind: "per-request" }, failure: { cpu: "75ms", bytes: "300kB" } },
    db: { max_connections: 4 },
  });
  run(1.5);
  const refused = world.count("people", "1040 too many connections");
  expect([5, 6]).toContain(refused);
  run(5);
  expect(timesOf(world, "people", "http_req_duration_all").p(1)).toBeCloseTo(75, 0);
  expect(world.count("people", "data_received")).toBe(refused * 300_000 + (10 - refused) * 1000);
  expect(world.count("api-0", "cpu")).toBe(refused * 75_000);
});

test("200 calls a second of 50 ms at 20 connections lose the share that Erlang B says", () => {
  const { world, run } = system({
    people: { rate: "200/s", classes: [{ name: "ask", waits: "exponential mean 50ms" }] },
    api: { to: "db", pool: { kind: "per-request" } },
    db: { max_connections: 20 },
  });
  run(2000);
  const lost = world.count("people", "http_req_failed") / world.count("people", "http_reqs");
  const theory = [erlangB(20, 10), erlangB(21, 10)];
  expect(lost).toBeGreaterThan(theory[1]! * 0.9);
  expect(lost).toBeLessThan(theory[0]! * 1.1);
});
