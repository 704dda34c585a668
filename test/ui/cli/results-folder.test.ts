import { appendFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { type Job, jobsFor } from "../../../scenarios/study/job.ts";
import type { Crew, OnReply, Reply } from "../../../ui/cli/crew/crew.ts";
import { KnownRuns } from "../../../ui/cli/crew/known-runs.ts";
import { RememberingCrew } from "../../../ui/cli/crew/remembering-crew.ts";
import { ResultsFolder } from "../../../ui/cli/crew/results-folder.ts";
import { ownOf, type Shard } from "../../../ui/cli/crew/shard.ts";
import { Unanswered } from "../../../ui/cli/exit-code.ts";
import { Folder } from "./brownout.ts";

/** Does what it is asked, and counts it: replication 3 fails, replication 4 is not allowed. */
class Workers implements Crew {
  readonly did: number[] = [];

  async do(jobs: readonly Job[], onReply: OnReply): Promise<void> {
    for (const [index, { replication }] of jobs.entries()) {
      this.did.push(replication);
      onReply(index, replyTo(replication), 0.5);
    }
  }

  async dismiss(): Promise<void> {}
}

function replyTo(replication: number): Reply {
  if (replication === 3) return { failed: "a mistake", isInvalid: false, stack: "at x" };
  if (replication === 4) return { failed: "not allowed", isInvalid: true, stack: "at y" };
  return { outcome: { replication, verdict: `München\n${replication}` } as Outcome, branches: [], whole: "{}" };
}

/** Asks for replications, and says which were run, and what was told of each. */
async function ask(path: string, replications: readonly number[], notes: string[] = [], shard?: Shard) {
  const workers = new Workers();
  const folder = new ResultsFolder(path, (line) => notes.push(line));
  const crew = new RememberingCrew(workers, folder, { inputHash: "0123", shard });
  const told = new Map<number, Reply>();
  const jobs = replications.map((replication) => jobsFor([{ overrides: [] }], undefined, 1, replication)[0]!);
  await crew.do(jobs, (index, reply) => told.set(index, reply));
  await crew.dismiss();
  return { did: workers.did, told };
}

function filesIn(path: string): string[] {
  return readdirSync(path).map((name) => join(path, name));
}

test("what is done is never done again, nor what is not allowed; what failed is tried again", async () => {
  const { path } = new Folder();
  const first = await ask(path, [0, 1, 2, 3, 4]);
  expect(first.did).toEqual([0, 1, 2, 3, 4]);
  const second = await ask(path, [5, 4, 3, 2, 1, 0]);
  expect(second.did).toEqual([5, 3]);
  const told = [...second.told].sort(([a], [b]) => a - b).map(([, reply]) => reply);
  const { whole: _, ...done } = replyTo(1) as Reply & { outcome: Outcome };
  expect(told[4]).toEqual(done);
  expect(told[1]).toEqual({ failed: "not allowed", isInvalid: true, stack: "" });
  expect((await ask(path, [0, 1, 2])).did).toEqual([]);
  expect(filesIn(path).length).toBe(2);
});

test("a job that is asked for twice is done once, and told twice", async () => {
  const { did, told } = await ask(new Folder().path, [7, 8, 7]);
  expect(did).toEqual([7, 8]);
  expect(told.get(2)).toEqual(told.get(0));
});

test("a line that a killed process left torn is nothing, and what is written later stands in another file", async () => {
  const { path } = new Folder();
  await ask(path, [0, 1]);
  const [file] = filesIn(path);
  const text = readFileSync(file!);
  for (const lost of [1, 2, 100]) {
    writeFileSync(file!, text.subarray(0, text.length - lost));
    const notes: string[] = [];
    expect(new KnownRuns((line) => notes.push(line)).read([path]).size).toBe(1);
    expect(notes).toEqual([]);
  }
  expect((await ask(path, [0, 1])).did).toEqual([1]);
  expect((await ask(path, [0, 1])).did).toEqual([]);
});

test("a damaged line is told and not believed, and the others are", async () => {
  const { path } = new Folder();
  await ask(path, [0, 1, 2]);
  const [file] = filesIn(path);
  writeFileSync(file!, readFileSync(file!, "utf8").replace('"replication":1', '"replication":7'));
  const notes: string[] = [];
  expect((await ask(path, [0, 1, 2], notes)).did).toEqual([1]);
  expect(notes).toEqual([`${file}:3 is damaged, and left out: the run is not known`]);
});

/** A line as Brownout writes them. */
function sealed(body: string): string {
  return `{"crc":"${crc32(body).toString(16).padStart(8, "0")}",${body}\n`;
}

test("files of other engines, other formats and other people are left out with a word", () => {
  const { path } = new Folder({
    "engine.jsonl": sealed('"format":"brownout-runs/1","engine":"brownout 0.0.9"}'),
    "format.jsonl": sealed('"format":"brownout-runs/9","engine":"brownout 0.1.0"}'),
    "people.jsonl": '{"name":"Ann"}\n',
    "empty.jsonl": "",
    "notes.txt": "not read at all",
  });
  const notes: string[] = [];
  expect(new KnownRuns((line) => notes.push(line.slice(path.length + 1))).read([path]).size).toBe(0);
  expect(notes).toEqual([
    "engine.jsonl is left out: its runs are of brownout 0.0.9, and this is brownout 0.1.0",
    "format.jsonl is left out: its format is brownout-runs/9; this version of Brownout reads brownout-runs/1",
    "people.jsonl is left out: it is no file of finished runs",
  ]);
});

test("what is no plain file is never opened, and a folder that cannot be made or written to is refused", () => {
  const folder = new Folder({ "here.jsonl": "" });
  mkdirSync(folder.at("folder.jsonl"));
  symlinkSync("/dev/null", folder.at("null.jsonl"));
  symlinkSync("nowhere", folder.at("lost.jsonl"));
  const notes: string[] = [];
  new ResultsFolder(folder.path, (line) => notes.push(line.slice(folder.path.length + 1)));
  expect(notes).toEqual(["folder", "lost", "null"].map((name) => `${name}.jsonl is left out: it is no file`));
  expect(() => new KnownRuns(() => undefined).read([folder.at("null.jsonl")])).toThrow("this is no file; expected");
  new ResultsFolder(folder.at("a/b/c"), () => undefined);
  expect(readdirSync(folder.at("a/b/c"))).toEqual([]);
  for (const path of ["here.jsonl", "here.jsonl/deeper", "lost.jsonl"].map((name) => folder.at(name)))
    expect(() => new ResultsFolder(path, () => undefined)).toThrow(`${path}: finished runs cannot be kept here`);
});

test.runIf(process.platform === "linux")("a folder in /proc is refused at once", () => {
  for (const path of ["/proc/foo", "/proc/foo/bar", "/proc"])
    expect(() => new ResultsFolder(path, () => undefined)).toThrow(`${path}: finished runs cannot be kept here`);
});

test("two results of one run that differ are a mistake of ours, which nobody may pass over", async () => {
  const [one, other] = [new Folder().path, new Folder().path];
  const reply = replyTo(0) as Reply & { outcome: Outcome };
  new ResultsFolder(one, () => undefined).keep("0123456789abcdef", reply);
  new ResultsFolder(other, () => undefined).keep("0123456789abcdef", { ...reply, branches: [reply.outcome] });
  expect(() => new KnownRuns(() => undefined).read([one, one])).not.toThrow();
  expect(() => new KnownRuns(() => undefined).read([one, other])).toThrow("the same run gave another result");
});

test("a file of thirty thousand runs is read from the place where each stands", () => {
  const folder = new Folder();
  const results = new ResultsFolder(folder.path, () => undefined);
  const reply = (n: number): Reply => ({
    outcome: { replication: n, verdict: "ä".repeat(n % 50) } as Outcome,
    branches: [],
  });
  const id = (n: number) => n.toString(16).padStart(16, "0");
  for (let n = 0; n < 30_000; n++) results.keep(id(n), reply(n));
  results.close();
  appendFileSync(filesIn(folder.path)[0]!, '{"crc":"torn');
  const known = new KnownRuns(() => undefined).read([folder.path]);
  expect(known.size).toBe(30_000);
  for (const n of [0, 49, 12_345, 29_999]) expect(known.find(id(n))).toEqual(reply(n));
});

test("a shard does its own jobs of a round and says so; the parts are as large, disjoint and together the whole", async () => {
  const replications = Array.from({ length: 100 }, (_, at) => at + 10);
  const paths = [1, 2, 3].map(() => new Folder().path);
  for (const [at, path] of paths.entries()) {
    const error = await ask(path, replications, [], { index: at + 1, of: 3 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Unanswered);
    const { message, code } = error as Unanswered;
    expect([message.split("\n")[0], code]).toEqual([`shard ${at + 1}/3 is done with round 1, which has 100 runs:`, 0]);
    expect([33, 34]).toContain(new KnownRuns(() => undefined).read([path]).size);
  }
  expect(new KnownRuns(() => undefined).read(paths).size).toBe(100);
});

test("no shard has all jobs of one sort, whatever the order in which they come", () => {
  const ids = jobsFor([{ overrides: ["a=1"] }, { overrides: ["a=2"] }], undefined, 200).map((_, at) =>
    ((at * 0x9e3779b1) >>> 0).toString(16),
  );
  const own = ownOf({ index: 1, of: 2 }, ids);
  const ofFirst = ids.filter((id, at) => at % 2 === 0 && own.has(id)).length;
  expect(own.size).toBe(200);
  expect(ofFirst).toBeGreaterThan(60);
  expect(ofFirst).toBeLessThan(140);
});
