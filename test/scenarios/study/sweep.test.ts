import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Mistake } from "../../../models/unit.ts";
import { readAxes } from "../../../scenarios/study/axes.ts";
import { readAxis } from "../../../scenarios/study/axis.ts";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { conductHere } from "../../../scenarios/study/study.ts";
import { sweep } from "../../../scenarios/study/sweep.ts";
import { middleJob, mostRuns, type SweepPlan } from "../../../scenarios/study/sweep-plan.ts";

const FILE = "scenarios/defences/lasting-overload.yaml";
const INPUT = { file: FILE, text: readFileSync(FILE, "utf8"), attachments: new Map() };
const BRIEF = { overrides: ["duration=1m", "checks=[]"] };

function planOf(axes: readonly string[], rest: Partial<SweepPlan> = {}): SweepPlan {
  const read = axes.map((text) => {
    const axis = readAxis(text);
    if (axis instanceof Mistake) throw new Error(axis.wrong);
    return axis;
  });
  return { base: BRIEF, axes: read, replications: 1, measures: [], isRefined: false, ...rest };
}

test("every cell meets the same people, and a run of it by itself has the digest that the sweep tells", () => {
  const replicator = new Replicator(INPUT);
  const plan = planOf(["server.workers=8,14", "server.queue=50..1000/2"], { replications: 2, seed: "9" });
  const answer = conductHere(sweep(plan), (job) => replicator.attempt(job));
  expect(answer.cells.map(({ values }) => values.join(" "))).toEqual(["8 50", "8 1000", "14 50", "14 1000"]);
  expect(answer.cells.map(({ runs }) => runs.length)).toEqual([2, 2, 2, 2]);
  const { overrides, runs } = answer.cells[2]!;
  expect(overrides).toEqual(["duration=1m", "checks=[]", "server.workers=14", "server.queue=50"]);
  const alone = new Replicator(INPUT).do({ overrides, seed: "9", replication: 1 });
  expect(alone.outcome.digest).toBe(runs[1]!.digest);
  expect(new Set(answer.cells.flatMap((cell) => cell.runs.map(({ digest }) => digest))).size).toBe(8);
});

test("cells are sorted by a check where one is given, and carry what was measured with its interval", () => {
  const replicator = new Replicator(INPUT);
  const measures = ["http_reqs{load:callers} rate", "max(in_flight(callers))"];
  const plan = planOf(["server.queue=20,1000"], { replications: 3, measures, check: "goodput(callers) >= 30%" });
  const { cells, classes } = conductHere(sweep(plan), (job) => replicator.attempt(job));
  expect(classes).toEqual(["fails", "undecided", "holds"]);
  expect(cells.map((cell) => cell.class)).toEqual(["holds", "fails"]);
  expect(cells.map(({ isBorder }) => isBorder)).toEqual([true, true]);
  for (const { measured, runs } of cells) {
    const rates = runs.map((run) => run.measured[0]!);
    expect(measured[0]).toMatchObject({ measure: measures[0], unit: "requests/s", n: 3 });
    expect(measured[0]!.mean).toBeCloseTo((rates[0]! + rates[1]! + rates[2]!) / 3, 9);
    expect(Math.min(...rates) > measured[0]!.low! && Math.max(...rates) < measured[0]!.high!).toBe(true);
  }
  expect(cells[1]!.counts.fails).toMatchObject({ k: 3, n: 3, high: 1 });
});

test("a cell that the scenario does not allow says why, and the others go on", () => {
  const replicator = new Replicator(INPUT);
  const plan = planOf(["duration=10s,1m"], { base: { overrides: ["checks=[goodput(callers) > 0 within 0s..30s]"] } });
  const { cells } = conductHere(sweep(plan), (job) => replicator.attempt(job));
  expect(cells[0]).toMatchObject({ class: "impossible", n: 0 });
  expect(cells[0]!.invalid).toContain("beyond the end of the run");
  expect(cells[1]).toMatchObject({ invalid: null, n: 1 });
});

/** What a run of the scenario could have left behind, had it had this outage. */
function outcomes(outageOf: (job: Job) => string): (job: Job) => Result {
  const known = new Replicator(INPUT).do({ overrides: BRIEF.overrides, replication: 0 });
  return (job) => {
    const { replication } = job;
    return { outcome: { ...known.outcome, replication, outage: outageOf(job) }, branches: [] } as Result;
  };
}

const valueIn = ({ overrides }: Job, at: number) => Number(overrides.at(at)!.split("=")[1]);
const product = (job: Job) => (valueIn(job, -2) * valueIn(job, -1) < 700 ? "none" : "complete");

test("coarse to fine tells where the classes border as the full grid does, with a third of its runs or less", () => {
  const axes = ["server.workers=1..33/33", "server.queue=1..65/33"];
  let runs = 0;
  const answerer = outcomes(product);
  const full = conductHere(sweep(planOf(axes)), answerer);
  const refined = conductHere(sweep(planOf(axes, { isRefined: true, replications: 3 })), (job) => {
    runs++;
    return answerer(job);
  });
  const border = ({ cells }: typeof full) =>
    cells.flatMap(({ isBorder, values }) => (isBorder ? [values.join(" ")] : []));
  expect(border(refined)).toEqual(border(full));
  expect(refined.cells.map((cell) => cell.class)).toEqual(full.cells.map((cell) => cell.class));
  expect(runs).toBe(3 * refined.simulated);
  expect(runs).toBeLessThan(0.35 * 3 * 33 * 33);
  expect(
    refined.cells.filter(({ isInferred }) => isInferred).every(({ n, runs }) => n === 0 && runs.length === 0),
  ).toBe(true);
  expect(refined.cells.filter(({ isInferred }) => !isInferred).every(({ n }) => n === 3)).toBe(true);
});

test("the class of a cell is what most of its runs have, and the worse one of two as frequent", () => {
  const three = outcomes(({ replication }) => (replication === 0 ? "complete" : "none"));
  const plan = planOf(["server.queue=1,2"], { replications: 3 });
  expect(conductHere(sweep(plan), three).cells[0]).toMatchObject({
    class: "none",
    counts: { complete: { k: 1, n: 3 } },
  });
  expect(conductHere(sweep({ ...plan, replications: 2 }), three).cells[0]!.class).toBe("complete");
});

test("a sweep that is interrupted gives what it has, and takes nothing to be known that was not run", () => {
  const answerer = outcomes(product);
  const interruptedAt = (round: number, done: number) => {
    const study = sweep(planOf(["server.workers=1..33/33", "server.queue=1..65/33"], { isRefined: true }));
    let step = study.next();
    for (let n = 1; !step.done; n++) {
      const isInterrupted = n === round;
      const results = step.value.jobs.map((job, at) => (isInterrupted && at >= done ? undefined : answerer(job)));
      step = study.next({ results, isInterrupted });
    }
    return step.value;
  };
  for (const [round, done, simulated] of [
    [1, 7, 7],
    [2, 3, 39],
  ] as const) {
    const { cells, ...answer } = interruptedAt(round, done);
    expect(answer.simulated).toBe(simulated);
    expect(cells.filter((cell) => cell.class !== null).length).toBe(simulated);
    expect(cells.length).toBe(33 * 33);
  }
});

test("a sample has as many cells as it says, and its values lie within the ranges", () => {
  const plan = planOf(["server.workers=5..30", "callers.patience=200ms..5s/log"], {
    sample: { points: 40, seed: "1" },
  });
  const { cells } = conductHere(sweep(plan), outcomes(product));
  expect(cells.length).toBe(40);
  for (const { place, values, isBorder } of cells) {
    const [workers, patience] = [Number(values[0]), Number(values[1]!.replace("ms", ""))];
    expect([place, isBorder]).toEqual([null, false]);
    expect(workers >= 5 && workers <= 30 && Number.isInteger(workers)).toBe(true);
    expect(patience > 200 && patience < 5000).toBe(true);
  }
});

test("how many runs a sweep takes is known without making any of them", () => {
  const axes = ["server.workers=1..1000/1000", "server.queue=1..1000/1000", "callers.patience=1ms..1000ms/1000"];
  const plan = planOf(axes, { replications: 40 });
  expect(mostRuns(plan)).toBe(40e9);
  expect(middleJob(plan, 0).overrides).toEqual([
    ...BRIEF.overrides,
    "server.workers=501",
    "server.queue=501",
    "callers.patience=501ms",
  ]);
});

const ground = { input: INPUT, change: { overrides: [] } };
const problemsOf = (...texts: string[]) => {
  return readAxes(texts, ground).problems.map(({ file, wrong, right }) => `${file}: ${wrong}; ${right}`);
};

test("all that is wrong with axes is told at once, each at its own option", () => {
  const told = problemsOf(
    "server.workrs=1..9",
    "server.queue=9..1",
    "server.queue=x,7",
    "callers.patience=1/s,2s",
    "server=1,2",
  );
  expect(told).toEqual([
    expect.stringContaining('--vary server.workrs: nothing is called "workrs"'),
    "--vary server.queue: the range ends before it begins; 1..9",
    "--vary server.queue: --vary has the same path already; each value changed in one place only",
    expect.stringContaining('--vary server: --vary has "server.queue" already'),
    expect.stringContaining('--vary callers.patience: "/s" is not a unit here'),
  ]);
});

test("what is set cannot be varied, too", () => {
  const { problems } = readAxes(["server.queue=1..9"], { ...ground, change: { overrides: ["server.queue=5"] } });
  expect(problems.map(({ wrong }) => wrong)).toEqual(["--set has the same path already"]);
});

test("a value that the scenario takes with some values of another axis is no mistake", () => {
  const late = "timeline.+={ at: 3m, do: ramp, target: callers.rate, to: 1/s, over: 0s, as: late }";
  const change = { overrides: ["checks=[]", late] };
  const both = readAxes(["duration=2m,5m", "timeline.late.at=1m,4m30s"], { input: INPUT, change });
  expect(both.problems).toEqual([]);
  const alone = readAxes(["timeline.late.at=1m,9m"], { input: INPUT, change });
  expect(alone.problems.map(({ file, wrong }) => `${file}: ${wrong}`)).toEqual([
    '--vary timeline.late.at: "9m" is after the end of the run',
  ]);
});

test("whole ends mean whole numbers, but not where more values are asked for than there are and fractions fit", () => {
  const share = readAxes(["callers.classes.0.share=0..1/5"], ground).axes[0]!;
  const retries = readAxes(["callers.retry.maxRetries=0..2/5"], ground).axes[0]!;
  expect([share, retries].map((axis) => axis.sort === "range" && axis.isWhole)).toEqual([false, true]);
});
