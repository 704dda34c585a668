import { expect, test } from "vitest";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { type Extent, movesOf } from "../../../scenarios/study/sensitivity.ts";
import { conductHere } from "../../../scenarios/study/study.ts";
import { type Tornado, tornado } from "../../../scenarios/study/tornado.ts";

/** A core can do a hundred calls of 10 ms a second, and a few more come. The size of an answer hardly matters. */
const HARDLY = `name: hardly
title: A core that cannot quite do it
duration: 100s
components:
  people:
    kind: load
    to: server
    rate: [{ at: 0s, is: 110/s }, { at: 90s, is: 110/s }, { at: 90s, is: 100/s }]
    patience: 500ms
    classes: [{ name: a, cpu: 10ms, reply: 2KiB }]
  server: { kind: service, queue: 10000, cores: 1 }
figures:
  people.rate: assumed 60/s..160/s
  people.patience: case
  people.classes.*.cpu: case
  people.classes.*.reply: assumed 1KiB..8KiB
  server.queue: case
  server.cores: assumed 1..3
`;

function tornadoOf(extent: Extent, replications = 4): Tornado {
  const input = { file: "hardly.yaml", text: HARDLY, attachments: new Map() };
  const change = { variant: undefined, overrides: [] };
  const { scenario } = loadInput(input, change);
  const replicator = new Replicator(input);
  const study = tornado(movesOf(input, scenario!, change, extent), { change, seed: undefined, replications });
  return conductHere(study, (job) => replicator.attempt(job));
}

test("figures are moved to the ends of their ranges, a curve as a whole, and what does most comes first", () => {
  const { figures, usual, immovable, base } = tornadoOf("range", 3);
  expect([usual, base.n, immovable]).toEqual(["complete", 3, []]);
  expect(
    figures
      .map(({ figure, from, moves }) => [figure, from, ...moves.map(({ to }) => to)])
      .slice(0, 2)
      .sort(),
  ).toEqual([
    ["people.rate", "110/s, 100/s", "66/s, 60/s", "160/s, 145.454545455/s"],
    ["server.cores", "1", "3"],
  ]);
  const { moves } = figures.find(({ figure }) => figure === "people.rate")!;
  expect(moves.map(({ usual, flips }) => [usual, flips])).toEqual([
    ["none", true],
    ["complete", false],
  ]);
  const effects = figures.map(({ effect }) => effect);
  expect(effects).toEqual([...effects].sort((a, b) => b - a));
  expect(effects[1]).toBeGreaterThan(0.8);
  expect(figures[2]).toMatchObject({ figure: "people.classes.*.reply", from: "2KiB" });
  expect(effects[2]).toBeLessThan(0.02);
});

test("the same people meet each move, and the difference is that of the means", () => {
  const { figures, base } = tornadoOf({ by: 0.5 }, 3);
  const less = figures.find(({ figure }) => figure === "people.rate")!.moves[0]!;
  expect(less.overrides.map((each) => each.replace("components.people.rate.", ""))).toEqual([
    '0.is="55/s"',
    '1.is="55/s"',
    '2.is="50/s"',
  ]);
  const { mean, low, high, n } = less.difference!;
  expect(n).toBe(3);
  expect(mean).toBeCloseTo(less.table.goodput.mean - base.goodput.mean, 12);
  expect(low!).toBeLessThan(mean);
  expect(high!).toBeGreaterThan(mean);
});

test("a move that the scenario does not allow is told, and the others are not held up", () => {
  const { figures } = tornadoOf({ by: 0.9 }, 2);
  const cores = figures.find(({ figure }) => figure === "server.cores")!;
  expect(cores.moves.map(({ to, refused, difference }) => [to, refused === null, difference === null])).toEqual([
    ["0", false, true],
    ["2", true, false],
  ]);
});
