import { type ExecutorOptions, steadyTime } from "../../models/k6/executor-options.ts";
import { Curve, type Point } from "../../models/load/curve.ts";
import { Digest } from "../../sim/record/digest.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { Scenario } from "../language/scenario.ts";
import { type Fate, fatesOf } from "./fate.ts";
import { classShares, type NamedShare, overallShare, zoneShares } from "./goodput-share.ts";
import type { Measured } from "./measured.ts";
import { type OutageClass, worstOutage } from "./outage.ts";
import type { ReportedResult, RunResult } from "./result.ts";

/**
 * How a run compares with what its file expects. Inconclusive: it was interrupted, a check needs a longer run, or checks
 * that should fail had nothing to judge.
 */
export type Conclusion = "as expected" | "not as expected" | "inconclusive";

/** What is kept of a run when many are compared. */
export interface Outcome {
  readonly variant: string | null;
  readonly overrides: readonly string[];
  readonly seed: string;
  readonly replication: number;
  /** The worst of any load. */
  readonly outage: OutageClass;
  /** Over the people of all loads; null if there were none. */
  readonly goodput: number | null;
  /** Before anything changes: before the first entry of the timeline with a time, and the first change of a load. */
  readonly startGoodput: number | null;
  readonly classes: readonly NamedShare[];
  readonly zones: readonly NamedShare[];
  /** Load at which each component was first at its limit, in people per second. */
  readonly limits: readonly { readonly component: string; readonly peoplePerSecond: number }[];
  readonly checks: readonly { readonly check: string; readonly holds: boolean }[];
  readonly reported: readonly ReportedResult[];
  /** What was asked for besides, in the order asked. */
  readonly measured: readonly Measured[];
  /** When each entry of the timeline came to pass; null where it did not. */
  readonly moments: readonly (Micros | null)[];
  /** How everybody fared, then those of each class, then those of each zone. */
  readonly fates: readonly Fate[];
  /** Fingerprint of who came when: of each class and in each zone, second by second. */
  readonly arrivals: string;
  readonly conclusion: Conclusion;
  readonly verdict: string;
  readonly digest: string;
}

/** What is kept of a run of a scenario; `moments` are the run's, `measured` what somebody asked for besides. */
export function outcomeOf(
  result: RunResult,
  scenario: Scenario,
  moments: readonly (Micros | null)[],
  measured: readonly Measured[] = [],
): Outcome {
  const { run, loads, goodput, limits, checks, verdict, digest } = result;
  const paths = loads.map(({ path }) => path);
  const calm = Math.floor(calmUntil(scenario) / SECOND);
  return {
    variant: run.variant,
    overrides: run.overrides,
    seed: run.seed,
    replication: run.replication,
    outage: worstOutage(loads.map(({ outage }) => outage)),
    goodput: overallShare(goodput, paths),
    startGoodput: overallShare(goodput, paths, calm),
    classes: classShares(goodput, paths),
    zones: zoneShares(goodput, paths),
    limits: limits.map(({ component, peoplePerSecond }) => ({ component, peoplePerSecond })),
    checks: checks.map(({ check, holds }) => ({ check, holds })),
    reported: result.reported,
    measured,
    moments,
    fates: fatesOf(result, scenario, moments),
    arrivals: new Digest().add(goodput.map(({ path, name, born }) => [path, name, born])).hex,
    conclusion: conclusionOf(result),
    verdict,
    digest,
  };
}

/** Whether a run came out as its file expects. One check that is broken for sure decides, whatever the others say. */
export function conclusionOf({ checks, expect, reached, duration }: RunResult): Conclusion {
  if (reached < duration) return "inconclusive";
  const broken = checks.filter(({ holds, censored }) => !holds && !censored);
  if (expect === "fails" && broken.some(({ vacuous }) => !vacuous)) return "as expected";
  if (expect === "holds" && broken.length > 0) return "not as expected";
  if (checks.some(({ holds }) => !holds)) return "inconclusive";
  return expect === "holds" ? "as expected" : "not as expected";
}

/** When the first thing changes that is planned: a load, or an entry of the timeline with a time. */
export function calmUntil({ components, timeline, duration }: Scenario): Micros {
  const curves = [...components.values()].flatMap(({ options }) => {
    const { rate, users } = options as { rate?: readonly Point[]; users?: readonly Point[] };
    return [rate, users].flatMap((points) => (Array.isArray(points) ? [new Curve(points)] : []));
  });
  const testRuns = [...components.values()].flatMap(({ options }) => {
    const { executor } = options as { executor?: ExecutorOptions };
    return executor === undefined ? [] : [steadyTime(executor)];
  });
  const changes = [...curves.flatMap((curve) => curve.changes().map(({ at }) => at)), ...testRuns];
  const planned = timeline.flatMap(({ at }) => (at === undefined ? [] : [at]));
  return Math.min(duration, ...changes, ...planned);
}
