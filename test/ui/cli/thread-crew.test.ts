import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { jobsFor } from "../../../scenarios/study/job.ts";
import type { Reply } from "../../../ui/cli/crew/crew.ts";
import { InOrder } from "../../../ui/cli/crew/in-order.ts";
import { exitCodeOfMany } from "../../../ui/cli/crew/many-runs.ts";
import { ThreadCrew, type ThreadCrewOptions } from "../../../ui/cli/crew/thread-crew.ts";

const INPUT = { file: "x.yaml", text: "", attachments: new Map() };

/** A thread that answers each job with its replication, after what `before` does with it. */
function scriptThat(before: string): URL {
  const folder = mkdtempSync(join(tmpdir(), "brownout-"));
  const script = join(folder, "worker.mjs");
  const lines = [
    `import { parentPort } from "node:worker_threads";`,
    `import { appendFileSync, existsSync, writeFileSync } from "node:fs";`,
    `const mark = ${JSON.stringify(join(folder, "mark"))};`,
    `parentPort.on("message", ({ replication }) => {`,
    `  ${before}`,
    `  parentPort.postMessage({ result: JSON.stringify({ outcome: replication, branches: [] }), seconds: 0.5 });`,
    "});",
  ];
  writeFileSync(script, lines.join("\n"));
  return pathToFileURL(script);
}

async function repliesOf(script: URL | undefined, jobs: number, options: Partial<ThreadCrewOptions> = {}) {
  const replies = new Map<number, Reply>();
  const interrupted = new AbortController().signal;
  const crew = new ThreadCrew(INPUT, { workers: 2, interrupted, ...options }, script);
  await crew.do(jobsFor([{ overrides: [] }], undefined, jobs), (index, reply) => {
    expect(replies.has(index)).toBe(false);
    replies.set(index, reply);
  });
  await crew.dismiss();
  return [...replies].sort(([a], [b]) => a - b).map(([index, reply]) => reasonOf(reply) ?? index);
}

function reasonOf(reply: Reply): string | undefined {
  return "failed" in reply ? reply.failed : undefined;
}

test("where no thread lives, every job fails for itself", async () => {
  // Beside the sources there is no worker.js, so that every thread dies at once.
  const said = await repliesOf(undefined, 5);
  expect(said.length).toBe(5);
  for (const words of said) expect(words).toMatch(/^the thread died: .*worker\.js/);
});

test("a job that ends its thread has failed after a second try, and the others are done", async () => {
  const script = scriptThat("if (replication === 3) process.exit(7);");
  const failed = "the thread died: it ended by itself (exit code 7)";
  expect(await repliesOf(script, 6)).toEqual([0, 1, 2, failed, 4, 5]);
});

test("a job that leaves an error behind which nobody catches has failed, and the others are done", async () => {
  const script = scriptThat(`if (replication === 0) return void setTimeout(() => { throw new Error("late"); });`);
  expect(await repliesOf(script, 4)).toEqual(["the thread died: late", 1, 2, 3]);
});

test("a job whose thread died through no fault of its own is done by another, once", async () => {
  const script = scriptThat(`if (replication === 2 && !existsSync(mark)) { writeFileSync(mark, ""); process.exit(); }`);
  expect(await repliesOf(script, 5, { workers: 1 })).toEqual([0, 1, 2, 3, 4]);
});

test("threads that die while they have nothing to do are replaced, and no job fails of it", async () => {
  const script = scriptThat("setTimeout(() => process.exit(1), 20);");
  const crew = new ThreadCrew(INPUT, { workers: 2, interrupted: new AbortController().signal }, script);
  const replies: Reply[] = [];
  const jobs = jobsFor([{ overrides: [] }], undefined, 2);
  await crew.do(jobs, (_, reply) => replies.push(reply));
  // Two dead threads for one job: it would have failed of them.
  // biome-ignore lint/complexity/useLiteralKeys: nobody outside of the crew can see that its threads are dead.
  while ([...crew["all"]].some((thread) => thread.isAlive)) await pause(5);
  await crew.do(jobs.slice(1), (_, reply) => replies.push(reply));
  expect(replies.map(reasonOf)).toEqual([undefined, undefined, undefined]);
});

test("a job that hangs is given up after the timeout and its thread ended, and the others are done", async () => {
  const script = scriptThat(`if (replication === 1) for (;;) appendFileSync(mark, "+");`);
  const said = await repliesOf(script, 5, { timeout: 2000 });
  expect(said).toEqual([0, expect.stringMatching(/^it was given up after 2 s/), 2, 3, 4]);
  const signs = () => statSync(new URL("mark", script)).size;
  await pause(50);
  const before = signs();
  await pause(100);
  expect(signs()).toBe(before);
});

test("an interruption ends jobs that hang, at once and without a word about them", async () => {
  const controller = new AbortController();
  const script = scriptThat("if (replication > 1) for (;;);");
  const crew = new ThreadCrew(INPUT, { workers: 2, interrupted: controller.signal }, script);
  const told: number[] = [];
  await crew.do(jobsFor([{ overrides: [] }], undefined, 5), (index) => {
    told.push(index);
    if (told.length === 2) setTimeout(() => controller.abort(), 100);
  });
  expect(told.sort()).toEqual([0, 1]);
});

test("whoever cannot take a reply ends the work, and hears why", async () => {
  const crew = new ThreadCrew(INPUT, { workers: 2, interrupted: new AbortController().signal }, scriptThat(""));
  const jobs = jobsFor([{ overrides: [] }], undefined, 50);
  const full = crew.do(jobs, () => {
    throw new Error("the disk is full");
  });
  await expect(full).rejects.toThrow("the disk is full");
});

test("many runs end with our mistake before anything else, then with wrong input, then with an interruption", () => {
  const complete = { outcomes: [], invalid: new Map<number, string>(), failed: 0, givenUp: 0, isComplete: true };
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
