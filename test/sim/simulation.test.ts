import { expect, test } from "vitest";
import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import { Digest } from "../../sim/record/digest.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type Entry, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REJECTED, type Service } from "../../sim/service.ts";
import { Simulation } from "../../sim/simulation.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";

const ARRIVE = 0;
const SERVED = 0;

/** A clerk who serves one customer at a time, each for a random while, and lets three wait. */
class Clerk extends Component implements Service {
  readonly line = new WaitingLine(3);
  readonly busy: Gauge = this.sim.record.gauge(this, "busy", "customers");
  readonly crowded = new Condition(this.sim, this, "line-full");
  private readonly stream = this.sim.streams.stream(this.path, "service");

  receive(request: RequestId): void {
    if (this.busy.value === 0) this.serve(request);
    else if (!this.line.isFull) this.line.join(request);
    else this.refuse(request, REJECTED, this.crowded.id);
    if (this.line.isFull) this.crowded.begin([this.sim.requests.origin[request]!], { waiting: 3 });
  }

  override on(_kind: number, request: RequestId): void {
    this.busy.set(0);
    this.crowded.end();
    if (this.line.length > 0) this.serve(this.line.leave());
    this.reply(request, OK);
  }

  private serve(request: RequestId): void {
    this.busy.set(1);
    this.after(Math.round(this.stream.next() * 20 * MILLISECOND), SERVED, request);
  }
}

/** Customers who come at random, and remember how they fared. */
class Street extends Component {
  outcomes = { ok: 0, rejected: 0 };
  private readonly stream = this.sim.streams.stream(this.path, "gap");
  private readonly clerk: Clerk;

  constructor(sim: Simulation, clerk: Clerk) {
    super(sim, "street");
    this.clerk = clerk;
    this.origin = sim.journal.action(this.id, "doors-open", [], {});
    this.after(0, ARRIVE);
  }

  override on(): void {
    this.after(Math.round(this.stream.next() * 20 * MILLISECOND), ARRIVE);
    const request = this.sim.requests.open(this.now, 1);
    this.sim.requests.origin[request] = this.origin;
    this.call(this.clerk, request);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    if (outcome === OK) this.outcomes.ok++;
    else this.outcomes.rejected++;
    this.sim.requests.close(request);
  }
}

function town(seed = "town", binWidth = 0) {
  const sim = new Simulation({ seed, binWidth, checkEvery: 1 });
  const clerk = new Clerk(sim, "clerk");
  const street = new Street(sim, clerk);
  return { sim, clerk, street };
}

function fingerprint({ sim, street }: ReturnType<typeof town>): string {
  return new Digest()
    .add(sim.journal.entries as Entry[])
    .add(street.outcomes)
    .add(sim.dispatched).hex;
}

test("what went in came out, or is still inside", () => {
  const { sim, clerk, street } = town();
  sim.runUntil(60 * SECOND);
  const inside = clerk.line.length + clerk.busy.value;
  expect(sim.requests.inFlight).toBe(inside);
  expect(street.outcomes.ok + street.outcomes.rejected).toBe(sim.requests.closed);
  expect(street.outcomes.rejected).toBeGreaterThan(100);
});

test("the same seed gives the same run, another seed another", () => {
  const fingerprints = ["a", "a", "b"].map((seed) => {
    const run = town(seed);
    run.sim.runUntil(30 * SECOND);
    return fingerprint(run);
  });
  expect(fingerprints[0]).toBe(fingerprints[1]);
  expect(fingerprints[0]).not.toBe(fingerprints[2]);
});

test("recording bins changes nothing of the run", () => {
  const [silent, recorded] = [town("a", 0), town("a", SECOND)];
  for (const run of [silent, recorded]) run.sim.runUntil(30 * SECOND);
  expect(fingerprint(recorded)).toBe(fingerprint(silent));
  expect(recorded.sim.record.bins).toBe(30);
  expect(recorded.sim.record.areaOf(0)).toBe(silent.sim.record.areaOf(0));
});

test("a bin holds the mean, smallest and largest level of its second", () => {
  const { sim } = town("a", SECOND);
  sim.runUntil(10 * SECOND);
  const busy = sim.record.gaugeSeries[0]!;
  expect(busy.length).toBe(10);
  const mean = busy.mean.subarray(0, 10).reduce((sum, value) => sum + value, 0) / 10;
  expect(mean).toBeCloseTo(sim.record.areaOf(0) / (10 * SECOND), 6);
  expect(busy.max[4]).toBe(1);
  expect(busy.min[4]).toBe(0);
});

test("a run restored from a save goes on as if nothing had happened, in its own world or in a new one", () => {
  const whole = town("a", SECOND);
  whole.sim.runUntil(30 * SECOND);
  const original = town("a", SECOND);
  for (const instant of [1, 2.5, 7, 7.3, 11, 20].map((seconds) => seconds * SECOND)) {
    original.sim.runUntil(instant);
    const snapshot = structuredClone(save(original.sim));
    const fork = town("a", SECOND);
    restore(fork.sim, snapshot);
    fork.sim.runUntil(30 * SECOND);
    expect(fingerprint(fork)).toBe(fingerprint(whole));
  }
  const middle = save(original.sim);
  original.sim.runUntil(25 * SECOND);
  restore(original.sim, middle);
  original.sim.runUntil(30 * SECOND);
  expect(fingerprint(original)).toBe(fingerprint(whole));
});

test("a condition is written down at its edges only, and links to what it was because of", () => {
  const { sim, clerk, street } = town();
  sim.runUntil(10 * SECOND);
  const times = sim.journal.entries.filter((entry) => entry.fact === "line-full");
  expect(times.length).toBeGreaterThan(5);
  for (const [at, entry] of times.entries()) {
    expect(entry.component).toBe(clerk.id);
    expect(entry.because).toEqual([street.origin]);
    if (at > 0) expect(entry.at).toBeGreaterThanOrEqual(times[at - 1]!.until!);
  }
  expect(NONE).toBe(-1);
});

test("a run can be stopped after so many events and goes on from there", () => {
  const whole = town();
  whole.sim.runUntil(10 * SECOND);
  const pieces = town();
  let calls = 1;
  while (!pieces.sim.runUntil(10 * SECOND, 100)) calls++;
  expect(calls).toBeGreaterThan(10);
  expect(fingerprint(pieces)).toBe(fingerprint(whole));
});
