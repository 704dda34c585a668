import { expect, test } from "vitest";
import type * as z from "zod";
import { celery } from "../../models/celery/kind.ts";
import { REDIS_OUT_OF_MEMORY } from "../../models/error.ts";
import type { Address } from "../../models/host.ts";
import { requestClass, requestClasses } from "../../models/load/class-options.ts";
import { redis } from "../../models/redis/kind.ts";
import { CALL } from "../../models/verb.ts";
import { ELSEWHERE } from "../../models/world.ts";
import { NONE } from "../../sim/record/journal.ts";
import { OK, REFUSED } from "../../sim/service.ts";
import { restore, save } from "../../sim/snapshot.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { SessionClient } from "../session-client.ts";
import { TestClient, testWorld } from "../world.ts";

interface Setup {
  readonly worker?: Partial<z.input<typeof celery.options>>;
  readonly broker?: z.input<typeof redis.options>;
  readonly task?: Omit<z.input<typeof requestClass>, "name">;
  /** One-way time between any two hosts, in microseconds. */
  readonly latency?: number;
}

/** Somebody who sends tasks, a broker, and workers in pods "worker-0", "worker-1" ... */
function system({ worker = {}, broker = {}, task = {}, latency = 0 }: Setup) {
  const classes = requestClasses({ classes: [requestClass.parse({ name: "task", ...task })] });
  const world = testWorld({
    classes,
    replicas: { worker: worker.replicas ?? 1 },
    network: { latency: { sameNode: 0, sameZone: 0, crossZone: 0, elsewhere: latency } },
    checkEvery: 1,
  });
  const settings = celery.options.parse({ broker: "broker", ...worker });
  const built = [redis.build(world, "broker", redis.options.parse(broker)), celery.build(world, "worker", settings)];
  world.components.set("worker", built[1]!.component);
  const client = new TestClient(world, "client", ELSEWHERE);
  for (const each of built) each.connect();
  for (const each of built) each.start();
  const send = (cpu: number, origin = NONE) => {
    const request = world.sim.requests.open(world.sim.now, CALL);
    world.sim.requests.kind[request] = 0;
    world.sim.requests.cpu[request] = cpu;
    world.sim.requests.origin[request] = origin;
    world.sim.requests.push(request, client.id, 0);
    (built[1]!.component as unknown as Address).reach(request, ELSEWHERE);
  };
  const gauge = (path: string, name: string) => {
    const { gauges, gaugeColumns } = world.sim.record;
    return gaugeColumns.value[gauges.findIndex((each) => each.path === path && each.name === name)]!;
  };
  /** Tasks that are queued, reserved, active, unacked; and succeeded, lost. */
  const state = () => [
    gauge("broker/celery", "llen"),
    ...["reserved", "active", "unacked"].map((name) => gauge("worker", name)),
    ...["succeeded", "lost"].map((name) => world.count("worker", name)),
  ];
  const [brokerAct, act] = built.map((each) => each.act!);
  return { world, sim: world.sim, client, send, gauge, state, act: act!, brokerAct: brokerAct! };
}

test("a task is sent as fast as the broker answers, and done later by one of so many processes", () => {
  const { sim, client, send, state } = system({ worker: { replicas: 2, cores: 2 }, latency: 250 });
  for (let n = 0; n < 100; n++) send(SECOND);
  sim.runUntil(2 * MILLISECOND);
  expect(client.answers).toHaveLength(100);
  expect(client.answers.at(-1)).toMatchObject({ outcome: OK });
  expect(client.answers.at(-1)!.at).toBeLessThan(1400);
  sim.runUntil(10.5 * SECOND);
  expect(state()).toEqual([40, 16, 4, 0, 40, 0]);
  sim.runUntil(26 * SECOND);
  expect(state()).toEqual([0, 0, 0, 0, 100, 0]);
});

test("what a worker has reserved no other worker gets, be it idle", () => {
  const { sim, send, state } = system({ worker: { replicas: 2 } });
  for (let n = 0; n < 9; n++) send(n === 0 ? 60 * SECOND : SECOND);
  sim.runUntil(20 * SECOND);
  // The first worker runs the long task and holds four more; the second has done the other four.
  expect(state()).toEqual([0, 4, 1, 0, 4, 0]);
  const one = system({ worker: { replicas: 2, worker_prefetch_multiplier: 1 } });
  for (let n = 0; n < 9; n++) one.send(n === 0 ? 60 * SECOND : SECOND);
  one.sim.runUntil(20 * SECOND);
  expect(one.state()).toEqual([0, 1, 1, 0, 7, 0]);
});

test("with early acknowledgement a crash loses what runs; what was reserved comes back after the visibility timeout", () => {
  const { world, sim, send, state, act } = system({ worker: { cores: 2, visibility_timeout: 100 } });
  for (let n = 0; n < 30; n++) send(10 * SECOND);
  sim.runUntil(5 * SECOND);
  expect(state()).toEqual([20, 8, 2, 0, 0, 0]);
  act({ do: "stop" }, NONE);
  expect(state()).toEqual([20, 0, 0, 8, 0, 2]);
  act({ do: "start" }, NONE);
  sim.runUntil(99 * SECOND);
  expect(state().slice(3)).toEqual([8, 18, 2]);
  sim.runUntil(300 * SECOND);
  expect(state()).toEqual([0, 0, 0, 0, 28, 2]);
  expect(world.count("worker", "redelivered")).toBe(8);
});

test("with late acknowledgement a crash loses nothing, but a task longer than the visibility timeout runs twice", () => {
  const late = { task_acks_late: true, visibility_timeout: 100 };
  const { sim, send, state, act } = system({ worker: { ...late, cores: 2 } });
  for (let n = 0; n < 4; n++) send(10 * SECOND);
  sim.runUntil(5 * SECOND);
  act({ do: "stop" }, NONE);
  act({ do: "start" }, NONE);
  sim.runUntil(200 * SECOND);
  expect(state()).toEqual([0, 0, 0, 0, 4, 0]);
  const long = system({ worker: { ...late, cores: 2 } });
  long.send(150 * SECOND);
  long.sim.runUntil(400 * SECOND);
  expect(long.world.count("worker", "sent")).toBe(1);
  expect(long.world.count("worker", "run_twice")).toBeGreaterThanOrEqual(1);
  expect(long.world.count("worker", "succeeded")).toBeGreaterThanOrEqual(2);
});

test("two processes fall behind ten half-second tasks per second, and are told that five would keep up", () => {
  const journalOf = (cores: number) => {
    const { sim, send } = system({ worker: { cores } });
    const load = sim.journal.action(0, "load-begins", [], {});
    for (let n = 0; n < 600; n++) {
      send(SECOND / 2, load);
      sim.runUntil(sim.now + 100 * MILLISECOND);
    }
    return sim.journal.entries.filter(({ fact }) => fact === "backlog-grows");
  };
  const [grows] = journalOf(2);
  expect(grows).toMatchObject({ because: [0], figures: { arriving: 10, processes: 2, needed: 5 } });
  expect(grows!.until).toBeUndefined();
  expect(journalOf(6)).toEqual([]);
});

test("a task of 1002 commands, each 0.12 ms with its round trip, keeps a process busy for 0.12 s: four do 33 per second", () => {
  for (const series of [{}, { together: 50 }, { together: 100, cpuEach: "50us" }]) {
    const steps = [{ commands: 1002, to: "broker", ...series }];
    const latency = "cpuEach" in series ? 30 : 55;
    const { world, sim, send } = system({ worker: { replicas: 2, cores: 2 }, task: { steps }, latency });
    for (let n = 0; n < 400; n++) send(0);
    sim.runUntil(10 * SECOND);
    expect(world.count("worker", "succeeded") / 10).toBeGreaterThan(32);
    expect(world.count("worker", "succeeded") / 10).toBeLessThan(34);
    expect(world.count("broker", "total_commands_processed")).toBeGreaterThan(
      1002 * world.count("worker", "succeeded"),
    );
  }
});

test("a pipeline takes a task's 1002 commands there in one round trip, which Redis does in a millisecond", () => {
  const steps = [{ commands: 1002, to: "broker", pipeline: true, cpuEach: "10us" }];
  const { world, sim, send } = system({ worker: { replicas: 2, cores: 2 }, task: { steps }, latency: 55 });
  for (let n = 0; n < 10_000; n++) send(0);
  sim.runUntil(10 * SECOND);
  // 10.02 ms of the client, 0.11 of the wire and 1.01 of Redis: four processes do 90 per second each.
  expect(world.count("worker", "succeeded") / 10).toBeGreaterThan(345);
  expect(world.count("worker", "succeeded") / 10).toBeLessThan(360);
});

test("a broker without a file forgets its queue when it stops; workers find it again a few seconds after it starts", () => {
  for (const appendonly of ["no", "yes"] as const) {
    const { sim, client, send, state, brokerAct } = system({ broker: { appendonly } });
    for (let n = 0; n < 20; n++) send(SECOND);
    sim.runUntil(100 * MILLISECOND);
    brokerAct({ do: "stop" }, NONE);
    send(SECOND);
    sim.runUntil(10 * SECOND);
    expect(client.answers.at(-1)!.outcome).toBe(REFUSED);
    brokerAct({ do: "start" }, NONE);
    sim.runUntil(60 * SECOND);
    expect(state()).toEqual(appendonly === "no" ? [0, 0, 0, 0, 5, 15] : [0, 0, 0, 0, 20, 0]);
  }
});

test("a queue that fills the memory of its broker makes whoever sends a task fail", () => {
  const { sim, client, send } = system({ broker: { maxmemory: 10 * 1024 }, worker: { replicas: 0 } });
  for (let n = 0; n < 12; n++) send(SECOND);
  sim.runUntil(SECOND);
  expect(client.answers.filter(({ outcome }) => outcome === REDIS_OUT_OF_MEMORY)).toHaveLength(2);
  expect(sim.journal.entries[client.becauses.at(-1)!]!.fact).toBe("out-of-memory");
});

test("results cost a round trip more, for which the process waits", () => {
  const done = (result_backend?: string) => {
    const { world, sim, send } = system({
      worker: result_backend === undefined ? {} : { result_backend },
      latency: 5 * MILLISECOND,
    });
    for (let n = 0; n < 200; n++) send(10 * MILLISECOND);
    sim.runUntil(SECOND);
    return world.count("worker", "succeeded");
  };
  expect(done()).toBeGreaterThan(95);
  expect(done("broker")).toBeLessThan(51);
});

test("a task that fails is over all the same, and its exception is a result like any other", () => {
  const { world, sim, send, state } = system({
    worker: { result_backend: "broker", to: "broker" },
    broker: { maxclients: 1 },
    task: { queries: 1 },
  });
  const holder = new SessionClient(world, "holder");
  holder.login(world.find("broker") as unknown as Address);
  for (let n = 0; n < 3; n++) send(SECOND);
  sim.runUntil(10 * SECOND);
  expect(state()).toEqual([0, 0, 0, 0, 0, 0]);
  expect(world.count("worker", "failed")).toBe(3);
});

test("a run that is saved with tasks everywhere goes on from there in another world", () => {
  const build = () => system({ worker: { replicas: 2, cores: 2, result_backend: "broker" }, latency: 200 });
  const one = build();
  for (let n = 0; n < 100; n++) one.send(SECOND / 3);
  one.sim.runUntil(3 * SECOND);
  const other = build();
  restore(other.sim, save(one.sim));
  one.sim.runUntil(SECOND * 60);
  other.sim.runUntil(SECOND * 60);
  expect(one.state()).toEqual([0, 0, 0, 0, 100, 0]);
  expect(other.sim.record.counts).toEqual(one.sim.record.counts);
  expect(other.sim.requests.inFlight).toBe(one.sim.requests.inFlight);
});
