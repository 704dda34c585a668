import { expect, test } from "vitest";
import { Digest } from "../../sim/record/digest.ts";
import type { Entry } from "../../sim/record/journal.ts";
import { HOPS, NOT_YET } from "../../sim/record/traces.ts";
import { OK, REJECTED, TIMED_OUT } from "../../sim/service.ts";
import { Simulation } from "../../sim/simulation.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { Baker, Boy, Errand, manyOrders, village } from "./village.ts";

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

test("who had to make way writes no more into the place that another has taken", () => {
  const orders = [0, 100, 200].map((at) => ({ at, work: 10_000 }));
  const { sim } = village({ orders, traces: { people: 2 } });
  sim.runUntil(SECOND);
  expect(told(sim).map(({ person, hops }) => [person, hops[0]!.leave])).toEqual([
    [0, 12_000],
    [2, 31_800],
  ]);
});

test("a person goes on being followed when one who bore the same number before makes way", () => {
  const orders = [0, 10_000, 20_000, 30_000].map((at, person) => ({ at, work: person === 2 ? 50_000 : 1000 }));
  const { sim } = village({ orders, traces: { people: 3 } });
  sim.runUntil(SECOND);
  expect(told(sim).map(({ person, hops }) => [person, hops[0]!.leave])).toEqual([
    [0, 3000],
    [2, 52_000],
  ]);
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

test("of those who waited equally long the first to come are kept", () => {
  const { sim } = village({
    orders: Array.from({ length: 300 }, (_, second) => ({ at: second * SECOND, work: 1000 })),
  });
  sim.runUntil(301 * SECOND);
  const slowest = told(sim).sort((one, other) => other.duration - one.duration || one.person - other.person);
  const kept = sim.traces.slowest.map(({ born }) => born / SECOND);
  expect(new Set(kept)).toEqual(new Set(slowest.slice(0, 200).map(({ person }) => person)));
});

test("of a request with more hops than there is room for the first ones are kept, and the others counted", () => {
  const sim = new Simulation({ seed: "errand", binWidth: SECOND });
  const boy = new Boy(sim, new Baker(sim, 1));
  const errand = new Errand(sim, boy, 40);
  const request = sim.requests.open(0, 1);
  sim.requests.work[request] = 100;
  sim.traces.begin(request, 0);
  sim.requests.push(request, errand.id, Errand.HOME);
  errand.receive(request);
  sim.runUntil(SECOND);
  const hops = hopsOf(sim.traces, 0);
  expect(hops).toHaveLength(32);
  expect(hops[0]).toEqual({ component: errand.id, depth: 0, enter: 0, leave: 40 * 2100 + 9 * 2000, outcome: OK });
  expect(hops[31]).toMatchObject({
    component: boy.id,
    depth: 1,
    enter: hops[30]!.leave,
    leave: hops[30]!.leave + 2100,
  });
  const sentAgain = 6;
  expect(sim.traces.slots.dropped[0]).toBe(1 + 2 * 40 - 32 + sentAgain);
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
