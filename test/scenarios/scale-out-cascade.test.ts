import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadInput } from "../../scenarios/experiment/input.ts";
import type { Outcome } from "../../scenarios/experiment/outcome.ts";
import { Run } from "../../scenarios/experiment/run.ts";
import { ancestryOf, type Fact } from "../../scenarios/experiment/story.ts";
import { summarize } from "../../scenarios/experiment/summary.ts";
import type { OutcomeTable } from "../../scenarios/study/outcome-table.ts";

const FILE = "scenarios/scale-out-cascade.yaml";
/** Ten in the everyday tests; the build server takes the forty that the README shows. */
const REPLICATIONS = Number(process.env.BROWNOUT_REPLICATIONS ?? 10);

/** The share of runs that forty of forty, 38 and so on stand for. */
function outOf40(k: number): number {
  return Math.floor((k * REPLICATIONS) / 40);
}

interface Row {
  readonly variant: string | null;
  readonly table: OutcomeTable;
  readonly outcomes: readonly Outcome[];
}

let folder: string;
let rows: readonly Row[];

/** Replications of the scenario and of each variant, by the command that the README names. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "brownout-"));
  const json = join(folder, "variants.json");
  const words = ["dist/cli/main.js", "variants", FILE, "--replications", String(REPLICATIONS), "--json", json];
  // It exits with 1 as soon as one run is not as expected; the tests below say how many may be.
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
  for (const { variant, table } of rows) {
    if (variant === "gradual-ramp") expect(table.start).toBeNull();
    else expect(table.start!.well.k).toBe(REPLICATIONS);
  }
});

test("with the scale-out the outage becomes complete, in at least 38 of 40", () => {
  expect(of(null).outages.complete.k).toBeGreaterThanOrEqual(outOf40(38));
});

test("the same people without operators: never complete in at least 38, partial in at least 24", () => {
  const { complete, partial } = of("no-scale-out").outages;
  expect(REPLICATIONS - complete.k).toBeGreaterThanOrEqual(outOf40(38));
  expect(partial.k).toBeGreaterThanOrEqual(outOf40(24));
});

test("with a probe of the admin port it is never complete, and who does not need the full database is served", () => {
  expect(of("independent-probe").asExpected.k).toBeGreaterThanOrEqual(outOf40(38));
  expect(served("independent-probe", "main", 0.95)).toBeGreaterThanOrEqual(outOf40(38));
  expect(served("independent-probe", "edge", 0.95)).toBeGreaterThanOrEqual(outOf40(38));
});

test("with a probe that any of several databases can pass it is never complete", () => {
  expect(of("any-of-several").outages.complete.k).toBeLessThanOrEqual(REPLICATIONS - outOf40(38));
});

test("with all three remedies every check passes in all 40", () => {
  for (const { k } of of("all-three").checks) expect(k).toBe(REPLICATIONS);
});

test("after the collapse zone-c recovers and zone-a does not, in at least 30; with a wider network zone-a does, too", () => {
  expect(of("zone-recovery").asExpected.k).toBeGreaterThanOrEqual(outOf40(30));
  expect(of("zone-recovery-wide-network").asExpected.k).toBeGreaterThanOrEqual(outOf40(30));
});

test("the remedies for the pools, one at a time, keep it from becoming complete", () => {
  for (const variant of ["settings-as-written", "lean-pools"]) {
    expect(of(variant).outages.complete.k).toBeLessThanOrEqual(REPLICATIONS - outOf40(38));
  }
});

test("spreading over zones leaves most of the new pods Pending; it stays partial in at least 30, and cures nothing", () => {
  expect(of("spread-zones").outages.partial.k).toBeGreaterThanOrEqual(outOf40(30));
  expect(of("spread-zones").outages.none.k).toBe(0);
});

test("a slow ramp fills the database at a load between the base's start and a quarter above its peak", () => {
  const full = of("gradual-ramp").limits.find(({ component }) => component === "noti-db")!;
  expect(full.reached.k).toBe(REPLICATIONS);
  expect(full.load.low!).toBeGreaterThan(60);
  expect(full.load.high!).toBeLessThan(100);
});

const STEPS: readonly (readonly [fact: string, component: RegExp])[] = [
  ["connection-limit-reached", /^noti-db$/],
  ["readiness-probe-fails", /^proxysql$/],
  ["scaled", /^proxysql$/],
  ["new-pods-not-ready", /^proxysql$/],
  ["few-endpoints-take-all", /^proxysql-lb\/zone-a$/],
  ["bandwidth-saturated", /^node proxy-zone-a-\d /],
  ["outage-complete", /^load-test/],
];

function isStep({ fact, component }: Fact, step: number): boolean {
  return fact === STEPS[step]![0] && STEPS[step]![1].test(component);
}

/** The steps up to this one, each among what led to the next; undefined if there is a gap. */
function stepsTo(journal: readonly Fact[], last: Fact, step: number): Fact[] | undefined {
  if (step === 0) return [last];
  const before = ancestryOf(journal, last.id).filter((fact) => fact.id !== last.id && isStep(fact, step - 1));
  for (const fact of before.reverse()) {
    const steps = stepsTo(journal, fact, step - 1);
    if (steps !== undefined) return [...steps, last];
  }
  return undefined;
}

test("the median of forty replications has the seven steps of case 000, in order, each because of the one before", async () => {
  const input = { file: FILE, text: await readFile(FILE, "utf8"), attachments: new Map() };
  const { scenario } = loadInput(input, { overrides: [] });
  const results = Array.from({ length: 40 }, (_, replication) => {
    const run = new Run(scenario!, { replication });
    run.advance();
    const { journal, loads } = summarize(run, { overrides: [], inputHash: "", cpuSeconds: null });
    return { journal, goodput: loads[0]!.goodput! };
  });
  const { journal } = results.sort((a, b) => a.goodput - b.goodput)[20]!;
  const ends = journal.filter((fact) => isStep(fact, STEPS.length - 1));
  const steps = ends.map((end) => stepsTo(journal, end, STEPS.length - 1)).find((found) => found !== undefined);
  expect(steps?.map(({ fact }) => fact)).toEqual(STEPS.map(([fact]) => fact));
  const times = steps!.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const inZoneA = journal.filter(({ component, at }) => /zone-a-\d/.test(component) && at <= times[times.length - 1]!);
  expect(inZoneA.some(({ fact }) => fact === "dns-lookups-fail")).toBe(true);
  expect(inZoneA.some(({ fact, figures }) => fact === "packets-dropped" && figures.bufferMs! > 0)).toBe(true);
});
