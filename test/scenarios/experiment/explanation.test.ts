import { expect, test } from "vitest";
import { explanationOf, subjectInWords } from "../../../scenarios/experiment/explanation.ts";
import type { LoadSummary, RunResult } from "../../../scenarios/experiment/result.ts";
import type { Fact } from "../../../scenarios/experiment/story.ts";
import { outageFactOf, verdictOf } from "../../../scenarios/experiment/verdict.ts";
import { SECOND } from "../../../sim/time.ts";

/** A journal as of a scale-out: a full database, pods that fail their probes for it, a balancer without pods. */
const JOURNAL: Fact[] = [
  fact(0, 10, "db", "full", "db is full"),
  fact(1, 20, "proxy", "probe-fails", "the probe of proxy fails", [0]),
  fact(2, 30, "proxy", "scaled", "operators scale proxy to 9 pods", [1]),
  fact(3, 40, "proxy-0", "pod-unready", "proxy-0 is not ready", [1, 0]),
  fact(4, 45, "proxy-1", "pod-unready", "proxy-1 is not ready", [1, 0]),
  fact(5, 50, "lb", "no-ready-endpoints", "lb has no ready pod", [2, 3, 4]),
  fact(6, 60, "people", "outage-partial", "people: too few", [0], { since: 30 }),
  fact(7, 120, "people", "outage-complete", "people: nobody", [5], { since: 60 }),
  fact(8, 130, "api", "queue-full", "api turns calls away"),
];
const PEOPLE: LoadSummary = {
  path: "people",
  people: 1000,
  goodput: 0.3,
  outage: "complete",
  worst: { from: 60, until: 200 },
  failures: [
    { reason: "connection refused", count: 600 },
    { reason: "queue full", count: 200 },
  ],
};
const REFUSED = { load: "people", at: 0, reason: "connection refused", class: "all", zone: null };
const FULL = { ...REFUSED, reason: "queue full" };
const RESULT = {
  loads: [{ ...PEOPLE, path: "others", outage: "none", worst: null, failures: [] }, PEOPLE],
  journal: JOURNAL,
  components: [
    { path: "proxy", kind: "proxysql" },
    { path: "proxy-0", kind: "proxysql pod" },
    { path: "proxy-1", kind: "proxysql pod" },
  ],
  checks: [],
  failedAttempts: [
    ...[5, 5, 3, null].map((because) => ({ ...REFUSED, because })),
    ...[8, 8].map((because) => ({ ...FULL, because })),
  ],
} as unknown as RunResult;

test("the worst outage is told as the chain of its main causes from the root, and beside it what else led there", () => {
  const { subject, chain, contributing } = explanationOf(RESULT)!;
  expect(subjectInWords(subject!)).toBe("the complete outage of people");
  expect(chain.map(({ id }) => id)).toEqual([0, 1, 2, 5, 7]);
  expect(contributing.map(({ text }) => text)).toEqual(["2 pods of proxy are not ready"]);
});

test("failed attempts are told by reason, each with the shares of its causes and the root that these go back to", () => {
  const { failures, sampled } = explanationOf(RESULT)!;
  expect(sampled).toBe(6);
  expect(failures.map(({ reason, share, ownDemand }) => [reason, share, ownDemand])).toEqual([
    ["connection refused", 0.75, 0.25],
    ["queue full", 0.25, 0],
  ]);
  const told = failures[0]!.causes.map(({ group, share, root }) => [group.text, share, root.id]);
  expect(told).toEqual([
    ["lb has no ready pod", 0.5, 0],
    ["proxy-0 is not ready", 0.25, 0],
  ]);
});

test("without an outage, the check that broke first is explained by what was the case then", () => {
  const broken = (check: string, seconds: number, because: number) => {
    return { check, holds: false, firstBroken: seconds * SECOND, because };
  };
  const checks = [broken("late", 50, 4), broken("early", 25, 1)];
  const loads = [{ ...PEOPLE, outage: "none", worst: null }];
  const { subject, chain } = explanationOf({ ...RESULT, loads, checks } as unknown as RunResult)!;
  expect(subjectInWords(subject!)).toBe('the break of "early"');
  expect(chain.map(({ id }) => id)).toEqual([0, 1]);
  expect(explanationOf({ ...RESULT, loads, checks: [] } as unknown as RunResult)!.subject).toBeUndefined();
  expect(explanationOf({ ...RESULT, loads: [] })).toBeUndefined();
});

test("the verdict says that a complete outage was a partial one before, and what it goes back to", () => {
  const whole = { reached: 200 * SECOND, duration: 200 * SECOND };
  expect(verdictOf([PEOPLE], JOURNAL, whole)).toBe(
    "people: a partial outage since 00:30, then a complete outage from 01:00 until the end; " +
      "30.0 % of all people were served over the whole run. It goes back to 00:10: db is full.",
  );
  const part = { reached: 210 * SECOND, duration: 400 * SECOND };
  expect(verdictOf([PEOPLE], JOURNAL, part)).toMatch(/until 03:20; .* The run was interrupted at 03:30; /);
  const { worst: _, ...well } = PEOPLE;
  expect(verdictOf([{ ...well, outage: "none", goodput: null, worst: null }], JOURNAL, whole)).toBe(
    "people: no outage; nobody asked for anything.",
  );
});

test("of two outages of one sort, the one that the worst stretch belongs to is explained", () => {
  const first = { ...fact(0, 50, "people", "outage-partial", ""), until: 100 * SECOND };
  const second = fact(1, 150, "people", "outage-partial", "");
  const load = (from: number): LoadSummary => ({ ...PEOPLE, outage: "partial", worst: { from, until: from + 60 } });
  expect(outageFactOf([first, second], load(20))?.id).toBe(0);
  expect(outageFactOf([first, second], load(120))?.id).toBe(1);
});

function fact(
  id: number,
  seconds: number,
  component: string,
  name: string,
  text: string,
  because: number[] = [],
  figures: Record<string, number> = {},
): Fact {
  return { id, sort: "condition", at: seconds * SECOND, until: null, component, fact: name, figures, text, because };
}
