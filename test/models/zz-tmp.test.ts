import fc from "fast-check";
import { expect, test } from "vitest";
import type { Connections } from "../../models/connection/connections.ts";
import { BEGIN, COMMIT, QUERY, ROLLBACK } from "../../models/verb.ts";
import { NONE } from "../../sim/record/journal.ts";
import { type Stage, stage } from "./proxysql-crowd.ts";

/** What can happen, each for a random number of milliseconds before the next thing does. */
const happenings = fc.array(
  fc.record({
    what: fc.constantFrom("ask", "burst", "leave", "walk away", "stop", "start", "forget", "crash", "recover", "flip"),
    pod: fc.nat(1),
    database: fc.constantFrom("db", "replica"),
    kind: fc.nat(3),
    verb: fc.constantFrom(QUERY, QUERY, QUERY, BEGIN, COMMIT, ROLLBACK),
    waits: fc.nat(400_000),
    lasts: fc.oneof(fc.nat(20), fc.nat(4000)),
  }),
  { minLength: 15, maxLength: 60 },
);

const settings = fc.record({
  max_connections: fc.integer({ min: 1, max: 12 }),
  databaseLimit: fc.integer({ min: 2, max: 15 }),
  waiterOrder: fc.constantFrom("edf" as const, "random" as const),
  throttle: fc.constantFrom(2, 1_000_000),
  multiplexing: fc.boolean(),
  cpu: fc.constantFrom("0s", "300us"),
  wire: fc.constantFrom(0, 250),
  persistent: fc.constantFrom(0 as const, 1 as const),
  delay: fc.constantFrom(0, 300),
  timeout: fc.constantFrom("150ms", "1d"),
});

type Setting = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;
type Happenings = typeof happenings extends fc.Arbitrary<infer Value> ? Value : never;

/** Two proxies in front of a small database and its replica, which close idle sessions early, checked at every event. */
function smallWorld({ databaseLimit, wire, ...given }: Setting): Stage {
  return stage({
    world: {
      classes: [
        { username: "app" },
        { username: "batch", writes: true },
        { username: "app", sql: "SET @a = 1" },
        { username: "app", writes: true, locks: "row", sql: "UPDATE t SET a = 1" },
      ],
      network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: wire } },
    },
    databases: {
      db: { max_connections: databaseLimit, wait_timeout: "3s", startup: "1s" },
      replica: { max_connections: databaseLimit, wait_timeout: "3s", startup: "1s", read_only: true },
    },
    proxysql: {
      variables: {
        "mysql-throttle_connections_per_sec_to_hostgroup": given.throttle,
        "mysql-multiplexing": given.multiplexing,
        "mysql-connection_delay_multiplex_ms": given.delay,
        "mysql-default_query_timeout": given.timeout,
        "mysql-ping_interval_server_msec": 2000,
        "mysql-max_connections": 40,
        "mysql-wait_timeout": "8s",
      },
      model: { waiterOrder: given.waiterOrder, cpuPerQuery: given.cpu, cpuPerLogin: given.cpu },
      mysql_servers: [
        { hostgroup: 0, hostname: "db", max_connections: given.max_connections },
        { hostgroup: 1, hostname: "replica", max_connections: given.max_connections },
      ],
      mysql_users: [
        { username: "app", transaction_persistent: given.persistent },
        { username: "batch", transaction_persistent: given.persistent },
      ],
      mysql_query_rules: [{ rule_id: 1, active: 1, match_digest: "^SELECT", destination_hostgroup: 1 }],
      mysql_replication_hostgroups: [{ writer_hostgroup: 0, reader_hostgroup: 1 }],
    },
    pods: 2,
  });
}

/** Things happen, then everybody goes home. */
function live(setting: Setting, story: Happenings): void {
  const { world, crowd, pods, databases, at, value } = smallWorld(setting);
  const stopped = new Set<number>();
  let asked = 0;
  let second = 0;
  for (const { what, pod, database, kind, verb, waits, lasts } of story) {
    const server = databases[database]!;
    crowd.kind = kind;
    crowd.verb = verb;
    crowd.waits = waits;
    if (what === "ask" || what === "burst") asked += crowd.burst(what === "ask" ? 1 : 12);
    else if (what === "leave") crowd.leave();
    else if (what === "walk away") crowd.walkAway();
    else if (what === "forget") {
      world.sim.requests.abandoned[crowd.ask()] = 1;
      asked++;
    } else if (what === "stop" && !stopped.has(pod)) {
      stopped.add(pod);
      pods[pod]!.stop(NONE);
    } else if (what === "start" && stopped.delete(pod)) pods[pod]!.start(NONE);
    else if (what === "crash") server.stop(NONE);
    else if (what === "recover") server.start(NONE);
    else if (what === "flip") server.setReadOnly(!server.isReadOnly, NONE);
    second += lasts / 1000;
    at(second);
  }
  at(second + 60);
  expect(crowd.answers.length).toBe(asked);
  for (const [slot, pod] of pods.entries()) if (!stopped.has(slot)) pod.stop(NONE);
  at(second + 70);
  expect(value("db", "Threads_connected") + value("replica", "Threads_connected")).toBe(0);
  for (const pod of pods) expect(world.connections.heldAt(pod.id)).toBe(0);
  expect(world.sim.requests.inFlight).toBe(0);
  expect(rowsInUse(world.connections)).toBe(0);
}

/** Rows that somebody has opened and nobody has forgotten. */
function rowsInUse(connections: Connections): number {
  const { freeCount } = connections as unknown as { freeCount: number };
  return connections.client.length - freeCount;
}

test("whatever happens, no connection and no query is lost or counted twice", () => {
  fc.assert(fc.property(settings, happenings, live), { numRuns: 2500, seed: 77 });
}, 400_000);
