import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { jobsFor } from "../../../scenarios/study/job.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import type { Reply } from "../../../ui/cli/crew/crew.ts";
import { queueAddress } from "../../../ui/cli/crew/queue-address.ts";
import { QueueCrew } from "../../../ui/cli/crew/queue-crew.ts";
import { CHEAP, type Ended, Folder, MAIN } from "./brownout.ts";
import { HAS_REDIS, NEEDS_REDIS, PASSWORD, RedisServer } from "./redis-server.ts";

test("redis-server is there for the tests of the queue, or they are left out loudly", () => {
  if (!HAS_REDIS)
    console.warn("The queue is NOT tested: there is no redis-server. Get it with: apt-get install redis-server");
  expect(HAS_REDIS || !NEEDS_REDIS).toBe(true);
});

/** A command that goes on while the test does something else. */
interface Going {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

const going: Going[] = [];
const servers: RedisServer[] = [];

afterEach(async () => {
  for (const { process } of going) process.kill("SIGKILL");
  await Promise.all(going.splice(0).map(({ ended }) => ended));
  await Promise.all(servers.splice(0).map((server) => server.end()));
});

async function redis(isPersistent = false): Promise<RedisServer> {
  const server = await RedisServer.start(isPersistent);
  servers.push(server);
  return server;
}

function go(folder: Folder, args: readonly string[], { address }: RedisServer): Going {
  const process = spawn(globalThis.process.execPath, [MAIN, ...args, "--queue", address], { cwd: folder.path });
  const ended = new Promise<Ended>((resolve) => {
    let [out, err] = ["", ""];
    process.stdout.on("data", (part) => {
      out += part;
    });
    process.stderr.on("data", (part) => {
      err += part;
    });
    process.on("close", (code) => {
      expect(out + err).not.toContain(PASSWORD);
      resolve({ code, out, err });
    });
  });
  going.push({ process, ended });
  return { process, ended };
}

/** Runs the command to its end. */
function done(folder: Folder, args: readonly string[], server: RedisServer): Promise<Ended> {
  return go(folder, args, server).ended;
}

const WORKER = ["worker", "--jobs", "1", "--idle", "0s"];
const PATIENT = ["worker", "--jobs", "1"];

/** Waits until a worker has a run. */
async function underWay({ client }: RedisServer): Promise<void> {
  while ((await client.keys("brownout:*:lock")).length === 0) await pause(20);
}

/** How many runs a worker says it has done. */
function runsOf({ err }: Ended): number {
  return Number(/(\d+) runs? done/.exec(err)?.[1]);
}

function study(replications: number, json: string): string[] {
  return ["variants", "cheap.yaml", "--replications", String(replications), "--json", json];
}

function sweep(replications: number, json: string): string[] {
  const vary = ["--vary", "people.rate=10/s,20/s", "--vary", "server.workers=1,4"];
  return ["sweep", "cheap.yaml", ...vary, "--replications", String(replications), "--json", json];
}

function sameBytes(folder: Folder, a: string, b: string): void {
  expect(readFileSync(folder.at(a), "utf8")).toBe(readFileSync(folder.at(b), "utf8"));
}

/** The ids of the runs in the folder of results, each as often as it stands there. */
function kept(folder: Folder): string[] {
  return readdirSync(folder.at("results"))
    .flatMap((name) => readFileSync(folder.at(`results/${name}`), "utf8").split("\n"))
    .flatMap((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? []);
}

describe.skipIf(!HAS_REDIS)("the queue", () => {
  test("two workers, each for itself, give the bytes that threads of this machine give, and the queue is left empty", async () => {
    const folder = new Folder({ "cheap.yaml": CHEAP });
    const server = await redis();
    const workers = [go(folder, PATIENT, server), go(folder, PATIENT, server)];
    for (const args of [study, sweep]) {
      const whole = await folder.brownout(args(10, "whole.json"));
      const queued = await done(folder, args(10, "queued.json"), server);
      expect([queued.code, whole.code]).toEqual([0, 0]);
      sameBytes(folder, "queued.json", "whole.json");
    }
    expect(await server.runs()).toEqual({ queued: 0, results: 0 });
    expect(await server.lasting()).toEqual([]);
    for (const { process } of workers) process.kill("SIGINT");
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(ends.map(runsOf).reduce((a, b) => a + b)).toBe(60);
    expect(ends[0]!.err).toContain(`works at the queue ${server.shown}/0, one run at a time\n`);
  });

  test("whole results come through the queue as they are, too", async () => {
    const folder = new Folder();
    const server = await redis();
    const input = { file: "cheap.yaml", text: CHEAP, attachments: new Map() };
    const { signal: interrupted } = new AbortController();
    const note = () => undefined;
    const crew = new QueueCrew(input, queueAddress(server.address), { keepsResults: true, interrupted, note });
    void go(folder, PATIENT, server);
    const jobs = jobsFor([{ overrides: [] }], undefined, 2);
    const replies = new Map<number, Reply>();
    await crew.do([...jobs, jobs[1]!], (index, reply) => replies.set(index, reply));
    await crew.dismiss();
    for (const [at, job] of [...jobs, jobs[1]!].entries()) {
      const { outcome, result } = new Replicator(input).do(job);
      expect(replies.get(at)).toMatchObject({ outcome, branches: [] });
      expect(JSON.parse(replies.get(at)!.whole!)).toEqual(JSON.parse(JSON.stringify(result)));
    }
    expect(await server.runs()).toEqual({ queued: 0, results: 0 });
  });

  test("kill -9 of a worker in the middle of 1000 runs: the other does what it had, and each is in the answer once", async () => {
    const folder = new Folder({ "cheap.yaml": CHEAP });
    const server = await redis();
    const command = go(folder, study(500, "queued.json"), server);
    const lost = go(folder, ["worker", "--jobs", "2"], server);
    const other = go(folder, PATIENT, server);
    await server.untilResults(200);
    lost.process.kill("SIGKILL");
    const whole = await folder.brownout(study(500, "whole.json"));
    const { code, out } = await command.ended;
    expect([code, out]).toEqual([0, whole.out]);
    sameBytes(folder, "queued.json", "whole.json");
    // What the lost one had brought back, but not ended, is given to the other once its lock is gone.
    await expect.poll(async () => (await server.runs()).queued, { timeout: 30_000 }).toBe(0);
    other.process.kill("SIGINT");
    const { err } = await other.ended;
    expect(err).toMatch(/\d+ runs done\n$/);
  });

  test.each([
    ["keeps nothing", false],
    ["keeps everything", true],
  ])(
    "kill -9 of a Redis that %s: all wait for it, go on, and nothing that was finished is run again",
    async (_, isPersistent) => {
      const folder = new Folder({ "cheap.yaml": CHEAP });
      const server = await redis(isPersistent);
      const worker = go(folder, PATIENT, server);
      const command = go(folder, [...study(150, "queued.json"), "--results", "results"], server);
      await server.untilResults(60);
      await server.kill();
      await pause(500);
      await server.start();
      const { code, err } = await command.ended;
      expect(code).toBe(0);
      expect(err).toContain(`queue ${server.shown}/0: the connection is lost; waiting for it to come back\n`);
      expect(err).toContain(`queue ${server.shown}/0: the connection is back\n`);
      worker.process.kill("SIGINT");
      const runs = runsOf(await worker.ended);
      const ids = kept(folder);
      expect([ids.length, new Set(ids).size]).toEqual([300, 300]);
      // What had come to the command is in its folder; what only Redis knew of may be done once more.
      expect(runs).toBeGreaterThanOrEqual(300);
      expect(runs).toBeLessThanOrEqual(isPersistent ? 301 : 330);
      await folder.brownout(study(150, "whole.json"));
      sameBytes(folder, "queued.json", "whole.json");
    },
  );

  test("kill -9 of a command, and Ctrl-C: asked again, it has what was finished, and nothing is run twice", async () => {
    const folder = new Folder({ "cheap.yaml": CHEAP });
    const server = await redis();
    const worker = go(folder, PATIENT, server);
    const killed = go(folder, study(150, "queued.json"), server);
    await server.untilResults(40);
    killed.process.kill("SIGKILL");
    await killed.ended;
    const interrupted = go(folder, [...study(150, "queued.json"), "--results", "results"], server);
    await server.untilResults(150);
    interrupted.process.kill("SIGINT");
    expect((await interrupted.ended).code).toBe(3);
    const again = await done(folder, [...study(150, "queued.json"), "--results", "results"], server);
    expect(again.code).toBe(0);
    worker.process.kill("SIGINT");
    expect(runsOf(await worker.ended)).toBe(300);
    const ids = kept(folder);
    expect([ids.length, new Set(ids).size]).toEqual([300, 300]);
    await folder.brownout(study(150, "whole.json"));
    sameBytes(folder, "queued.json", "whole.json");
  });

  test("Ctrl-C without a worker ends at once and takes the runs back; that nobody works was said", async () => {
    const folder = new Folder({ "cheap.yaml": CHEAP });
    const server = await redis();
    const command = go(folder, study(1000, "queued.json"), server);
    while ((await server.runs()).queued < 500) await pause(20);
    await pause(500);
    expect(await server.lasting()).toEqual([]);
    command.process.kill("SIGINT");
    const { code, err } = await command.ended;
    expect(code).toBe(3);
    expect(err).toMatch(/no worker of brownout \d\S+ is there yet; brownout worker --queue starts one\n/);
    expect(await server.runs()).toEqual({ queued: 0, results: 0 });
    expect(await server.lasting()).toEqual([]);
  });

  test("Ctrl-C ends command and worker soon when Redis has gone for good", async () => {
    const folder = new Folder({ "cheap.yaml": CHEAP });
    const server = await redis();
    const worker = go(folder, PATIENT, server);
    const command = go(folder, study(1000, "queued.json"), server);
    await server.untilResults(20);
    await server.kill();
    await pause(300);
    for (const { process } of [worker, command]) process.kill("SIGINT");
    expect([(await worker.ended).code, (await command.ended).code]).toEqual([0, 3]);
  });

  test("a run that takes too long, and one that takes three workers with it, are reported, and the others are done", async () => {
    const endless = "  endless: { about: It never ends., set: { people.rate: 5000/s, duration: 4h } }\n";
    const folder = new Folder({ "cheap.yaml": CHEAP + endless });
    const server = await redis();
    const slow = go(folder, [...PATIENT, "--timeout", "1s"], server);
    const tooLong = await done(folder, study(1, "queued.json"), server);
    slow.process.kill("SIGINT");
    await slow.ended;
    expect(tooLong.code).toBe(3);
    expect(tooLong.err).toContain("without one run: it was given up after 1 s");
    expect(tooLong.err).toMatch(/ {2}file cheap\.yaml \(input [0-9a-f]{16}\)\n.*variant endless\n/);
    const { variants } = JSON.parse(readFileSync(folder.at("queued.json"), "utf8"));
    expect(variants.map(({ outcomes }: { outcomes: unknown[] }) => outcomes.length)).toEqual([1, 1, 0]);

    const command = go(folder, study(1, "queued.json"), server);
    const polite = go(folder, ["worker", "--jobs", "2"], server);
    await server.untilResults(2);
    await underWay(server);
    polite.process.kill("SIGINT");
    expect(runsOf(await polite.ended)).toBe(2);
    expect(await server.client.keys("*:wait")).toHaveLength(1);
    const lost = go(folder, PATIENT, server);
    await underWay(server);
    const [name] = await server.client.keys("brownout:brownout-*:run-????????????????");
    // As if two had taken it and had not come back.
    await server.client.hset(name!, "stc", 2);
    lost.process.kill("SIGKILL");
    void go(folder, PATIENT, server);
    const { code, err } = await command.ended;
    expect(code).toBe(4);
    expect(err).toContain("3 workers took it one after the other, and none of them came back");
    expect(err).toMatch(/variant endless\n/);
    expect(await server.runs()).toEqual({ queued: 0, results: 0 });
  });

  test("a worker ends by itself when the queue is empty, and needs an address where a Redis answers", async () => {
    const folder = new Folder({ "cheap.yaml": CHEAP });
    const server = await redis();
    const idle = await done(folder, WORKER, server);
    expect([idle.code, runsOf(idle)]).toEqual([0, 0]);
    const wrong = await folder.brownout([...WORKER, "--queue", server.address.replace(PASSWORD, "Sesam-bleib-zu")]);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/^queue redis:\/\/127\.0\.0\.1:\d+\/0: WRONGPASS [^\n]*; expected [^\n]*\n$/);
    await server.kill();
    const nobody = await done(folder, study(1, "x.json"), server);
    expect(nobody.code).toBe(2);
    expect(nobody.err).toMatch(/queue redis:\/\/127\.0\.0\.1:\d+\/0: connect ECONNREFUSED [^\n]*; expected [^\n]*\n$/);
  });
});

test("an address that is none is refused, and never shown: there may be a password in it", async () => {
  const wrong = [
    `http://:${PASSWORD}@x`,
    `redis:/:${PASSWORD}`,
    `redis://:${PASSWORD}@x/y`,
    `redis://x?password=${PASSWORD}`,
  ];
  for (const address of [...wrong, PASSWORD, ""]) {
    expect(() => queueAddress(address)).toThrow(/expected redis:\/\/host:6379, /);
    expect(() => queueAddress(address)).not.toThrow(PASSWORD);
  }
  expect(queueAddress(`rediss://me:${PASSWORD}@[::1]/3`).shown).toBe("rediss://[::1]:6379/3");
  const folder = new Folder({ "cheap.yaml": CHEAP });
  for (const args of [WORKER, study(1, "x.json")]) {
    const { code, out, err } = await folder.brownout([...args, "--queue", wrong[0]!]);
    expect([code, out]).toEqual([2, expect.not.stringContaining(PASSWORD)]);
    expect(err).toContain("--queue: this is not the address of a Redis; expected redis://host:6379, ");
    expect(err).not.toContain(PASSWORD);
  }
});
