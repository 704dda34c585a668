import { expect, test } from "vitest";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { isSo } from "../../../scenarios/study/clause.ts";
import type { Job, Result } from "../../../scenarios/study/job.ts";
import { Range } from "../../../scenarios/study/range.ts";
import { conductHere, type Study } from "../../../scenarios/study/study.ts";
import { type Bracket, bracket } from "../../../scenarios/study/tipping-point.ts";
import { decide, leastRuns, Trial } from "../../../scenarios/study/trial.ts";
import { Stream } from "../../../sim/random.ts";

/** A world of which the truth is known: at a value so many of all runs say yes. */
type Truth = (x: number) => number;

interface Asked {
  readonly share?: number;
  readonly within?: number;
  readonly most?: number;
}

function search(words: string, { share = 0.5, within = 0.02, most = 64 }: Asked = {}): Study<Bracket> {
  const jobAt = (x: number, replication: number): Job => ({ overrides: [String(x)], replication });
  const question = ({ outcome }: { outcome: Outcome }) => isSo(outcome);
  return bracket({ about: "x", range: Range.of(words) as Range, jobAt, question, share, within, most });
}

/** Runs of such a world; each by its own luck. */
function worldOf(truth: Truth, seed: number) {
  let runs = 0;
  const run = ({ overrides: [x = ""], replication }: Job): Result => {
    runs++;
    const isYes = new Stream(`${seed} ${x} ${replication}`).next() < truth(Number(x));
    const conclusion = isYes ? "as expected" : "not as expected";
    return { outcome: { conclusion } as Outcome, branches: [] };
  };
  return { run, count: () => runs };
}

const find = (truth: Truth, words: string, asked?: Asked, seed = 1) =>
  conductHere(search(words, asked), worldOf(truth, seed).run);

const sharp = (point: number) => (x: number) => (x > point ? 1 : 0);
/** From none to all over a tenth of the point. */
const gradual = (point: number) => (x: number) => Math.min(1, Math.max(0, 0.5 + (10 * (x - point)) / point));

test("a sharp edge is found between two values as close as was asked for, in few runs", () => {
  const { run, count } = worldOf(sharp(88.4), 1);
  const { found, rises, low, high, isNarrow, isMonotone, tried } = conductHere(search("10/s..400/s"), run);
  expect([found, rises, isNarrow, isMonotone]).toEqual(["bracket", true, true, true]);
  expect(low!.x).toBeLessThan(88.4);
  expect(high!.x).toBeGreaterThan(88.4);
  expect(high!.x - low!.x).toBeLessThan(0.02 * 88.4 * 1.02);
  expect([low!.value, low!.k, low!.n, high!.k, high!.n]).toEqual([`${low!.x}/s`, 0, 7, 7, 7]);
  expect(count()).toBe(4 * tried.length + 2 * 3);
  expect(count()).toBeLessThan(60);
});

test("whole numbers end as neighbours, and an answer that turns from yes to no is found as well", () => {
  const { low, high, rises, isNarrow } = find((x) => (x < 37 ? 1 : 0), "1..1000");
  expect([low!.value, high!.value, rises, isNarrow]).toEqual(["36", "37", false, true]);
});

test("where the answer changes gradually, 19 of 20 brackets hold the point at which half of all runs say yes", () => {
  const points = Array.from({ length: 200 }, (_, seed) => 50 + seed);
  const brackets = points.map((point, seed) => find(gradual(point), "20/s..500/s", { within: 0.05 }, seed));
  const holds = brackets.filter(({ low, high }, at) => low!.x <= points[at]! && high!.x >= points[at]!);
  expect(holds.length / brackets.length).toBeGreaterThan(0.95);
  expect(brackets.every(({ found }) => found === "bracket")).toBe(true);
});

test("a value that cannot be decided stays inside the bracket, which says that it is wider than asked for", () => {
  const plateau = (x: number) => (x < 40 ? 0 : x > 60 ? 1 : 0.5);
  const { low, high, tried, isNarrow } = find(plateau, "10/s..90/s", {}, 2);
  expect(isNarrow).toBe(false);
  expect(low!.x).toBeLessThanOrEqual(60);
  expect(high!.x).toBeGreaterThanOrEqual(40);
  const open = tried.filter(({ side }) => side === null);
  expect(open.map(({ n }) => n)).toEqual(open.map(() => 64));
  expect(open.length).toBeGreaterThan(0);
});

test("5 % of all runs is another point than half of them, and takes 73 runs that all say no to tell", () => {
  expect([leastRuns(0.5), leastRuns(0.05), leastRuns(0.95)]).toEqual([7, 127, 127]);
  const rising = (x: number) => Math.min(1, Math.max(0, (x - 100) / 100));
  const { low, high, tried } = find(rising, "50/s..200/s", { share: 0.05, most: 1000 });
  expect(low!.x).toBeLessThanOrEqual(105);
  expect(high!.x).toBeGreaterThanOrEqual(105);
  expect(high!.x).toBeLessThan(115);
  expect(tried[0]).toMatchObject({ k: 0, n: 73, side: "below" });
});

test("ends that agree give no bracket, and neither does an end that cannot be decided", () => {
  expect(find(sharp(500), "10/s..400/s")).toMatchObject({ found: "same", low: null, high: null, isMonotone: true });
  expect(find((x) => (x > 300 ? 0.5 : 0), "10/s..400/s", { most: 8 }, 3)).toMatchObject({ found: "open", low: null });
});

test("a second tipping point between the ends is warned of, and the bracket is about the first", () => {
  const back = (x: number) => (x < 21 || (x > 60 && x < 80) ? 0 : 1);
  const { low, high, isMonotone } = find(back, "10/s..110/s");
  expect(isMonotone).toBe(false);
  expect(low!.x).toBeLessThan(21);
  expect(high!.x).toBeGreaterThanOrEqual(21);
  expect(find((x) => (x > 40 && x < 70 ? 1 : 0), "10/s..90/s")).toMatchObject({ found: "same", isMonotone: false });
});

test("the fit never falls where the answers do", () => {
  const { tried } = find(gradual(100), "50/s..200/s", { within: 0.005 }, 7);
  expect(tried.every(({ fit }, at) => at === 0 || fit >= tried[at - 1]!.fit)).toBe(true);
  const falling = find((x) => 1 - gradual(100)(x), "50/s..200/s", { within: 0.005 }, 7);
  expect(falling.tried.every(({ fit }, at) => at === 0 || fit <= falling.tried[at - 1]!.fit)).toBe(true);
  expect(falling.tried[0]!.fit).toBe(1);
});

test("an interrupted search tells the bracket that it has so far", () => {
  const study = search("10/s..400/s");
  const { run } = worldOf(sharp(88.4), 1);
  let step = study.next();
  for (let round = 0; !step.done; round++) {
    const isInterrupted = round === 2;
    step = study.next({
      results: step.value.jobs.map((job, at) => (isInterrupted && at > 1 ? undefined : run(job))),
      isInterrupted,
    });
  }
  const { found, low, high, isNarrow } = step.value as Bracket;
  expect([found, isNarrow]).toEqual(["bracket", false]);
  expect(low!.x).toBeLessThan(88.4);
  expect(high!.x).toBeGreaterThan(88.4);
});

test("what the scenario refuses, and runs that do not tell, decide nothing", () => {
  const refusal: Result = { failed: "no", isInvalid: true, stack: "" };
  const refused = conductHere(search("1..8"), ({ overrides }) =>
    overrides[0] === "8" ? refusal : worldOf(sharp(3), 1).run({ overrides, replication: 0 }),
  );
  expect(refused).toMatchObject({ found: "open" });
  expect(refused.tried.at(-1)).toMatchObject({ value: "8", n: 0, refused: "no", side: null });
  const open = { outcome: { conclusion: "inconclusive" } as Outcome, branches: [] };
  expect(conductHere(search("1..8", { most: 8 }), () => open)).toMatchObject({ found: "open" });
});

test("a value at which 3 of 10 runs say yes is taken for one of most runs in less than 1 of 20 cases", () => {
  const sides = Array.from({ length: 1000 }, (_, seed) => {
    const trial = new Trial((replication) => ({ overrides: ["0"], replication }));
    const rule = { share: 0.5, most: 64 };
    conductHere(
      decide([trial], ({ outcome }) => isSo(outcome), rule, ""),
      worldOf(() => 0.3, seed).run,
    );
    return trial.side(0.5);
  });
  expect(sides.filter((side) => side === "above").length).toBeLessThan(50);
  expect(sides.filter((side) => side === "below").length).toBeGreaterThan(900);
});
