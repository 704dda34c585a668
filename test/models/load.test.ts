import { expect, test } from "vitest";
import { nameOf } from "../../models/error.ts";
import { Host } from "../../models/host.ts";
import { loadOptions } from "../../models/load/load-options.ts";
import { CALL } from "../../models/verb.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import type { TestWorld } from "../world.ts";
import { type SystemOptions, system, timesOf } from "./service-system.ts";

/** Writes down who comes and answers at once. */
class Door extends Host {
  readonly arrivals: number[] = [];
  readonly people: { kind: number; zone: number; work: number; waits: number }[] = [];
  /** Everybody is refused until this moment. */
  opensAt = 0;

  constructor(world: World) {
    super(world, "api", ELSEWHERE);
  }

  override receive(request: RequestId): void {
    const { kind, zone, work, waits, verb } = this.sim.requests;
    expect(verb[request]).toBe(CALL);
    this.arrivals.push(this.now);
    this.people.push({ kind: kind[request]!, zone: zone[request]!, work: work[request]!, waits: waits[request]! });
    if (this.now >= this.opensAt) this.reply(request, OK);
    else this.refuse(request, REFUSED, NONE);
  }
}

/** People in front of a door. */
function atTheDoor(people: SystemOptions["people"], opensAt = 0) {
  let door: Door | undefined;
  const built = system({
    people,
    zones: ["a", "b"],
    prepare: (world: TestWorld) => {
      door = new Door(world);
      door.opensAt = opensAt;
      world.components.set("api", door);
    },
  });
  return { ...built, door: door! };
}

function vusOf(world: TestWorld): number {
  const { gauges, gaugeColumns } = world.sim.record;
  return gaugeColumns.value[gauges.findIndex(({ name }) => name === "vus")]!;
}

const seconds = (load: { arrivals: number[] }) => load.arrivals.map((at) => at / 1e6);

test("constant arrivals come each time the integral of the rate has grown by one", () => {
  const { door, run } = atTheDoor({
    arrivals: "constant",
    rate: [
      { at: "0s", is: "0/s" },
      { at: "10s", is: "2/s" },
      { at: "10s", is: "0.5/s" },
    ],
  });
  run(17);
  expect(seconds(door)).toEqual([
    3.162278, 4.472136, 5.477226, 6.324555, 7.071068, 7.745967, 8.3666, 8.944272, 9.486833, 10, 12, 14, 16,
  ]);
});

test("Poisson arrivals are as many as the integral of the rate, with gaps that have no memory", () => {
  const { door, run } = atTheDoor({
    rate: [
      { at: "0s", is: "100/s" },
      { at: "100s", is: "300/s" },
    ],
  });
  run(100);
  expect(door.arrivals.length / 20_000).toBeCloseTo(1, 1.9);
  run(200);
  const gaps = door.arrivals.slice(-30_000).map((at, n, all) => at - (all[n - 1] ?? at));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1.4);
});

test("a rate that is set anew moves those who are on their way already", () => {
  const { door, people, run } = atTheDoor({ arrivals: "constant", rate: "0.1/s" });
  run(5);
  people.setRate(1, 0, NONE);
  run(8);
  people.setRate(0, 0, NONE);
  run(100);
  people.setRate(1, 4_000_000, NONE);
  run(104);
  expect(seconds(door)).toEqual([5.5, 6.5, 7.5, 102, 103.464102]);
});

test("who arrives, and what they want, is the same in every configuration", () => {
  const classes = [
    { name: "read", share: "70%", work: "exponential mean 4ms" },
    { name: "write", share: "30%", waits: "uniform 0s..5s" },
  ];
  const asked = { rate: "50/s", classes, zones: { a: "50%", b: "50%" } };
  const calm = atTheDoor(asked);
  const stormy = atTheDoor(
    { ...asked, patience: "1s", retry: { maxRetries: 3, backoff: "exponential mean 1s" } },
    60e6,
  );
  calm.run(50);
  stormy.run(50);
  const firstAttempts = stormy.door.people.filter(({ work, waits }) =>
    calm.door.people.some((one) => one.work === work && one.waits === waits),
  );
  expect(calm.door.people.length).toBeGreaterThan(2000);
  expect(stormy.door.people.length).toBeGreaterThan(2.5 * calm.door.people.length);
  expect(firstAttempts.length).toBe(stormy.door.people.length);
  const readers = calm.door.people.filter(({ kind }) => kind === 0).length;
  expect(readers / calm.door.people.length).toBeCloseTo(0.7, 1);
  const readersInA = calm.door.people.filter(({ kind, zone }) => kind === 0 && zone === 0).length;
  expect(readersInA / readers).toBeCloseTo(0.5, 1);
  const inA = calm.door.people.filter(({ zone }) => zone === 0).length;
  expect(inA / calm.door.people.length).toBeCloseTo(0.5, 1);
});

test("another distribution for one attribute leaves all other attributes of everybody alone", () => {
  const one = atTheDoor({ rate: "50/s", classes: [{ name: "ask", work: "exponential mean 4ms", waits: "10ms" }] });
  const other = atTheDoor({
    rate: "50/s",
    classes: [{ name: "ask", work: "exponential mean 4ms", waits: "uniform 0s..1s" }],
  });
  one.run(20);
  other.run(20);
  expect(other.door.arrivals).toEqual(one.door.arrivals);
  expect(other.door.people.map(({ work }) => work)).toEqual(one.door.people.map(({ work }) => work));
});

test("a recording brings the people it names, with what they wanted", () => {
  const { door, run } = atTheDoor({
    classes: [
      { name: "read", work: "3ms" },
      { name: "write", waits: "9ms" },
    ],
    recorded: [
      { at: "10ms", class: "write", waits: "70ms" },
      { at: "10ms", class: "read" },
      { at: "25ms", class: "read", work: "1ms" },
    ],
  });
  run(1);
  expect(door.arrivals).toEqual([10_000, 10_000, 25_000]);
  expect(door.people.map(({ kind, work, waits }) => [kind, work, waits])).toEqual([
    [1, 0, 70_000],
    [0, 3000, 0],
    [0, 1000, 0],
  ]);
});

test("users ask, think and ask again; those too many leave once they are answered", () => {
  const { world, people, run } = system({
    people: { users: 4, thinkTime: "1s", classes: [{ name: "ask", waits: "500ms" }] },
  });
  run(15.1);
  expect(world.count("people", "iterations")).toBe(40);
  people.setUsers(1, 0, NONE);
  run(30.1);
  expect(world.count("people", "iterations")).toBe(44 + 9);
  people.setUsers(5, 8_000_000, NONE);
  run(38);
  expect(vusOf(world)).toBe(5);
});

test("who is refused tries again after pauses of up to base, 2 base, 4 base, and is served in the end", () => {
  const { door, world, run } = atTheDoor(
    { recorded: [{ at: "0s" }], retry: { maxRetries: 20, backoff: { base: "100ms", cap: "1s" } } },
    4e6,
  );
  run(30);
  const pauses = door.arrivals.slice(1).map((at, n) => at - door.arrivals[n]!);
  for (const [n, pause] of pauses.entries()) expect(pause).toBeLessThanOrEqual(Math.min(1e6, 1e5 * 2 ** n));
  expect(pauses.length).toBeGreaterThan(5);
  expect(world.count("people", "iterations")).toBe(1);
  expect(world.count("people", "retries")).toBe(pauses.length);
  expect(world.count("people", nameOf(REFUSED))).toBe(pauses.length);
  expect(world.sim.record.cohortData[0]!.good[0]).toBe(1);
});

test("a budget of 10 % allows a hundred retries at once and then one for every ten people", () => {
  const { world, run } = atTheDoor(
    { rate: "100/s", arrivals: "constant", retry: { maxRetries: 5, backoff: "10ms", budget: "10%" } },
    1e9,
  );
  run(100.5);
  expect(world.count("people", "retries")).toBeGreaterThan(100 + 1000);
  expect(world.count("people", "retries")).toBeLessThan(100 + 1010);
});

test("who gives up leaves the request behind, and it is worked off all the same", () => {
  const { world, run } = system({
    people: {
      recorded: [{ at: "0s" }, { at: "0s" }, { at: "1s" }],
      classes: [{ name: "ask", waits: "2s" }],
      patience: "3s",
    },
    api: { workers: 1 },
  });
  run(2.5);
  expect(world.count("people", "http_reqs")).toBe(1);
  run(10);
  expect(world.count("people", "client timeout")).toBe(2);
  expect(world.count("api-0", "served")).toBe(3);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(2000);
  expect(timesOf(world, "people", "http_req_duration_all").max).toBe(3000);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("the more patient people are, the more of them are answered, request for request", () => {
  const answered = ["100ms", "200ms", "400ms", "2s"].map((patience) => {
    const { world, run } = system({
      people: { rate: "45/s", classes: [{ name: "ask", waits: "exponential mean 20ms" }], patience },
      api: { workers: 1 },
    });
    run(300);
    return world.count("people", "http_reqs") - world.count("people", "client timeout");
  });
  expect([...answered].sort((a, b) => a - b)).toEqual(answered);
  expect(answered[0]).toBeLessThan(answered[3]!);
});

test("users who are refused in no time do not stop the clock", () => {
  const { world, run } = atTheDoor({ users: 3 }, 1e9);
  run(1);
  expect(world.count("people", "iterations")).toBe(3 * 10_001);
});

test("a load says what is wrong with it", () => {
  const wrong = (options: object) =>
    loadOptions.safeParse({ to: "api", ...options }).error?.issues.map(({ message }) => message);
  expect(wrong({})).toEqual(["a load has either `rate`, `recorded`, `users` or `executor`"]);
  expect(wrong({ rate: "1/s", users: 3 })).toEqual(["a load has either `rate`, `recorded`, `users` or `executor`"]);
  expect(wrong({ rate: "1/s", classes: [{ name: "a" }, { name: "a" }] })).toEqual([
    "two classes of the load have the same name",
  ]);
  expect(wrong({ recorded: [{ at: "2s" }, { at: "1s", class: "x" }] })).toEqual([
    '"x" in the recording is not a class of the load',
    "the recording is not in order of time",
  ]);
});
