import { expect, test } from "vitest";
import type { Done, Job } from "../../../scenarios/study/job.ts";
import { remembering } from "../../../scenarios/study/remembering.ts";
import { conductHere, type Study } from "../../../scenarios/study/study.ts";

const job = (replication: number): Job => ({ overrides: [], replication });

/** Asks for the first two replications, then for the first three, and gives how many were done of each. */
function* twice(): Study<number[]> {
  const first = yield { about: "two", jobs: [job(0), job(1)] };
  const second = yield { about: "three", jobs: [job(0), job(1), job(2), job(2)] };
  return [first, second].map(({ results }) => results.filter((result) => result !== undefined).length);
}

test("a study that asks for the same run again gets what it was given before, and nothing is done twice", () => {
  const done: number[] = [];
  const answer = conductHere(remembering(twice()), ({ replication }) => {
    done.push(replication);
    return { outcome: { replication }, branches: [] } as unknown as Done;
  });
  expect([answer, done]).toEqual([
    [2, 4],
    [0, 1, 2],
  ]);
});

test("after an interruption nothing more is asked for, and what is known by then is the answer", () => {
  const study = remembering(twice());
  study.next();
  const result = { outcome: {}, branches: [] } as unknown as Done;
  expect(study.next({ results: [result, undefined], isInterrupted: true })).toEqual({ done: true, value: [1, 1] });
});
