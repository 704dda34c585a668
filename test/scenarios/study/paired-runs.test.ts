import { expect, test } from "vitest";
import { pairedDifference } from "../../../scenarios/statistics/paired-difference.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";

/** Queries of 100 ms on average through one pool of 30 connections, of which 21 are busy on average. */
const POOL = `name: pool
title: One pool at 70 % load
duration: 10s
seed: paired
components:
  people:
    kind: load
    to: api
    rate: 210/s
    patience: 10s
    classes: [{ name: ask, waits: exponential mean 1ms, steps: [{ queries: 1, work: exponential mean 100ms }] }]
  api: { kind: service, workers: 1000, to: db, pool: { kind: mysql2, connectionLimit: 30 } }
  db: { kind: mysql, max_connections: 100, cores: 64 }
checks: []
`;
const LATENCY = "http_req_duration{load:people} avg";
const REPLICATIONS = 40;

function latencies(replicator: Replicator, connectionLimit: number, seed: string): number[] {
  return Array.from({ length: REPLICATIONS }, (_, replication) => {
    const overrides = [`api.pool.connectionLimit=${connectionLimit}`];
    return replicator.do({ overrides, seed, replication, measures: [LATENCY] }).outcome.measured[0]!.value!;
  });
}

test("a pool of 30 against one of 40 is told apart at least four times as exactly by the same people as by others", () => {
  const replicator = new Replicator({ file: "pool.yaml", text: POOL, attachments: new Map() });
  const thirty = latencies(replicator, 30, "one");
  const same = pairedDifference(thirty, latencies(replicator, 40, "one"));
  const others = pairedDifference(thirty, latencies(replicator, 40, "another"));
  expect(same.correlation).toBeGreaterThan(0.9);
  expect(Math.abs(others.correlation!)).toBeLessThan(0.5);
  expect(others.standardDeviation ** 2).toBeGreaterThan(4 * same.standardDeviation ** 2);
  expect(same.low).toBeGreaterThan(0);
});
