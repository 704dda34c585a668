import { expect, test } from "vitest";
import { redis } from "../../models/redis/kind.ts";
import { sqlite } from "../../models/sqlite/kind.ts";
import { system, timesOf } from "./service-system.ts";

const ONE = [{ at: "1s" }];

/** How long one call takes whose 100 statements count as one, so many together; and how many the database counts. */
function call(together: number) {
  const steps = [{ queries: 100, together, cpuEach: "2ms", work: "1ms", writes: true }];
  const { world, run } = system({
    people: { recorded: ONE, classes: [{ name: "post", steps }] },
    api: { to: "db", pool: { kind: "per-request" } },
    db: { fsync: "3ms" },
    network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 500 } },
  });
  run(10);
  return { took: timesOf(world, "people", "http_req_duration").max, questions: world.count("db", "Questions") };
}

test("a hundred statements take as long, however many of them count as one", () => {
  // There and back 1 ms for the call and 3 ms for the login; 2 ms here, 1 ms there, two syncs and the way for each.
  const each = 2 + 1 + 2 * 3 + 1;
  for (const together of [1, 10, 33, 100]) {
    expect(call(together)).toEqual({ took: 1 + 3 + 100 * each, questions: 100 });
  }
});

test("a hundred commands take as long, however many of them count as one; in a pipeline there is one round trip", () => {
  const took = (series: object) => {
    const steps = [{ commands: 100, to: "cache", cpuEach: "10us", ...series }];
    const { world, run } = system({
      people: { recorded: ONE, classes: [{ name: "post", steps }] },
      prepare: (world) => {
        redis.build(world, "cache", redis.options.parse({ benchmark: { single: "100000/s", pipelined: "500000/s" } }));
      },
      network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: 100 } },
    });
    run(10);
    expect(world.count("cache", "total_commands_processed")).toBe(100);
    return Math.round(1000 * timesOf(world, "people", "http_req_duration").max);
  };
  for (const together of [1, 7, 50, 100]) expect(took({ together })).toBe(200 + 100 * (10 + 10 + 200));
  // A round trip costs the thread 8.53 us and a command 1.47 us.
  expect(took({ pipeline: true })).toBe(200 + 1000 + 200 + 155);
});

test("a SQLite file takes the lock for each of them, whether they count as one or not", () => {
  for (const together of [1, 100]) {
    const steps = [{ queries: 100, together, work: "1ms", writes: true }];
    const { world, run } = system({
      people: { recorded: [...ONE, ...ONE], classes: [{ name: "post", steps }] },
      api: { to: "file", pool: { kind: "per-request" } },
      prepare: (world) => {
        sqlite.build(world, "file", sqlite.options.parse({ fsync: "1ms", between: "1ms" }));
      },
    });
    run(30);
    expect(world.count("file", "commits")).toBe(200);
    expect(world.count("file", "syncs")).toBe(800);
    expect(timesOf(world, "people", "http_req_duration").count).toBe(2);
  }
});

test("statements of one transaction or in parallel are not split", () => {
  for (const wrong of [{ parallel: true }, { transaction: true }]) {
    const steps = [{ queries: 10, together: 5, ...wrong }];
    const people = { recorded: ONE, classes: [{ name: "post", steps }] };
    expect(() => system({ people, api: { to: "db" }, db: {} })).toThrow("each a transaction of its own");
  }
});
