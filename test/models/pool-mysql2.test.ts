import { expect, test } from "vitest";
import { nameOf, POOL_TIMEOUT, QUEUE_LIMIT_REACHED } from "../../models/error.ts";
import { Host } from "../../models/host.ts";
import { ELSEWHERE, type World } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK } from "../../sim/service.ts";
import { meanOf, type SystemOptions, system, timesOf } from "./service-system.ts";

const at = (...seconds: number[]) => seconds.map((second) => ({ at: `${second}s` }));
const times = (n: number, second: number) => at(...new Array<number>(n).fill(second));

function pooled(recorded: object[], waits: string, pool: object, more: Partial<SystemOptions> = {}) {
  return system({
    people: { recorded: recorded as { at: string }[], classes: [{ name: "ask", waits }], patience: "1h" },
    api: { to: "db", pool: { kind: "mysql2", ...pool } },
    db: { loginTime: "5ms" },
    ...more,
  });
}

test("the pool opens all its connections before anybody waits, and lends the one used last", () => {
  const { world, run } = pooled([...times(12, 0), ...at(5, 6, 7)], "50ms", {});
  run(0.001);
  expect(world.count("api/db", "opened")).toBe(10);
  run(10);
  expect(world.count("api/db", "opened")).toBe(10);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(105);
  expect(timesOf(world, "api/db", "wait").max).toBe(55);
  const used = [...world.connections.usedAt].filter((time) => time >= 5e6);
  expect(used).toEqual([7.05e6]);
});

test("while others connect, a connection that comes back is taken before one more is opened", () => {
  const { world, run } = pooled(at(0, 0.06), "50ms", {});
  run(1);
  expect(world.count("api/db", "opened")).toBe(1);
});

test("a queue limit of three lets three callers wait and tells the others at once", () => {
  const { world, people, run } = pooled(times(7, 1), "50ms", { connectionLimit: 2, queueLimit: 3 });
  run(1);
  expect(world.count("people", "queue limit reached")).toBe(2);
  run(5);
  expect(timesOf(world, "people", "http_req_duration").count).toBe(5);
  const { entries } = world.sim.journal;
  expect(people.failures.outcome[0]).toBe(QUEUE_LIMIT_REACHED);
  const cause = entries[people.failures.because[0]!]!;
  expect(cause.fact).toBe("pool-exhausted");
  expect(cause.figures).toEqual({ limit: 2 });
  expect(cause.because.map((id) => entries[id]!.fact)).toEqual(["recording-begins"]);
});

test("without waitForConnections nobody waits", () => {
  const { world, run } = pooled(times(7, 1), "50ms", { connectionLimit: 2, waitForConnections: false });
  run(1);
  expect(world.count("people", "no connections available")).toBe(5);
});

test("500 a second at a pool of 100 that serves 150 fill a queue of 500 after 1.7 s, and then 350 a second fail", () => {
  const { world, run } = system({
    people: { rate: "500/s", arrivals: "constant", classes: [{ name: "ask", waits: "exponential mean 667ms" }] },
    api: { to: "db", pool: { kind: "mysql2", connectionLimit: 100, queueLimit: 500 } },
    db: { max_connections: 500 },
  });
  run(1.3);
  expect(world.count("people", "queue limit reached")).toBe(0);
  run(2.0);
  expect(world.count("people", "queue limit reached")).toBeGreaterThan(0);
  run(10);
  const before = world.count("people", "queue limit reached");
  run(60);
  expect((world.count("people", "queue limit reached") - before) / 50 / 350).toBeCloseTo(1, 1.5);
  expect(timesOf(world, "people", "http_req_duration").mean).toBeGreaterThan(3600);
  expect(timesOf(world, "people", "http_req_duration").mean).toBeLessThan(4100);
});

test("a refused connection is its caller's error, and lets one of those who wait try again", () => {
  const { world, run } = pooled(
    times(8, 0),
    "1s",
    { connectionLimit: 4 },
    { db: { max_connections: 2, loginTime: "5ms" } },
  );
  run(0.1);
  expect(world.count("people", "1040 too many connections")).toBe(6);
  expect(world.count("api/db", "opened")).toBe(8);
  run(10);
  expect(timesOf(world, "people", "http_req_duration").count).toBe(2);
  expect(world.count("api/db", "connect_errors")).toBe(6);
});

/** Takes everything and answers nothing until it is told to. */
class Hole extends Host {
  readonly taken: RequestId[] = [];

  constructor(world: World) {
    super(world, "db", ELSEWHERE);
  }

  override receive(request: RequestId): void {
    this.taken.push(request);
  }

  /** Lets a login in, late. */
  hangUp(connection: number): void {
    this.world.connections.release(connection);
    this.world.connections.forget(connection);
  }

  answer(): void {
    for (const request of this.taken) {
      this.world.connections.accept(this.sim.requests.connection[request]!, this.id);
      this.reply(request, OK);
    }
  }
}

test("a login that takes longer than connectTimeout fails its caller, and is closed when it succeeds after all", () => {
  let hole: Hole | undefined;
  const { world, run } = system({
    people: { recorded: times(3, 0) },
    api: { to: "db", pool: { kind: "mysql2", connectionLimit: 2 } },
    prepare: (world) => {
      hole = new Hole(world);
    },
  });
  run(15);
  expect(world.count("people", nameOf(POOL_TIMEOUT))).toBe(2);
  run(25);
  expect(world.count("people", nameOf(POOL_TIMEOUT))).toBe(3);
  hole!.answer();
  expect(world.connections.heldAt(hole!.id)).toBe(0);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("a caller whose client has given up keeps its place and is served all the same", () => {
  const { world, run } = system({
    people: { recorded: times(3, 0), classes: [{ name: "ask", waits: "2s" }], patience: "1s" },
    api: { to: "db", pool: { kind: "mysql2", connectionLimit: 1 } },
    db: {},
  });
  run(1.5);
  expect(world.count("people", "client timeout")).toBe(3);
  run(10);
  expect(world.count("db", "Questions")).toBe(3);
});

test("idle connections above maxIdle are closed within a second, and the stale ones too", () => {
  const { world, run } = pooled([...times(8, 0), ...at(1, 2, 3, 4, 5, 6)], "50ms", { maxIdle: 5, idleTimeout: 3000 });
  run(0.5);
  expect(world.connections.heldAt(world.find("db").id)).toBe(8);
  run(1.5);
  expect(world.connections.heldAt(world.find("db").id)).toBe(5);
  run(6);
  expect(world.connections.heldAt(world.find("db").id)).toBe(1);
});

test("a pool whose idle sessions the server closes opens new ones", () => {
  const { world, run } = pooled([...times(3, 0), ...at(90)], "50ms", {}, { db: { wait_timeout: "60s" } });
  run(80);
  expect(world.connections.heldAt(world.find("db").id)).toBe(0);
  run(100);
  expect(world.count("api/db", "opened")).toBe(4);
  expect(world.count("people", "http_req_failed")).toBe(0);
});

test("per-query takes a connection for each statement, per-call one for all of them", () => {
  const waits = (acquire: "per-query" | "per-call") => {
    const { world, run } = system({
      people: { recorded: times(2, 0), classes: [{ name: "ask", waits: "10ms", queries: 5 }] },
      api: { to: "db", pool: { kind: "mysql2", connectionLimit: 1, acquire } },
      db: {},
    });
    run(1);
    return [timesOf(world, "api/db", "wait").count, timesOf(world, "people", "http_req_duration").mean];
  };
  expect(waits("per-query")).toEqual([10, 95]);
  expect(waits("per-call")).toEqual([2, 75]);
});

test("a pod that stops cuts its sessions and answers everybody, and leaves nothing behind", () => {
  const { world, pods, run } = pooled(times(20, 0), "2s", { connectionLimit: 4 });
  run(1);
  pods[0]!.stop(NONE);
  expect(world.count("people", "connection broken")).toBe(16);
  run(3);
  expect(world.count("people", "connection broken")).toBe(20);
  expect(world.connections.heldAt(world.find("db").id)).toBe(0);
  expect(world.sim.requests.inFlight).toBe(0);
  world.sim.check();
  expect(["active", "idle", "connecting", "pending"].map((name) => levelOf(world, name))).toEqual([0, 0, 0, 0]);
  pods[0]!.start(NONE);
  expect(meanOf(world, "api-0", "busy")).toBeGreaterThan(0);
});

function levelOf({ sim }: World, name: string): number {
  return sim.record.gaugeColumns.value[
    sim.record.gauges.findIndex((one) => one.path === "api/db" && one.name === name)
  ]!;
}
