import { isMap, isSeq, type Node } from "yaml";
import { Curve, type Point } from "../../models/load/curve.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import { type Data, listOf, recordOf } from "../language/data.ts";
import type { Scenario } from "../language/scenario.ts";
import { setAt } from "../language/setting.ts";
import type { Source } from "../language/source.ts";
import type { Action } from "../language/timeline.ts";
import { scaled } from "../study/scaled.ts";
import { wordsOf } from "./deed.ts";

/** Something that happens to a system: an entry of the timeline at a fixed time, or the curve of a load. */
export type TriggerPart =
  | { readonly entry: number; readonly at: Micros }
  | { readonly component: string; readonly option: "rate" | "users" };

/** A part and how much of it is left: 1 is all of it. */
export interface Shrunk {
  readonly part: TriggerPart;
  /** Share of its size: how far it goes from the value before. */
  readonly size: number;
  /** Share of its time: how long it lasts. */
  readonly time: number;
}

/** How large a part is: from the value before to the one that it goes to, and how long it lasts; null where it has none. */
export interface Extent {
  readonly words: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly seconds: number | null;
}

/** What happens in a scenario, as parts that can be left out or made smaller, in the words of its file. */
export class Trigger {
  private readonly scenario: Scenario;
  private readonly data: Data;

  /** @param data the file with its variant and changes applied, as plain data. */
  constructor(scenario: Scenario, data: unknown) {
    this.scenario = scenario;
    this.data = recordOf(data);
  }

  /** Everything that happens: curves that rise or fall, and the entries that came to pass, by their moments. */
  parts(moments: readonly (Micros | null)[]): TriggerPart[] {
    const curves = [...this.scenario.components].flatMap(([component, { options }]) =>
      (["rate", "users"] as const).flatMap((option) => {
        const points = pointsOf(options, option);
        return points.some(({ is }) => is !== points[0]!.is) ? [{ component, option }] : [];
      }),
    );
    const entries = this.scenario.timeline.flatMap(({ skipped }, entry) => {
      const at = moments[entry] ?? null;
      return skipped || at === null ? [] : [{ entry, at }];
    });
    return [...curves, ...entries.sort((a, b) => a.at - b.at)];
  }

  /** Changes of the file by which only these happen. */
  overrides(left: readonly Shrunk[]): string[] {
    const curves = this.curves().map(({ component, option }) => {
      return `${component}.${option}=${JSON.stringify(this.curveOf(component, option, left))}`;
    });
    const entries = left.flatMap((shrunk) => ("entry" in shrunk.part ? [this.entryOf(shrunk, left)] : []));
    const timeline = this.scenario.timeline.length === 0 ? [] : [`timeline=${JSON.stringify(entries)}`];
    return [...curves, ...timeline];
  }

  /** Writes the same into the tree of the file; what stays keeps its place and its comments. */
  write(left: readonly Shrunk[], source: Source): void {
    for (const { component, option } of this.curves()) {
      const value = source.document.createNode(this.curveOf(component, option, left), { flow: true });
      setAt(source, ["components", component, option], value as Node);
    }
    const timeline = source.document.get("timeline", true);
    if (!isSeq(timeline)) return;
    timeline.items = left.flatMap((shrunk) => {
      if (!("entry" in shrunk.part)) return [];
      return [rewritten(timeline.items[shrunk.part.entry], this.entryOf(shrunk, left), source)];
    });
  }

  extentOf(shrunk: Shrunk, left: readonly Shrunk[]): Extent {
    const { part } = shrunk;
    if ("entry" in part) {
      const action = this.scenario.timeline[part.entry]!;
      const { from, to } = this.reach(action, shrunk, left) ?? { from: null, to: null };
      const lasting = "lasting" in action ? action.lasting : undefined;
      const seconds = lasting === undefined ? null : (lasting * shrunk.time) / SECOND;
      return { words: wordsOf(action), from, to, seconds };
    }
    const points = this.shrunkPoints(part.component, part.option, left);
    const from = points[0]!.is;
    const to = points.reduce((most, { is }) => (Math.abs(is - from) > Math.abs(most - from) ? is : most), from);
    const away = points.filter(({ is }) => is !== from);
    const passes = points.at(-1)!.is === from;
    const first = points[points.findIndex(({ is }) => is !== from) - 1]?.at ?? away[0]?.at ?? 0;
    const back = points.findIndex((point, at) => at > points.indexOf(away.at(-1)!) && point.is === from);
    const seconds = passes && away.length > 0 ? (points[back]!.at - first) / SECOND : null;
    return { words: `${part.component}.${part.option}`, from, to, seconds };
  }

  /** Curves of the file that are not constant. */
  private curves() {
    return this.parts([]).filter((part) => "component" in part);
  }

  private curveOf(component: string, option: "rate" | "users", left: readonly Shrunk[]): object[] {
    const unit = option === "rate" ? "/s" : 0;
    return this.shrunkPoints(component, option, left).map(({ at, is }) => {
      return { at: inWords(at), is: unit === 0 ? Math.round(is) : `${plain(is)}${unit}` };
    });
  }

  /** The points of a curve that is left, made smaller and shorter; its first value if it is not left. */
  private shrunkPoints(component: string, option: "rate" | "users", left: readonly Shrunk[]): Point[] {
    const points = pointsOf(this.scenario.components.get(component)!.options, option);
    const shrunk = left.find(({ part }) => "component" in part && part.component === component);
    const base = points[0]!.is;
    if (shrunk === undefined) return [{ at: 0, is: base }];
    const begin = points[Math.max(0, points.findIndex(({ is }) => is !== base) - 1)]!.at;
    const passes = points.at(-1)!.is === base;
    return points.map(({ at, is }) => ({
      at: passes && at > begin ? Math.round(begin + shrunk.time * (at - begin)) : at,
      is: base + shrunk.size * (is - base),
    }));
  }

  private entryOf(shrunk: Shrunk, left: readonly Shrunk[]): Data {
    const { entry, at } = shrunk.part as { entry: number; at: Micros };
    const raw = recordOf(listOf(this.data.timeline)[entry]);
    const action = this.scenario.timeline[entry]!;
    const { at: _, after, when, for: since, spread, as, skipped, ...deed } = raw;
    const moment = { at: inWords(at) };
    const lasting = "lasting" in action && action.lasting !== undefined ? action.lasting * shrunk.time : undefined;
    const length = lasting === undefined ? {} : { lasting: inWords(Math.round(lasting)) };
    const reach = this.reach(action, shrunk, left);
    if (reach === undefined || shrunk.size === 1) return { ...moment, ...deed, ...length };
    const key = "to" in action ? "to" : "by" in action ? "by" : "count";
    return { ...moment, ...deed, [key]: inUnitOf(deed[key], reach), ...length };
  }

  /** How far an entry goes, from the value that there was before; undefined if that is not known or it has no size. */
  private reach(action: Action, { part, size }: Shrunk, left: readonly Shrunk[]): Reach | undefined {
    switch (action.do) {
      case "scale": {
        const from = this.valueBefore(action.target, part, left, action.do);
        return from === undefined ? undefined : reachOf(from, action.to, size, true);
      }
      case "set":
      case "ramp": {
        const from = this.valueBefore(action.target, part, left, action.do);
        return from === undefined ? undefined : reachOf(from, action.to, size, false);
      }
      case "slow":
        return reachOf(1, action.by, size, false);
      case "kill":
      case "restart":
      case "drain": {
        const reach = reachOf(0, action.count, size, true);
        return { ...reach, to: Math.max(1, reach.to) };
      }
      default:
        return undefined;
    }
  }

  /** What a target was at before an entry: by an earlier entry that is left, the curve of the load, or the options. */
  private valueBefore(target: string, part: TriggerPart, left: readonly Shrunk[], verb: string): number | undefined {
    const until = "at" in part ? part.at : 0;
    const earlier = left.filter((other) => {
      if (!("entry" in other.part) || other.part === part || other.part.at > until) return false;
      return this.scenario.timeline[other.part.entry]!.target === target;
    });
    const last = earlier.at(-1);
    if (last !== undefined && "entry" in last.part) {
      return this.reach(this.scenario.timeline[last.part.entry]!, last, left)?.to;
    }
    const [path = "", ...parameter] = target.split(".");
    const options = recordOf(this.scenario.components.get(path)?.options);
    if (verb === "scale") return typeof options.replicas === "number" ? options.replicas : undefined;
    const [option] = parameter;
    if (option === "rate" || option === "users") return new Curve(this.shrunkPoints(path, option, left)).valueAt(until);
    const value = parameter.reduce<unknown>((holder, key) => recordOf(holder)[key], options);
    const variable = recordOf(options.variables)[parameter.join(".")];
    return [value, variable].find((each) => typeof each === "number");
  }
}

/** From a value to another, and where it would have gone in full. */
interface Reach {
  readonly from: number;
  readonly to: number;
  readonly full: number;
}

/** So that the whole of a whole number is not cut by a binary fraction. */
const ROUNDING = 1e-9;

function reachOf(from: number, full: number, size: number, isWhole: boolean): Reach {
  const way = size * (full - from);
  return { from, full, to: isWhole ? from + Math.trunc(way * (1 + ROUNDING)) : Number(plain(from + way)) };
}

/** A value in the words of the one that it stands for, if it has a unit. */
function inUnitOf(raw: unknown, { to, full }: Reach): unknown {
  const words = typeof raw === "string" && full !== 0 ? scaled(raw, to / full) : undefined;
  return words ?? to;
}

function pointsOf(options: unknown, option: "rate" | "users"): readonly Point[] {
  const points = recordOf(options)[option];
  return Array.isArray(points) && points.length > 0 ? (points as Point[]) : [{ at: 0, is: 0 }];
}

/** An entry of the file that says something else now; what it said in other words stays as it is. */
function rewritten(node: unknown, entry: Data, { document }: Source): Node {
  if (!isMap(node)) return document.createNode(entry) as Node;
  const before = recordOf(node.toJS(document));
  for (const key of Object.keys(before)) if (!Object.hasOwn(entry, key)) node.delete(key);
  for (const [key, value] of Object.entries(entry)) if (before[key] !== value) node.set(key, value);
  return node;
}

/** A time as people write it: "447s", "1500ms". */
function inWords(at: Micros): string {
  if (at % SECOND === 0) return `${at / SECOND}s`;
  return at % MILLISECOND === 0 ? `${at / MILLISECOND}ms` : `${at}us`;
}

/** Without the noise of binary fractions. */
function plain(number: number): string {
  return String(Number(number.toPrecision(6)));
}
