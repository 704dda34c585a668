import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { run } from "../../scenarios/experiment/run.ts";
import { summarize } from "../../scenarios/experiment/summary.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import { RunReadings } from "./run-readings.ts";

const FILE = "cold-cache.yaml";
const TEXT = readFileSync(new URL(`../../scenarios/${FILE}`, import.meta.url), "utf8");

function runOf(variant: string | undefined, replication: number) {
  const { scenario, problems } = loadInput(
    { file: FILE, text: TEXT, attachments: new Map() },
    { variant, overrides: [] },
  );
  if (scenario === undefined || problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
  return run(scenario, { replication });
}

test.each([undefined, "no-restart", "coalesced"])("a cold cache comes out as its file says (%s)", (variant) => {
  for (const replication of [0, 1, 2]) {
    const result = summarize(runOf(variant, replication), { overrides: [], inputHash: "", cpuSeconds: 0 });
    expect(result.asExpected).toBe(true);
  }
});

test("what a restart of the cache brought about goes on minutes after the cache is warm again", () => {
  const result = runOf(undefined, 0);
  const { entries } = result.world.sim.journal;
  const cold = entries.find(({ fact }) => fact === "cache-cold")!;
  expect((cold.until! - cold.at) / 1_000_000).toBeLessThan(60);
  const late = new RunReadings(result, [300, 360]);
  const fetched = late.count("db", "Questions");
  expect(fetched / 60).toBeGreaterThan(80);
  expect(late.count("cache", "misses") / 60).toBeGreaterThan(2 * 80);
});
