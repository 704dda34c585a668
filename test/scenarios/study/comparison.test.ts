import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Change } from "../../../scenarios/experiment/input.ts";
import { type Comparison, comparisonOf } from "../../../scenarios/study/comparison.ts";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import { pairedMeasure } from "../../../scenarios/study/paired-measure.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import type { Response } from "../../../scenarios/study/response.ts";
import { conductHere } from "../../../scenarios/study/study.ts";
import { CALM } from "../../ui/cli/brownout.ts";

const inputOf = (file: string, text = readFileSync(file, "utf8")) => ({ file, text, attachments: new Map() });
const TOY = new Replicator(inputOf("scenarios/defences/lasting-overload.yaml"));
const DATABASE = new Replicator(inputOf("calm.yaml", CALM));

const STANDS: Change = { overrides: [] };
const SHEDDING: Change = { variant: "load-shedding", overrides: [] };

function compare(replicator: Replicator, a: Change, b: Change, replications: number, ...names: string[]): Comparison {
  const responses = names.map((name): Response => ({ name, unit: "", measures: [name] }));
  const question = { a, b, seed: undefined, replications, responses };
  return conductHere(comparisonOf(question), (job) => replicator.attempt(job));
}

test("six pairs show that load shedding prevents the lasting overload, and to exchange the sides exchanges all signs", () => {
  const there = compare(TOY, STANDS, SHEDDING, 6, "max(in_flight(callers))");
  const back = compare(TOY, SHEDDING, STANDS, 6, "max(in_flight(callers))");
  expect(there.outages.complete).toMatchObject({ both: 0, onlyA: 6, onlyB: 0, p: expect.closeTo(0.03125, 12) });
  expect([there.pairs, there.samePeople, there.better]).toEqual([6, 6, { side: "b", in: "complete outages" }]);
  expect(there.goodput.paired!.difference.low).toBeGreaterThan(50);
  expect(back.better).toEqual({ side: "a", in: "complete outages" });
  expect(back.outages.complete).toMatchObject({ onlyA: 0, onlyB: 6, p: expect.closeTo(0.03125, 12) });
  expect(back.representative).toBe(there.representative);
  for (const [one, other] of [
    [there.goodput, back.goodput] as const,
    [there.measures[0]!, back.measures[0]!] as const,
  ]) {
    const { mean, low, high, standardDeviation } = one.paired!.difference;
    expect(other.paired!.difference).toEqual({ n: 6, mean: -mean, low: -high!, high: -low!, standardDeviation });
    expect([other.paired!.correlation, other.paired!.gain]).toEqual([one.paired!.correlation, one.paired!.gain]);
  }
});

test("a side compared with itself differs in nothing, and nothing is won by pairing", () => {
  const { goodput, outages, better } = compare(TOY, STANDS, STANDS, 3);
  expect(goodput.paired).toMatchObject({ difference: { mean: 0, low: 0, high: 0 }, gain: null });
  expect([outages.complete, better]).toEqual([{ both: 3, onlyA: 0, onlyB: 0, neither: 0, p: 1 }, null]);
});

test("the same luck on both sides makes a difference known that pairs of unlike luck do not show as well", () => {
  const measure = "http_req_duration{load:people} avg";
  const done: (number | null)[] = [];
  const remember = (job: Job): Result => {
    const { outcome, branches } = DATABASE.do(job);
    done.push(outcome.measured[0]!.value);
    return { outcome, branches };
  };
  const faster: Change = { overrides: ["people.classes.0.work=exponential mean 4ms"] };
  const responses = [{ name: measure, unit: "ms", measures: [measure] }];
  const question = { a: STANDS, b: faster, seed: undefined, replications: 8, responses };
  const { measures } = conductHere(comparisonOf(question), remember);
  const inStep = measures[0]!.paired!;
  expect(inStep.correlation).toBeGreaterThan(0.8);
  expect(inStep.gain).toBeGreaterThan(4);
  const [as, bs] = [0, 1].map((side) => done.filter((_, at) => at % 2 === side));
  const shifted = pairedMeasure(
    measure,
    "ms",
    as!.map((a, at) => ({ a, b: bs![(at + 1) % 8]! })),
  ).paired!;
  expect(shifted.gain!).toBeLessThan(inStep.gain! / 2);
});

test("where the load is changed, or people wait for answers before they come again, other people come", () => {
  const more = { overrides: ["callers.rate=70/s"] };
  expect(compare(TOY, STANDS, more, 3).samePeople).toBe(0);
  const users = { overrides: ["people.rate=", "people.users=40", "people.thinkTime=exponential mean 500ms"] };
  const slower = { overrides: [...users.overrides, "db.cores=1", "people.classes.0.work=exponential mean 12ms"] };
  expect(compare(DATABASE, users, slower, 3).samePeople).toBe(0);
});

test("three collapses are too few for outages to decide, so goodput does, for the side that has more of it", () => {
  const calm = { overrides: ["callers.rate=60/s"] };
  const hasty = { overrides: ["callers.rate=60/s", "callers.patience=150ms"] };
  const there = compare(TOY, hasty, calm, 3);
  expect(there.outages.complete).toMatchObject({ onlyA: 3, onlyB: 0, p: expect.closeTo(0.25, 12) });
  expect(there.better).toEqual({ side: "b", in: "goodput" });
  expect(compare(TOY, calm, hasty, 3).better).toEqual({ side: "a", in: "goodput" });
});

test("an interrupted comparison tells of the pairs that are whole, and of those alone", () => {
  const study = comparisonOf({ a: STANDS, b: SHEDDING, seed: undefined, replications: 5, responses: [] });
  const { jobs } = study.next().value as { readonly jobs: readonly Job[] };
  const results = jobs.map((job, at) => (at < 5 ? TOY.attempt(job) : undefined));
  const { value } = study.next({ results, isInterrupted: true });
  expect(value).toMatchObject({ pairs: 2, goodput: { paired: { difference: { n: 2 } } } });
  const nothing = comparisonOf({ a: STANDS, b: SHEDDING, seed: undefined, replications: 5, responses: [] });
  nothing.next();
  const none = nothing.next({ results: [], isInterrupted: true }).value;
  expect(none).toMatchObject({ pairs: 0, better: null, representative: null, goodput: { paired: null } });
});

test("a probe that asks nobody else keeps the cascade from becoming complete; of three pairs goodput alone is sure", () => {
  const cascade = new Replicator(inputOf("scenarios/scale-out-cascade.yaml"));
  const probe = { variant: "independent-probe", overrides: [] };
  const { outages, better, samePeople, goodput } = compare(cascade, STANDS, probe, 3);
  expect(outages.complete).toMatchObject({ both: 0, onlyA: 3, onlyB: 0, p: expect.closeTo(0.25, 12) });
  expect([better, samePeople]).toEqual([{ side: "b", in: "goodput" }, 3]);
  expect(goodput.paired!.difference.low).toBeGreaterThan(0);
});
