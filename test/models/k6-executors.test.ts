import { expect, test } from "vitest";
import { Host } from "../../models/host.ts";
import type { Executor } from "../../models/k6/executor.ts";
import { loadOptions } from "../../models/load/load-options.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { type SystemOptions, system, timesOf } from "./service-system.ts";

type Asked = SystemOptions["people"];

/** Answers everybody after the time that they ask for, however many they are. */
class Shop extends Host {
  answered = 0;

  constructor(world: World) {
    super(world, "api", ELSEWHERE);
  }

  override receive(request: RequestId): void {
    this.after(this.sim.requests.waits[request]!, 0, request);
  }

  override on(_kind: number, request: RequestId): void {
    this.answered++;
    this.reply(request, OK);
  }
}

/** A test run whose requests take half a second each, and its iterations one second more. */
function testRun(executor: Asked["executor"], more: Partial<Asked> = {}) {
  let shop: Shop | undefined;
  const built = system({
    people: { executor, sleep: "1s", classes: [{ name: "ask", waits: "500ms" }], ...more },
    prepare: (world) => {
      shop = new Shop(world);
      world.components.set("api", shop);
    },
  });
  const { world, people } = built;
  const executing = people.source as Executor;
  const gauge = (name: string) => {
    const { gauges, gaugeColumns } = world.sim.record;
    return gaugeColumns.value[gauges.findIndex((one) => one.path === "people" && one.name === name)]!;
  };
  const count = (name: string) => world.count("people", name);
  return { ...built, shop: shop!, executing, gauge, count };
}

test("constant VUs iterate without a break, and the run lasts until the last of them is through", () => {
  const { run, count, gauge, executing, world } = testRun({ type: "constant-vus", vus: 4, duration: "15200ms" });
  run(15);
  expect([gauge("vus"), gauge("vus_max"), gauge("test_run_duration")]).toEqual([4, 4, 0]);
  run(60);
  expect(count("iterations")).toBe(4 * 11);
  expect(count("http_reqs")).toBe(4 * 11);
  expect(count("checks")).toBe(4 * 11);
  expect(executing.duration).toBe(16_500_000);
  expect([gauge("vus"), gauge("vus_max"), gauge("test_run_duration")]).toEqual([0, 0, 16.5]);
  expect(timesOf(world, "people", "iteration_duration").mean).toBe(1500);
  expect(timesOf(world, "people", "http_req_duration").mean).toBe(500);
});

test("what is under way when the graceful stop is over is cut off and counts for nothing", () => {
  const { run, count, executing, world, shop } = testRun(
    { type: "constant-vus", vus: 3, duration: "10s", gracefulStop: "2s" },
    { classes: [{ name: "ask", waits: "7s" }] },
  );
  run(60);
  expect(executing.duration).toBe(12_000_000);
  expect(count("iterations")).toBe(3);
  expect(count("http_reqs")).toBe(3);
  expect(count("interrupted_iterations")).toBe(3);
  expect(count("dropped_iterations")).toBe(0);
  expect(timesOf(world, "people", "iteration_duration").count).toBe(3);
  expect(world.sim.record.cohortData[0]!.good[0]).toBe(3);
  expect(shop.answered).toBe(6);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("a VU that is cut off in its sleep was served all the same", () => {
  const { run, count, world } = testRun({ type: "constant-vus", vus: 1, duration: "1s", gracefulStop: "0s" });
  run(10);
  expect([count("http_reqs"), count("iterations"), count("interrupted_iterations")]).toEqual([1, 0, 1]);
  expect(world.sim.record.cohortData[0]!.good[0]).toBe(1);
});

test("ramping VUs enter as the line of the stage reaches their number, and leave the same way", () => {
  const { run, gauge, executing } = testRun(
    {
      type: "ramping-vus",
      stages: [
        { duration: "8s", target: 5 },
        { duration: "0s", target: 2 },
        { duration: "6s", target: 0 },
      ],
      gracefulRampDown: "1s",
    },
    { sleep: "0s", classes: [{ name: "ask", waits: "200ms" }] },
  );
  const levels: number[] = [];
  for (const second of [1, 1.9, 2.1, 4.1, 6.1, 7.9, 8.3, 10.9, 11.3, 13.9]) {
    run(second);
    levels.push(gauge("vus"));
  }
  expect(levels).toEqual([1, 1, 2, 3, 4, 4, 2, 2, 1, 1]);
  expect(gauge("vus_max")).toBe(5);
  run(20);
  expect(executing.duration).toBe(14_000_000);
});

test("a VU that is one too many may end its iteration within the graceful ramp-down, else it is cut off", () => {
  const stages = [
    { duration: "2s", target: 2 },
    { duration: "0s", target: 0 },
    { duration: "20s", target: 0 },
  ];
  const cutOff = (gracefulRampDown: string) => {
    const { run, count } = testRun(
      { type: "ramping-vus", startVUs: 2, stages, gracefulRampDown },
      { sleep: "5s", classes: [{ name: "ask", waits: "1s" }] },
    );
    run(60);
    return [count("iterations"), count("interrupted_iterations")];
  };
  expect(cutOff("10s")).toEqual([2, 0]);
  expect(cutOff("1s")).toEqual([0, 2]);
});

test("a VU that is wanted again within the graceful ramp-down goes on", () => {
  const { run, count, gauge } = testRun(
    {
      type: "ramping-vus",
      startVUs: 1,
      stages: [
        { duration: "2s", target: 1 },
        { duration: "0s", target: 0 },
        { duration: "1s", target: 0 },
        { duration: "0s", target: 1 },
        { duration: "9s", target: 1 },
      ],
      gracefulRampDown: "3s",
    },
    { sleep: "3s", classes: [{ name: "ask", waits: "1s" }] },
  );
  run(11);
  expect(gauge("vus")).toBe(1);
  run(60);
  expect([count("iterations"), count("interrupted_iterations")]).toEqual([3, 0]);
});

test("each VU does its own iterations, and the run is over with the last of them", () => {
  const { run, count, executing, gauge } = testRun({ type: "per-vu-iterations", vus: 3, iterations: 4 });
  run(5.9);
  expect(gauge("vus")).toBe(3);
  run(60);
  expect(count("iterations")).toBe(12);
  expect(executing.duration).toBe(6_000_000);
});

test("iterations that have not started after maxDuration are dropped", () => {
  const dropped = (type: "per-vu-iterations" | "shared-iterations", iterations: number) => {
    const { run, count, executing } = testRun({ type, vus: 3, iterations, maxDuration: "4s" });
    run(60);
    expect(executing.duration).toBe(4_500_000);
    return [count("iterations"), count("dropped_iterations")];
  };
  expect(dropped("per-vu-iterations", 10)).toEqual([9, 21]);
  expect(dropped("shared-iterations", 10)).toEqual([9, 1]);
});

test("shared iterations are taken by whoever is free", () => {
  const { run, count, executing } = testRun({ type: "shared-iterations", vus: 3, iterations: 10 });
  run(60);
  expect([count("iterations"), count("dropped_iterations")]).toEqual([10, 0]);
  expect(executing.duration).toBe(6_000_000);
});

test("arrivals come at the multiples of the gap from zero on, whatever the time unit", () => {
  const { run, count } = testRun({
    type: "constant-arrival-rate",
    rate: 90,
    timeUnit: "1m",
    duration: "10s",
    preAllocatedVUs: 10,
  });
  run(0.001);
  expect(count("attempts")).toBe(1);
  run(60);
  expect(count("iterations")).toBe(15);
});

test("a ramp starts its k-th iteration when the integral of the rate reaches k", () => {
  const { run, count } = testRun({
    type: "ramping-arrival-rate",
    stages: [{ duration: "10s", target: 2 }],
    preAllocatedVUs: 10,
  });
  const starts: number[] = [];
  for (const second of [3.1, 3.2, 4.4, 4.5, 9.4, 9.5]) {
    run(second);
    starts.push(count("attempts"));
  }
  expect(starts).toEqual([0, 1, 1, 2, 8, 9]);
});

test("each VU beyond the preallocated ones costs an iteration, and maxVUs is the end of it", () => {
  const { run, count, gauge } = testRun({
    type: "constant-arrival-rate",
    rate: 10,
    duration: "3s",
    preAllocatedVUs: 2,
    maxVUs: 6,
  });
  run(1.45);
  expect([gauge("vus_max"), count("dropped_iterations")]).toEqual([6, 9]);
  expect(gauge("vus")).toBe(6);
  run(60);
  expect([count("iterations"), count("dropped_iterations")]).toEqual([12, 18]);
});

test("while one VU is being started no other is, however many iterations find none", () => {
  const { run, count, gauge } = testRun({
    type: "constant-arrival-rate",
    rate: 100,
    duration: "1s",
    preAllocatedVUs: 0,
    maxVUs: 5,
    vuStartup: "95ms",
  });
  run(0.9999);
  expect([gauge("vus_max"), count("dropped_iterations")]).toEqual([5, 95]);
});

test("each VU keeps the connection of its first iteration until the run is over, unless it may not", () => {
  const connectionsOf = (connections: "keep-alive" | "per-request") => {
    const { world, run } = system({
      people: {
        executor: { type: "constant-vus", vus: 4, duration: "10s" },
        sleep: "1s",
        connections,
        classes: [{ name: "ask", cpu: "1ms", queries: 0 }],
        thresholds: { http_req_connecting: ["max<1000"] },
      },
      api: { listen: {} },
      network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 5000 } },
    });
    run(5);
    const open = world.connections.heldAt(world.find("api").id);
    run(60);
    expect(timesOf(world, "people", "http_req_connecting").max).toBe(10);
    expect(world.connections.heldAt(world.find("api").id)).toBe(0);
    return [world.count("people", "connections_opened"), open];
  };
  expect(connectionsOf("keep-alive")).toEqual([4, 4]);
  expect(connectionsOf("per-request")).toEqual([40, 0]);
});

/** Refuses everybody. */
class Shut extends Host {
  constructor(world: World) {
    super(world, "shut", ELSEWHERE);
  }

  override receive(request: RequestId): void {
    this.refuse(request, REFUSED, NONE);
  }
}

test("a failed request ends the iteration before the sleep where the script fails then", () => {
  const iterations = (sleepAfter: "always" | "success") => {
    const { world, people, run } = system({
      people: { executor: { type: "constant-vus", vus: 2, duration: "10s" }, sleep: "1s", sleepAfter },
      prepare: (world) => world.components.set("api", new Shut(world)),
    });
    run(20);
    expect((people.source as Executor).duration! / 1e6).toBeCloseTo(10, 3);
    expect(world.count("people", "checks")).toBe(0);
    return world.count("people", "iterations");
  };
  expect(iterations("always")).toBe(20);
  expect(iterations("success")).toBe(2 * 100_000);
});

test("a test run that is stopped ends at once, and what was asked is worked off for nobody", () => {
  const { run, people, count, executing, world, gauge } = testRun({ type: "constant-vus", vus: 5, duration: "1m" });
  run(10.2);
  people.stop(NONE);
  expect([count("iterations"), count("interrupted_iterations")]).toEqual([30, 5]);
  expect([executing.duration, gauge("vus"), gauge("aborted")]).toEqual([10_200_000, 0, 0]);
  run(60);
  expect(count("iterations")).toBe(30);
  expect(world.sim.requests.inFlight).toBe(0);
  world.sim.check();
});

test("a run that is saved in the middle goes on as if nothing had been", () => {
  const executor = {
    type: "ramping-vus" as const,
    stages: [
      { duration: "6s", target: 7 },
      { duration: "6s", target: 0 },
    ],
  };
  const start = () => testRun(executor, { sleep: "exponential mean 1s" });
  const [whole, other] = [start(), start()];
  whole.run(7);
  const saved = save(whole.world.sim);
  restore(other.world.sim, saved);
  for (const { run } of [whole, other]) run(60);
  expect(other.count("iterations")).toBe(whole.count("iterations"));
  expect(other.executing.duration).toBe(whole.executing.duration);
});

test("an executor says what is wrong with it, in the words of k6", () => {
  const wrong = (executor: object) =>
    loadOptions.safeParse({ to: "api", executor }).error?.issues.map(({ message, path }) => [path.join("."), message]);
  const arrivals = { type: "constant-arrival-rate", rate: 5, duration: "1s" };
  expect(wrong({ ...arrivals, preAllocatedVUs: 5, maxVUs: 4 })).toEqual([
    ["executor.maxVUs", "maxVUs cannot be less than preAllocatedVUs"],
  ]);
  expect(wrong({ type: "shared-iterations", vus: 5, iterations: 4 })).toEqual([
    ["executor.iterations", "there are fewer iterations than VUs"],
  ]);
  expect(wrong({ type: "ramping-vus", startVUs: 0, stages: [{ duration: "1s", target: 0 }] })).toEqual([
    ["executor.stages", "no stage has a target above 0"],
  ]);
  expect(loadOptions.safeParse({ to: "api", rate: "1/s", sleep: "1s" }).error?.issues[0]?.message).toBe(
    "`sleep` is for a load with `executor`",
  );
});
