import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { tableOf } from "../../../scenarios/study/outcome-table.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";

const FILE = "scenarios/defences/lasting-overload.yaml";
const WAIT = "http_req_duration{load:callers} p(99)";
const replicator = new Replicator({ file: FILE, text: readFileSync(FILE, "utf8"), attachments: new Map() });

function runs(n: number, overrides: readonly string[], variant?: string): Outcome[] {
  return Array.from({ length: n }, (_, replication) => {
    return replicator.do({ variant, overrides, replication, measures: [WAIT] }).outcome;
  });
}

test("a percentile of each run has Student's interval for its mean, and ranks of the runs for what they do not exceed", () => {
  const outcomes = runs(7, []);
  const { response, representative } = tableOf(outcomes, { name: "wait", unit: "ms", measures: [WAIT] });
  const sorted = outcomes.map(({ measured }) => measured[0]!.value!).sort((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / 7;
  const deviation = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 6);
  expect(response.mean.mean).toBeCloseTo(mean, 9);
  expect(response.mean.high! - mean).toBeCloseTo((2.446912 * deviation) / Math.sqrt(7), 4);
  // Of seven values, the median lies between the first and the last with 98.4 %; nothing is as sure of the 95th percentile.
  expect(response.percentiles[1]).toEqual({ percent: 50, value: sorted[3], low: sorted[0], high: sorted[6] });
  expect(response.percentiles[2]).toMatchObject({ percent: 95, value: sorted[6], high: undefined });
  expect(representative).toMatchObject({ by: "wait", n: 7, median: { value: sorted[3] } });
});

test("runs that never come back say for how long nobody did, and runs that do have a median", () => {
  const four = runs(4, []);
  const lasting = tableOf(four).recoveries!;
  expect(lasting.timeToRecover).toMatchObject({ median: undefined, n: 4, censored: 4 });
  expect(lasting.notWithin).toBeGreaterThan(200);
  expect(lasting.notWithin).toBe(Math.min(...four.map(({ fates }) => fates[0]!.watched)));
  const recovered = tableOf(runs(6, [], "retry-budget")).recoveries!;
  expect(recovered.timeToRecover).toMatchObject({ n: 6, censored: 0 });
  expect(recovered.timeToRecover.median).toBeGreaterThan(0);
  expect(recovered.notWithin).toBeNull();
  expect(recovered.rate!.low).toBeGreaterThan(0);
  const calm = "callers.rate=[ { at: 0s, is: 60/s } ]";
  expect(tableOf(runs(2, [calm])).recoveries).toBeNull();
});
