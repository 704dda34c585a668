import type { Micros } from "../../sim/time.ts";
import { type LastingChange, lastingChanges } from "../experiment/lasting-change.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Action } from "../language/timeline.ts";

/**
 * The scenario as it is once everything that passes is over, from its first second on, as changes of the file: nothing of
 * the timeline happens but what lasts, and that at once; replicas and loads begin at what they end at. No changes if
 * nothing was ever done.
 */
export function finalConfiguration(scenario: Scenario, outcomes: readonly Outcome[]): string[] {
  const changes = lastingChanges(scenario, usualMoments(scenario, outcomes));
  const entries = changes.flatMap((change) =>
    change.option === "entry" ? [atOnce(scenario.timeline[change.entry]!)] : [],
  );
  const options = changes.flatMap((change) => (change.option === "entry" ? [] : [overrideOf(change)]));
  const curves = curvesOf(scenario).filter(({ path }) => !changes.some((change) => change.path === path));
  return [
    ...(scenario.timeline.length === 0 ? [] : [`timeline=${JSON.stringify(entries)}`]),
    ...[...curves.map(overrideOf), ...options].sort(),
  ];
}

/** When each entry usually came to pass: the median; null for those that came to pass in less than half of the runs. */
export function usualMoments({ timeline }: Scenario, outcomes: readonly Outcome[]): (Micros | null)[] {
  return timeline.map((_, entry) => {
    const moments = outcomes.flatMap((outcome) => outcome.moments[entry] ?? []).sort((a, b) => a - b);
    return 2 * moments.length < outcomes.length ? null : (moments[Math.floor(moments.length / 2)] ?? null);
  });
}

/** Curves of loads that come back to what they began with. */
function curvesOf({ components }: Scenario): Exclude<LastingChange, { option: "entry" }>[] {
  return [...components].flatMap(([component, { options }]) =>
    (["rate", "users"] as const).flatMap((option) => {
      const points = (options as Record<string, unknown>)[option];
      if (!Array.isArray(points) || points.length < 2) return [];
      return [{ option, path: `${component}.${option}`, to: (points[0] as { is: number }).is }];
    }),
  );
}

function overrideOf({ option, path, to }: Exclude<LastingChange, { option: "entry" }>): string {
  return `${path}=${to}${option === "rate" ? "/s" : ""}`;
}

/** An entry that happens at the very beginning instead of when it did. */
function atOnce(action: Action): object {
  const { at: _, after, when, for: since, spread, as, because, skipped, ...deed } = action;
  return { ...deed, ...(deed.do === "ramp" && { over: "0s" }), at: "0s" };
}
