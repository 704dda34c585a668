import { expect, test } from "vitest";
import type { Address } from "../../models/host.ts";
import { mysql } from "../../models/mysql/kind.ts";
import type { World } from "../../models/world.ts";
import { Component } from "../../sim/component.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { system, timesOf } from "./service-system.ts";

const times = (n: number, second: number) => new Array<number>(n).fill(second).map((at) => ({ at: `${at}s` }));

test("a pod serves as many calls at once as it has workers, lets others wait in line, and turns the rest away", () => {
  const { world, people, run } = system({
    people: { recorded: times(10, 1), classes: [{ name: "ask", waits: "100ms" }] },
    api: { workers: 2, queue: 5 },
  });
  run(2);
  expect(world.count("people", "queue full")).toBe(3);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(400);
  const { entries } = world.sim.journal;
  const chain = [people.failures.because[0]!];
  while (chain.at(-1)! >= 0) chain.push(entries[chain.at(-1)!]!.because[0] ?? NONE);
  expect(chain.slice(0, -1).map((id) => entries[id]!.fact)).toEqual([
    "queue-full",
    "workers-all-busy",
    "recording-begins",
  ]);
});

test("two cores serve calls one after the other in the order they came, whoever still waits for the answer", () => {
  const { world, run } = system({
    people: { recorded: times(6, 0), classes: [{ name: "ask", cpu: "100ms" }], patience: "250ms" },
    api: { cores: 2 },
  });
  run(1);
  expect(world.count("people", "client timeout")).toBe(2);
  expect(world.count("api-0", "served")).toBe(6);
  expect(world.count("api-0", "cpu")).toBe(600_000);
});

test("statements go to the database of their user; a user without one is refused", () => {
  const classes = [
    { name: "orders", username: "orders", waits: "5ms", queries: 2 },
    { name: "mail", username: "noti", waits: "10ms" },
    { name: "ghost", username: "nobody" },
  ];
  const { world, run } = system({
    people: { recorded: ["orders", "mail", "mail", "ghost"].map((name) => ({ at: "1s", class: name })), classes },
    api: { to: { orders: "main-db", noti: "noti-db" } },
    prepare: (world) => {
      for (const path of ["main-db", "noti-db"]) mysql.build(world, path, mysql.options.parse({}));
    },
  });
  run(2);
  expect(world.count("main-db", "Questions")).toBe(2);
  expect(world.count("noti-db", "Questions")).toBe(2);
  expect(world.count("api/noti-db", "opened")).toBe(2);
  expect(world.count("people", "connection refused")).toBe(1);
});

test("a pod that stops answers all its calls as broken, whatever they were doing, and starts again with nothing", () => {
  const { world, pods, people, run } = system({
    people: {
      recorded: [...times(12, 0), ...times(1, 5), ...times(1, 9)],
      classes: [{ name: "ask", cpu: "100ms", waits: "1s" }],
    },
    api: { workers: 8, cores: 2, to: "db", pool: { kind: "mysql2", connectionLimit: 2 } },
    db: {},
  });
  run(0.25);
  pods[0]!.stop(people.origin);
  run(4);
  expect(world.count("people", "connection broken")).toBe(12);
  run(8);
  expect(world.count("people", "connection refused")).toBe(1);
  pods[0]!.start(people.origin);
  run(20);
  expect(timesOf(world, "people", "http_req_duration").count).toBe(1);
  expect(world.sim.requests.inFlight).toBe(0);
  expect(world.connections.heldAt(world.find("db").id)).toBe(1);
  world.sim.check();
});

/** Gives each new session to one of the first `n` servers, all equally likely: a proxy tier that can be scaled out. */
class Tier extends Component implements Address {
  n: number;
  private readonly servers: readonly Address[];

  constructor(world: World, path: string, n: number, servers: readonly Address[]) {
    super(world.sim, path);
    this.n = n;
    this.servers = servers;
  }

  reach(request: RequestId, from: number): void {
    const choice = this.sim.streams.stream(this.path, "choice").integer(this.n);
    this.servers[choice]!.reach(request, from);
  }
}

test.each([
  { kind: "mysql2" as const, least: 0, most: 0.01 },
  { kind: "per-request" as const, least: 0.95, most: 1.05 },
])(
  "after a tier is scaled from 3 to 43, its new servers get their share of a $kind pool's sessions",
  ({ kind, least, most }) => {
    let tier: Tier | undefined;
    const { world, run } = system({
      pods: 1,
      people: { rate: "400/s", classes: [{ name: "ask", waits: "20ms" }] },
      api: { to: "tier", pool: { kind } },
      prepare: (world) => {
        const servers = Array.from(
          { length: 43 },
          (_, n) => mysql.build(world, `db-${n}`, mysql.options.parse({})).component,
        );
        tier = new Tier(world, "tier", 3, servers as unknown as Address[]);
      },
    });
    run(60);
    tier!.n = 43;
    const before = questionsOfNew(world);
    run(240);
    const share = (questionsOfNew(world) - before) / (180 * 400) / (40 / 43);
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
  },
);

function questionsOfNew(world: { count(path: string, name: string): number }): number {
  let sum = 0;
  for (let n = 3; n < 43; n++) sum += world.count(`db-${n}`, "Questions");
  return sum;
}

test("thousands of calls that take no time at all do not nest", () => {
  const { world, run } = system({
    people: { recorded: times(20_000, 1), classes: [{ name: "ask", queries: 20 }] },
    api: { workers: 1, queue: 1_000_000, to: "db", pool: { kind: "mysql2", connectionLimit: 1 } },
    db: {},
  });
  run(0.5);
  expect(() => run(2)).not.toThrow();
  expect(world.count("people", "http_reqs")).toBe(20_000);
});

test("more workers never make anybody wait longer, person for person", () => {
  const means = [2, 3, 4, 6].map((workers) => {
    const { world, run } = system({
      people: { rate: "18/s", classes: [{ name: "ask", waits: "lognormal median 80ms p99 400ms" }] },
      api: { workers },
    });
    run(400);
    return timesOf(world, "people", "http_req_duration_all").mean;
  });
  expect([...means].sort((a, b) => b - a)).toEqual(means);
});

test("a pod that cancels drops calls of people who have left, from its line and out of its workers; another serves them all", () => {
  const outcome = (cancels: boolean) => {
    const { world, run } = system({
      people: {
        recorded: [...times(5, 1), { at: "1.35s" }],
        classes: [{ name: "ask", waits: "200ms" }],
        patience: "300ms",
      },
      api: { workers: 1, cancels },
    });
    run(3);
    const counts = ["served", "failed"].map((name) => world.count("api-0", name));
    return { counts, good: world.count("people", "http_reqs") - world.count("people", "http_req_failed") };
  };
  expect(outcome(false)).toEqual({ counts: [6, 0], good: 1 });
  expect(outcome(true)).toEqual({ counts: [2, 1], good: 2 });
});

test("a pod that cancels ends a computation, but a statement that runs comes to its end before the call is dropped", () => {
  const served = (api: object, classes: readonly { name: string }[], db?: object) => {
    const { world, run } = system({
      people: { recorded: [{ at: "1s" }, { at: "1.05s" }], classes: [...classes], patience: "300ms" },
      api: { workers: 1, cancels: true, ...api },
      ...(db === undefined ? {} : { db }),
    });
    run(4);
    world.sim.check();
    return world;
  };
  const computing = served(
    {},
    [{ name: "ask", cpu: "250ms" }].map((one) => ({ ...one, queries: 0 })),
  );
  expect(computing.count("people", "client timeout")).toBe(1);
  expect(computing.count("api-0", "served")).toBe(1);
  const long = served(
    {},
    [{ name: "ask", cpu: "400ms" }].map((one) => ({ ...one, queries: 0 })),
  );
  expect(long.count("api-0", "failed")).toBe(2);
  const asking = served({ to: "db" }, [{ name: "ask", queries: 3, waits: "200ms" } as { name: string }], {});
  expect(asking.count("api-0", "failed")).toBe(1);
  expect(asking.count("api-0", "cancelled")).toBe(1);
  expect(asking.count("db", "Questions")).toBe(2);
});

test.each([
  { kind: "node" },
  { kind: "gunicorn", worker_class: "gevent" },
  { kind: "gunicorn", worker_class: "gthread" },
] as const)(
  "an event loop that cancels ends what it computes, and begins with nothing for people who have left ($kind)",
  (process) => {
    const { world, run } = system({
      people: { recorded: times(4, 1), classes: [{ name: "ask", cpu: "200ms", queries: 0 }], patience: "300ms" },
      api: { process, cancels: true },
    });
    run(4);
    world.sim.check();
    expect(world.count("people", "client timeout")).toBe(3);
    expect(world.count("api-0", "served")).toBe(1);
    expect(world.count("api-0", "cpu")).toBe(400_000);
  },
);
