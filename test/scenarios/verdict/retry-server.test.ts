import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { isDone } from "../../../scenarios/study/job.ts";
import { Range } from "../../../scenarios/study/range.ts";
import { remembering } from "../../../scenarios/study/remembering.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { conductHere, type Study } from "../../../scenarios/study/study.ts";
import { capacity, stateAt } from "../../../scenarios/verdict/capacity.ts";
import { findingOf } from "../../../scenarios/verdict/finding.ts";
import { isHealthy } from "../../../scenarios/verdict/run-class.ts";
import { verdict } from "../../../scenarios/verdict/verdict.ts";

const FILE = "scenarios/retry-server.yaml";
const INPUT = { file: FILE, text: readFileSync(FILE, "utf8"), attachments: new Map() };
const replicator = new Replicator(INPUT);
const conducted = <Answer>(study: Study<Answer>) => conductHere(study, (job) => replicator.attempt(job));

function judged(overrides: readonly string[], replications = 6) {
  const change = { overrides };
  const { scenario } = loadInput(INPUT, change);
  return conducted(verdict({ scenario: scenario!, change, replications, parts: ["who", "back"] }));
}

test("at 60/s it is metastable: it does not come back, and works when it begins well; the hiccup did it", () => {
  const answer = judged([]);
  const [everybody] = answer.groups;
  expect(everybody!.classes).toMatchObject([{ class: "metastable", k: 6, n: 6 }]);
  expect(everybody!.timeToRecover).toMatchObject({ median: undefined, n: 6, censored: 6 });
  expect(answer.dualStart).toMatchObject({ overrides: ["timeline=[]"], healthy: { k: 6, n: 6 } });
  const [hiccup] = answer.actions!;
  expect(hiccup).toMatchObject({ judgement: "cascade", deed: { name: "hiccup", at: 30_000_000 } });
  expect(hiccup!.effect!.complete).toMatchObject({ with: { k: 6 }, without: { k: 0 } });
  expect(hiccup!.effect!.depth.without.mean).toBeLessThan(0.1);
  expect(findingOf(answer)).toBe("broken");
});

test("at 120/s it is overload, not metastable: it does not work, however it begins, and the hiccup did no harm", () => {
  const answer = judged(["callers.rate=120/s"], 4);
  expect(answer.groups[0]!.classes).toMatchObject([{ class: "overload", k: 4 }]);
  expect(answer.dualStart!.healthy.k).toBe(0);
  expect(answer.actions![0]!.judgement).toBe("none");
});

test("at 30/s it recovers by itself, within the five minutes that are allowed; no dual start is needed", () => {
  const answer = judged(["callers.rate=30/s"]);
  expect(answer.groups[0]!.classes).toMatchObject([{ class: "recovered", k: 6 }]);
  expect(answer.groups[0]!.timeToRecover.median).toBeLessThan(300);
  expect(answer.dualStart).toBeNull();
});

test("a file that is too short to tell is watched longer", () => {
  const answer = judged(["duration=100s", "checks=[]"], 4);
  expect(answer.duration).toEqual({ simulated: 40 + 300 + 30 + 30, file: 100 });
  expect(answer.groups[0]!.usual).toBe("metastable");
});

test("hidden capacity 30 to 34/s, a third of what it can do; vulnerable from there on; the rates by which half fail", () => {
  const change = { overrides: ["recovery.within=240s", "duration=80s", "checks=[]"] };
  const { scenario } = loadInput(INPUT, change);
  const search = {
    path: "callers.rate",
    range: Range.of("20/s..100/s") as Range,
    finally: ["timeline=[]"],
    share: 0.5,
  };
  const question = { scenario: scenario!, change, replications: 8, ...search, most: 8 };
  const answer = conducted(remembering(capacity(question)));
  const { hidden, advertised, margin } = answer;
  expect([hidden!.found, advertised.found]).toEqual(["bracket", "bracket"]);
  expect(hidden!.low!.x).toBeGreaterThanOrEqual(30);
  expect(hidden!.high!.x).toBeLessThanOrEqual(34);
  expect(advertised.low!.x).toBeGreaterThanOrEqual(85);
  expect(margin!.low).toBeLessThan(0.63);
  expect(margin!.high).toBeGreaterThan(0.63);
  expect([30, 60, 120].map((rate) => stateAt(rate, answer))).toEqual(["stable", "vulnerable", "infeasible"]);
});

test("advertised capacity 85 to 92/s: over 240 s from a healthy start nineteen of twenty are well at 85/s, and not at 92/s", () => {
  const well = (rate: number) => {
    const overrides = ["timeline=[]", "checks=[]", "duration=240s", `callers.rate=${rate}/s`];
    const results = Array.from({ length: 20 }, (_, replication) => replicator.attempt({ overrides, replication }));
    return results.filter((result) => isDone(result) && isHealthy(result.outcome.fates[0]!)).length;
  };
  expect(well(85)).toBeGreaterThanOrEqual(19);
  expect(well(92)).toBeLessThan(19);
});

/** Of four runs with ten seconds of so many times the load, those that do not come back. */
function collapses(rate: number, factor: number): number {
  const entries = `{ at: 30s, do: set, target: callers.rate, to: ${rate * factor}/s }, { at: 40s, do: set, target: callers.rate, to: ${rate}/s }`;
  const overrides = [`timeline=[${entries}]`, `callers.rate=${rate}/s`, "checks=[]"];
  const results = [0, 1, 2, 3].map((replication) => replicator.attempt({ overrides, replication }));
  return results.filter((result) => isDone(result) && result.outcome.fates[0]!.course === "lasting").length;
}

test.each([
  [40, 2, 3],
  [50, 2, 3],
  [60, 1.5, 2],
  [70, 1.3, 1.7],
  [80, 1.2, 1.5],
])(
  "at %d/s ten seconds of %d times the load pass, and of %d times the load do not: the deeper, the smaller",
  (rate, passes, does) => {
    expect(collapses(rate, passes)).toBeLessThan(2);
    expect(collapses(rate, does)).toBeGreaterThan(2);
  },
);

test("at 30/s ten times the load passes; at 90/s less than 1.2 times the load is enough", () => {
  expect(collapses(30, 10)).toBe(0);
  expect(collapses(90, 1.2)).toBeGreaterThan(2);
});
