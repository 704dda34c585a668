import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nameOf } from "../../models/error.ts";
import { loadInput } from "../../scenarios/experiment/input.ts";
import { type Run, run } from "../../scenarios/experiment/run.ts";
import { formatProblem } from "../../scenarios/language/problem.ts";
import type { Entry } from "../../sim/record/journal.ts";
import { SECOND } from "../../sim/time.ts";
import { RunReadings } from "./run-readings.ts";

const FILE = "read-write-split.yaml";
const INPUT = {
  file: FILE,
  text: readFileSync(new URL(`../../scenarios/${FILE}`, import.meta.url), "utf8"),
  attachments: new Map<string, string | null>(),
};

function runsOf(replications: number, variant?: string, overrides: readonly string[] = []): Run[] {
  const { scenario, problems } = loadInput(INPUT, { variant, overrides });
  if (scenario === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return Array.from({ length: replications }, (_, replication) => run(scenario, { replication, record: false }));
}

const DATABASES = ["db001", "db002", "db003"];

/** How many statements each database took. */
function taken(one: Run, counter: string): number[] {
  const readings = new RunReadings(one, [0, 1]);
  return DATABASES.map((path) => readings.total(path, counter));
}

/** The chain of main causes of an entry, from its root. */
function chainOf({ world }: Run, entry: Entry | undefined): string[] {
  const { entries } = world.sim.journal;
  const chain: string[] = [];
  for (let at = entry; at !== undefined; at = entries[at.because[0] ?? -1]) chain.unshift(at.fact);
  return chain;
}

function firstOf({ world }: Run, fact: string, path: string): Entry | undefined {
  const { components, journal } = world.sim;
  return journal.entries.find((entry) => entry.fact === fact && components[entry.component]!.path === path);
}

test("every insert lands on db001 before it stops and on db002 after it, none on both, and few are lost", () => {
  for (const one of runsOf(40)) {
    const [first, second, third] = taken(one, "Com_insert");
    const failed = one.loads[0]!.failures.length;
    expect([first, third]).toEqual([16, 0]);
    expect(second! + failed).toBe(14);
    expect(failed).toBeLessThanOrEqual(1);
  }
});

test("writes are interrupted for two to fourteen seconds, for seven on average", () => {
  const gaps = runsOf(100).map(
    (one) => firstOf(one, "became-writer", "proxysql-0/hostgroup-10/db002")!.at / SECOND - 16,
  );
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  expect(Math.min(...gaps)).toBeGreaterThan(2);
  expect(Math.max(...gaps)).toBeLessThan(14);
  // 2.5 s to the next check of db001 and 0.5 to 1 s to the verdict, 3 s to the promotion, 0.75 s to the next read_only.
  expect(mean).toBeGreaterThan(6);
  expect(mean).toBeLessThan(8);
});

test("the journal tells the way from the stop to the new writer, and from the stop to who is turned away", () => {
  const [one] = runsOf(1);
  const writer = firstOf(one!, "became-writer", "proxysql-0/hostgroup-10/db002");
  expect(chainOf(one!, writer)).toEqual(["stopped", "dead-master", "recovery-begins", "promoted", "became-writer"]);
  const [other] = runsOf(1, "nobody-promotes");
  const { failures } = other!.loads[0]!;
  const { entries } = other!.world.sim.journal;
  const told = Array.from({ length: failures.length }, (_, at) => {
    return `${chainOf(other!, entries[failures.because[at]!]).join(" > ")}: ${nameOf(failures.outcome[at]!)}`;
  });
  expect(told.length).toBeGreaterThan(5);
  expect(new Set(told)).toContain("stopped > server-shunned: 9001 max connect timeout");
  for (const chain of told) expect(chain).toMatch(/^stopped > /);
});

test("plain reads and, for want of apply, locking reads go to all three databases alike", () => {
  for (const [variant, shares] of [
    ["connect-test", [200, 200, 200]],
    ["locking-reads", [200, 200, 200]],
    ["locking-reads-apply", [600, 0, 0]],
  ] as const) {
    const [one] = runsOf(1, variant);
    for (const [at, count] of taken(one!, "Questions").entries()) {
      // Five standard deviations of 600 draws with a chance of a third.
      const noise = shares[at]! % 600 === 0 ? 0 : 58;
      expect(Math.abs(count - shares[at]!), `${variant}, ${DATABASES[at]}`).toBeLessThanOrEqual(noise);
    }
  }
});

test("reads neither fail nor take noticeably longer when one of three databases stops", () => {
  for (const one of runsOf(20, "reads-fail-over")) {
    expect(one.loads[0]!.failures.length).toBe(0);
    expect(new RunReadings(one, [0, 1]).durations("client", "http_req_duration").max / SECOND).toBeLessThan(0.2);
  }
});

test("a second failure within the hour ends all writes", () => {
  const [one] = runsOf(1, "second-failure");
  expect(chainOf(one!, firstOf(one!, "recovery-blocked", "db002"))).toEqual([
    "stopped",
    "dead-master",
    "recovery-blocked",
  ]);
  const [, second, third] = taken(one!, "Com_insert");
  expect(second).toBeGreaterThan(20);
  expect(third).toBe(0);
});

test("the old source comes back writable beside the new one, and ProxySQL splits the writes between the two", () => {
  const [one] = runsOf(1, "split-brain");
  const [first, second] = taken(one!, "Com_insert");
  expect(first).toBeGreaterThan(16 + 20);
  expect(second).toBeGreaterThan(20);
});
