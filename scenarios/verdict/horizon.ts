import { SECOND } from "../../sim/time.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import { fateIn } from "./run-class.ts";

/** A run is made longer at most so many times. */
const MOST = 5;
/** People are on their way at the end, so somewhat more is needed than what can be judged. */
const BEYOND = 30;

/**
 * How many seconds must be simulated so that every run that was censored has had its time to recover; undefined if none
 * was, or if more time would not help, because a load ends by itself.
 */
export function longEnough(scenario: Scenario, outcomes: readonly Outcome[]): number | undefined {
  const censored = outcomes.flatMap((outcome) => {
    const fate = fateIn(outcome);
    return fate?.course === "censored" ? [fate] : [];
  });
  if (censored.length === 0 || hasEnd(scenario)) return undefined;
  const { within, returnsAfter } = scenario.recovery;
  const settled = Math.max(...censored.map((fate) => fate.settled));
  const needed = Math.ceil(settled + (within + returnsAfter) / SECOND) + BEYOND;
  const now = scenario.duration / SECOND;
  return needed > now && needed <= MOST * now ? needed : undefined;
}

/** Whether a load ends by itself, as a test run does. */
export function hasEnd({ components }: Scenario): boolean {
  return [...components.values()].some(({ options }) => {
    const { executor, recorded } = options as { executor?: unknown; recorded?: unknown };
    return executor !== undefined || recorded !== undefined;
  });
}
