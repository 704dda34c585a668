import { expect, test } from "vitest";
import type { Executor } from "../../models/k6/executor.ts";
import { NONE } from "../../sim/record/journal.ts";
import { type SystemOptions, system } from "./service-system.ts";

const RATE = { type: "constant-arrival-rate", rate: 100, duration: "20s", preAllocatedVUs: 200 } as const;

function testRun(people: SystemOptions["people"], more: Partial<SystemOptions> = {}) {
  const built = system({ people: { executor: RATE, ...people }, ...more });
  const { world } = built;
  const facts = () =>
    world.sim.journal.entries.map(({ fact, at, because, component, figures, remark }) => ({
      fact,
      of: world.sim.components[component]!.path,
      at: at / 1e6,
      because: because.map((id) => world.sim.journal.entries[id]!.fact),
      figures,
      remark,
    }));
  return { ...built, facts, fact: (name: string) => facts().find(({ fact }) => fact === name) };
}

test("iterations that are dropped because all workers of the service are busy are not the load generator's fault", () => {
  const { run, fact, facts } = testRun(
    { classes: [{ name: "get", cpu: "20ms", queries: 0 }], sleep: "1s" },
    { api: { workers: 1, queue: 100_000, cores: 1 } },
  );
  run(60);
  expect(fact("all-vus-busy")).toMatchObject({
    of: "people",
    because: ["workers-all-busy", "arrivals-begin"],
    figures: { vus: 200, maxVUs: 200, waiting: 150 },
  });
  expect(facts().filter(({ fact }) => fact === "too-few-vus" || fact === "own-link-saturated")).toEqual([]);
});

test("a service without a limit on its calls lets them wait for its one core, and says so", () => {
  const { run, fact } = testRun({ classes: [{ name: "get", cpu: "20ms", queries: 0 }], sleep: "1s" });
  run(60);
  expect(fact("all-vus-busy")?.because).toEqual(["cores-all-busy", "arrivals-begin"]);
  expect(fact("cores-all-busy")).toMatchObject({ because: ["arrivals-begin"], figures: { cores: 1 } });
});

test("a sleep that takes all VUs is a matter of the script, however fast the service answers", () => {
  const { run, fact, facts } = testRun({ classes: [{ name: "get", cpu: "1ms", queries: 0 }], sleep: "3s" });
  run(60);
  expect(fact("too-few-vus")).toMatchObject({
    at: 2,
    because: ["arrivals-begin"],
    figures: { vus: 200, maxVUs: 200, needed: 301, rate: 100, leastMs: 3001 },
  });
  expect(facts().filter(({ fact }) => fact === "all-vus-busy")).toEqual([]);
});

test("a load generator whose own link is full is told from a slow service", () => {
  const { run, fact, facts } = testRun(
    { nodes: "generators", classes: [{ name: "put", cpu: "1ms", queries: 0, request: "10kB" }] },
    {
      nodes: [{ group: "generators", bandwidth: { base: 5e5, burst: 5e5, credit: 0, buffer: 5e7 } }],
      api: { workers: 100 },
    },
  );
  run(60);
  expect(fact("own-link-saturated")).toMatchObject({
    because: ["bandwidth-saturated", "arrivals-begin"],
    figures: { vus: 200, waiting: 200 },
  });
  expect(fact("bandwidth-saturated")?.of).toBe("node 1 outbound");
  expect(facts().filter(({ fact }) => fact === "all-vus-busy")).toEqual([]);
});

test("a threshold that is crossed aborts the run at the next look, and the world goes on without load", () => {
  const { run, world, people, fact } = testRun(
    {
      classes: [{ name: "get", cpu: "20ms", queries: 0 }],
      thresholds: { http_req_duration: [{ threshold: "med<1000", abortOnFail: true }] },
    },
    { api: { workers: 1, queue: 100_000, cores: 1 } },
  );
  const aborted = () => {
    const { gauges, gaugeColumns } = world.sim.record;
    return gaugeColumns.value[gauges.findIndex(({ name }) => name === "aborted")]!;
  };
  run(3.9);
  expect(aborted()).toBe(0);
  run(4);
  expect(aborted()).toBe(1);
  expect((people.source as Executor).duration).toBe(4_000_000);
  expect(fact("test-run-aborted")).toMatchObject({
    at: 4,
    because: ["all-vus-busy", "arrivals-begin"],
    figures: { seconds: 4 },
    remark: "http_req_duration: med<1000",
  });
  const [asked, served] = [world.count("people", "attempts"), world.count("api-0", "served")];
  run(60);
  expect(world.count("people", "attempts")).toBe(asked);
  expect(world.count("api-0", "served")).toBe(asked);
  expect(served).toBeLessThan(asked);
  expect(world.count("people", "interrupted_iterations")).toBe(asked - world.count("people", "http_reqs"));
});

test("a delay holds the abort back, and a threshold without abortOnFail is only told of at the end", () => {
  const { run, facts, people } = testRun(
    {
      classes: [{ name: "get", cpu: "1ms", queries: 0 }],
      sleep: "5s",
      thresholds: {
        dropped_iterations: [{ threshold: "rate<1", abortOnFail: true, delayAbortEval: "7s" }],
        http_reqs: ["count>5000"],
        checks: ["rate>0.9"],
      },
    },
    {},
  );
  run(60);
  expect((people.source as Executor).duration).toBe(8_000_000);
  expect(
    facts()
      .map(({ fact, remark }) => [fact, remark])
      .slice(-3),
  ).toEqual([
    ["test-run-aborted", "dropped_iterations: rate<1"],
    ["threshold-crossed", "http_reqs: count>5000"],
    ["test-run-ends", undefined],
  ]);
});

test("users can still be set, and people who are told to stop come no more", () => {
  const { run, world, people } = system({
    people: { users: 5, thinkTime: "1s", classes: [{ name: "get", cpu: "1ms" }] },
  });
  run(3);
  people.setUsers(2, 0, NONE);
  run(5);
  const before = world.count("people", "attempts");
  people.stop(NONE);
  run(60);
  expect(world.count("people", "attempts")).toBe(before);
});
