import { type Micros, SECOND } from "../../sim/time.ts";
import type { Fact } from "../experiment/story.ts";
import { labelOf, type OwnedMechanism } from "./mechanism.ts";

/** How a sustaining loop goes round, as far as the journal of a run shows it. */
export interface Cycle {
  /** The mechanisms that close it: "readiness gate on noti-db of proxysql". */
  readonly mechanisms: readonly string[];
  /** What they do, in words. */
  readonly does: readonly string[];
  /** What held in the collapsed state, each because of the one before. */
  readonly steps: readonly CycleStep[];
  /** Whether the journal itself leads from the last step back to the first; otherwise it is the mechanism that does. */
  readonly isClosed: boolean;
}

interface CycleStep {
  /** Path of the component, the pods of one taken together. */
  readonly component: string;
  readonly fact: string;
  readonly text: string;
}

/** What ended or began within so long before the instant belongs to the state. */
const RECENT: Micros = 60 * SECOND;
/** The worse one first. */
const OUTAGES = ["outage-complete", "outage-partial"];

/** A fact about a component, whenever it held, and what it led to. */
interface Place extends CycleStep {
  readonly key: string;
  readonly leadsTo: Set<string>;
  /** Whether something else of the state led to it. */
  isLedTo: boolean;
}

/** The shortest way from what a mechanism shows by back to it, or else to the outage of a group of people. */
export function cycleOf(
  mechanisms: readonly OwnedMechanism[],
  journal: readonly Fact[],
  at: Micros,
  of: string,
): Cycle {
  const places = placesIn(journal, at);
  const shown = mechanisms.flatMap(({ shows = [] }) => shows);
  const begins = inZoneOf(
    of,
    [...places.values()].filter(({ fact }) => shown.includes(fact)),
  );
  const rounds = begins.map((place) => wayFrom(place, places, ({ key }) => key === place.key)).filter(isFound);
  const roots = begins.length > 0 ? begins : [...places.values()].filter(({ isLedTo }) => !isLedTo);
  const waysTo = (outage: string) =>
    roots.map((place) => wayFrom(place, places, ({ fact }) => fact === outage)).filter(isFound);
  const ways = [rounds, ...OUTAGES.map(waysTo)].find((some) => some.length > 0) ?? [];
  const shortest = [...ways].sort((a, b) => a.length - b.length)[0] ?? begins.slice(0, 1);
  return {
    mechanisms: mechanisms.map(labelOf),
    does: mechanisms.map(({ does }) => does),
    steps: shortest.map(({ component, fact, text }) => ({ component, fact, text })),
    isClosed: rounds.length > 0,
  };
}

/** Those that stand in the zone of the group, if it is one and there are any. */
function inZoneOf(of: string, places: readonly Place[]): readonly Place[] {
  const zone = of.startsWith("zone ") ? of.slice("zone ".length) : "";
  const there = places.filter(({ component }) => component.includes(zone));
  return there.length > 0 ? there : places;
}

function isFound(way: Place[] | undefined): way is Place[] {
  return way !== undefined;
}

/** What was the case in the state, with what led to what. */
function placesIn(journal: readonly Fact[], at: Micros): Map<string, Place> {
  const held = journal.filter(
    (fact) => fact.sort === "condition" && fact.at <= at && (fact.until ?? at) >= at - RECENT,
  );
  const places = new Map<string, Place>();
  for (const { component, fact, text } of held) {
    const key = keyOf(component, fact);
    if (!places.has(key)) {
      places.set(key, { key, component: familyOf(component), fact, text, leadsTo: new Set(), isLedTo: false });
    }
  }
  for (const { component, fact, because } of held) {
    const to = keyOf(component, fact);
    for (const cause of because.map((id) => journal[id])) {
      const from = cause && places.get(keyOf(cause.component, cause.fact));
      if (from === undefined || from.key === to) continue;
      from.leadsTo.add(to);
      places.get(to)!.isLedTo = true;
    }
  }
  return places;
}

/** The shortest way of one step or more; undefined if there is none. */
function wayFrom(start: Place, places: ReadonlyMap<string, Place>, isEnd: (place: Place) => boolean) {
  const before = new Map<string, Place>();
  const open = [start];
  for (let place = open.shift(); place !== undefined; place = open.shift()) {
    for (const key of place.leadsTo) {
      if (before.has(key)) continue;
      before.set(key, place);
      const next = places.get(key)!;
      if (isEnd(next)) return wayBack(next, start, before);
      open.push(next);
    }
  }
  return undefined;
}

/** A way round ends one step before it begins again. */
function wayBack(end: Place, start: Place, before: ReadonlyMap<string, Place>): Place[] {
  const way = end.key === start.key ? [] : [end];
  for (let place = before.get(end.key)!; ; place = before.get(place.key)!) {
    way.unshift(place);
    if (place.key === start.key) return way;
  }
}

function keyOf(component: string, fact: string): string {
  return `${familyOf(component)} ${fact}`;
}

/** The pods of a deployment and the nodes of a group are one: "proxysql-17" is proxysql. */
function familyOf(component: string): string {
  return component.replace(/-\d+(?=$|[ /])/g, "");
}
