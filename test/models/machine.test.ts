import { expect, test } from "vitest";
import { machine } from "../../models/machine/kind.ts";
import type { Machine } from "../../models/machine/machine.ts";
import { type CoreShare, linearThroughput, type Tenant } from "../../models/machine/shared-cores.ts";
import { Component } from "../../sim/component.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { BATCHES, expectTheory } from "../theory/batch-means.ts";
import { testWorld } from "../world.ts";
import { meanOf, type SystemOptions, system } from "./service-system.ts";

const MS = 1000;
const SECOND = 1000 * MS;

/** A process that has one job after another to do, and writes down when each was done, in milliseconds. */
class Process extends Component implements Tenant {
  readonly done: number[] = [];
  readonly share: CoreShare;
  private readonly again: number;

  constructor(sim: Simulation, path: string, host: Machine, again = 0) {
    super(sim, path);
    this.share = host.admit(this);
    this.again = again;
  }

  begin(job: number, ms: number): void {
    this.share.run(job, ms * MS, 0, NONE);
  }

  computed(job: number): void {
    this.done.push(this.now / MS);
    if (this.again > 0) this.begin(job, this.again);
  }

  throughput(running: number, cores: number): number {
    return linearThroughput(running, cores);
  }
}

function host(options: object = {}) {
  const world = testWorld();
  const { component, start } = machine.build(world, "host", machine.options.parse(options));
  start();
  return { world, machine: component as Machine, run: (seconds: number) => world.sim.runUntil(seconds * SECOND) };
}

test("three jobs on two cores get two thirds of a core each, whoever they belong to, and a lone one never more than one", () => {
  const { world, machine, run } = host({ cores: 2 });
  const [web, database] = ["web", "database"].map((path) => new Process(world.sim, path, machine));
  web!.begin(1, 20);
  database!.begin(1, 20);
  database!.begin(2, 40);
  run(1);
  expect(web!.done).toEqual([30]);
  expect(database!.done).toEqual([30, 50]);
});

test("a job that is withdrawn leaves its part to the others", () => {
  const { world, machine, run } = host({ cores: 1 });
  const process = new Process(world.sim, "web", machine);
  process.begin(1, 100);
  process.begin(2, 100);
  run(0.05);
  process.share.withdraw(1);
  run(1);
  expect(process.done).toEqual([125]);
});

test("on one core at 80 %, jobs of two processes both take five times their work on average (M/M/1 processor sharing)", () => {
  const { world, machine } = host({ cores: 1 });
  const took: number[][] = [[], []];
  for (const [n, rate] of [0.3, 0.5].entries()) new Arrivals(world.sim, machine, n, rate, took[n]!);
  world.sim.runUntil(600 * SECOND);
  for (const times of took) {
    const size = Math.floor(times.length / (BATCHES + 1));
    const batches = Array.from({ length: BATCHES }, (_, n) => times.slice((n + 1) * size, (n + 2) * size));
    expectTheory(
      batches.map((batch) => batch.reduce((sum, one) => sum + one, 0) / size),
      5,
    );
  }
});

/** Jobs of 1 ms on average that come by chance. */
class Arrivals extends Component implements Tenant {
  private readonly share: CoreShare;
  private readonly gap: Exponential;
  private readonly took: number[];
  private readonly since: number[] = [];

  constructor(sim: Simulation, host: Machine, n: number, perMs: number, took: number[]) {
    super(sim, `process-${n}`);
    this.share = host.admit(this);
    this.gap = new Exponential(MS / perMs);
    this.took = took;
    this.after(0, 0);
  }

  override on(): void {
    const chance = this.sim.streams.stream(this.path, "times");
    this.share.run(this.since.push(this.now) - 1, Math.round(new Exponential(MS).draw(chance)), 0, NONE);
    this.after(Math.round(this.gap.draw(chance)), 0);
  }

  computed(job: number): void {
    this.took.push((this.now - this.since[job]!) / MS);
  }

  throughput(running: number, cores: number): number {
    return linearThroughput(running, cores);
  }
}

const T4G = { instance: "t4g.medium", mode: "standard" };

test("a t4g.medium with 10 credits whose two cores are busy spends 1.6 a minute net, and has 0.4 cores from 375 s on", () => {
  const { world, machine, run } = host({ credits: { ...T4G, initial: 10 } });
  const process = new Process(world.sim, "web", machine, 100);
  process.begin(1, 100);
  process.begin(2, 100);
  run(374);
  expect(process.done.length).toBe(2 * 3740);
  const [entry] = world.sim.journal.entries.filter(({ fact }) => fact === "cpu-credits-exhausted");
  expect(entry).toBeUndefined();
  run(375);
  expect(world.sim.journal.entries.some(({ fact }) => fact === "cpu-credits-exhausted")).toBe(true);
  const before = process.done.length;
  run(1375);
  expect(process.done.length - before).toBeCloseTo(1000 * 0.4 * 10, -1);
});

test("below its baseline it saves up what it does not use, to what it earns in a day, and bursts again", () => {
  const { world, machine, run } = host({ credits: { ...T4G, initial: 0 } });
  const process = new Process(world.sim, "web", machine);
  run(600);
  process.begin(1, 60_000);
  process.begin(2, 60_000);
  run(602);
  // 24 credits an hour: 4 in ten minutes, which last two cores for 150 s.
  expect(balance(world)).toBeCloseTo(4 - (2 * 1.6) / 60, 6);
  run(900);
  expect(process.done).toEqual([660_000, 660_000]);
  run(200_000);
  expect(balance(world)).toBe(24 * 24);
});

function balance(world: { sim: Simulation }, name = "CPUCreditBalance"): number {
  const { gauges, gaugeColumns } = world.sim.record;
  return gaugeColumns.value[gauges.findIndex((metric) => metric.name === name)]!;
}

test("in unlimited mode it goes on at full speed on surplus credits, which it pays back from what it earns", () => {
  const { world, machine, run } = host({ credits: { instance: "t4g.medium", initial: 1 } });
  const process = new Process(world.sim, "web", machine);
  process.begin(1, 300_000);
  process.begin(2, 300_000);
  run(300);
  expect(process.done).toEqual([300_000, 300_000]);
  // Five minutes of two cores are 10 credits, of which 2 were earned and 1 was there.
  expect(balance(world, "CPUSurplusCreditBalance")).toBeCloseTo(7, 6);
  run(300 + 7.5 * 150);
  expect(balance(world, "CPUSurplusCreditBalance")).toBe(0);
  expect(balance(world)).toBeCloseTo(0.5, 6);
});

/** People ask Node services and a MySQL server that share two cores, 5 ms of the one and 4 ms of the other. */
function shared(more: Partial<SystemOptions> = {}) {
  return system({
    people: { users: 200, classes: [{ name: "ask", cpu: "5ms", work: "4ms" }], patience: "2s", ...more.people },
    api: { process: { kind: "node" }, to: "db", machine: "host", pool: { kind: "mysql2", connectionLimit: 0 } },
    db: { machine: "host", sync_binlog: 0, max_connections: 1000 },
    host: { cores: 2 },
    pods: more.pods ?? 1,
  });
}

test("an event loop computes on one core only: at 5 ms a call it serves 200 a second, and the other core has time to spare", () => {
  const { world, run } = shared();
  run(20);
  const perSecond = world.count("api-0", "served") / 20;
  expect(perSecond).toBeGreaterThan(0.98 * 200);
  expect(perSecond).toBeLessThanOrEqual(200);
  expect(meanOf(world, "host", "busy_cores")).toBeGreaterThan(1.77);
  expect(meanOf(world, "host", "busy_cores")).toBeLessThan(1.81);
});

test("three event loops and the database on the same two cores serve 2 / 9 ms a second and not three times as much", () => {
  const { world, run } = shared({ pods: 3, people: { users: 200, to: { "api-0": 1, "api-1": 1, "api-2": 1 } } });
  run(20);
  const served = [0, 1, 2].map((pod) => world.count(`api-${pod}`, "served"));
  const perSecond = served.reduce((sum, one) => sum + one, 0) / 20;
  expect(perSecond).toBeGreaterThan(0.95 * (2000 / 9));
  expect(perSecond).toBeLessThanOrEqual(2000 / 9);
  expect(meanOf(world, "host", "busy_cores")).toBeGreaterThan(1.98);
  const [saturated] = world.sim.journal.entries.filter(({ fact }) => fact === "machine-saturated");
  expect(world.sim.journal.entries[saturated!.because[0]!]!.fact).toBe("users-begin");
});

test("who gives up on a machine whose cores are all busy fails because of that", () => {
  const crowd = { users: 1000, to: { "api-0": 1, "api-1": 1, "api-2": 1 } };
  const { world, people, run } = shared({ pods: 3, people: crowd });
  run(20);
  const [saturated] = world.sim.journal.entries.filter(({ fact }) => fact === "machine-saturated");
  expect(people.failures.because).toContain(saturated!.id);
});

test("a machine with credits that is saved and put back into another world goes on to the same numbers", () => {
  const build = () => {
    const { world, machine, run } = host({ credits: { ...T4G, initial: 2 } });
    const process = new Process(world.sim, "web", machine, 70);
    for (const job of [1, 2, 3]) process.begin(job, 10 * job);
    return { world, process, run };
  };
  const first = build();
  first.run(70);
  const saved = save(first.world.sim);
  first.run(200);
  const second = build();
  restore(second.world.sim, structuredClone(saved));
  second.run(200);
  expect(second.process.done).toEqual(first.process.done);
  expect(second.process.done.length).toBeGreaterThan(1000);
  expect(balance(second.world)).toBe(balance(first.world));
});
