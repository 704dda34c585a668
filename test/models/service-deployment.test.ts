import { expect, test } from "vitest";
import { Deployment } from "../../models/kubernetes/deployment.ts";
import { balancer } from "../../models/kubernetes/kind.ts";
import { requestClasses } from "../../models/load/class-options.ts";
import { load } from "../../models/load/kind.ts";
import { mysql } from "../../models/mysql/kind.ts";
import { service } from "../../models/service/kind.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { testWorld } from "../world.ts";
import { timesOf } from "./service-system.ts";

/** People, a Service of Kubernetes, pods of an API with pools of their own, and a database. */
function shop(pool: object) {
  const asked = load.options.parse({
    to: "api-service",
    rate: "300/s",
    classes: [{ name: "order", cpu: "1ms", waits: "exponential mean 30ms", queries: 2 }],
    patience: "2s",
    retry: { maxRetries: 1 },
  });
  const world = testWorld({ classes: requestClasses(asked), replicas: { api: 6 }, zones: ["a"] });
  const built = [
    mysql.build(world, "db", mysql.options.parse({ max_connections: 45 })),
    service.build(world, "api", service.options.parse({ replicas: 3, workers: 40, to: "db", pool })),
    balancer.build(world, "api-service", balancer.options.parse({ to: "api" })),
    load.build(world, "people", asked),
  ];
  for (const one of built) one.connect();
  for (const one of built) one.start();
  const { component } = built[1]!;
  if (!(component instanceof Deployment)) throw new Error("a service is a deployment");
  return { world, api: component, run: (seconds: number) => world.sim.runUntil(seconds * 1e6) };
}

test("a service that is scaled out past what its database admits leaves the last pods with calls but no connections", () => {
  const { world, api, run } = shop({ kind: "mysql2" });
  run(60);
  expect(world.connections.heldAt(world.find("db").id)).toBe(30);
  api.scale(6, world.sim.journal.action(api.id, "scaled", [], { to: 6 }));
  run(180);
  const served = [0, 1, 2, 3, 4, 5].map((slot) => world.count(`api-${slot}`, "served"));
  expect(Math.max(...served.slice(3))).toBeGreaterThan(115 * 50);
  expect(Math.min(...served.slice(3))).toBe(0);
  expect([45, 46]).toContain(world.connections.heldAt(world.find("db").id));
  expect(world.count("people", "1040 too many connections")).toBeGreaterThan(0);
  const failure = world.sim.journal.entries[firstCause(world)]!;
  expect(failure.fact).toBe("connection-limit-reached");
  expect(world.sim.journal.entries[failure.because[0]!]!.fact).toBe("scaled");
  world.sim.check();
});

test.each([{ kind: "mysql2" }, { kind: "hikari", minimumIdle: 2, maxLifetime: 10_000 }, { kind: "per-request" }])(
  "a run with $kind pools that is saved and put back into another world goes on to the same numbers",
  (pool) => {
    const first = shop(pool);
    first.run(20);
    const saved = save(first.world.sim);
    first.run(40);
    const second = shop(pool);
    restore(second.world.sim, structuredClone(saved));
    second.run(40);
    expect(second.world.sim.dispatched).toBe(first.world.sim.dispatched);
    expect([...second.world.sim.record.counts]).toEqual([...first.world.sim.record.counts]);
    expect(timesOf(second.world, "people", "http_req_duration").mean).toBe(
      timesOf(first.world, "people", "http_req_duration").mean,
    );
  },
);

function firstCause(world: { find(path: string): unknown }): number {
  const people = world.find("people") as { failures: { because: Int32Array } };
  return people.failures.because[0]!;
}
