import { expect, test } from "vitest";
import { CALL, COMMAND } from "../../models/verb.ts";
import { ELSEWHERE } from "../../models/world.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { TestServer } from "../world.ts";
import { system, timesOf } from "./service-system.ts";

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
