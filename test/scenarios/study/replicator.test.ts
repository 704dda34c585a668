import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isDone, jobId } from "../../../scenarios/study/job.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { MINUTE, SECOND } from "../../../sim/time.ts";

const FILE = "scenarios/defences/lasting-overload.yaml";
const INPUT = { file: FILE, text: readFileSync(FILE, "utf8"), attachments: new Map() };
const REST = "timeline.+={ at: 1m, do: ramp, target: callers.rate, to: 10/s, over: 0s, as: rest }";
const BACK = "timeline.+={ after: rest + 30s, do: ramp, target: callers.rate, to: 60/s, over: 0s }";

const everybody = (outcome: { fates: readonly { of: string; course: string; timeToRecover: number | null }[] }) =>
  outcome.fates.find(({ of }) => of === "everybody");

test("a fork goes on as the whole run does with the same entries in its file, and the trunk as if there were no fork", () => {
  const replicator = new Replicator(INPUT);
  const fork = { at: MINUTE - 1, branches: [[], [REST, BACK]] };
  const forked = replicator.do({ overrides: [], replication: 0, fork });
  const alone = replicator.do({ overrides: [], replication: 0 });
  const whole = replicator.do({ overrides: [REST, BACK], replication: 0 });
  expect(forked.outcome.digest).toBe(alone.outcome.digest);
  expect(forked.branches[0]!.digest).toBe(alone.outcome.digest);
  expect(forked.branches[1]!.fates).toEqual(whole.outcome.fates);
  expect(everybody(alone.outcome)).toMatchObject({ course: "censored", timeToRecover: null });
  expect(everybody(whole.outcome)!.course).toBe("recovered");
});

test("an entry of the timeline that is skipped does nothing, and what comes after it still happens", () => {
  const skipped = REST.replace("as: rest", "as: rest, skipped: true");
  const late = BACK.replace(
    "30s, do: ramp, target: callers.rate, to: 60/s",
    "30s, do: ramp, target: callers.rate, to: 5/s",
  );
  const { result } = new Replicator(INPUT).do({ overrides: [skipped, late], replication: 0 });
  const told = result.journal
    .filter(({ at, sort }) => sort === "action" && at >= MINUTE)
    .map(({ at, fact }) => [at / SECOND, fact]);
  expect(told).toEqual([
    [60, "held-back"],
    [90, "parameter-set"],
  ]);
});

test("what is asked of a run besides is measured in its own unit", () => {
  const measures = ["http_reqs{load:callers} rate", "max(in_flight(callers))"];
  const { outcome } = new Replicator(INPUT).do({ overrides: [], replication: 0, measures });
  expect(outcome.measured.map(({ measure, unit }) => [measure, unit])).toEqual([
    [measures[0], "requests/s"],
    [measures[1], "requests"],
  ]);
  expect(outcome.measured[0]!.value).toBeGreaterThan(50);
});

test("a job that asks for what the scenario does not allow says so, and an unknown list is none of ours", () => {
  const replicator = new Replicator(INPUT);
  const refused = replicator.attempt({ overrides: ["server.+=3"], replication: 0 });
  expect(refused).toMatchObject({
    isInvalid: true,
    failed: '"server.+" is no list; expected a list such as timeline.+',
  });
  expect(isDone(refused)).toBe(false);
});

test("the name of a job tells apart whatever changes its result, and nothing else", () => {
  const job = { variant: undefined, overrides: ["a=1"], seed: "7", replication: 3 };
  const same = { replication: 3, overrides: ["a=1"], seed: "7" };
  expect(jobId("x", job)).toBe(jobId("x", same));
  const others = [
    { ...job, overrides: ["a=2"] },
    { ...job, overrides: ["a=1", "b=1"] },
    { ...job, seed: "8" },
    { ...job, seed: undefined },
    { ...job, replication: 4 },
    { ...job, variant: "a=1", overrides: [] },
    { ...job, measures: ["x"] },
    { ...job, fork: { at: 1, branches: [["x"]] } },
  ];
  const ids = [jobId("x", job), jobId("y", job), ...others.map((other) => jobId("x", other))];
  expect(new Set(ids).size).toBe(ids.length);
});

test("a job that asks for goodput over time gets that of each load, and has a name of its own", () => {
  const job = { overrides: [], replication: 0 };
  const result = new Replicator(INPUT).attempt({ ...job, goodput: true });
  const alone = new Replicator(INPUT).attempt(job);
  if (!isDone(result) || !isDone(alone)) throw new Error("not done");
  expect(alone.goodput).toBeUndefined();
  expect(result.goodput!.map(({ path, name }) => `${path} ${name}`)).toEqual(["callers goodput"]);
  const { born, good } = result.goodput![0]!;
  const total = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0);
  expect(total(good) / total(born)).toBeCloseTo(result.outcome.goodput!, 12);
  expect(jobId("x", { ...job, goodput: true })).not.toBe(jobId("x", job));
});
