import { expect, test } from "vitest";
import { system, timesOf } from "./service-system.ts";

const WIRE = { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 1000 } };
const POOLS = [
  ["mysql2", { kind: "mysql2", connectionLimit: 10, acquire: "per-query" }],
  ["HikariCP", { kind: "hikari", maximumPoolSize: 10, acquire: "per-query" }],
  ["a connection for each call", { kind: "per-request" }],
] as const;

for (const [name, pool] of POOLS) {
  test(`with ${name}, BEGIN and COMMIT cost a transaction two more round trips, on one connection`, () => {
    const durations = [false, true].map((transaction) => {
      const { world, run } = system({
        network: WIRE,
        people: {
          rate: "5/s",
          arrivals: "constant",
          classes: [{ name: "order", queries: 3, writes: true, transaction }],
        },
        api: { to: "db", pool },
        db: { innodb_flush_log_at_trx_commit: 0, sync_binlog: 0 },
      });
      run(20.15);
      expect(world.sim.requests.inFlight).toBeLessThan(8);
      return timesOf(world, "people", "http_req_duration").p(50);
    });
    expect(durations[1]! - durations[0]!).toBeCloseTo(4, 1);
  });
}

test("three writes commit one after the other, or together in a transaction: three syncs or one", () => {
  for (const [transaction, syncs] of [[false, 300] as const, [true, 100] as const]) {
    const { world, run } = system({
      people: {
        rate: "10/s",
        arrivals: "constant",
        classes: [{ name: "order", queries: 3, writes: true, transaction }],
      },
      api: { to: "db", pool: { kind: "mysql2" } },
      db: { fsync: "2ms", sync_binlog: 0 },
    });
    run(10.05);
    expect(world.count("people", "http_reqs")).toBe(100);
    expect(timesOf(world, "people", "http_req_duration").p(50)).toBeCloseTo((2 * syncs) / 100, 1);
  }
});

test("a row that a transaction locks stays locked until its COMMIT", () => {
  const { world, run } = system({
    network: WIRE,
    people: {
      recorded: [{ at: "1s" }, { at: "1s" }],
      classes: [{ name: "order", queries: 2, writes: true, locks: "stock", transaction: true, waits: "10ms" }],
    },
    api: { to: "db", pool: { kind: "mysql2" } },
    db: { innodb_flush_log_at_trx_commit: 0, sync_binlog: 0 },
  });
  run(3);
  const { max, p } = timesOf(world, "people", "http_req_duration");
  // Two statements of 10 ms and four trips of 2 ms each; the second waits from its first statement to the other's COMMIT.
  expect(max - p(1)).toBeGreaterThan(20);
  expect(world.count("people", "http_req_failed")).toBe(0);
});

test("a transaction that a server refuses to write is rolled back, and its connection is used again", () => {
  const { world, run } = system({
    people: {
      rate: "10/s",
      arrivals: "constant",
      classes: [{ name: "order", queries: 3, writes: true, transaction: true }],
    },
    api: { to: "db", pool: { kind: "mysql2", connectionLimit: 1 } },
    db: { read_only: true },
  });
  run(10.05);
  expect(world.count("people", "1290 server is read-only")).toBe(100);
  expect(world.count("api/db", "opened")).toBe(1);
  expect(world.count("db", "Questions")).toBe(100);
});
