import alea from "seedrandom/lib/alea.js";
import { expect, test } from "vitest";
import { Stream, Streams } from "../../sim/random.ts";

function draws(stream: Stream, count: number): number[] {
  return Array.from({ length: count }, () => stream.next());
}

function correlation(xs: readonly number[], ys: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += ((xs[i] as number) - 0.5) * ((ys[i] as number) - 0.5);
  return (12 * sum) / xs.length;
}

test("a stream is seedrandom's Alea from the ninth draw on, moved to the middle of each step", () => {
  const original = alea("v1|seed=a|rep=0|path=db|purpose=service", { state: true });
  for (let i = 0; i < 8; i++) original();
  const stream = new Streams("a", 0).stream("db", "service");
  for (let i = 0; i < 10_000; i++) expect(stream.next()).toBe(original() + 2 ** -33);
});

test("the first numbers of seed 1 never change", () => {
  expect(draws(new Streams("1", 0).stream("db", "service"), 4)).toEqual([
    0.6042500223265961, 0.6769264807226136, 0.3719103956827894, 0.9125671171350405,
  ]);
  expect(draws(new Streams("1", 1).stream("db", "service"), 2)).toEqual([0.4850066649960354, 0.8106492635561153]);
});

test("every number lies strictly between zero and one", () => {
  const stream = new Stream("open interval");
  for (let i = 0; i < 100_000; i++) {
    const u = stream.next();
    expect(u > 0 && u < 1).toBe(true);
  }
});

test("asking twice for the same purpose gives the same stream, further along", () => {
  const streams = new Streams("1", 0);
  const first = streams.stream("db", "service");
  first.next();
  expect(streams.stream("db", "service")).toBe(first);
});

test("adding components moves nobody's numbers", () => {
  const alone = draws(new Streams("7", 0).stream("db", "service"), 100);
  const crowded = new Streams("7", 0);
  for (let i = 0; i < 50; i++) crowded.stream(`pod-${i}`, "service").next();
  expect(draws(crowded.stream("db", "service"), 100)).toEqual(alone);
});

test("seeds 1, 11 and 111, replications, places and purposes all have numbers of their own", () => {
  const streams = [
    ...["1", "11", "111"].map((seed) => new Streams(seed, 0).stream("db", "service")),
    new Streams("1", 1).stream("db", "service"),
    new Streams("1", 0).stream("db-2", "service"),
    new Streams("1", 0).stream("db", "arrivals"),
  ];
  const firsts = streams.map((stream) => stream.next());
  expect(new Set(firsts).size).toBe(6);
});

test("no choice of seed and path can pass for another", () => {
  const firsts = [
    new Streams("a", 0).stream("b", "c"),
    new Streams("a|rep=0|path=b", 0).stream("b", "c"),
    new Streams("a", 0).stream("b|purpose=c", "c"),
    new Streams("a", 0).stream("b", "c|purpose=c"),
    new Streams("a\\", 0).stream("b", "c"),
    new Streams("a\\|rep=0", 0).stream("b", "c"),
    new Streams("a", 0).stream("b\\", "c|purpose=d"),
    new Streams("a", 0).stream("b|purpose=c\\", "d"),
    new Streams("a", 0).stream("", "b|c"),
    new Streams("a", 0).stream("b", "|c"),
  ].map((stream) => stream.next());
  expect(new Set(firsts).size).toBe(firsts.length);
});

test("neighbouring seeds are uncorrelated, in their first numbers and along their streams", () => {
  const firsts = Array.from({ length: 10_000 }, (_, seed) => new Streams(`${seed}`, 0).stream("db", "service").next());
  expect(Math.abs(correlation(firsts.slice(0, -1), firsts.slice(1)))).toBeLessThan(0.026);
  const one = draws(new Streams("1", 0).stream("db", "service"), 10_000);
  const two = draws(new Streams("2", 0).stream("db", "service"), 10_000);
  expect(Math.abs(correlation(one, two))).toBeLessThan(0.026);
  expect(Math.abs(correlation(one.slice(0, -1), one.slice(1)))).toBeLessThan(0.026);
});

test("among 100 000 streams a first number repeats no more often than chance has it", () => {
  const seen = new Set<number>();
  for (let i = 0; i < 100_000; i++) seen.add(new Stream(`v1|seed=1|rep=0|path=pod-${i}|purpose=service`).next());
  expect(100_000 - seen.size).toBeLessThanOrEqual(6);
});

test("a whole number below n takes each value equally often", () => {
  const stream = new Stream("dice");
  const counts = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 60_000; i++) {
    const face = stream.integer(6);
    counts[face] = (counts[face] as number) + 1;
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquare).toBeLessThan(15.09);
  expect(stream.integer(1)).toBe(0);
});

test("a stream's state is plain numbers, and putting them back replays it", () => {
  const stream = new Stream("snapshot");
  const state = structuredClone(Object.entries(stream));
  expect(state.every(([, value]) => typeof value === "number")).toBe(true);
  const before = draws(stream, 10);
  Object.assign(stream, Object.fromEntries(state));
  expect(draws(stream, 10)).toEqual(before);
});
