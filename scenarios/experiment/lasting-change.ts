import type { Point } from "../../models/load/curve.ts";
import type { Micros } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Action } from "../language/timeline.ts";

/**
 * What is otherwise for good once the timeline and the curves of the loads are over: the number of replicas or what a
 * load ends at (by the path of the option), or an entry of the timeline that nothing takes back.
 */
export type LastingChange =
  | { readonly option: "replicas" | "rate" | "users"; readonly path: string; readonly to: number }
  | { readonly option: "entry"; readonly path: string; readonly entry: number };

/**
 * What lasts of what was done, in the order done: two scale-outs leave what the second one made, and a spike of load that
 * comes back leaves nothing. What ends by itself, or is put right by the system itself (pods that are killed), does not
 * last. Entries that never came to pass are not in it; without `moments` all are taken to have, in the order of the file.
 */
export function lastingChanges(scenario: Scenario, moments?: readonly (Micros | null)[]): LastingChange[] {
  const last = new Map<string, LastingChange>(curvesOf(scenario).map((change) => [change.path, change]));
  for (const entry of inOrder(scenario.timeline, moments)) {
    const change = changeOf(scenario.timeline[entry]!, entry, scenario);
    if (change === undefined) continue;
    last.delete(change.path);
    last.set(change.path, change);
  }
  return [...last.values()].filter((change) => isOtherwise(change, scenario));
}

/** The entries that were carried out, by number, in the order in which they were. */
function inOrder(timeline: readonly Action[], moments?: readonly (Micros | null)[]): number[] {
  const at = (entry: number) => (moments === undefined ? 0 : (moments[entry] ?? null));
  return [...timeline.keys()]
    .filter((entry) => !timeline[entry]!.skipped && at(entry) !== null)
    .sort((a, b) => at(a)! - at(b)! || a - b);
}

function curvesOf({ components }: Scenario): LastingChange[] {
  return [...components].flatMap(([component, { options }]) =>
    (["rate", "users"] as const).flatMap((option): LastingChange[] => {
      const to = endsOf(options, option)?.last;
      return to === undefined ? [] : [{ option, path: `${component}.${option}`, to }];
    }),
  );
}

function endsOf(options: unknown, option: "rate" | "users"): { first: number; last: number } | undefined {
  const points = (options as { rate?: readonly Point[]; users?: readonly Point[] })[option];
  return Array.isArray(points) ? { first: points[0]!.is, last: points.at(-1)!.is } : undefined;
}

function changeOf(action: Action, entry: number, { components }: Scenario): LastingChange | undefined {
  switch (action.do) {
    case "scale":
      return { option: "replicas", path: `${action.target}.replicas`, to: action.to };
    case "set":
    case "ramp": {
      const { target: path, to } = action;
      const option = path.slice(path.indexOf(".") + 1);
      const load = components.get(path.slice(0, path.indexOf(".")));
      const isCurve = (option === "rate" || option === "users") && endsOf(load?.options, option) !== undefined;
      return isCurve ? { option, path, to } : { option: "entry", path, entry };
    }
    case "cut":
    case "slow":
      return action.lasting === undefined ? { option: "entry", path: `pace of ${action.target}`, entry } : undefined;
    case "stop":
    case "start":
      return { option: "entry", path: `presence of ${action.target}`, entry };
    case "rollout":
    case "kill":
    case "restart":
    case "drain":
      return undefined;
  }
}

function isOtherwise(change: LastingChange, { components, timeline }: Scenario): boolean {
  if (change.option === "entry") {
    const action = timeline[change.entry]!;
    return action.do !== "start" && !(action.do === "slow" && action.by === 1);
  }
  const component = components.get(change.path.slice(0, -change.option.length - 1));
  if (change.option !== "replicas") return endsOf(component?.options, change.option)?.first !== change.to;
  return (component?.options as { replicas?: number } | undefined)?.replicas !== change.to;
}
