import { Curve, type Point } from "../../models/load/curve.ts";
import { MINUTE, type Micros, SECOND } from "../../sim/time.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { recordOf } from "../language/data.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Collapsed } from "./collapsed-state.ts";
import { labelOf, mechanismsOf, resumeAt, setAt, stopAt } from "./mechanism.ts";

/** Something that operators can do about a collapse. */
export interface Remedy {
  /** "restart proxysql, 9 every 30 s". */
  readonly words: string;
  /** Whether things are then as they were before, or stay otherwise. */
  readonly passes: boolean;
  /** Changes of the scenario by which it is done in a collapsed state. */
  readonly changes: (collapsed: Collapsed) => readonly string[];
  /** People who stay away by it and are not served for that. Default: nobody. */
  readonly keptAway?: (collapsed: Collapsed) => number;
}

/** What passes lasts so long. */
const A_WHILE: Micros = 2 * MINUTE;
/** A staggered restart takes so many turns, with so long between them. */
const TURNS = 5;
const BETWEEN: Micros = 30 * SECOND;
/** A limit that is raised becomes so many times what it was. */
const RAISED = 2;

/** Everything that can be done about a collapse of a scenario, but for shedding load. */
export function remediesOf(scenario: Scenario): Remedy[] {
  return [
    ...pauses(scenario),
    ...openings(scenario),
    ...restarts(scenario),
    ...scaleIns(scenario),
    ...raises(scenario),
  ];
}

/**
 * A share of the load, in percent, stays away for a while, and then all come again: of a rate as many people as would have
 * come in that time, of users as many as there are. Undefined if no load can be shed.
 */
export function shedding(scenario: Scenario, percent: number): Remedy | undefined {
  const levels = [...scenario.components].flatMap(([component, { options }]) =>
    (["rate", "users"] as const)
      .filter((option) => Array.isArray(recordOf(options)[option]))
      .map((option) => ({ component, option })),
  );
  if (levels.length === 0) return undefined;
  return {
    words: `shed ${percent} % of the load for ${A_WHILE / SECOND} s`,
    passes: true,
    changes: ({ at, outcome }) =>
      levels.flatMap(({ component, option }) => {
        const level = levelAt(scenario, outcome, component, option, at);
        const less = option === "users" ? Math.round : (value: number) => Number(value.toPrecision(6));
        return [
          setAt(at, component, option, less((level * (100 - percent)) / 100)),
          setAt(at + A_WHILE, component, option, less(level)),
        ];
      }),
    keptAway: ({ at, outcome }) =>
      levels
        .map(({ component, option }) => {
          const level = levelAt(scenario, outcome, component, option, at);
          return (level * (option === "rate" ? A_WHILE / SECOND : 1) * percent) / 100;
        })
        .reduce((sum, people) => sum + people, 0),
  };
}

/** Each mechanism stopped for a while: probes that are not heeded, retries that are not made. */
function pauses(scenario: Scenario): Remedy[] {
  return mechanismsOf(scenario).map((mechanism) => ({
    words: `without ${labelOf(mechanism)} for ${A_WHILE / SECOND} s`,
    passes: true,
    changes: ({ at }) => [stopAt(at, mechanism), resumeAt(at + A_WHILE, mechanism)],
  }));
}

/** Balancers that send to every pod that runs for a while, ready or not. */
function openings({ components }: Scenario): Remedy[] {
  const parameter = "publishNotReadyAddresses";
  return [...components].flatMap(([path, { kind, options }]) => {
    const target = components.get(String(recordOf(options).to));
    if (!kind.live?.includes(parameter) || recordOf(target?.options).readinessProbe === undefined) return [];
    const changes = ({ at }: Collapsed) => [setAt(at, path, parameter, 1), setAt(at + A_WHILE, path, parameter, 0)];
    return [{ words: `${parameter} of ${path} for ${A_WHILE / SECOND} s`, passes: true, changes }];
  });
}

/** Each component restarted, all of it at once and, where it has several pods, a few at a time. */
function restarts(scenario: Scenario): Remedy[] {
  return [...scenario.components].flatMap(([target, { kind, options }]): Remedy[] => {
    if (!kind.deeds?.includes("restart")) return [];
    const replicas = mostReplicas(scenario, target, recordOf(options).replicas);
    const restart = (at: Micros, count: number) =>
      `timeline.+={ at: ${at}us, do: restart, target: ${target}, count: ${count} }`;
    const words = replicas === 1 ? `restart ${target}` : `restart ${target}, all ${replicas} at once`;
    const atOnce = { words, passes: true, changes: ({ at }: Collapsed) => [restart(at, replicas)] };
    const few = Math.ceil(replicas / TURNS);
    const turns = Math.ceil(replicas / few);
    if (turns < 2) return [atOnce];
    const staggered: Remedy = {
      words: `restart ${target}, ${few} every ${BETWEEN / SECOND} s`,
      passes: true,
      changes: ({ at }) => Array.from({ length: turns }, (_, turn) => restart(at + turn * BETWEEN, few)),
    };
    return [atOnce, staggered];
  });
}

/** What was scaled, scaled back to what it was at the start: each by itself, and all of it. */
function scaleIns({ components, timeline }: Scenario): Remedy[] {
  const targets = [...new Set(timeline.flatMap((entry) => (entry.do === "scale" ? [entry.target] : [])))];
  const scaled = targets.map((target) => {
    const to = Number(recordOf(components.get(target)?.options).replicas ?? 1);
    return {
      target,
      to,
      change: (at: Micros) => `timeline.+={ at: ${at}us, do: scale, target: ${target}, to: ${to} }`,
    };
  });
  const each = scaled.map(({ target, to, change }) => {
    return { words: `scale ${target} back to ${to}`, passes: false, changes: ({ at }: Collapsed) => [change(at)] };
  });
  const all: Remedy = {
    words: "scale everything back",
    passes: false,
    changes: ({ at }) => scaled.map(({ change }) => change(at)),
  };
  return each.length > 1 ? [...each, all] : each;
}

/** Each hard limit raised, for good. */
function raises({ components }: Scenario): Remedy[] {
  return [...components].flatMap(([path, { kind, options }]) =>
    Object.entries(kind.limits?.(options) ?? {}).map(([parameter, limit]) => ({
      words: `raise ${parameter} of ${path} to ${RAISED * limit}`,
      passes: false,
      changes: ({ at }: Collapsed) => [setAt(at, path, parameter, RAISED * limit)],
    })),
  );
}

function mostReplicas({ timeline }: Scenario, target: string, atStart: unknown): number {
  const later = timeline.flatMap((entry) => (entry.do === "scale" && entry.target === target ? [entry.to] : []));
  return Math.max(1, Number(atStart ?? 1), ...later);
}

/** People per second, or users, at an instant of a run: as the last entry has it that came to pass, or else the curve. */
function levelAt(
  { components, timeline }: Scenario,
  { moments }: Outcome,
  component: string,
  option: "rate" | "users",
  at: Micros,
): number {
  const set = timeline.flatMap((entry, number) => {
    const moment = moments[number] ?? null;
    const isOfIt = (entry.do === "set" || entry.do === "ramp") && entry.target === `${component}.${option}`;
    return isOfIt && !entry.skipped && moment !== null && moment <= at ? [{ moment, to: entry.to }] : [];
  });
  const last = set.sort((a, b) => a.moment - b.moment).at(-1);
  const points = recordOf(components.get(component)!.options)[option] as readonly Point[];
  return last?.to ?? new Curve(points).valueAt(at);
}
