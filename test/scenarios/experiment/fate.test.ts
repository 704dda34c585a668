import { expect, test } from "vitest";
import { isDraining } from "../../../scenarios/experiment/backlog.ts";
import { type Fate, fatesOf } from "../../../scenarios/experiment/fate.ts";
import { bandOf } from "../../../scenarios/experiment/healthy-band.ts";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { lastingChanges } from "../../../scenarios/experiment/lasting-change.ts";
import { Run } from "../../../scenarios/experiment/run.ts";
import { summarize } from "../../../scenarios/experiment/summary.ts";
import { SECOND } from "../../../sim/time.ts";
import { CUT } from "../../ui/cli/brownout.ts";

const RULE = {
  leavesUnder: 0.8,
  leavesAfter: 5 * SECOND,
  returnsAt: 0.95,
  returnsAfter: 30 * SECOND,
  within: 300 * SECOND,
};

/** A goodput with a hundred people in each second: stretches of so many percent for so many seconds. */
function stretches(...parts: readonly (readonly [percent: number, seconds: number])[]) {
  const good = parts.flatMap(([percent, seconds]) => Array.from({ length: seconds }, () => percent));
  return { born: good.map(() => 100), good };
}

test("four bad seconds do not leave the healthy band, seven do, and it is back where 95 % begin that last for 30 s", () => {
  const short = stretches([100, 60], [20, 1], [100, 60]);
  expect(bandOf(short, 0, 121, RULE)).toMatchObject({ isNeverLeft: true, healthySince: 0, least: 0.84 });
  const long = stretches([100, 60], [20, 7], [100, 60]);
  expect(bandOf(long, 0, 127, RULE)).toMatchObject({ isNeverLeft: false, healthySince: 67, least: 0.2 });
});

test("between the two levels nothing changes: 90 % is well enough to stay, and not well enough to come back", () => {
  expect(bandOf(stretches([100, 30], [90, 200]), 0, 230, RULE).isNeverLeft).toBe(true);
  const after = stretches([100, 30], [0, 10], [90, 100], [96, 29], [90, 10], [96, 31]);
  expect(bandOf(after, 0, 210, RULE).healthySince).toBe(179);
  expect(bandOf(after, 0, 208, RULE).healthySince).toBeUndefined();
});

test("goodput that is back does not count while the backlog is greater than before", () => {
  const goodput = stretches([100, 60], [0, 20], [100, 100]);
  expect(bandOf(goodput, 0, 180, RULE, (second) => second >= 120).healthySince).toBe(120);
});

test("a backlog that falls steadily drains; one that stays, wavers or would take ten runs does not", () => {
  const levels = (level: (second: number) => number) => Array.from({ length: 300 }, (_, second) => level(second));
  expect(
    isDraining(
      levels((second) => 1000 - second),
      300,
    ),
  ).toBe(true);
  expect(
    isDraining(
      levels((second) => 1000 + second),
      300,
    ),
  ).toBe(false);
  expect(
    isDraining(
      levels((second) => 1000 + (second % 2)),
      300,
    ),
  ).toBe(false);
  expect(
    isDraining(
      levels((second) => 1000 - second / 10),
      300,
    ),
  ).toBe(false);
  expect(
    isDraining(
      levels((second) => 1000 - second / 100 + 50 * ((second * 7) % 11)),
      300,
    ),
  ).toBe(false);
});

function fates(overrides: readonly string[]): Fate[] {
  const input = { file: "cut.yaml", text: CUT, attachments: new Map() };
  const { scenario, problems } = loadInput(input, { overrides });
  if (scenario === undefined) throw new Error(JSON.stringify(problems));
  const run = new Run(scenario);
  run.advance();
  return fatesOf(summarize(run, { overrides, inputHash: "", cpuSeconds: null }), scenario, run.moments);
}

const everybody = (overrides: readonly string[]) => fates(overrides)[0]!;

test("a database that is cut off for good: a run that leaves less time than recovery may take is censored", () => {
  expect(everybody([])).toMatchObject({ course: "censored", settled: 20, timeToRecover: null, depth: 1 });
  expect(everybody(["recovery.within=90s"])).toMatchObject({ course: "lasting", outage: "complete" });
});

test("time to recover counts from when nothing more is done: none after a cut of ten seconds, twenty for pods to start", () => {
  const back = everybody(["timeline.0.lasting=10s"]);
  expect(back).toMatchObject({ of: "everybody", course: "recovered", settled: 30, timeToRecover: 0 });
  const killed = ["timeline=[{ at: 20s, do: kill, target: api, count: 2 }]", "api.startup=20s"];
  expect(everybody(killed)).toMatchObject({ course: "recovered", settled: 20, timeToRecover: 20 });
  expect(everybody([...killed, "recovery.within=19s"])).toMatchObject({ course: "slow", timeToRecover: 20 });
});

test("people lost are those who would have been served with the goodput that there was before", () => {
  const { lost, people } = everybody(["timeline.0.lasting=10s"]);
  expect(lost).toBeGreaterThan(80);
  expect(lost).toBeLessThan(130);
  expect(people).toBeGreaterThan(1100);
});

test("nothing was done, and it never worked: there is nothing to recover from, so the run is long enough to tell", () => {
  expect(everybody(["timeline=[]", "db.max_connections=1", "people.rate=2000/s", "duration=60s"])).toMatchObject({
    course: "lasting",
    settled: 0,
  });
  expect(everybody(["timeline=[]"])).toMatchObject({ course: "unaffected", settled: 0, timeToRecover: 0 });
});

test("everybody, each class and each zone has a fate", () => {
  expect(fates([]).map(({ of }) => of)).toEqual(["everybody", "class read", "class write", "zone a"]);
});

test("what lasts of what was done: the last scale-out, the load it ends at, and what nothing takes back", () => {
  const timeline = `timeline=[
    { at: 10s, do: scale, target: api, to: 9 }, { at: 20s, do: scale, target: api, to: 4 },
    { at: 30s, do: ramp, target: people.rate, to: 90/s }, { at: 40s, do: cut, target: db, lasting: 5s },
    { at: 50s, do: slow, target: n, by: 3 }, { at: 55s, do: slow, target: n, by: 1 },
    { at: 60s, do: kill, target: api }, { when: ready(api) < 1, do: stop, target: db }]`;
  const lasting = (changes: readonly string[], moments?: readonly (number | null)[]) => {
    const overrides = [timeline.replace(/\n\s*/g, " "), ...changes];
    const input = { file: "cut.yaml", text: CUT, attachments: new Map() };
    return lastingChanges(loadInput(input, { overrides }).scenario!, moments).map(({ path }) => path);
  };
  expect(lasting([])).toEqual(["api.replicas", "people.rate", "presence of db"]);
  const happened = [10, 20, 30, 40, 50, 55, 60, null].map((at) => (at === null ? null : at * SECOND));
  expect(lasting([], happened)).toEqual(["api.replicas", "people.rate"]);
  expect(lasting(["timeline.1.to=2"], happened)).toEqual(["people.rate"]);
  const curve = "people.rate=[{ at: 0s, is: 10/s }, { at: 5s, is: 80/s }, { at: 9s, is: 10/s }]";
  expect(lasting([curve, "timeline=[]"])).toEqual([]);
});
