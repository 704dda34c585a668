import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadInput } from "../../../scenarios/experiment/input.ts";
import { assumptionsOf } from "../../../scenarios/study/assumption.ts";
import { type FlipOptions, type FlipPoints, flipPoints } from "../../../scenarios/study/flip-points.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { conductHere, type Round } from "../../../scenarios/study/study.ts";

const AS_IT_STANDS = { variant: undefined, overrides: [] };
const ASKED = { change: AS_IT_STANDS, seed: undefined, replications: 4, most: 16, within: 0.03 };

function flipsOf(text: string, options: FlipOptions): FlipPoints {
  const input = { file: "flip.yaml", text, attachments: new Map() };
  const { scenario } = loadInput(input, options.change);
  const replicator = new Replicator(input);
  const study = flipPoints(assumptionsOf(input, scenario!, options.change), options);
  return conductHere(study, (job) => replicator.attempt(job));
}

test("500 posts of 501 inserts over 151 connections flip where Little's law says, at 0.603 ms an insert", () => {
  const text = readFileSync("scenarios/fan-out-open.yaml", "utf8");
  const answer = flipsOf(text, { ...ASKED, most: 8, within: 0.05 });
  const inserts = answer.figures.find(({ figure }) => figure.endsWith("waits"));
  expect(answer).toMatchObject({ verdict: "none", isRobust: false, immovable: [] });
  const [least, most] = inserts!.ends;
  expect(inserts).toMatchObject({ now: "0.4ms", low: "0.2ms", high: "2ms", note: "time of an insert" });
  expect(least).toMatchObject({ to: "0.2ms", flips: false, where: null });
  expect(most).toMatchObject({ to: "2ms", flips: true, verdict: "complete" });
  const { low, high } = most!.where!;
  const theory = (151 / (500 * 501)) * 1e6;
  expect(low!.x).toBeGreaterThan(0.95 * theory);
  expect(low!.x).toBeLessThan(1.02 * theory);
  expect(high!.x).toBeGreaterThan(theory);
  expect(high!.x).toBeLessThan(1.05 * theory);
});

/** Fifty calls a second of 10 ms each at one core: half of it is busy. Nobody waits for long. */
const TOY = `name: toy
title: A core that is half busy
duration: 100s
components:
  people:
    kind: load
    to: server
    rate: 50/s
    patience: 500ms
    classes: [{ name: a, cpu: 10ms }, { name: b, cpu: 5ms, share: 0% }]
  server: { kind: service, queue: 10000 }
figures:
  people.rate: assumed 10/s..60/s
  people.patience: assumed 1/s..2/s
  people.classes.*.cpu: assumed 2ms..100ms (time of a call)
  server.queue: case
`;

test("a figure that stands in several places moves as one, and none of them leaves the range", () => {
  const options = { ...ASKED, within: 0.1 };
  const { figures, immovable, isRobust } = flipsOf(TOY, options);
  expect(isRobust).toBe(false);
  expect(immovable).toEqual([
    { figure: "people.patience", why: "its range 1/s..2/s is of another sort than 500ms, or empty" },
  ]);
  const [rate, cpu] = figures;
  expect(rate!.ends.map(({ to, flips }) => [to, flips])).toEqual([
    ["10/s", false],
    ["60/s", false],
  ]);
  expect(cpu!.ends.map(({ to, flips }) => [to, flips])).toEqual([
    ["4ms, 2ms", false],
    ["100ms, 50ms", true],
  ]);
  const { low, high } = cpu!.ends[1]!.where!;
  expect(low!.x).toBeLessThan(21_000);
  expect(high!.x).toBeGreaterThan(19_000);
  expect(high!.x).toBeLessThan(23_000);
});

test("with a check the verdict is whether it holds, and it may flip elsewhere than the outage class", () => {
  const { verdict, figures } = flipsOf(TOY, { ...ASKED, within: 0.1, until: "http_req_duration p(95) < 40ms" });
  expect(verdict).toBe("holds");
  const { low, high } = figures[1]!.ends[1]!.where!;
  expect(low!.x).toBeGreaterThan(10_000);
  expect(high!.x).toBeLessThan(18_000);
  expect(figures[1]!.ends[1]!.verdict).toBe("does not hold");
});

test("whoever stops waiting after the first round has the verdict, and nothing that would be a claim", () => {
  const input = { file: "flip.yaml", text: TOY, attachments: new Map() };
  const { scenario } = loadInput(input, AS_IT_STANDS);
  const replicator = new Replicator(input);
  const study = flipPoints(assumptionsOf(input, scenario!, AS_IT_STANDS), ASKED);
  const { jobs } = study.next().value as Round;
  const { value } = study.next({ results: jobs.map((job) => replicator.attempt(job)), isInterrupted: true });
  expect(value).toMatchObject({ verdict: "none", isRobust: false });
  expect((value as FlipPoints).figures.flatMap(({ ends }) => ends.map(({ flips, n }) => [flips, n]))).toEqual(
    Array.from({ length: 4 }, () => [null, 0]),
  );
});
