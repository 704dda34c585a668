import { SERVICE_UNAVAILABLE } from "../../models/error.ts";
import { SECOND } from "../../sim/time.ts";
import type { RunReadings } from "./run-readings.ts";

/** Seconds of the run before an upstream server dies, while it is dead, and after it is back. */
const PHASES = { before: [0, 10], dead: [10, 50], after: [50, 70] } as const;
const SERVERS = ["u1", "u2", "u3"];
const REVIVED = "u2";

type Window = readonly [from: number, until: number];
type Reading = (run: RunReadings) => number;

/** What was measured of callers that ask upstream servers through a proxy: where they wait there, and by phase. */
export const UPSTREAM_READINGS: Readonly<Record<string, Reading>> = {
  "statuses.200": (run) => run.good,
  share503: (run) => run.failures(SERVICE_UNAVAILABLE) / run.born,
  "latency503Ms.n": (run) => run.failures(SERVICE_UNAVAILABLE),
  "queue.mean": (run) => run.mean("proxy/backend", "qcur"),
  "queue.max": (run) => run.most("proxy/backend", "qcur"),
  serverSessionsMax: (run) => run.most("proxy/server", "scur"),
  ...Object.fromEntries(Object.entries(PHASES).flatMap(([phase, window]) => readingsOf(phase, window))),
  requestsWithMoreThanOneUpstreamTry: (run) => run.total("proxy/pods", "retried"),
  firstServedByRevivedS: (run) => bornOf(run, `${REVIVED}-0`, PHASES.after)[0]!,
};

function readingsOf(phase: string, window: Window): [string, Reading][] {
  const people = (column: "born" | "good") => (run: RunReadings) => run.within(window)[column];
  const latency = (reduce: (sorted: readonly number[]) => number) => (run: RunReadings) =>
    reduce(latencies(run, window));
  return [
    [`${phase}.requests`, people("born")],
    [`${phase}.statuses.200`, people("good")],
    [`${phase}.failShare`, (run) => 1 - people("good")(run) / people("born")(run)],
    ...SERVERS.map((server): [string, Reading] => [
      `${phase}.servedBy.${server}`,
      (run) => bornOf(run, `${server}-0`, window).length,
    ]),
    [`${phase}.latencyMs.mean`, latency((all) => all.reduce((sum, each) => sum + each, 0) / all.length)],
    [`${phase}.latencyMs.p50`, latency(quantile(0.5))],
    [`${phase}.latencyMs.p95`, latency(quantile(0.95))],
    [`${phase}.latencyMs.p99`, latency(quantile(0.99))],
  ];
}

/** Milliseconds that those who came within a window waited for a good answer, ascending. */
function latencies(run: RunReadings, window: Window): number[] {
  const { slots } = run.whole.world.sim.traces;
  const callers = run.whole.world.find("callers").id;
  const theirs = followedIn(run, window).filter((slot) => slots.opener[slot] === callers);
  return theirs.map((slot) => slots.duration[slot]! / 1000).sort((one, other) => one - other);
}

/** When those came whom a pod served well, in seconds, ascending; the proxy asks it at the moment they come. */
function bornOf(run: RunReadings, pod: string, window: Window): number[] {
  const { sim } = run.whole.world;
  const { slots, hops } = sim.traces;
  const server = sim.components.find(({ path }) => path === pod)!.id;
  const perSlot = hops.component.length / slots.person.length;
  const served = followedIn(run, window).filter((slot) => {
    const own = hops.component.subarray(slot * perSlot, slot * perSlot + slots.hops[slot]!);
    return slots.outcome[slot] === 0 && own.includes(server);
  });
  return served.map((slot) => slots.born[slot]! / SECOND).sort((one, other) => one - other);
}

function followedIn(run: RunReadings, [from, until]: Window): number[] {
  const { traces } = run.whole.world.sim;
  const { born } = traces.slots;
  return traces.held().filter((slot) => born[slot]! >= from * SECOND && born[slot]! < until * SECOND);
}

function quantile(p: number): (sorted: readonly number[]) => number {
  return (sorted) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
}
