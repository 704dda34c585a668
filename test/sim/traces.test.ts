import { expect, test } from "vitest";
import { Component } from "../../sim/component.ts";
import { Digest } from "../../sim/record/digest.ts";
import type { Entry } from "../../sim/record/journal.ts";
import { HOPS, NOT_YET, type TraceOptions } from "../../sim/record/traces.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REJECTED, type Service, TIMED_OUT } from "../../sim/service.ts";
import { Simulation } from "../../sim/simulation.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";

const SERVED = 1;
const DELIVERED = 2;
const COME = 3;
const PATIENCE_OVER = 4;

/** A baker with one oven and room for `room` customers to wait; what he bakes takes as long as the request says. */
class Baker extends Component implements Service {
  private readonly line: WaitingLine;
  private busy = 0;

  constructor(sim: Simulation, room: number) {
    super(sim, "baker");
    this.line = new WaitingLine(room);
  }

  receive(request: RequestId): void {
    if (this.busy === 0) this.bake(request);
    else if (this.line.isFull) this.refuse(request, REJECTED, 0);
    else this.line.join(request);
  }

  override on(_kind: number, request: RequestId): void {
    this.busy = 0;
    if (this.line.length > 0) this.bake(this.line.leave());
    this.reply(request, OK);
  }

  private bake(request: RequestId): void {
    this.busy = 1;
    this.after(this.sim.requests.work[request]!, SERVED, request);
  }
}

/** A boy who carries orders to the baker in 2 ms; he drops every fifth, comes back for it, and needs 2 ms more. */
class Boy extends Component implements Service {
  private carried = 0;
  private readonly baker: Baker;

  constructor(sim: Simulation, baker: Baker) {
    super(sim, "boy");
    this.baker = baker;
  }

  receive(request: RequestId): void {
    this.sim.requests.push(request, this.id, 0);
    this.after(2 * MILLISECOND, DELIVERED, request);
  }

  override on(_kind: number, request: RequestId): void {
    const { requests } = this.sim;
    if (++this.carried % 5 === 0) {
      requests.pop(request);
      this.receive(request);
      return;
    }
    requests.arrive(request);
    this.baker.receive(request);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    this.sim.reply(request, outcome);
  }
}

interface Story {
  /** When each person comes, and how long the order takes. */
  readonly orders: readonly { at: number; work: number }[];
  readonly room?: number;
  readonly patience?: number;
  readonly binWidth?: number;
  readonly traces?: TraceOptions;
}

/** A village whose people order bread, each once; those whose patience ends walk away. */
class Village extends Component {
  readonly fates: Outcome[] = [];
  readonly durations: number[] = [];
  /** By person: the order that he waits for, or -1. */
  private readonly waitsFor: Int32Array;
  private readonly orders: Story["orders"];
  private readonly patience: number;
  private readonly boy: Boy;

  constructor(sim: Simulation, boy: Boy, { orders, patience = Number.POSITIVE_INFINITY }: Story) {
    super(sim, "village");
    this.boy = boy;
    this.orders = Object.freeze([...orders]);
    this.patience = patience;
    this.waitsFor = new Int32Array(orders.length).fill(-1);
    this.origin = sim.journal.action(this.id, "morning", [], {});
    for (const [person, { at }] of orders.entries()) this.after(at, COME, person);
  }

  override on(kind: number, person: number): void {
    if (kind === COME) this.order(person);
    else if (this.waitsFor[person] !== -1) this.end(person, TIMED_OUT);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const person = this.sim.requests.tag[request]!;
    if (this.waitsFor[person] !== -1) this.end(person, outcome);
    this.sim.requests.close(request);
  }

  private order(person: number): void {
    const { requests, traces } = this.sim;
    const request = requests.open(this.now, 1);
    requests.kind[request] = 0;
    requests.tag[request] = person;
    requests.work[request] = this.orders[person]!.work;
    this.waitsFor[person] = request;
    traces.begin(request, person);
    if (this.patience < Number.POSITIVE_INFINITY) this.after(this.patience, PATIENCE_OVER, person);
    this.call(this.boy, request);
  }

  private end(person: number, outcome: Outcome): void {
    const request = this.waitsFor[person]!;
    this.sim.traces.end(request, outcome);
    this.waitsFor[person] = -1;
    this.fates[person] = outcome;
    this.durations[person] = this.now - this.sim.requests.born[request]!;
  }
}

function village(story: Story) {
  const { binWidth = SECOND, traces = {} } = story;
  const sim = new Simulation({ seed: "village", binWidth, traces, checkEvery: 1 });
  const boy = new Boy(sim, new Baker(sim, story.room ?? 1000));
  return { sim, people: new Village(sim, boy, story) };
}

/** Orders at random times; the oven is busy 90 % of the time. */
function manyOrders(count: number): Story["orders"] {
  const stream = new Simulation({ seed: "orders" }).streams.stream("village", "gap");
  let at = 0;
  return Array.from({ length: count }, () => {
    at += 1 + stream.integer(20 * MILLISECOND);
    return { at, work: stream.integer(18 * MILLISECOND) };
  });
}

/** Followed requests as a person would tell of them. */
function told({ traces, components }: Simulation) {
  return traces.held().map((slot) => ({
    person: traces.slots.person[slot]!,
    duration: traces.slots.duration[slot]!,
    outcome: traces.slots.outcome[slot]!,
    hops: hopsOf(traces, slot).map((hop) => ({ ...hop, component: components[hop.component]?.path })),
  }));
}

function hopsOf({ slots, hops }: Simulation["traces"], slot: number) {
  return Array.from({ length: slots.hops[slot]! }, (_, at) => {
    const hop = slot * HOPS + at;
    const [component, depth, enter] = [hops.component[hop]!, hops.depth[hop]!, hops.enter[hop]!];
    return { component, depth, enter, leave: hops.leave[hop]!, outcome: hops.outcome[hop]! };
  });
}

function fingerprint({ sim, people }: ReturnType<typeof village>): string {
  const entries = sim.journal.entries as Entry[];
  return new Digest().add(entries).add(people.fates).add(people.durations).add(sim.dispatched).hex;
}

test("a followed request tells who had it, from when to when, counted from its birth", () => {
  const { sim } = village({ orders: [{ at: 7000, work: 10_000 }] });
  sim.runUntil(SECOND);
  expect(told(sim)).toEqual([
    {
      person: 0,
      duration: 12_000,
      outcome: OK,
      hops: [
        { component: "boy", depth: 0, enter: 0, leave: 12_000, outcome: OK },
        { component: "baker", depth: 1, enter: 2000, leave: 12_000, outcome: OK },
      ],
    },
  ]);
});

test("a message that is sent again is one hop, which begins when it arrives at last", () => {
  const { sim } = village({ orders: [0, 1, 2, 3, 4].map((second) => ({ at: second * SECOND, work: 1000 })) });
  sim.runUntil(10 * SECOND);
  expect(told(sim)[4]!.hops).toEqual([
    { component: "boy", depth: 0, enter: 0, leave: 5000, outcome: OK },
    { component: "baker", depth: 1, enter: 4000, leave: 5000, outcome: OK },
  ]);
});

test("who is turned away and who gives up are both told of; what has not come yet says so", () => {
  const orders = [0, 1000, 2000].map((at) => ({ at, work: 50_000 }));
  const { sim } = village({ orders, room: 1, patience: 10_000 });
  sim.runUntil(60_000);
  const [first, second, third] = told(sim);
  expect(first).toMatchObject({ outcome: TIMED_OUT, duration: 10_000 });
  expect(first!.hops[1]).toMatchObject({ component: "baker", leave: 52_000, outcome: OK });
  expect(second!.hops[1]).toMatchObject({ component: undefined, leave: NOT_YET });
  expect(third).toMatchObject({ outcome: REJECTED, duration: 2000 });
  expect(third!.hops[1]).toMatchObject({ component: "baker", enter: 2000, leave: 2000, outcome: REJECTED });
});

test("when the room is full every second one makes way, so the sample stays even over the whole run", () => {
  const story = { orders: manyOrders(5000), traces: { people: 100 } };
  const { sim } = village(story);
  sim.runUntil(100 * SECOND);
  expect(sim.traces.people.every).toBe(64);
  expect(told(sim).map(({ person }) => person)).toEqual(Array.from({ length: 79 }, (_, at) => at * 64));
});

test("whether a person is followed does not depend on how he fares", () => {
  const [patient, hasty] = [20 * SECOND, 10 * MILLISECOND].map((patience) => {
    const run = village({ orders: manyOrders(3000), patience, traces: { people: 50 } });
    run.sim.runUntil(100 * SECOND);
    return run;
  });
  expect(hasty!.people.fates.filter((fate) => fate === TIMED_OUT).length).toBeGreaterThan(500);
  expect(told(hasty!.sim).map(({ person }) => person)).toEqual(told(patient!.sim).map(({ person }) => person));
});

test("what is kept of a person does not depend on how many others are kept", () => {
  const [few, all] = [40, 3000].map((people) => {
    const { sim } = village({ orders: manyOrders(3000), patience: 20 * MILLISECOND, traces: { people } });
    sim.runUntil(100 * SECOND);
    return told(sim);
  });
  expect(all).toHaveLength(3000);
  expect(few).toEqual(all!.filter(({ person }) => person % 128 === 0));
});

test("every hop lies within the one it is inside of, and every answered request was answered by somebody", () => {
  const { sim } = village({ orders: manyOrders(1500), room: 3 });
  sim.runUntil(100 * SECOND);
  for (const { duration, hops } of told(sim)) {
    const [boy, baker] = hops;
    expect(hops).toHaveLength(2);
    expect([boy!.component, baker!.component]).toEqual(["boy", "baker"]);
    expect(boy).toMatchObject({ enter: 0, leave: duration });
    expect(baker!.enter).toBeGreaterThanOrEqual(2000);
    expect(baker!.leave).toBeGreaterThanOrEqual(baker!.enter);
    expect(baker!.leave).toBe(boy!.leave);
  }
});

test("following changes nothing of the run", () => {
  const fingerprints = [{ people: 0 }, { people: 10 }, {}].map((traces) => {
    const run = village({ orders: manyOrders(2000), room: 3, traces });
    run.sim.runUntil(100 * SECOND);
    return fingerprint(run);
  });
  const silent = village({ orders: manyOrders(2000), room: 3, binWidth: 0 });
  silent.sim.runUntil(100 * SECOND);
  expect(new Set([...fingerprints, fingerprint(silent)]).size).toBe(1);
});

test("without recording there are no traces and no room for any", () => {
  const { sim } = village({ orders: manyOrders(500), room: 1, binWidth: 0 });
  sim.runUntil(100 * SECOND);
  const { slowest, failures, slots, hops } = sim.traces;
  expect([slowest.length, failures.length, slots.person.length, hops.enter.length]).toEqual([0, 0, 0, 0]);
});

test("the 200 slowest of those who got their bread are kept, whoever they are", () => {
  const run = village({ orders: manyOrders(4000), patience: 100 * MILLISECOND, traces: { people: 1 } });
  run.sim.runUntil(100 * SECOND);
  const served = run.people.durations.filter((_, person) => run.people.fates[person] === OK);
  const slowest = served.sort((one, other) => other - one).slice(0, 200);
  expect(run.sim.traces.slowest.map(({ duration }) => duration).sort((one, other) => other - one)).toEqual(slowest);
});

test("the first fifty failures of each outcome are kept, with what they were because of", () => {
  const { sim, people } = village({ orders: manyOrders(4000), room: 5, patience: 40 * MILLISECOND });
  sim.runUntil(100 * SECOND);
  const { failures } = sim.traces;
  for (const outcome of [REJECTED, TIMED_OUT]) {
    expect(people.fates.filter((fate) => fate === outcome).length).toBeGreaterThan(50);
    expect(failures.filter((failure) => failure.outcome === outcome)).toHaveLength(50);
  }
  const ended = failures.map(({ born, duration }) => born + duration);
  expect(ended).toEqual([...ended].sort((one, other) => one - other));
  expect(failures.find(({ outcome }) => outcome === REJECTED)!.because).toBe(0);
});

test("a request that a component makes for itself is followed only if that was asked for, and never summed up", () => {
  for (const [probes, followed] of [
    [0, []],
    [4, [0, 4, 8]],
  ] as const) {
    const sim = new Simulation({ seed: "probes", binWidth: SECOND, traces: { probes } });
    for (let probe = 0; probe < 10; probe++) {
      const request = sim.requests.open(sim.now, 1);
      sim.traces.beginProbe(request);
      sim.traces.end(request, REJECTED);
      sim.requests.close(request);
    }
    expect(told(sim).map(({ person }) => person)).toEqual(followed);
    expect(sim.traces.failures).toEqual([]);
  }
});

test("a person who orders without end fills the room and no more", () => {
  const sim = new Simulation({ seed: "regular", binWidth: SECOND, traces: { people: 5 } });
  for (let order = 0; order < 20; order++) {
    const request = sim.requests.open(order, 1);
    sim.traces.begin(request, 0);
    sim.traces.end(request, OK);
    sim.requests.close(request);
  }
  expect(sim.traces.held().map((slot) => sim.traces.slots.born[slot])).toEqual([0, 1, 2, 3, 4]);
});

test("a run that was restored in the middle tells the same of everybody", () => {
  const story = { orders: manyOrders(1500), room: 4, patience: 50 * MILLISECOND, traces: { people: 60 } };
  const whole = village(story);
  whole.sim.runUntil(100 * SECOND);
  for (const instant of [0.05, 3.1, 9.7]) {
    const original = village(story);
    original.sim.runUntil(instant * SECOND);
    const fork = village(story);
    restore(fork.sim, structuredClone(save(original.sim)));
    fork.sim.runUntil(100 * SECOND);
    expect(told(fork.sim)).toEqual(told(whole.sim));
    expect(fork.sim.traces.slowest).toEqual(whole.sim.traces.slowest);
    expect(fork.sim.traces.failures).toEqual(whole.sim.traces.failures);
  }
});
