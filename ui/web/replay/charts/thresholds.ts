import type { Recording } from "../../../../scenarios/recording/recording.ts";
import type { Threshold } from "./chart.ts";

/** Where a fact that something is at its limit tells the limit. */
const LIMIT_FIGURES: Readonly<Record<string, string>> = {
  "connection-limit-reached": "max_connections",
  "client-limit-reached": "maxclients",
  "pool-at-max_connections": "max_connections",
  "bandwidth-saturated": "capacityMbit",
};
/** A check of a share of something else has no level of its own. */
const RELATIVE = "%";

/** The limits that components have come to, each once; of a limit that was never reached a recording knows nothing. */
export function limitsOf({ result }: Recording, paths: readonly string[]): Threshold[] {
  const limits = result.journal.flatMap(({ fact, component, figures }): Threshold[] => {
    const figure = LIMIT_FIGURES[fact];
    const value = figure === undefined ? undefined : figures[figure];
    return value === undefined || !paths.includes(component) ? [] : [{ label: `${component} ${figure}`, value }];
  });
  return limits.filter(({ label }, at) => limits.findIndex((each) => each.label === label) === at);
}

/** The levels that checks of a metric of some components must not pass. */
export function thresholdsOf({ result }: Recording, metric: string, paths: readonly string[]): Threshold[] {
  return result.checks
    .filter(({ check, unit }) => {
      const words = check.split(/[\s(){}:,]+/);
      const isOfOther = result.components.some(({ path }) => words.includes(path) && !paths.includes(path));
      return words.includes(metric) && !isOfOther && unit !== RELATIVE;
    })
    .map(({ check, limit }) => ({ label: check, value: limit }));
}
