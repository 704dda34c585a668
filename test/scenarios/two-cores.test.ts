import { expect, test } from "vitest";
import { loadInput } from "../../scenarios/experiment/input.ts";
import type { RunResult } from "../../scenarios/experiment/result.ts";
import { run } from "../../scenarios/experiment/run.ts";
import { summarize } from "../../scenarios/experiment/summary.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import { readScenario } from "../../ui/cli/scenario-file.ts";

const PLATEAU = "rate(http_reqs(k6)) within 3s..10s";

const BASE = resultOf();

function resultOf(variant?: string): RunResult {
  const { input } = readScenario("scenarios/two-cores.yaml", { variant: undefined, overrides: [] });
  const { scenario, problems } = loadInput(input, { variant, overrides: [] });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return summarize(run(scenario), { overrides: [], inputHash: "", cpuSeconds: null });
}

function measured({ reported }: RunResult, measure: string): number {
  return reported.find((each) => each.measure === measure)!.measured!;
}

function count({ counters }: RunResult, path: string, name: string): number {
  return counters.find((each) => each.path === path && each.name === name)!.count;
}

function failuresOf({ loads }: RunResult): Record<string, number> {
  return Object.fromEntries(loads[0]!.failures.map(({ reason, count }) => [reason, count]));
}

/** What an entry of the journal comes from, the nearest causes only. */
function causesOf({ journal }: RunResult, fact: string): string[] {
  return journal.find((entry) => entry.fact === fact)!.because.map((id) => journal[id]!.fact);
}

test("of 500 requests per second 150 come through, while a quarter of the host is idle", () => {
  expect(measured(BASE, PLATEAU)).toBeGreaterThan(0.95 * 150);
  expect(measured(BASE, PLATEAU)).toBeLessThan(1.05 * 150);
  const busy = measured(BASE, "mean(busy_cores(host)) within 3s..10s");
  expect(busy).toBeGreaterThan(1.3);
  expect(busy).toBeLessThan(1.6);
  expect(count(BASE, "k6", "dropped_iterations")).toBeGreaterThan(2400);
});

test("all drops of SYNs are overflows of the accept queue, some 3000 in a run as in netstat -s of the case", () => {
  const overflows = count(BASE, "backend", "TcpExt_ListenOverflows");
  expect(overflows).toBeGreaterThan(2000);
  expect(count(BASE, "backend", "TcpExt_ListenDrops")).toBe(overflows);
});

test("the event loop has no pause, so the accept queue fills, so all VUs wait and iterations are dropped", () => {
  expect(causesOf(BASE, "event-loop-busy")).toEqual(["arrivals-begin"]);
  expect(causesOf(BASE, "accept-queue-full")).toContain("event-loop-busy");
  expect(causesOf(BASE, "all-vus-busy")).toContain("accept-queue-full");
  expect(BASE.journal.map(({ fact }) => fact)).not.toContain("machine-saturated");
});

test("a single request takes 20 ms", () => {
  const took = measured(resultOf("one-at-a-time"), "http_req_duration{load:k6} avg");
  expect(took).toBeGreaterThan(19);
  expect(took).toBeLessThan(21);
});

test.each(["more-connections", "more-memory", "larger-backlog"])("%s: the throughput hardly changes", (variant) => {
  const ratio = measured(resultOf(variant), PLATEAU) / measured(BASE, PLATEAU);
  expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
});

test("three processes on the same two cores do not do 1.3 times as much, as then the host has nothing left", () => {
  const three = resultOf("three-processes");
  const gain = measured(three, PLATEAU) / measured(BASE, PLATEAU);
  expect(gain).toBeGreaterThan(1.1);
  expect(gain).toBeLessThan(1.3);
  expect(three.journal.map(({ fact }) => fact)).toContain("machine-saturated");
  expect(failuresOf(three)).toEqual({});
});

test("on a machine that keeps up k6 prints 451 requests per second", () => {
  const local = resultOf("local");
  expect(measured(local, "http_reqs{load:k6} rate")).toBeCloseTo(451, -1);
  expect(count(local, "backend", "TcpExt_ListenOverflows")).toBe(0);
  expect(failuresOf(local)).toEqual({});
});

test.for([
  ["script-b", 100],
  ["script-b-50", 50],
] as const)(
  "%s: all %i connections wait for a turn of the loop, and the queue of the pool reaches its limit",
  ([variant, connections]) => {
    const result = resultOf(variant);
    expect(Object.keys(failuresOf(result))).toEqual(["queue limit reached"]);
    expect(count(result, "backend/db", "opened")).toBe(connections);
    expect(causesOf(result, "pool-exhausted")).toContain("event-loop-busy");
    expect(count(result, "k6", "dropped_iterations")).toBe(0);
  },
);

test("with script A the queue of the pool is never used: the loop lets too few connections in", () => {
  const pending = BASE.series.find(({ path, name }) => path === "backend/db" && name === "pending")!;
  expect(Math.max(...(pending as unknown as { max: number[] }).max)).toBe(0);
  expect(failuresOf(BASE)).not.toHaveProperty("queue limit reached");
});
