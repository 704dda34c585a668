import { expect, test } from "vitest";
import { meanOf, system, timesOf } from "./service-system.ts";

/** Within so many percent of what was measured. */
function expectNear(predicted: number, measured: number, percent: number, what: string): void {
  expect(Math.abs(predicted / measured - 1) * 100, `${what}: ${predicted} for ${measured}`).toBeLessThan(percent);
}

test("a mysql2 pool of ten at load 0.8 makes callers wait as measured on the real one", () => {
  const { world, run } = system({
    people: { rate: "160/s", classes: [{ name: "ask", waits: "exponential mean 51.2ms" }] },
    api: { to: "db", pool: { kind: "mysql2", connectionLimit: 10 } },
    db: {},
  });
  run(4000);
  const latency = timesOf(world, "people", "http_req_duration");
  const wait = timesOf(world, "api/db", "wait");
  expectNear(latency.count / 4000, 161.3, 10, "completed per second");
  expectNear(latency.mean, 65.83, 10, "mean");
  expectNear(latency.p(50), 52.41, 10, "p50");
  expectNear(latency.p(95), 170.4, 10, "p95");
  expectNear(latency.p(99), 251.7, 10, "p99");
  expectNear(wait.mean, 13.01, 10, "mean wait");
  expectNear(wait.p(95), 58.57, 10, "p95 of the wait");
  expectNear(meanOf(world, "api/db", "pending"), 2.07, 10, "callers that wait");
});
