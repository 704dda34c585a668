import { expect, test } from "vitest";
import { Executor } from "../../models/k6/executor.ts";
import { Arrivals } from "../../models/load/arrivals.ts";
import type { Load } from "../../models/load/load.ts";
import type { LoadOptions } from "../../models/load/load-options.ts";
import { Users } from "../../models/load/users.ts";
import type { Run } from "../../scenarios/experiment/run.ts";
import { MINUTE, type Micros, SECOND } from "../../sim/time.ts";
import { type Case, FILES, variantsOf } from "./every-scenario.ts";

const UNTIL = MINUTE;

/** Every variant with its scenario as it stands, and every scenario with one whose wires are longer. */
const PAIRS = FILES.flatMap(([, file]) => {
  const longer = file.changed("network.latency.elsewhere=3ms");
  return [...variantsOf(file), [longer.title, longer] as const].map(([title, other]) => [title, file, other] as const);
});

/** Options of a load that say who comes; the others say how they fare. */
const WHO_COMES = ["arrivals", "rate", "recorded", "classes", "zones", "to"];

test.each(PAIRS)(
  "the same people come in %s as in the scenario as it stands, until the rate is changed",
  (_, one, other) => {
    const [run, another] = [one.runTo(UNTIL), other.runTo(UNTIL)];
    expect(other.scenario.seed).toBe(one.scenario.seed);
    for (const load of run.loads) {
      const same = another.loads.find(({ path }) => path === load.path);
      if (same === undefined || isClosed(load) || whoComes(one, load) !== whoComes(other, same)) continue;
      const until = Math.min(changedAt(load, run), changedAt(same, another));
      const arrivals = arrivalsOf(load, run, until);
      expect(arrivals.length).toBeGreaterThan(1);
      expect(arrivalsOf(same, another, until)).toEqual(arrivals);
      const atOnce = asksAtOnce(one, load) && asksAtOnce(other, same);
      const [people, others] = [peopleOf(load, run, until, atOnce), peopleOf(same, another, until, atOnce)];
      const followed = [...people.keys()].filter((person) => others.has(person));
      expect(followed.length).toBeGreaterThan(0);
      expect(followed.map((person) => others.get(person))).toEqual(followed.map((person) => people.get(person)));
    }
  },
);

test("with another seed other people come", () => {
  for (const [, file] of FILES) {
    const [run, another] = [file.runTo(UNTIL), file.runTo(UNTIL, { seed: "another" })];
    for (const [at, load] of run.loads.entries()) {
      const random = load.source instanceof Arrivals && load.source["chance"] !== undefined;
      const arrivals = arrivalsOf(load, run, run.now);
      if (random) expect(arrivalsOf(another.loads[at]!, another, run.now)).not.toEqual(arrivals);
    }
  }
});

/** When somebody comes depends on when others are answered. */
function isClosed({ source }: Load): boolean {
  return source instanceof Users || source instanceof Executor;
}

/** Whether everybody's first attempt is sent when they come: no handshake before it, and no guard that may keep it. */
function asksAtOnce({ scenario }: Case, { path }: Load): boolean {
  const { connections, circuitBreaker, bulkhead, throttling, retry } = scenario.components.get(path)!
    .options as LoadOptions;
  const guards = [circuitBreaker, bulkhead, throttling];
  return connections === "none" && guards.every((guard) => guard === "off") && retry.mode !== "aws-adaptive";
}

function whoComes({ scenario }: Case, { path }: Load): string {
  const options = scenario.components.get(path)!.options as Record<string, unknown>;
  return JSON.stringify(WHO_COMES.map((name) => options[name]));
}

/** When somebody first tells the load to change; the end of the run if nobody does. */
function changedAt({ id }: Load, { now, world }: Run): Micros {
  const told = world.sim.journal.entries.find(({ component, fact }) => component === id && fact === "parameter-set");
  return told?.at ?? now;
}

/** Births in each full second before an instant: all, by class and by zone. */
function arrivalsOf({ path }: Load, { world }: Run, until: Micros): { of: string; born: number[] }[] {
  const { cohorts, cohortData } = world.sim.record;
  return cohorts.flatMap((metric, at) => {
    if (metric.path !== path && !metric.path.startsWith(`${path}/`)) return [];
    const { born, length } = cohortData[at]!;
    const seconds = Math.min(length, Math.floor(until / SECOND));
    return [{ of: `${metric.path}: ${metric.name}`, born: [...born.subarray(0, seconds)] }];
  });
}

/** The people whose first attempt before an instant was followed: from which zone, for what, and when if `atOnce`. */
function peopleOf(
  { id }: Load,
  { world }: Run,
  until: Micros,
  atOnce: boolean,
): Map<number, { born: Micros; zone: number; class: string }> {
  const { traces } = world.sim;
  const { born, kind, opener, person, zone } = traces.slots;
  const people = new Map<number, { born: Micros; zone: number; class: string }>();
  for (const slot of traces.held()) {
    if (opener[slot] !== id || born[slot]! >= until || people.has(person[slot]!)) continue;
    const name = world.classes[kind[slot]!]!.name;
    people.set(person[slot]!, { born: atOnce ? born[slot]! : 0, zone: zone[slot]!, class: name });
  }
  return people;
}
