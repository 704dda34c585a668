import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkResultsOf } from "../../scenarios/experiment/check-results.ts";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { type Run, run } from "../../scenarios/experiment/run.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import { RunReadings } from "./run-readings.ts";

const SEEDS = ["1", "2"];

function runsOf(name: string, variant?: string): Run[] {
  const file = `${name}.yaml`;
  const text = readFileSync(new URL(`../../scenarios/${file}`, import.meta.url), "utf8");
  const { scenario, problems } = loadInput({ file, text, attachments: new Map() }, { variant, overrides: [] });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return SEEDS.map((seed) => run(scenario, { seed }));
}

function checksOf(each: Run): boolean[] {
  return checkResultsOf(each).map(({ holds }) => holds);
}

function lastReplicas({ world }: Run): number {
  const { gauges, gaugeColumns } = world.sim.record;
  return gaugeColumns.value[gauges.findIndex(({ path, name }) => path === "app" && name === "replicas")]!;
}

function sumOf(column: Float64Array): number {
  return column.reduce((sum, each) => sum + each, 0);
}

test("an autoscaler on CPU leaves two pods while everybody waits for a connection", () => {
  for (const each of runsOf("autoscaler-blind")) {
    const read = new RunReadings(each, [480, 720]);
    expect(checksOf(each)).toEqual([false]);
    expect(lastReplicas(each)).toBe(2);
    const { born, good } = each.loads[0]!.goodput.all;
    expect(sumOf(good.subarray(480, 700)) / sumOf(born.subarray(480, 700))).toBeLessThan(0.02);
    // 40 requests per second and pod, of 10 ms each: 40 % of a processor.
    expect(read.total("app-0", "served") + read.total("app-1", "served")).toBeGreaterThan(80 * 400);
  }
});

test("an autoscaler on requests in service adds pods in time", () => {
  for (const each of runsOf("autoscaler-blind", "sees-requests")) {
    expect(checksOf(each)).toEqual([true]);
    expect(lastReplicas(each)).toBeGreaterThanOrEqual(4);
  }
});

test("nobody notices a rollout, unless old pods end before the balancer knows or too many are missing", () => {
  for (const each of runsOf("rolling-update")) expect(checksOf(each)).toEqual([true, true]);
  for (const each of runsOf("rolling-update", "no-grace")) {
    const read = new RunReadings(each, [0, 240]);
    expect(checksOf(each)).toEqual([false, true]);
    expect(read.total("people", "connection refused")).toBeGreaterThan(50);
    expect(read.total("people", "connection broken")).toBeGreaterThan(5);
    expect(read.total("people", "client timeout")).toBe(0);
  }
  for (const each of runsOf("rolling-update", "half-at-once")) {
    expect(checksOf(each)).toEqual([false, false]);
    expect(new RunReadings(each, [0, 240]).total("people", "client timeout")).toBeGreaterThan(100);
  }
});
