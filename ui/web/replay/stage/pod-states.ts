import type { Actor } from "./plan.ts";
import type { Moment } from "./reading.ts";

/** How a pod is doing: the states that a glyph of its own stands for. */
export const POD_STATES = ["ready", "starting", "not ready", "dead", "draining", "absent"] as const;
export type PodState = (typeof POD_STATES)[number];

/**
 * The states of the pods of a component. How many are ready, run and are wanted is recorded (by zone where there are
 * zones); which of them lost its readiness is in the journal; which of the others are meant follows from who is at work
 * and from the order in which pods are created.
 */
export function podStatesAt(moment: Moment, of: string, pods: readonly Actor[]): [string, PodState][] {
  const running = moment.figure(of, "running") ?? pods.length;
  const pending = moment.figure(of, "pending") ?? 0;
  const alive = Math.max(running + pending, moment.figure(of, "replicas") ?? pods.length);
  const views = pods.map((pod, slot) => viewOf(moment, pod, slot));
  const living = [...views].sort(byLife).slice(0, alive);
  const ready = readyAmong(moment, of, living);
  const notReady = living.filter((view) => !ready.has(view)).sort(byWork);
  const runs = new Set(notReady.slice(0, Math.max(0, running - ready.size)));
  return views.map((view) => {
    if (ready.has(view)) return [view.pod.id, "ready"];
    if (!living.includes(view)) return [view.pod.id, view.works ? "draining" : "absent"];
    if (runs.has(view)) return [view.pod.id, "not ready"];
    return [view.pod.id, view.wasLost ? "dead" : "starting"];
  });
}

interface View {
  readonly pod: Actor;
  readonly slot: number;
  /** It was ready and is not now, as the journal says. */
  readonly wasLost: boolean;
  readonly works: boolean;
}

function viewOf(moment: Moment, pod: Actor, slot: number): View {
  const works = (["busy", "queue", "clients", "asked"] as const).some((each) => (moment.figure(pod.id, each) ?? 0) > 0);
  return { pod, slot, wasLost: moment.hasLostReadiness(pod.id), works };
}

/** Those first that are certainly there. */
function byLife(one: View, other: View): number {
  const certain = (view: View) => Number(view.wasLost || view.works);
  return certain(other) - certain(one) || one.slot - other.slot;
}

function byWork(one: View, other: View): number {
  return Number(other.works) - Number(one.works) || one.slot - other.slot;
}

function readyAmong(moment: Moment, of: string, living: readonly View[]): Set<View> {
  const ready = new Set<View>();
  const candidates = living.filter(({ wasLost }) => !wasLost).sort(byWork);
  const zones = [...new Set(living.map(({ pod }) => pod.zone))];
  const take = (among: readonly View[], count: number) => {
    for (const view of among.slice(0, count)) ready.add(view);
  };
  const counts = zones.map((zone) => moment.gaugeOf(`${of}/${zone}`, "ready"));
  if (counts.some((count) => count === undefined)) take(candidates, moment.figure(of, "ready") ?? candidates.length);
  else
    for (const [at, zone] of zones.entries())
      take(
        candidates.filter(({ pod }) => pod.zone === zone),
        counts[at]!,
      );
  return ready;
}
