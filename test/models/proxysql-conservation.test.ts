import fc from "fast-check";
import { expect, test } from "vitest";
import { NONE } from "../../sim/record/journal.ts";
import { stage } from "./proxysql-crowd.ts";

/** What can happen, each for a random number of milliseconds before the next thing does. */
const happenings = fc.array(
  fc.record({
    what: fc.constantFrom("ask", "write", "burst", "leave", "walk away", "stop", "start", "forget", "pass"),
    pod: fc.nat(1),
    kind: fc.nat(1),
    waits: fc.nat(400_000),
    lasts: fc.oneof(fc.nat(20), fc.nat(4000)),
  }),
  { minLength: 1, maxLength: 60 },
);

const settings = fc.record({
  max_connections: fc.integer({ min: 1, max: 12 }),
  databaseLimit: fc.integer({ min: 2, max: 15 }),
  waiterOrder: fc.constantFrom("edf" as const, "random" as const),
  throttle: fc.constantFrom(2, 1_000_000),
  multiplexing: fc.boolean(),
  cpu: fc.constantFrom("0s", "300us"),
  wire: fc.constantFrom(0, 250),
});

/** A life of two proxies in front of a small database, checked at every event; then everybody goes home. */
function live(given: Record<string, unknown>, story: readonly Record<string, unknown>[]): void {
  const { max_connections, databaseLimit, waiterOrder, throttle, multiplexing, cpu, wire } = given as {
    max_connections: number;
    databaseLimit: number;
    waiterOrder: "edf" | "random";
    throttle: number;
    multiplexing: boolean;
    cpu: string;
    wire: number;
  };
  const { world, crowd, pods, at, value } = stage({
    world: {
      seed: "life",
      classes: [{ username: "app" }, { username: "batch", writes: true }],
      network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: wire } },
    },
    databases: { db: { max_connections: databaseLimit, wait_timeout: "3s" } },
    proxysql: {
      variables: {
        "mysql-throttle_connections_per_sec_to_hostgroup": throttle,
        "mysql-multiplexing": multiplexing,
        "mysql-ping_interval_server_msec": 2000,
        "mysql-max_connections": 40,
        "mysql-wait_timeout": "8s",
      },
      model: { waiterOrder, cpuPerQuery: cpu, cpuPerLogin: cpu },
      mysql_servers: [{ hostname: "db", max_connections }],
      mysql_users: [{ username: "app" }, { username: "batch" }],
    },
    pods: 2,
  });
  const runs = [true, true];
  let asked = 0;
  let second = 0;
  for (const { what, pod, kind, waits, lasts } of story as {
    what: string;
    pod: 0 | 1;
    kind: number;
    waits: number;
    lasts: number;
  }[]) {
    crowd.kind = kind;
    crowd.waits = waits;
    if (what === "ask" || what === "burst") {
      const people = what === "ask" ? 1 : 12;
      crowd.burst(people);
      asked += people;
    } else if (what === "leave") crowd.leave();
    else if (what === "walk away") crowd.walkAway();
    else if (what === "forget") {
      world.sim.requests.abandoned[crowd.ask()] = 1;
      asked++;
    } else if (what === "stop" && runs[pod]) pods[pod]!.stop(NONE);
    else if (what === "start" && !runs[pod]) pods[pod]!.start(NONE);
    if (what === "stop" || what === "start") runs[pod] = what === "start";
    second += lasts / 1000;
    at(second);
  }
  second += 60;
  at(second);
  expect(crowd.answers.length).toBe(asked);
  for (const [slot, pod] of pods.entries()) if (runs[slot]) pod.stop(NONE);
  at(second + 10);
  expect(value("db", "Threads_connected")).toBe(0);
  for (const pod of pods) expect(world.connections.heldAt(pod.id)).toBe(0);
  expect(world.sim.requests.inFlight).toBe(0);
}

test("whatever happens, no connection and no query is lost or counted twice", () => {
  fc.assert(fc.property(settings, happenings, live), { numRuns: 150, seed: 20_240_501 });
}, 120_000);
