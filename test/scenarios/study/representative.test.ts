import { expect, test } from "vitest";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { representativeOf } from "../../../scenarios/study/representative.ts";
import { GOODPUT } from "../../../scenarios/study/response.ts";

/** Runs with these shares of people who were served well, in the order of their replications. */
function runs(...shares: (number | null)[]): Outcome[] {
  return shares.map((goodput, replication) => ({ goodput, replication, measured: [] }) as unknown as Outcome);
}

test("of five runs, the median has two on either side", () => {
  expect(representativeOf(runs(0.5, 0.1, 0.9, 0.3, 0.7), GOODPUT)).toEqual({
    by: "goodput of everybody",
    unit: "%",
    n: 5,
    median: { replication: 0, value: 50 },
    lowest: { replication: 1, value: 10 },
    highest: { replication: 2, value: 90 },
  });
});

test("of four runs, the median is the lower of the two in the middle", () => {
  expect(representativeOf(runs(0.5, 0.1, 0.9, 0.3), GOODPUT)!.median).toEqual({ replication: 3, value: 30 });
});

test("of equal runs the first replication stands for them", () => {
  const { median, lowest, highest } = representativeOf(runs(1, 0.2, 1, 0.2, 0.2, 1), GOODPUT)!;
  expect([lowest, median, highest].map(({ replication }) => replication)).toEqual([1, 1, 0]);
});

test("runs without people stand for nothing", () => {
  expect(representativeOf(runs(null, 0.5), GOODPUT)!).toMatchObject({ n: 1, median: { replication: 1 } });
  expect(representativeOf(runs(null), GOODPUT)).toBeNull();
});

test("another measure chooses other runs", () => {
  const response = { name: "drops(nodes)", unit: "packets", measures: ["drops(nodes)"] };
  const values = [4, 0, 2];
  const outcomes = values.map((value, replication) => {
    return { replication, measured: [{ measure: "drops(nodes)", value, unit: "packets" }] } as unknown as Outcome;
  });
  expect(representativeOf(outcomes, response)).toMatchObject({
    by: "drops(nodes)",
    median: { replication: 2, value: 2 },
  });
});
