import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Deployment } from "../../models/kubernetes/deployment.ts";
import type { Run } from "../../scenarios/experiment/run.ts";
import { type Entry, NONE } from "../../sim/record/journal.ts";
import { Simulation } from "../../sim/simulation.ts";
import { restore, type Snapshot, save } from "../../sim/snapshot.ts";
import type { Micros } from "../../sim/time.ts";
import { bundled } from "./bundle.ts";
import { CASES, type Case, FILES } from "./every-scenario.ts";
import { type Digests, digestsOf, type Job, jobOf } from "./replay.ts";
import { fingerprintOf } from "./state-fingerprint.ts";

const SLICE = 1000;
const INSTANTS = 10;
/** Of a variant, which differs from its scenario in figures only. */
const INSTANTS_OF_VARIANT = 2;

/** What a run comes to in one go, and when it had its outages. */
interface Whole {
  readonly digests: Digests;
  readonly outages: readonly Entry[];
}

const wholes = new Map<Case, Whole>();

function wholeOf(one: Case): Whole {
  const known = wholes.get(one);
  if (known !== undefined) return known;
  const run = one.runTo();
  const outages = run.world.sim.journal.entries.filter(({ fact }) => fact.startsWith("outage-"));
  const whole = { digests: digestsOf(run), outages };
  wholes.set(one, whole);
  return whole;
}

/** A stored snapshot of a run: nothing in it is shared with the world that it was taken from. */
function savedAt(run: Run): Snapshot {
  return structuredClone(save(run.world.sim));
}

function goTo(run: Run, until: Micros): void {
  run.world.sim.runUntil(until);
}

/** Instants that chance picks, and the middle of each outage. */
function instantsOf(one: Case): Micros[] {
  const chance = new Simulation({ seed: "instants" }).streams.stream(one.title, "instant");
  const picked = Array.from({ length: one.variant === undefined ? INSTANTS : INSTANTS_OF_VARIANT }, () =>
    chance.integer(one.until),
  );
  const middles = wholeOf(one).outages.map(({ at, until = one.until }) => Math.round((at + until) / 2));
  return [...new Set([...picked, ...middles])].sort((a, b) => a - b);
}

test.each(CASES)("%s comes to the same in one go, a second time, and in slices of a thousand events", (_, one) => {
  const whole = wholeOf(one).digests;
  expect(digestsOf(one.runTo())).toEqual(whole);
  const sliced = one.start();
  while (!sliced.world.sim.runUntil(one.until, SLICE));
  expect(digestsOf(sliced)).toEqual(whole);
});

test.each(CASES)("%s comes to the same totals whether or not it is recorded", (_, one) => {
  const recorded = wholeOf(one).digests;
  const unrecorded = digestsOf(one.runTo(one.until, { record: false }));
  expect(unrecorded.totalsDigest).toBe(recorded.totalsDigest);
  expect(unrecorded.events).toBe(recorded.events);
  expect(unrecorded.digest).not.toBe(recorded.digest);
});

test.each(CASES)("%s goes on in the same way from any instant at which it was saved", (_, one) => {
  const instants = instantsOf(one);
  const original = one.start();
  const snapshots = instants.map((at) => {
    goTo(original, at);
    return savedAt(original);
  });
  const fingerprints = snapshots.map(fingerprintOf);
  const { digests } = wholeOf(one);
  goTo(original, one.until);
  expect(digestsOf(original)).toEqual(digests);

  /** Goes on from an instant to the next, where it must stand as the original did, or to the end. */
  const goOn = (run: Run, from: number) => {
    restore(run.world.sim, snapshots[from]!);
    goTo(run, instants[from + 1] ?? one.until);
    if (from + 1 === instants.length) expect(digestsOf(run)).toEqual(digests);
    else expect(fingerprintOf(save(run.world.sim)), `at ${instants[from + 1]} us`).toBe(fingerprints[from + 1]);
  };
  for (const from of instants.keys()) goOn(one.start(), from);
  for (const from of [...instants.keys()].reverse()) goOn(original, from);
});

test.each(CASES)("a fork of %s that is left alone ends as if there were no other, which loses a pod", (_, one) => {
  const middle = Math.round(one.until / 2);
  const snapshot = savedAt(one.runTo(middle));
  const [alone, tampered] = [one.start(), one.start()];
  for (const fork of [alone, tampered]) restore(fork.world.sim, snapshot);
  for (const { component, act } of tampered.world.built.values()) {
    if (component instanceof Deployment) act?.({ do: "kill", count: 1 }, NONE);
  }
  let over = false;
  while (!over) {
    over = [alone, tampered].map((fork) => fork.world.sim.runUntil(one.until, SLICE)).every((ended) => ended);
  }
  const { digests } = wholeOf(one);
  expect(digestsOf(alone)).toEqual(digests);
  expect(digestsOf(tampered).digest).not.toBe(digests.digest);
});

/** Scenarios in which nothing is left to chance, or too little to be seen. */
const CERTAIN = ["ip-local-port-range", "nf-conntrack-max", "group-commit", "task-backlog"];

test("another seed and another replication are another run, unless nothing is left to chance", () => {
  for (const [title, file] of FILES) {
    if (CERTAIN.includes(title)) continue;
    const runs = [{}, { seed: "another" }, { replication: 1 }].map((options) => file.runTo(file.until, options));
    expect.soft(new Set(runs.map((run) => digestsOf(run).totalsDigest)).size, file.title).toBe(runs.length);
  }
});

test("a worker thread comes to the same as the main thread, from a bundle as from the sources", async () => {
  const jobs = CASES.map(([, one]) => jobOf(one, one.until));
  const digests = await inWorker(await bundled(), jobs);
  expect(digests).toEqual(CASES.map(([, one]) => wholeOf(one).digests));
});

async function inWorker(script: string, jobs: readonly Job[]): Promise<Digests[]> {
  const program = `${script};
    const { parentPort, workerData } = require("node:worker_threads");
    parentPort.postMessage(workerData.map(brownout.replay));`;
  const worker = new Worker(program, { eval: true, workerData: jobs });
  try {
    return await new Promise<Digests[]>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  } finally {
    await worker.terminate();
  }
}
