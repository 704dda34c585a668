import { expect, test } from "vitest";
import { meanOf, type System, type SystemOptions, system, timesOf } from "../models/service-system.ts";
import { BATCHES, expectTheory } from "./batch-means.ts";
import { boundedLine, erlangB, machineRepair, meanWait, pollaczekKhinchine, waitsLongerThan } from "./formulas.ts";

/** Means of a histogram over twenty stretches of a run, after one that is left out for warming up. */
function batchMeans(built: System, path: string, name: string, seconds: number): number[] {
  const means: number[] = [];
  let before = timesOf(built.world, path, name);
  for (let batch = 0; batch <= BATCHES; batch++) {
    built.run((batch + 1) * seconds);
    const { count, mean } = timesOf(built.world, path, name);
    if (batch > 0) means.push((count * mean - before.count * before.mean) / (count - before.count));
    before = { ...before, count, mean };
  }
  return means;
}

function station(rate: string, waits: string, api: NonNullable<SystemOptions["api"]>): System {
  const people = { rate, classes: [{ name: "ask", waits }], patience: "1h" };
  return system({ people, seed: "queues", api: { queue: 1_000_000, ...api } });
}

test.each([
  {
    title: "one worker, exponential work (M/M/1)",
    workers: 1,
    rate: 80,
    waits: "exponential mean 10ms",
    theory: meanWait(1, 80, 100),
  },
  {
    title: "ten workers, exponential work (M/M/10)",
    workers: 10,
    rate: 800,
    waits: "exponential mean 10ms",
    theory: meanWait(10, 800, 100),
  },
  {
    title: "one worker, constant work (M/D/1)",
    workers: 1,
    rate: 80,
    waits: "10ms",
    theory: pollaczekKhinchine(80, 0.01, 0),
  },
  {
    title: "one worker, work with cv 2 (M/G/1)",
    workers: 1,
    rate: 60,
    waits: "gamma mean 10ms cv 2",
    theory: pollaczekKhinchine(60, 0.01, 2),
  },
])("$title: people wait as long as theory says", ({ workers, rate, waits, theory }) => {
  const built = station(`${rate}/s`, waits, { workers });
  expectTheory(batchMeans(built, "people", "http_req_duration", 24_000 / rate), 10 + 1000 * theory);
});

test("four workers and room for six more turn away the share of M/M/4/10", () => {
  const built = station("50/s", "exponential mean 100ms", { workers: 4, queue: 6 });
  const theory = boundedLine(4, 10, 50, 10);
  expectTheory(batchMeans(built, "people", "http_req_duration", 400), 1000 * theory.timeInside);
  const turnedAway = built.world.count("people", "queue full") / built.world.count("people", "http_reqs");
  expect(turnedAway / theory.blocked).toBeCloseTo(1, 1.9);
});

test("twenty workers and no line at all lose what Erlang B says, whatever the work's distribution", () => {
  for (const waits of ["exponential mean 100ms", "100ms", "gamma mean 100ms cv 2"]) {
    const built = station("200/s", waits, { workers: 20, queue: 0 });
    built.run(2000);
    const lost = built.world.count("people", "queue full") / built.world.count("people", "http_reqs");
    expect(lost / erlangB(20, 20), waits).toBeCloseTo(1, 1.5);
  }
});

test("a pool of ten connections lets callers wait as Erlang C says", () => {
  const people = { rate: "160/s", classes: [{ name: "ask", waits: "exponential mean 50ms" }], patience: "1h" };
  const built = system({ people, seed: "queues", api: { to: "db" }, db: {} });
  expectTheory(batchMeans(built, "people", "http_req_duration", 200), 50 + 1000 * meanWait(10, 160, 20));
  const wait = timesOf(built.world, "api/db", "wait");
  for (const [percent, seconds] of [
    [90, 0.0352],
    [99, 0.0928],
  ] as const) {
    expect(waitsLongerThan(seconds, 10, 160, 20)).toBeCloseTo(1 - percent / 100, 3);
    expect(wait.p(percent) / (1000 * seconds), `p${percent}`).toBeCloseTo(1, 1.2);
  }
});

test("behind a line that is served in order, the next line sees Poisson arrivals again (a tandem)", () => {
  const people = {
    rate: "70/s",
    classes: [{ name: "ask", cpu: "exponential mean 10ms", waits: "exponential mean 8ms" }],
    patience: "1h",
  };
  const built = system({
    people,
    seed: "queues",
    api: { cores: 1, to: "db", pool: { kind: "mysql2", connectionLimit: 1 } },
    db: {},
  });
  const theory = 1 / (100 - 70) + 1 / (125 - 70);
  expectTheory(batchMeans(built, "people", "http_req_duration", 400), 1000 * theory);
});

test("thirty users who think for a second share two workers as in machine repair", () => {
  const people = {
    users: 30,
    thinkTime: "exponential mean 1s",
    classes: [{ name: "ask", waits: "exponential mean 100ms" }],
  };
  const built = system({ people, seed: "queues", api: { workers: 2, queue: 100 } });
  const theory = machineRepair(2, 30, 1, 10);
  expectTheory(batchMeans(built, "people", "http_req_duration", 500), 1000 * theory.timeInside);
  expect(built.world.count("people", "iterations") / 10_500 / theory.throughput).toBeCloseTo(1, 2);
});

test("the mean number inside the service is the rate times the time inside (Little)", () => {
  const built = station("90/s", "lognormal median 60ms p99 500ms", { workers: 10 });
  built.run(2000);
  const inside = meanOf(built.world, "api-0", "busy") + meanOf(built.world, "api-0", "waiting");
  const rate = built.world.count("people", "http_reqs") / 2000;
  expect(inside / ((rate * timesOf(built.world, "people", "http_req_duration").mean) / 1000)).toBeCloseTo(1, 2.7);
});
