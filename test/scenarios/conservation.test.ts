import { expect, test } from "vitest";
import { Load } from "../../models/load/load.ts";
import { MysqlServer } from "../../models/mysql/mysql-server.ts";
import { ServicePod } from "../../models/service/service-pod.ts";
import { ScenarioWorld } from "../../scenarios/experiment/build-world.ts";
import { planOf } from "../../scenarios/experiment/run.ts";
import { Timeline } from "../../scenarios/experiment/timeline.ts";
import { NONE } from "../../sim/record/journal.ts";
import { HOPS, NOT_YET } from "../../sim/record/traces.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { MINUTE, type Micros, SECOND } from "../../sim/time.ts";
import { Audit } from "./audit.ts";
import { CASES, type Case, FILES } from "./every-scenario.ts";

/** Events between two audits where not every one of them is followed by one. */
const STRIDE = 1999;
/** Events that are each followed by an audit of everything. */
const WINDOW = 500;
/** Events that are each followed by a count of connections only. */
const LONG_WINDOW = 20_000;

test.each(CASES)("in %s nothing is lost or counted twice, looked at now and then", (_, one) => {
  const run = one.start();
  const audit = new Audit(run);
  while (!run.world.sim.runUntil(one.until, STRIDE)) audit.everything();
  audit.everything();
});

test.each(FILES)("in %s nothing is lost or counted twice after any event of a stretch of trouble", (_, one) => {
  for (const at of troublesOf(one)) {
    const run = one.runTo(at);
    const audit = new Audit(run);
    for (let event = 0; event < WINDOW && !run.world.sim.runUntil(one.until, 1); event++) audit.everything();
  }
});

test.each(FILES)("in %s the owners of connections sum to what each server has, after every event", (_, one) => {
  const run = one.runTo(troublesOf(one)[0]!);
  const audit = new Audit(run);
  for (let event = 0; event < LONG_WINDOW && !run.world.sim.runUntil(one.until, 1); event++) audit.owners();
});

/** Just before the first limit is reached, and where something is done to the system last. */
function troublesOf(one: Case): Micros[] {
  const { entries } = one.runTo().world.sim.journal;
  const limit = entries.find(({ sort }) => sort === "condition")?.at ?? one.until / 2;
  const action = entries.findLast(({ sort }) => sort === "action")?.at ?? 0;
  return [limit, action].map((at) => Math.max(0, at - SECOND / 100));
}

test.each(FILES)("when all people of %s have gone home, nobody holds anything for them any more", (_, one) => {
  const run = one.runTo();
  const audit = new Audit(run);
  sendHome(run.loads, run.world);
  audit.everything();
  expect(audit.ofPeople).toBe(0);
  for (const { path, name, unit } of run.world.sim.record.gauges) {
    if (LEVELS_OF_PEOPLE.includes(name) && unit !== "pods") expect(audit.gauge(path, name), `${path}: ${name}`).toBe(0);
  }
});

/** Levels that only people raise. */
const LEVELS_OF_PEOPLE = ["in_flight", "vus", "busy", "waiting", "active", "pending", "waiters"];
/** Longer than TCP tries to get a message through. */
const UNTIL_ALL_IS_QUIET = 20 * MINUTE;

/** Nobody comes any more, until all is quiet. */
function sendHome(loads: readonly Load[], { built, sim }: ScenarioWorld): void {
  for (const { path } of loads) built.get(path)!.act!({ do: "stop" }, NONE);
  sim.runUntil(sim.now + UNTIL_ALL_IS_QUIET);
}

/** All durations are counted, from the start. */
function withoutWarmUp(one: Case): Case {
  return one.changed("record.durationsFrom=0s");
}

test.each(CASES)("Little's law holds for the people of %s: what the level sums to is how long they took", (_, one) => {
  const run = withoutWarmUp(one).runTo();
  const { record, now, requests } = run.world.sim;
  const audit = new Audit(run);
  for (const load of run.loads) {
    const of = (name: string) => record.histograms.findIndex((each) => each.path === load.path && each.name === name);
    const finished = record.histogramData[of("http_req_duration_all")]!;
    const ages = audit.attemptsOf(load).map((request) => now - requests.born[request]!);
    const { withdrawn, attempts } = load.metrics;
    expect(finished.count + withdrawn.count + ages.length).toBe(attempts.count);
    const ofWithdrawn = audit.counter(load.path, "withdrawn_time");
    expect(audit.area(load.path, "in_flight")).toBe(finished.sum + ofWithdrawn + sumOf(ages));
  }
});

/** Attempts that are followed, all of them. */
const MOST_FOLLOWED = 30_000;

test.each(FILES)("Little's law holds in %s at each pod of a service and at each database", (_, one) => {
  const world = new ScenarioWorld(planOf(one.scenario), {
    seed: one.scenario.seed,
    binWidth: one.scenario.record.every,
    traces: { people: MOST_FOLLOWED },
  });
  new Timeline(world, one.scenario).start();
  const { sim } = world;
  const loads = sim.components.filter((each) => each instanceof Load);
  const attempts = () => sumOf(loads.map(({ metrics }) => metrics.attempts.count));
  while (attempts() < MOST_FOLLOWED / 3 && !sim.runUntil(one.until, STRIDE));
  sendHome(loads, world);

  const { time, visits, isWhole } = staysIn(sim);
  const area = (path: string, name: string) => {
    return sim.record.areaOf(sim.record.gauges.findIndex((each) => each.path === path && each.name === name));
  };
  for (const pod of sim.components.filter((each) => each instanceof ServicePod)) {
    const level = area(pod.path, "busy") + area(pod.path, "waiting");
    if (visits[pod.id] === 0) continue; // nobody's requests, but tasks of a queue
    if (pod["workers"].every(({ life }) => life === 0)) expect(time[pod.id], pod.path).toBe(level);
    else expect(time[pod.id], `${pod.path}, whose calls may outlive it`).toBeGreaterThanOrEqual(level);
  }
  for (const { id, path, questions, executor, applies } of sim.components
    .filter((each) => each instanceof MysqlServer)
    .map(parts)) {
    const running = area(executor, "Threads_running");
    if (applies || !isWhole) expect(time[id], `${path}, more than is followed`).toBeLessThanOrEqual(running);
    else if (visits[id] === questions) expect(time[id], path).toBe(running);
    else expect(visits[id], `${path}, which probes ask as well`).toBeLessThan(questions);
  }
});

function parts(server: MysqlServer) {
  const { id, path, replication } = server;
  const applies = replication !== undefined;
  return { id, path, applies, questions: server["questions"].count, executor: server["executor"].path };
}

/**
 * By component: how long all requests that people sent were there, summed, and how often, as their traces have it; and
 * whether the traces have all of it, as a request may go to a database more often than is written down of one.
 */
function staysIn({ traces, components }: Simulation) {
  const { hops, slots } = traces;
  const time = new Float64Array(components.length);
  const visits = new Float64Array(components.length);
  let isWhole = true;
  for (const slot of traces.held()) {
    if (slots.dropped[slot]! > 0) isWhole = false;
    for (let hop = slot * HOPS; hop < slot * HOPS + slots.hops[slot]!; hop++) {
      const component = hops.component[hop]!;
      expect(hops.leave[hop]).not.toBe(NOT_YET);
      time[component]! += hops.leave[hop]! - hops.enter[hop]!;
      visits[component]!++;
    }
  }
  return { time, visits, isWhole };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
