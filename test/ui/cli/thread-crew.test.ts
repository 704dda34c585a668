import { expect, test } from "vitest";
import { jobsFor } from "../../../scenarios/study/job.ts";
import type { Reply } from "../../../ui/cli/crew.ts";
import { InOrder } from "../../../ui/cli/in-order.ts";
import { exitCodeOfMany } from "../../../ui/cli/many-runs.ts";
import { ThreadCrew } from "../../../ui/cli/thread-crew.ts";

const INPUT = { file: "x.yaml", text: "", attachments: new Map() };

test("a thread that dies fails its own job alone; another thread takes the next", async () => {
  // Beside the sources there is no worker.js, so that every thread dies at once.
  const replies = new Map<number, Reply>();
  const interrupted = new AbortController().signal;
  const onReply = (index: number, reply: Reply) => replies.set(index, reply);
  const jobs = jobsFor([{ overrides: [] }], undefined, 5);
  await new ThreadCrew(INPUT, { workers: 2, interrupted }).do(jobs, onReply);
  expect([...replies.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
  expect([...replies.values()].every((reply) => "failed" in reply && reply.failed.includes("the thread died"))).toBe(
    true,
  );
});

test("many runs end with our mistake before anything else, then with wrong input, then with an interruption", () => {
  const complete = { outcomes: [], invalid: new Map<number, string>(), failed: 0, isComplete: true };
  const invalid = new Map([[3, "90s is after the end"]]);
  expect(exitCodeOfMany({ ...complete, invalid, failed: 1, isComplete: false })).toBe(4);
  expect(exitCodeOfMany({ ...complete, invalid, isComplete: false })).toBe(2);
  expect(exitCodeOfMany({ ...complete, isComplete: false })).toBe(3);
});

test("results are told in the order of their jobs, and at the end also those behind one that never came", () => {
  const told: string[] = [];
  const inOrder = new InOrder<string>((thing) => told.push(thing));
  inOrder.add(2, "c");
  inOrder.add(0, "a");
  expect(told).toEqual(["a"]);
  inOrder.add(4, "e");
  inOrder.add(1, "b");
  expect(told).toEqual(["a", "b", "c"]);
  inOrder.end();
  expect(told).toEqual(["a", "b", "c", "e"]);
});
