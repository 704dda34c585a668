import { expect, test } from "vitest";
import { restore, save } from "../../sim/snapshot.ts";
import { meanWait, pollaczekKhinchine } from "../theory/formulas.ts";
import { system, timesOf } from "./service-system.ts";

const NODE = { process: { kind: "node" } } as const;
const MYSQL2 = { kind: "mysql2" } as const;

function gunicorn(options: object) {
  return { process: { kind: "gunicorn" as const, ...options }, cores: 8 };
}

const times = (n: number, at: string, name = "ask") =>
  new Array<{ at: string; class: string }>(n).fill({ at, class: name });

function near(value: number, theory: number, within = 0.04): void {
  expect(Math.abs(value / theory - 1), `${value}, theory ${theory}`).toBeLessThan(within);
}

test("an event loop computes for one call at a time, however many cores there are, and waits for all at once", () => {
  const { world, run } = system({
    people: { recorded: times(5, "0s"), classes: [{ name: "ask", cpu: "10ms", waits: "100ms" }] },
    api: { ...NODE, cores: 4 },
  });
  run(1);
  const { count, mean, max } = timesOf(world, "people", "http_req_duration");
  expect([count, mean, max]).toEqual([5, 130, 150]);
});

test("a long computation in an event loop holds up everybody else who has one ready", () => {
  const { world, run } = system({
    people: {
      recorded: [...times(1, "0s", "report"), ...times(3, "1ms")],
      classes: [
        { name: "ask", cpu: "1ms" },
        { name: "report", cpu: "500ms" },
      ],
    },
    api: NODE,
  });
  run(2);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(502);
});

test("calls whose one computation varies wait for an event loop as Pollaczek and Khinchine say (M/G/1)", () => {
  const { world, run } = system({
    people: { rate: "120/s", classes: [{ name: "ask", cpu: "gamma mean 5ms cv 1.5", waits: "20ms" }] },
    api: NODE,
  });
  run(3000);
  near(timesOf(world, "people", "http_req_duration").mean, 1000 * pollaczekKhinchine(120, 0.005, 1.5) + 5 + 20);
});

test("with a statement between two computations a call passes the loop twice, and each time as M/M/1 (Jackson)", () => {
  const { world, run } = system({
    people: {
      rate: "150/s",
      classes: [
        {
          name: "ask",
          steps: [{ cpu: "exponential mean 2ms" }, { queries: 1, waits: "30ms" }, { cpu: "exponential mean 2ms" }],
        },
      ],
    },
    api: { ...NODE, to: "db", pool: { kind: "mysql2", connectionLimit: 100 } },
    db: {},
  });
  run(2000);
  near(timesOf(world, "people", "http_req_duration").mean, (2 * 2) / (1 - 2 * 150 * 0.002) + 30);
});

test("sync workers serve one call each, and the backlog holds the others", () => {
  const { world, run } = system({
    people: { recorded: times(9, "0s"), classes: [{ name: "ask", waits: "100ms" }] },
    api: gunicorn({ workers: 3, backlog: 4 }),
  });
  run(1);
  expect(world.count("people", "queue full")).toBe(2);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(300);
});

test("sync workers share one line, threads of different workers do not: M/M/2 against two M/M/1", () => {
  const wait = (api: object) => {
    const { world, run } = system({
      people: { rate: "100/s", classes: [{ name: "ask", waits: "exponential mean 10ms" }] },
      api,
    });
    run(2000);
    return timesOf(world, "people", "http_req_duration").mean;
  };
  near(wait(gunicorn({ workers: 2 })), 10 + 1000 * meanWait(2, 100, 100));
  near(wait(gunicorn({ worker_class: "gthread", workers: 2 })), 10 + 1000 * meanWait(1, 50, 100));
});

test("of the threads of one worker only one computes at a time", () => {
  const { world, run } = system({
    people: { recorded: times(8, "0s"), classes: [{ name: "ask", cpu: "10ms", waits: "50ms" }] },
    api: gunicorn({ worker_class: "gthread", threads: 4 }),
  });
  run(1);
  // The first four compute until 10, 20, 30, 40 ms, and each thread goes on with another 50 ms later.
  expect(timesOf(world, "people", "http_req_duration").max).toBe(40 + 50 + 10 + 50);
});

test("a gevent worker has hundreds of calls in hand while they wait, and each loop computes on one core", () => {
  const served = (workers: number) => {
    const { world, run } = system({
      people: { rate: "2000/s", classes: [{ name: "ask", cpu: "10ms", waits: "500ms" }], patience: "5s" },
      api: gunicorn({ worker_class: "gevent", workers }),
    });
    run(20);
    return world.count("api-0", "served") / 19.5;
  };
  near(served(1), 100, 0.02);
  near(served(4), 400, 0.02);
  near(served(9), 800, 0.02);
});

test("a gevent worker that computes accepts nothing: another one does", () => {
  const { world, run } = system({
    people: {
      recorded: [...times(1, "0s", "report"), ...times(20, "10ms")],
      classes: [
        { name: "ask", cpu: "1ms" },
        { name: "report", cpu: "500ms" },
      ],
    },
    api: gunicorn({ worker_class: "gevent", workers: 2 }),
  });
  run(2);
  expect(timesOf(world, "people", "http_req_duration").p(90)).toBeLessThan(21);
});

test("worker_connections limits what a gevent worker accepts; the rest waits in the backlog", () => {
  const { world, run } = system({
    people: { recorded: times(25, "0s"), classes: [{ name: "ask", waits: "100ms" }] },
    api: gunicorn({ worker_class: "gevent", worker_connections: 10 }),
  });
  run(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(300);
});

test("a sync worker that is silent for 30 s is killed with its call, and another is there a second later", () => {
  const { world, people, run } = system({
    people: {
      recorded: [
        { at: "1s", class: "report" },
        { at: "2s", class: "ask" },
      ],
      classes: [
        { name: "ask", waits: "10ms" },
        { name: "report", waits: "40s" },
      ],
    },
    api: { ...gunicorn({}), to: "db", pool: MYSQL2 },
    db: {},
  });
  run(60);
  expect(world.count("people", "connection broken")).toBe(1);
  expect(world.count("api-0", "worker_timeouts")).toBe(1);
  expect(timesOf(world, "people", "http_req_duration").max).toBe(30_010);
  expect(world.sim.journal.entries[people.failures.because[0]!]!.fact).toBe("worker-timeout");
  expect(world.connections.heldAt(world.find("db").id)).toBe(1);
  expect(world.sim.requests.inFlight).toBe(0);
});

test("for a gevent worker only a computation is silence: it is killed with all of its calls", () => {
  const { world, run } = system({
    people: {
      recorded: [...times(3, "1s"), ...times(1, "2s", "report"), ...times(1, "45s")],
      classes: [
        { name: "ask", waits: "40s" },
        { name: "report", cpu: "31s" },
      ],
      patience: "2m",
    },
    api: gunicorn({ worker_class: "gevent" }),
  });
  run(31);
  expect(world.count("people", "connection broken")).toBe(0);
  run(100);
  expect(world.count("people", "connection broken")).toBe(4);
  expect(timesOf(world, "people", "http_req_duration").count).toBe(1);
});

test("threads of gthread may take as long as they like, and a timeout of 0 kills nobody", () => {
  for (const options of [{ worker_class: "gthread" }, { timeout: 0 }]) {
    const { world, run } = system({
      people: { recorded: times(1, "1s"), classes: [{ name: "ask", waits: "100s" }], patience: "5m" },
      api: gunicorn(options),
    });
    run(200);
    expect(timesOf(world, "people", "http_req_duration").count).toBe(1);
  }
});

test.each(["sync", "gthread", "gevent"])(
  "a pod of %s workers that ends and begins again leaves nothing behind",
  (worker_class) => {
    const { world, pods, people, run } = system({
      people: {
        rate: "100/s",
        classes: [{ name: "ask", cpu: "exponential mean 20ms", waits: "50ms", queries: 2 }],
        patience: "2s",
      },
      api: {
        ...gunicorn({ worker_class, workers: 3, threads: 2, timeout: "150ms" }),
        to: "db",
        pool: { kind: "per-request" },
      },
      db: {},
    });
    for (let second = 1; second < 10; second++) {
      run(second);
      pods[0]!.stop(people.origin);
      world.sim.check();
      expect(world.count("api-0", "served")).toBeGreaterThan(0);
      run(second + 0.3);
      pods[0]!.start(people.origin);
      world.sim.check();
    }
    people.stop(people.origin);
    run(20);
    world.sim.check();
    expect(world.sim.requests.inFlight).toBe(0);
    expect(world.connections.heldAt(world.find("db").id)).toBe(0);
  },
);

test.each(["sync", "gthread", "gevent", "node"])(
  "a run with %s processes that is saved and put back goes on to the same numbers",
  (kind) => {
    const build = () =>
      system({
        people: {
          rate: "100/s",
          classes: [{ name: "ask", cpu: "exponential mean 20ms", waits: "50ms" }],
          patience: "2s",
        },
        api: kind === "node" ? NODE : gunicorn({ worker_class: kind, workers: 3, threads: 2, timeout: "150ms" }),
      });
    const first = build();
    first.run(5);
    const saved = save(first.world.sim);
    first.run(10);
    const second = build();
    restore(second.world.sim, structuredClone(saved));
    second.run(10);
    expect(second.world.sim.dispatched).toBe(first.world.sim.dispatched);
    expect([...second.world.sim.record.counts]).toEqual([...first.world.sim.record.counts]);
  },
);
