import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outcome } from "../../scenarios/experiment/outcome.ts";
import type { OutcomeTable } from "../../scenarios/experiment/outcome-table.ts";

const FILE = "scenarios/scale-out-cascade.yaml";
const REPLICATIONS = 40;

interface Row {
  readonly variant: string | null;
  readonly table: OutcomeTable;
  readonly outcomes: readonly Outcome[];
}

let folder: string;
let rows: readonly Row[];

/** Forty replications of the scenario and of each variant, by the command that the README names. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "brownout-"));
  const json = join(folder, "variants.json");
  const words = ["dist/cli/main.js", "variants", FILE, "--replications", String(REPLICATIONS), "--json", json];
  // It exits with 1 as soon as one run of 440 is not as expected; the tests below say how many may be.
  await promisify(execFile)("node", words, { maxBuffer: 1 << 26 }).catch(({ code }: { code: number }) => {
    if (code !== 1) throw new Error(`the command ended with ${code}`);
  });
  rows = (JSON.parse(await readFile(json, "utf8")) as { variants: Row[] }).variants;
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function of(variant: string | null): OutcomeTable {
  return rows.find((row) => row.variant === variant)!.table;
}

function served(variant: string, name: string, atLeast: number): number {
  const { outcomes } = rows.find((row) => row.variant === variant)!;
  return outcomes.filter(({ classes, zones }) => {
    const share = [...classes, ...zones].find((each) => each.name === name)!;
    return (share.goodput ?? 0) >= atLeast;
  }).length;
}

test("every variant starts well: at least 99 % of the people are served before anything changes", () => {
  for (const { table } of rows) expect(table.start!.well.k).toBe(REPLICATIONS);
});

test("with the scale-out the outage becomes complete, in at least 38 of 40", () => {
  expect(of(null).outages.complete.k).toBeGreaterThanOrEqual(38);
});

test("the same people without operators: never complete in at least 38, partial in at least 24", () => {
  const { complete, partial } = of("no-scale-out").outages;
  expect(REPLICATIONS - complete.k).toBeGreaterThanOrEqual(38);
  expect(partial.k).toBeGreaterThanOrEqual(24);
});

test("with a probe of the admin port it is never complete, and who does not need the full database is served", () => {
  expect(of("independent-probe").asExpected.k).toBeGreaterThanOrEqual(38);
  expect(served("independent-probe", "main", 0.95)).toBeGreaterThanOrEqual(38);
  expect(served("independent-probe", "edge", 0.95)).toBeGreaterThanOrEqual(38);
});

test("with a probe that any of several databases can pass it is never complete", () => {
  expect(of("any-of-several").outages.complete.k).toBeLessThanOrEqual(2);
});

test("with all three remedies every check passes in all 40", () => {
  for (const { k } of of("all-three").checks) expect(k).toBe(REPLICATIONS);
});

test("after the collapse zone-c recovers and zone-a does not, in at least 30; with a wider network zone-a does, too", () => {
  expect(of("zone-recovery").asExpected.k).toBeGreaterThanOrEqual(30);
  expect(of("zone-recovery-wide-network").asExpected.k).toBeGreaterThanOrEqual(30);
});
