import { expect, test } from "vitest";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { calmUntil, conclusionOf, type Outcome } from "../../../scenarios/experiment/outcome.ts";
import type { CheckResult, RunResult } from "../../../scenarios/experiment/result.ts";
import { jobsFor, turnsOf } from "../../../scenarios/study/job.ts";
import { majorityOf, tableOf } from "../../../scenarios/study/outcome-table.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { SECOND } from "../../../sim/time.ts";
import { CALM, CUT } from "../../ui/cli/brownout.ts";

const CHECK = { check: "x", holds: true, measured: 1, limit: 1, unit: "%", firstBroken: null, because: null };
const holds: CheckResult = { ...CHECK, vacuous: false, censored: false };
const fails = { ...holds, holds: false };
const censored = { ...fails, censored: true };
const vacuous = { ...fails, vacuous: true };

function conclusion(checks: CheckResult[], expected: "holds" | "fails", reached = 10) {
  return conclusionOf({ checks, expect: expected, reached, duration: 10 } as unknown as RunResult);
}

test("one check that is broken for sure decides, whatever a longer run may say of the others", () => {
  expect(conclusion([holds], "holds")).toBe("as expected");
  expect(conclusion([], "holds")).toBe("as expected");
  expect(conclusion([holds, fails, censored], "holds")).toBe("not as expected");
  expect(conclusion([holds, fails, censored], "fails")).toBe("as expected");
  expect(conclusion([holds], "fails")).toBe("not as expected");
  expect(conclusion([], "fails")).toBe("not as expected");
});

test("a check that needs a longer run, or an interruption, leaves it open", () => {
  expect(conclusion([holds, censored], "holds")).toBe("inconclusive");
  expect(conclusion([holds, censored], "fails")).toBe("inconclusive");
  expect(conclusion([holds], "holds", 9)).toBe("inconclusive");
});

test("a check with nothing to judge does not hold, but shows no disaster either", () => {
  expect(conclusion([holds, vacuous], "holds")).toBe("not as expected");
  expect(conclusion([holds, vacuous], "fails")).toBe("inconclusive");
});

test("the start lasts until the first planned change: of a load, or by the timeline", () => {
  const seconds = (text: string) => calmUntil(scenarioIn(text)) / SECOND;
  expect(seconds(CALM)).toBe(30);
  expect(seconds(CUT)).toBe(20);
  expect(seconds(CUT.replace("10/s", "[{ at: 0s, is: 10/s }, { at: 12s, is: 10/s }, { at: 15s, is: 20/s }]"))).toBe(12);
  const onCondition = CUT.replace("at: 20s", 'when: "ready(api) < 50%"').split("variants:")[0]!;
  expect(seconds(onCondition)).toBe(120);
});

test("what is kept of a run: how bad it got, goodput in all and at the start, by class and by zone", () => {
  const replicator = new Replicator({ file: "cut.yaml", text: CUT, attachments: new Map() });
  const [job] = jobsFor([{ overrides: [] }], undefined, 1);
  const { outcome, result } = replicator.do(job!);
  expect(outcome).toMatchObject({ outage: "complete", startGoodput: 1, conclusion: "as expected", seed: "7" });
  expect(outcome.goodput).toBe(result.loads[0]!.goodput);
  expect(outcome.classes.map(({ name, people }) => [name, people])).toEqual([
    ["read", 917],
    ["write", 240],
  ]);
  expect(outcome.zones).toEqual([{ name: "a", people: 1157, goodput: outcome.goodput }]);
});

test("changes take turns, so that an interruption leaves as many runs of each", () => {
  const jobs = jobsFor([{ overrides: [] }, { variant: "b", overrides: ["x=1"] }], "s", 3);
  expect(jobs.map(({ variant = "-", replication }) => `${variant}${replication}`)).toEqual([
    "-0",
    "b0",
    "-1",
    "b1",
    "-2",
    "b2",
  ]);
  expect(turnsOf(["-0", "b0", "-1", undefined, "-2", "b2"], 1, 2)).toEqual(["b0", "b2"]);
});

test("a table of runs: counts with Wilson's interval, means with Student's, and the most frequent outcome", () => {
  const outcome = (outage: Outcome["outage"], goodput: number | null, startGoodput: number): Outcome => {
    const [run, named] = [
      { variant: null, overrides: [], seed: "0", replication: 0 },
      { name: "a", people: 10, goodput },
    ];
    const checks = [{ check: "c", holds: outage === "none" }];
    const limits = [{ component: "db", peoplePerSecond: 10 }];
    const rest = {
      classes: [named],
      zones: [],
      limits,
      checks,
      reported: [],
      measured: [],
      arrivals: "",
      moments: [],
      fates: [],
      conclusion: "as expected" as const,
      verdict: "",
      digest: "",
    };
    return { ...run, outage, goodput, startGoodput, ...rest };
  };
  const runs = [
    outcome("none", 1, 1),
    outcome("partial", 0.8, 1),
    outcome("complete", 0.3, 0.98),
    outcome("complete", null, 0.99),
  ];
  const table = tableOf(runs);
  expect(table.outages.complete).toMatchObject({ k: 2, n: 4 });
  expect(table.outages.complete.low).toBeCloseTo(0.15, 3);
  expect(table.outages.complete.high).toBeCloseTo(0.85, 3);
  expect(table.goodput).toMatchObject({ n: 3, mean: expect.closeTo(0.7, 12) });
  expect(table.goodput.high! - 0.7).toBeCloseTo((4.302653 * 0.360555) / Math.sqrt(3), 4);
  expect(table.classes).toEqual([{ name: "a", mean: table.goodput }]);
  expect(table.start).toMatchObject({ least: 0.98, well: { k: 3, n: 4 } });
  expect(table.checks[0]).toMatchObject({ check: "c", k: 1, n: 4 });
  expect(table.limits).toMatchObject([{ component: "db", reached: { k: 4, n: 4 }, load: { mean: 10, n: 4 } }]);
  expect(majorityOf(table)).toBe("complete");
  expect(majorityOf(tableOf(runs.slice(0, 2)))).toBe("partial");
});

function scenarioIn(text: string) {
  return loadInput({ file: "x.yaml", text, attachments: new Map() }, { overrides: [] }).scenario!;
}
