import fc from "fast-check";
import { expect, test } from "vitest";
import { DISCIPLINES, discipline, openRoom } from "../../models/queue/discipline.ts";
import type { WaitingRoom } from "../../models/queue/waiting-room.ts";
import { Component } from "../../sim/component.ts";
import { Exponential } from "../../sim/distribution/exponential.ts";
import type { Stream } from "../../sim/random.ts";
import { Simulation } from "../../sim/simulation.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { BATCHES, expectTheory } from "../theory/batch-means.ts";
import { system, timesOf } from "./service-system.ts";

const MS = 1000;

function room(kind: object | string, limit = Number.POSITIVE_INFINITY): WaitingRoom {
  return openRoom(discipline.parse(kind), limit, new Simulation({ seed: "1" }).streams, "here");
}

function leaving(from: WaitingRoom, at: number[]): number[] {
  return at.map((now) => from.leave(now));
}

test("three who come one after the other leave in that order, in the opposite order, or by priority", () => {
  const rooms = [room("fifo"), room("lifo"), room("priority")];
  for (const one of rooms) for (const [who, priority] of [2, 9, 2].entries()) one.join(who, who, priority);
  expect(rooms.map((one) => leaving(one, [5, 5, 5, 5]))).toEqual([
    [0, 1, 2, -1],
    [2, 1, 0, -1],
    [1, 0, 2, -1],
  ]);
});

test("in random order everybody who waits is equally likely to be next", () => {
  const one = room("random");
  const times = [0, 0, 0, 0];
  for (let round = 0; round < 4000; round++) {
    for (let who = 0; who < 4; who++) one.join(who, 0, 0);
    times[one.leave(0)]!++;
    one.vacate();
  }
  for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(100);
});

test("controlled delay drops nobody while the line empties now and then, however long a burst makes some wait", () => {
  const one = room("codel");
  for (let burst = 0; burst < 10; burst++) {
    const now = burst * 100 * MS;
    for (let who = 0; who < 20; who++) one.join(who, now, 0);
    for (let who = 0; who < 20; who++) expect(one.leave(now + who * MS)).toBe(who);
  }
  expect(one.dropped).toEqual([]);
});

test("when all have waited more than 5 ms for 100 ms, controlled delay drops those who have waited more than 10 ms", () => {
  const one = room("codel");
  let served = 0;
  for (let ms = 0; ms < 1000; ms++) {
    for (let twice = 0; twice < 2; twice++) one.join(ms, ms * MS, 0);
    const next = one.leave(ms * MS);
    if (next >= 0) served++;
    if (ms > 250) expect(ms - next).toBeLessThanOrEqual(11);
  }
  expect(one.length).toBeLessThan(30);
  expect(one.dropped.length + served + one.length).toBe(2000);
});

test("newest first begins when a queue has stood for the interval, and ends when it has gone", () => {
  const one = room({ kind: "adaptive-lifo", interval: "100ms" });
  for (let who = 0; who < 6; who++) one.join(who, who, 0);
  expect(leaving(one, [50 * MS, 101 * MS, 102 * MS])).toEqual([0, 5, 4]);
  expect(leaving(one, [103 * MS, 104 * MS, 105 * MS])).toEqual([3, 2, 1]);
  one.join(7, 200 * MS, 0);
  one.join(8, 200 * MS, 0);
  expect(leaving(one, [250 * MS, 250 * MS])).toEqual([7, 8]);
});

const visit = fc.record({ joins: fc.nat(5), leaves: fc.nat(5), pause: fc.nat(30 * MS), priority: fc.nat(3) });

test.each(DISCIPLINES)(
  "whatever happens, everybody who joins a %s line leaves it once, is dropped, or waits",
  (kind) => {
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 60 }), (visits) => {
        const one = room(kind);
        const out: number[] = [];
        let now = 0;
        let next = 0;
        for (const { joins, leaves, pause, priority } of visits) {
          now += pause;
          for (let n = 0; n < joins; n++) one.join(next++, now, priority);
          for (let n = 0; n < leaves; n++) out.push(one.leave(now));
          if (next > 0 && one.remove(next - 1)) out.push(next - 1);
        }
        const all = [...out.filter((who) => who >= 0), ...one.dropped, ...one.vacate()].sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: next }, (_, who) => who));
        expect(one.length).toBe(0);
      }),
    );
  },
);

/** Poisson arrivals of one or more classes at a server that takes exponential time, 1 ms on average: how long each waited. */
class Server extends Component {
  /** By class, the one with the greatest priority first. */
  readonly waited: number[][];
  private readonly room: WaitingRoom;
  /** Loads of each class and all above, summed. */
  private readonly bounds: readonly number[];
  private readonly since: number[] = [];
  private readonly kind: number[] = [];
  private readonly gap: Exponential;
  private readonly work = new Exponential(MS);
  private readonly chance: Stream;
  private isBusy = false;

  constructor(sim: Simulation, discipline: WaitingRoom, loads: readonly number[]) {
    super(sim, "server");
    this.room = discipline;
    this.bounds = loads.map((_, at) => loads.slice(0, at + 1).reduce((sum, load) => sum + load, 0));
    this.waited = loads.map(() => []);
    this.gap = new Exponential(MS / this.bounds[loads.length - 1]!);
    this.chance = sim.streams.stream("server", "times");
    this.after(0, 0);
  }

  override on(kind: number): void {
    if (kind === 0) this.arrive();
    else this.isBusy = false;
    if (!this.isBusy && this.room.length > 0) this.serve(this.room.leave(this.now));
  }

  private arrive(): void {
    this.after(Math.round(this.gap.draw(this.chance)), 0);
    const at = this.chance.next() * this.bounds[this.bounds.length - 1]!;
    const kind = this.bounds.findIndex((bound) => at < bound);
    this.kind.push(kind);
    this.room.join(this.since.push(this.now) - 1, this.now, -kind);
  }

  private serve(who: number): void {
    this.isBusy = true;
    this.waited[this.kind[who]!]!.push((this.now - this.since[who]!) / MS);
    this.after(Math.round(this.work.draw(this.chance)), 1);
  }
}

/** The means of stretches of a run, after one that is left out. */
function batchMeans(numbers: readonly number[]): number[] {
  const size = Math.floor(numbers.length / (BATCHES + 1));
  return Array.from({ length: BATCHES }, (_, n) => {
    const batch = numbers.slice((n + 1) * size, (n + 2) * size);
    return batch.reduce((sum, one) => sum + one, 0) / size;
  });
}

/** Second moments at half load, in squares of the mean work: 2 r / (1 - r)^2 where they come first come first served. */
const FIRST_COME = (2 * 0.5) / 0.5 ** 2;

test.each([
  ["fifo", FIRST_COME],
  // Kingman (1962): 2 / (2 - r) times as much.
  ["random", (FIRST_COME * 2) / (2 - 0.5)],
  // Takacs (1963): 1 / (1 - r) times as much.
  ["lifo", FIRST_COME / (1 - 0.5)],
])(
  "in %s order the wait at M/M/1 has the same mean as in any other, and the second moment of its own",
  (kind, second) => {
    const sim = new Simulation({ seed: kind });
    const server = new Server(sim, room(kind), [0.5]);
    sim.runUntil(2_000_000 * MS);
    const waited = server.waited[0]!;
    expectTheory(batchMeans(waited), 0.5 / (1 - 0.5));
    const squares = batchMeans(waited.map((wait) => wait * wait));
    expect(Math.abs(squares.reduce((sum, one) => sum + one, 0) / BATCHES / second - 1)).toBeLessThan(0.05);
  },
);

test("with three classes of priority at one server each waits as Cobham says", () => {
  const sim = new Simulation({ seed: "cobham" });
  const server = new Server(sim, room("priority"), [0.2, 0.3, 0.3]);
  sim.runUntil(2_000_000 * MS);
  // W0 / ((1 - s[k-1]) (1 - s[k])): W0 is the load, and s are the loads of this class and all above, summed.
  for (const [kind, [above, within]] of [[0, 0.2] as const, [0.2, 0.5] as const, [0.5, 0.8] as const].entries()) {
    expectTheory(batchMeans(server.waited[kind]!), 0.8 / ((1 - above) * (1 - within)));
  }
});

test("a service drops late calls from an overloaded line and answers the rest in time, where waiting answers nobody", () => {
  const [late, shed] = ["fifo", "codel"].map((kind) => {
    const { world, people, run } = system({
      people: { rate: "150/s", arrivals: "constant", classes: [{ name: "ask", waits: "10ms" }], patience: "500ms" },
      api: { workers: 1, queue: 10_000, discipline: kind as "fifo" },
    });
    run(60);
    const chain = world.sim.journal.entries[people.failures.because[people.failures.length - 1]!]!;
    return { served: timesOf(world, "people", "http_req_duration").count, fact: chain.fact };
  });
  expect(late!.served).toBeLessThan(300);
  expect(shed!.served).toBeGreaterThan(5700);
  expect(shed!.fact).toBe("queue-sheds");
});

test.each(DISCIPLINES)("a service with a %s line that is saved and put back goes on to the same numbers", (kind) => {
  const build = () =>
    system({
      people: {
        rate: "150/s",
        classes: [{ name: "ask", waits: "exponential mean 10ms", cpu: "1ms" }],
        patience: "300ms",
      },
      api: { workers: 1, queue: 40, discipline: kind, cpuDiscipline: kind },
    });
  const first = build();
  first.run(5);
  const saved = save(first.world.sim);
  first.run(10);
  const second = build();
  restore(second.world.sim, structuredClone(saved));
  second.run(10);
  expect(second.world.sim.dispatched).toBe(first.world.sim.dispatched);
  expect([...second.world.sim.record.counts]).toEqual([...first.world.sim.record.counts]);
});
