import { expect, test } from "vitest";
import { service } from "../../models/service/kind.ts";
import { CALL, COMMAND } from "../../models/verb.ts";
import { ELSEWHERE } from "../../models/world.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { TestServer } from "../world.ts";
import { meanOf, system, timesOf } from "./service-system.ts";

const times = (n: number, at = "0s") => new Array<{ at: string; class: string }>(n).fill({ at, class: "ask" });
const MYSQL2 = { kind: "mysql2" } as const;
const PER_REQUEST = { kind: "per-request" } as const;

test("a call does its steps one after the other: it computes, runs statements, and computes once more", () => {
  const { world, run } = system({
    people: {
      recorded: times(1),
      classes: [{ name: "ask", cpu: "1ms", steps: [{ cpu: "9ms" }, { queries: 3, waits: "20ms" }, { cpu: "5ms" }] }],
    },
    api: { to: "db", pool: MYSQL2 },
    db: {},
  });
  run(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(75);
  expect(world.count("db", "Questions")).toBe(3);
  expect(world.count("api-0", "cpu")).toBe(15_000);
});

test("without a database a service takes the time of its statements itself, step by step", () => {
  const { world, run } = system({
    people: {
      recorded: times(1),
      classes: [
        {
          name: "ask",
          work: "2ms",
          steps: [
            { queries: 3, rows: 2, waits: "20ms" },
            { queries: 1, work: "7ms" },
          ],
        },
      ],
    },
  });
  run(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(12 + 60 + 7);
  expect(world.count("api-0", "cpu")).toBe(19_000);
});

test("two statements at once take as long as the longer one, and hold two connections", () => {
  const { world, run } = system({
    people: {
      recorded: times(1),
      classes: [
        {
          name: "ask",
          steps: [
            { queries: 1, waits: "5ms" },
            { queries: 2, parallel: true, waits: "20ms" },
          ],
        },
      ],
    },
    api: { to: "db", pool: MYSQL2 },
    db: {},
  });
  run(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(25);
  expect(world.count("api/db", "opened")).toBe(2);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("the first of several statements that fails fails the call, while the others go on", () => {
  const { world, run } = system({
    people: {
      recorded: times(1),
      classes: [{ name: "ask", steps: [{ queries: 3, parallel: true, waits: "20ms" }, { cpu: "1s" }] }],
    },
    api: { to: "db", pool: { kind: "mysql2", connectionLimit: 2, queueLimit: 0, waitForConnections: false } },
    db: {},
  });
  run(0.01);
  expect(world.count("people", "no connections available")).toBe(1);
  expect(world.count("db", "Questions")).toBe(2);
  run(1);
  expect(world.sim.requests.inFlight).toBe(0);
  expect(world.count("api-0", "cpu")).toBe(0);
});

test("an insert of 500 rows computes for each row and commits once; 500 inserts commit 500 times", () => {
  const insert = (steps: object) => {
    const { world, run } = system({
      people: { recorded: times(1), classes: [{ name: "ask", work: "100us", writes: true, steps: [steps as never] }] },
      api: { to: "db", pool: MYSQL2 },
      db: { fsync: "4ms", sync_binlog: 0 },
    });
    run(10);
    return timesOf(world, "people", "http_req_duration").max;
  };
  expect(insert({ queries: 500 })).toBe(500 * 4.1);
  expect(insert({ queries: 1, rows: 500 })).toBe(50 + 4);
});

test("statements of a step may be of another user, whose database is another", () => {
  const { world, run } = system({
    people: {
      recorded: times(1),
      classes: [
        { name: "ask", username: "shop", steps: [{ queries: 1 }, { queries: 2, username: "mail" }, { queries: 1 }] },
      ],
    },
    api: { to: { shop: "db", mail: "db" }, pool: MYSQL2 },
    db: {},
  });
  run(1);
  expect(world.count("db", "Questions")).toBe(4);
  expect(timesOf(world, "people", "http_req_duration").count).toBe(1);
});

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

/** Takes 3 ms for everything. */
class Broker extends TestServer {
  readonly verbs: number[] = [];
  readonly batches: number[] = [];

  override receive(request: RequestId): void {
    this.verbs.push(this.sim.requests.verb[request]!);
    this.batches.push(this.sim.requests.batch[request]!);
    this.arrivals.push(this.now);
    this.after(3000, 0, request);
  }

  override on(_kind: number, request: RequestId): void {
    this.reply(request, this.outcome);
  }
}

test("commands go one after the other, each a round trip, or all in one; what is sent is out of hand once it is taken in", () => {
  let broker: Broker | undefined;
  const steps = [
    { commands: 4, to: "redis" },
    { commands: 4, to: "redis", pipeline: true },
    { send: "task", to: "redis" },
  ];
  const { world, run } = system({
    people: {
      recorded: times(1),
      classes: [
        { name: "ask", steps },
        { name: "task", share: 0, cpu: "1s" },
      ],
    },
    prepare: (world) => {
      broker = new Broker(world, "redis", ELSEWHERE);
    },
  });
  run(1);
  expect(broker!.arrivals).toEqual([0, 3000, 6000, 9000, 12_000, 15_000]);
  expect(broker!.batches).toEqual([1, 1, 1, 1, 4, 1]);
  expect(broker!.verbs).toEqual([COMMAND, COMMAND, COMMAND, COMMAND, COMMAND, CALL]);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(18);
});

test("a command that is refused fails the call", () => {
  const { world, run } = system({
    people: { recorded: times(1), classes: [{ name: "ask", steps: [{ commands: 4, to: "redis" }, { cpu: "1s" }] }] },
    prepare: (world) => {
      new Broker(world, "redis", ELSEWHERE).outcome = REFUSED;
    },
  });
  run(1);
  expect(world.count("people", "connection refused")).toBe(1);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("a thousand commands that take no time do not nest", () => {
  const { world, run } = system({
    people: { recorded: times(1), classes: [{ name: "ask", steps: [{ commands: 100_000, to: "redis" }] }] },
    prepare: (world) => {
      new TestServer(world, "redis", ELSEWHERE).outcome = OK;
    },
  });
  run(1);
  expect(timesOf(world, "people", "http_req_duration").count).toBe(1);
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

const EVERYTHING = [
  {
    name: "ask",
    cpu: "1ms",
    priority: 1,
    steps: [
      { queries: 2, waits: "exponential mean 4ms" },
      { queries: 3, parallel: true, work: "exponential mean 2ms" },
      { call: "inner", to: "api", ignoreFailure: true },
      { commands: 2, to: "redis" },
      { cpu: "exponential mean 2ms" },
    ],
  },
  { name: "inner", share: 0, queries: 1, waits: "exponential mean 10ms", cpu: "1ms" },
] as const;

function everything(pool: typeof MYSQL2 | typeof PER_REQUEST) {
  return system({
    people: { rate: "60/s", classes: structuredClone(EVERYTHING) as never, patience: "300ms" },
    api: { workers: 12, queue: 30, cores: 2, to: "db", pool, failure: { cpu: "1ms" } },
    db: { max_connections: 30 },
    prepare: (world) => {
      new Broker(world, "redis", ELSEWHERE);
    },
  });
}

test.each([MYSQL2, PER_REQUEST])(
  "a process with a $kind pool that ends in the middle of everything leaves nothing behind",
  (pool) => {
    for (let ms = 1000; ms < 1200; ms += 13) {
      const { world, pods, people, run } = everything(pool);
      run(ms / 1000);
      people.stop(people.origin);
      pods[0]!.stop(people.origin);
      world.sim.check();
      run(20);
      expect(world.sim.requests.inFlight).toBe(0);
      expect(world.connections.heldAt(world.find("db").id)).toBe(0);
      pods[0]!.start(people.origin);
      world.sim.check();
    }
  },
);

test.each([MYSQL2, PER_REQUEST])(
  "steps over a $kind pool that are saved and put back go on to the same numbers",
  (pool) => {
    const first = everything(pool);
    first.run(3);
    const saved = save(first.world.sim);
    first.run(8);
    const second = everything(pool);
    restore(second.world.sim, structuredClone(saved));
    second.run(8);
    expect(second.world.sim.dispatched).toBe(first.world.sim.dispatched);
    expect([...second.world.sim.record.counts]).toEqual([...first.world.sim.record.counts]);
    expect(world(first)).toBe(world(second));
  },
);

function world({ world }: { world: Parameters<typeof timesOf>[0] }): number {
  return timesOf(world, "people", "http_req_duration").mean;
}

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
