import { expect, test } from "vitest";
import { service } from "../../models/service/kind.ts";
import { meanOf, system, timesOf } from "./service-system.ts";

const times = (n: number, at = "0s") => new Array<{ at: string; class: string }>(n).fill({ at, class: "ask" });
const MYSQL2 = { kind: "mysql2" } as const;
const PER_REQUEST = { kind: "per-request" } as const;

/** A post, which calls the same service once more for handing it out, in the manner of case 004. */
const POST = [
  {
    name: "ask",
    steps: [
      { queries: 1, waits: "10ms" },
      { call: "hand-out", to: "api", ignoreFailure: false },
    ],
  },
  { name: "hand-out", share: 0, queries: 2, waits: "20ms" },
];

test("a call that calls the same service waits for the inner one, and holds its worker meanwhile", () => {
  const { world, run } = system({
    people: { recorded: times(1), classes: POST },
    api: { workers: 2, to: "db", pool: MYSQL2 },
    db: {},
  });
  run(0.02);
  expect(meanOf(world, "api-0", "busy")).toBe(1.5);
  run(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(50);
  expect(world.count("api-0", "served")).toBe(2);
});

test("ten workers that all hold a call which needs one more worker hold each other until the callers give up", () => {
  const { world, people, run } = system({
    people: { recorded: times(10), classes: POST, patience: "5s" },
    api: { workers: 10, to: "db", pool: MYSQL2 },
    db: {},
  });
  run(30);
  expect(world.count("people", "client timeout")).toBe(10);
  expect(world.count("api-0", "served")).toBe(0);
  expect(world.sim.requests.inFlight).toBe(20);
  const { entries } = world.sim.journal;
  expect(people.failures.because.slice(0, 10)).toEqual(
    new Int32Array(10).fill(entries.findIndex(({ fact }) => fact === "workers-all-busy")),
  );
});

test("nine such calls at ten workers all come to their end: one has a worker to spare, then two, then four", () => {
  const { world, run } = system({
    people: { recorded: times(9), classes: POST },
    api: { workers: 10, to: "db", pool: MYSQL2 },
    db: {},
  });
  run(5);
  const { count, max } = timesOf(world, "people", "http_req_duration");
  expect([count, max]).toEqual([9, 10 + 4 * 40]);
});

test("a connection for each request is held through what the request waits for: two for each post", () => {
  const most = (hold: "request" | "query") => {
    const { world, run } = system({
      people: { recorded: times(5), classes: POST },
      api: { to: "db", pool: { ...PER_REQUEST, hold } },
      db: {},
    });
    const connected = [0.005, 0.02, 0.06].map((seconds) => {
      run(seconds);
      return world.connections.heldAt(world.find("db").id);
    });
    return { connected, opened: world.count("api/db", "opened") };
  };
  expect(most("request")).toEqual({ connected: [5, 10, 0], opened: 10 });
  expect(most("query")).toEqual({ connected: [5, 5, 0], opened: 10 });
});

test("several runs of statements share the connection of their request, or have one each", () => {
  const opened = (hold: "request" | "query") => {
    const steps = [{ queries: 2 }, { cpu: "5ms" }, { queries: 3 }];
    const { world, run } = system({
      people: { recorded: times(4), classes: [{ name: "ask", steps }] },
      api: { to: "db", pool: { ...PER_REQUEST, hold } },
      db: {},
    });
    run(1);
    expect(world.count("db", "Questions")).toBe(20);
    expect(world.connections.heldAt(world.find("db").id)).toBe(0);
    return world.count("api/db", "opened");
  };
  expect(opened("request")).toBe(4);
  expect(opened("query")).toBe(8);
});

test("posts that hold all connections starve their own inner calls: every second one fails and leaves its connection to the next", () => {
  const posts = (limit: number) => {
    const { world, run } = system({
      people: { recorded: times(100), classes: POST },
      api: { to: "db", pool: PER_REQUEST },
      db: { max_connections: limit },
    });
    run(5);
    return timesOf(world, "people", "http_req_duration").count;
  };
  expect(posts(100)).toBe(50);
  expect(posts(200)).toBe(100);
});

test("who looks at no status goes on when the inner call has failed", () => {
  const { world, run } = system({
    people: {
      recorded: times(100),
      classes: [
        {
          name: "ask",
          steps: [
            { queries: 1, waits: "10ms" },
            { call: "hand-out", to: "api", ignoreFailure: true },
          ],
        },
        POST[1]!,
      ],
    },
    api: { to: "db", pool: PER_REQUEST },
    db: { max_connections: 100 },
  });
  run(5);
  expect(timesOf(world, "people", "http_req_duration").count).toBe(100);
  expect(world.count("api-0", "failed")).toBe(50);
});

test("what a process has asked another service for is given up when it ends, and goes on there for nobody", () => {
  const { world, pods, people, run } = system({
    people: {
      recorded: times(1),
      classes: [
        { name: "ask", steps: [{ call: "slow", to: "store" }] },
        { name: "slow", share: 0, waits: "1s" },
      ],
    },
    others: (world) => [service.build(world, "store", service.options.parse({}))],
  });
  run(0.1);
  pods[0]!.stop(people.origin);
  expect(world.count("people", "connection broken")).toBe(1);
  expect(world.sim.requests.abandoned.reduce((sum, one) => sum + one, 0)).toBe(1);
  run(2);
  expect(world.count("store-0", "served")).toBe(1);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("at each pod what people and inner calls occupy sums to what Little's law says", () => {
  const { world, run } = system({
    people: { rate: "50/s", classes: POST },
    api: { workers: 50, to: "db", pool: MYSQL2 },
    db: {},
  });
  run(400);
  // A post is there for 50 ms, and its inner call for 40 of these as well.
  expect(meanOf(world, "api-0", "busy") / (50 * 0.09)).toBeGreaterThan(0.97);
  expect(meanOf(world, "api-0", "busy") / (50 * 0.09)).toBeLessThan(1.03);
});
