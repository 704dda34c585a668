import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Course } from "../../../scenarios/experiment/fate.ts";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { finalConfiguration } from "../../../scenarios/verdict/final-configuration.ts";
import { findingOf } from "../../../scenarios/verdict/finding.ts";
import { groupFates } from "../../../scenarios/verdict/run-class.ts";
import type { Verdict } from "../../../scenarios/verdict/verdict.ts";
import { SECOND } from "../../../sim/time.ts";

/** A run with the courses of everybody, and of the people in two zones. */
function run(replication: number, courses: readonly Course[], seconds: number | null = null): Outcome {
  const names = ["everybody", "zone zone-a", "zone zone-c"];
  const fates = names.map((of, at) => {
    const course = courses[at]!;
    const timeToRecover = course === "recovered" || course === "slow" ? seconds : null;
    return { of, people: 100, lost: 10, depth: 1, outage: "partial", course, timeToRecover, watched: 600 };
  });
  return { replication, fates } as unknown as Outcome;
}

test("zone-a stays down while zone-c recovers; each is judged by its own people from a healthy start", () => {
  const failed = [0, 1, 2].map((replication) => run(replication, ["lasting", "lasting", "recovered"], 40));
  const well = run(0, ["unaffected", "unaffected", "unaffected"]);
  const sick = run(1, ["lasting", "lasting", "unaffected"]);
  const healthy = new Map([
    [0, well],
    [1, sick],
    [2, well],
  ]);
  const [everybody, a, c] = groupFates(failed, healthy);
  expect(everybody!.classes.map(({ class: name, k, n }) => [name, k, n])).toEqual([
    ["overload", 1, 3],
    ["metastable", 2, 3],
  ]);
  expect(a!.timeToRecover).toMatchObject({ n: 3, censored: 3 });
  expect(c).toMatchObject({ usual: "recovered", timeToRecover: { median: 40, n: 3, censored: 0 } });
});

test("the median time to recover counts those that were not back by the end for as long as they were watched", () => {
  const runs = [
    run(0, ["recovered", "unaffected", "unaffected"], 100),
    run(1, ["slow", "unaffected", "unaffected"], 500),
    run(2, ["lasting", "unaffected", "unaffected"]),
    run(3, ["unaffected", "unaffected", "unaffected"]),
  ];
  const [everybody, a] = groupFates(runs, new Map());
  expect(everybody!.timeToRecover).toMatchObject({ median: 500, n: 3, censored: 1 });
  expect(a!.timeToRecover.n).toBe(0);
});

test("broken if most runs do not come back, for anybody; open if most end too early; well if most come back in time", () => {
  const finding = (...courses: readonly Course[][]) => {
    const groups = groupFates(
      courses.map((each, at) => run(at, each, 10)),
      new Map(),
    );
    return findingOf({ groups, actions: null } as unknown as Verdict);
  };
  const well: Course[] = ["recovered", "recovered", "unaffected"];
  expect(finding(well, well)).toBe("well");
  expect(finding(["lasting", "lasting", "unaffected"], well)).toBe("well");
  expect(finding(["recovered", "lasting", "unaffected"], ["recovered", "lasting", "unaffected"])).toBe("broken");
  expect(finding(["slow", "slow", "unaffected"], ["slow", "slow", "unaffected"], well)).toBe("broken");
  expect(finding(["censored", "slow", "unaffected"], ["censored", "slow", "unaffected"], well)).toBe("open");
  expect(finding()).toBe("open");
});

test("case 000 ends with more load and more pods; operators who were not needed leave only the load", () => {
  const file = "scenarios/scale-out-cascade.yaml";
  const input = { file, text: readFileSync(file, "utf8"), attachments: new Map() };
  const { scenario } = loadInput(input, { overrides: [] });
  const ends = (...moments: (number | null)[][]) =>
    finalConfiguration(
      scenario!,
      moments.map((each) => ({ moments: each.map((at) => at && at * SECOND) }) as unknown as Outcome),
    );
  const scaled = [
    "api.replicas=8",
    "edge.replicas=8",
    "load-test.rate=80/s",
    "proxysql.replicas=43",
    "worker.replicas=16",
  ];
  expect(ends([250, 250, 250, 280])).toEqual(["timeline=[]", ...scaled]);
  expect(ends([250, 250, 250, 280], [null, null, null, null], [null, null, null, null])).toEqual([
    "timeline=[]",
    "load-test.rate=80/s",
  ]);
});
