import { NODE_LIVE } from "../../models/network/kind.ts";
import { Mistake, readDuration, show } from "../../models/unit.ts";
import type { Micros } from "../../sim/time.ts";
import { nearest, oneOf } from "../check/suggestion.ts";
import { circlesOf } from "./circle.ts";
import { type Data, isRecord, listOf, recordOf } from "./data.ts";
import { groupsOf } from "./links.ts";
import type { Flaw, Path } from "./problem.ts";
import type { Part } from "./scenario.ts";
import { MOST_ENTRIES, readAfter } from "./timeline.ts";

/** What is wrong with the entries of the timeline beyond each field: when they happen, and what is done to whom. */
export function flawsOfTimeline(data: unknown, parts: ReadonlyMap<string, Part>): Flaw[] {
  const entries = listOf(recordOf(data).timeline).slice(0, MOST_ENTRIES);
  const end = readDuration(recordOf(data).duration);
  return [
    ...entries.flatMap((entry, at) => (isRecord(entry) ? flawsOfMoment(entry, ["timeline", at], end) : [])),
    ...entries.flatMap((entry, at) => (isRecord(entry) ? flawsOfTarget(entry, ["timeline", at], data, parts) : [])),
    ...namesTwice(entries),
    ...flawsOfOrder(entries),
  ];
}

const MOMENTS = ["at", "after", "when"];

function flawsOfMoment(entry: Data, path: Path, end: Micros | Mistake): Flaw[] {
  const given = MOMENTS.filter((key) => entry[key] !== undefined);
  if (given.length === 0)
    return [{ path, wrong: "it is not said when this happens", right: '"at", "after" or "when"' }];
  const [, second] = given;
  if (second !== undefined) {
    const wrong = `${given.map(show).join(" and ")} both say when this happens`;
    return [{ path: [...path, second], atKey: true, wrong, right: "one of them" }];
  }
  const flaws: Flaw[] = [];
  if (entry.for !== undefined && entry.when === undefined) {
    flaws.push({
      path: [...path, "for"],
      atKey: true,
      wrong: '"for" has no condition to last',
      right: 'it with "when"',
    });
  }
  if (entry.spread !== undefined && entry.when !== undefined) {
    flaws.push({
      path: [...path, "spread"],
      atKey: true,
      wrong: '"spread" has no moment to begin at',
      right: 'it with "at" or "after"',
    });
  }
  const at = readDuration(entry.at);
  if (!(at instanceof Mistake) && !(end instanceof Mistake) && at > end) {
    flaws.push({
      path: [...path, "at"],
      wrong: `${show(entry.at)} is after the end of the run`,
      right: "a time within it",
    });
  }
  return flaws;
}

/** The deed that each verb of the language asks of a kind. */
const DEEDS: Readonly<Record<string, string>> = {
  scale: "scale",
  rollout: "rollout",
  set: "set",
  ramp: "ramp",
  kill: "kill",
  restart: "restart",
  stop: "stop",
  start: "start",
  cut: "pace",
  slow: "pace",
};

function flawsOfTarget(entry: Data, path: Path, data: unknown, parts: ReadonlyMap<string, Part>): Flaw[] {
  const { do: verb, target } = entry;
  if (verb === "slow" && entry.by === 0) {
    return [{ path: [...path, "by"], wrong: "at a factor of 0 it would take no time", right: "a number above 0" }];
  }
  if (typeof verb !== "string" || typeof target !== "string") return [];
  const at: Path = [...path, "target"];
  if (verb === "drain") {
    const groups = groupsOf(data);
    return groups.includes(target)
      ? []
      : [{ path: at, wrong: `there is no node group ${show(target)}`, right: nearest(target, groups) }];
  }
  const deed = DEEDS[verb];
  const isPlace = deed === "pace" && [...groupsOf(data), ...zonesOf(data)].includes(target);
  if (deed === undefined || isPlace) return [];
  const [name = "", ...parameter] = target.split(".");
  const isNodes = (verb === "set" || verb === "ramp") && groupsOf(data).includes(name) && !parts.has(name);
  if (isNodes) {
    if (verb === "set" && NODE_LIVE.includes(parameter.join("."))) return [];
    const wrong = `nodes have no live parameter ${show(parameter.join("."))} to ${verb}`;
    return [{ path: at, wrong, right: `to set ${oneOf(NODE_LIVE)}`, offset: name.length + 1 }];
  }
  const able = [...parts]
    .filter(([, { kind }]) => (kind.deeds ?? []).some((each) => each === deed))
    .map(([able]) => able);
  if (!Object.hasOwn(recordOf(recordOf(data).components), name)) {
    return [{ path: at, wrong: `there is no component ${show(name)}`, right: nearest(name, able) }];
  }
  const part = parts.get(name);
  if (part === undefined) return [];
  const { kind } = part;
  if (!able.includes(name))
    return [{ path: at, wrong: `a ${kind.kind} cannot be told to ${verb}`, right: oneOf(able) }];
  const live = [...(kind.live ?? []), ...(kind.liveIn?.(part.options) ?? [])];
  if ((deed !== "set" && deed !== "ramp") || parameter.length === 0 || live.includes(parameter.join("."))) return [];
  const wrong = `a ${kind.kind} has no live parameter ${show(parameter.join("."))}`;
  return [{ path: at, wrong, right: nearest(parameter.join("."), live), offset: name.length + 1 }];
}

function zonesOf(data: unknown): string[] {
  return listOf(recordOf(data).zones).map(String);
}

function namesTwice(entries: readonly unknown[]): Flaw[] {
  const names = entries.map((entry) => recordOf(entry).as);
  return names.flatMap((name, at) => {
    if (typeof name !== "string" || names.indexOf(name) === at) return [];
    return [
      { path: ["timeline", at, "as"], wrong: `another entry is called ${show(name)}, too`, right: "a name of its own" },
    ];
  });
}

function flawsOfOrder(entries: readonly unknown[]): Flaw[] {
  const names = entries.flatMap((entry) => {
    const { as } = recordOf(entry);
    return typeof as === "string" ? [as] : [];
  });
  const links = entries.flatMap((entry, at) => {
    const { as, after } = recordOf(entry);
    const moment = after === undefined ? undefined : readAfter(after);
    if (moment === undefined || moment instanceof Mistake) return [];
    const path: Path = ["timeline", at, "after"];
    return [{ from: typeof as === "string" ? as : `entry ${at}`, to: moment.entry, path }];
  });
  const unknown = links
    .filter(({ to }) => !names.includes(to))
    .map(({ to, path }): Flaw => {
      return { path, wrong: `no entry of the timeline is called ${show(to)}`, right: nearest(to, names) };
    });
  const circles = circlesOf(links).map(({ names, closing }): Flaw => {
    return {
      path: closing.path,
      wrong: `${names.join(" after ")} is a circle`,
      right: "one of them with a time of its own",
    };
  });
  return [...unknown, ...circles];
}
