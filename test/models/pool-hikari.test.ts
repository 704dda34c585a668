import { expect, test } from "vitest";
import { nameOf, POOL_TIMEOUT } from "../../models/error.ts";
import { type System, type SystemOptions, system, timesOf } from "./service-system.ts";

const times = (n: number, second: number) => new Array<number>(n).fill(second).map((at) => ({ at: `${at}s` }));

function hikari(people: SystemOptions["people"], pool: object = {}, db: NonNullable<SystemOptions["db"]> = {}): System {
  return system({ people, api: { to: "db", pool: { kind: "hikari", ...pool } }, db: { loginTime: "10ms", ...db } });
}

const sessions = ({ world }: System) => world.connections.heldAt(world.find("db").id);

test("the pool fills itself when it starts, one connection after the other", () => {
  const built = hikari({ recorded: times(1, 60) });
  built.run(0.035);
  expect(sessions(built)).toBe(4);
  built.run(1);
  expect(sessions(built)).toBe(10);
});

test("with no idle connections to keep it opens one when somebody waits, who takes it or one that comes back before", () => {
  const built = hikari({ recorded: times(3, 1), classes: [{ name: "ask", waits: "5ms" }] }, { minimumIdle: 0 });
  built.run(2);
  expect(timesOf(built.world, "api/db", "wait").max).toBe(20);
  expect(built.world.count("api/db", "opened")).toBe(2);
});

test("callers wait for connectionTimeout, while the pool goes on trying to connect at longer and longer pauses", () => {
  const built = hikari(
    { recorded: times(5, 0), classes: [{ name: "ask", waits: "60s" }], patience: "2m" },
    {},
    { max_connections: 2 },
  );
  built.run(29.9);
  expect(built.world.count("people", "http_reqs")).toBe(0);
  built.run(30.1);
  expect(built.world.count("people", nameOf(POOL_TIMEOUT))).toBe(3);
  const tries = built.world.count("api/db", "connect_errors");
  expect(tries).toBeGreaterThan(10);
  expect(tries).toBeLessThan(20);
  const { entries } = built.world.sim.journal;
  const exhausted = entries.find(({ fact }) => fact === "pool-exhausted");
  expect(exhausted).toBeDefined();
});

test("a connection lives for maxLifetime less up to a fortieth, and is replaced", () => {
  const built = hikari(
    { users: 3, thinkTime: "1s", classes: [{ name: "ask", waits: "100ms" }] },
    { maximumPoolSize: 4, maxLifetime: 60_000 },
  );
  built.run(58);
  expect(built.world.count("api/db", "opened")).toBe(4);
  built.run(62);
  expect(built.world.count("api/db", "opened")).toBe(8);
  expect(sessions(built)).toBe(4);
  expect(built.world.count("people", "http_req_failed")).toBe(0);
});

test("a connection that is in use when its life ends is closed when it comes back", () => {
  const built = hikari(
    { users: 1, classes: [{ name: "ask", waits: "7s" }] },
    { maximumPoolSize: 1, maxLifetime: 30_000 },
  );
  built.run(34);
  expect(built.world.count("api/db", "opened")).toBe(1);
  built.run(36);
  expect(built.world.count("api/db", "opened")).toBe(2);
  expect(built.world.count("people", "http_req_failed")).toBe(0);
});

test("idle connections above minimumIdle are closed after idleTimeout", () => {
  const built = hikari(
    { recorded: times(10, 1), classes: [{ name: "ask", waits: "1s" }] },
    { minimumIdle: 2, idleTimeout: 60_000 },
  );
  built.run(50);
  expect(sessions(built)).toBe(10);
  built.run(91);
  expect(sessions(built)).toBe(2);
});
