import type { Change } from "../experiment/input.ts";
import type { Outcome } from "../experiment/outcome.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Count } from "../study/outcome-table.ts";
import type { Study } from "../study/study.ts";
import { finalConfiguration } from "./final-configuration.ts";
import { countOf, pairedRuns } from "./paired-runs.ts";
import { fateIn, isHealthy } from "./run-class.ts";

/** The final configuration from both starts, over the runs that did not come back. */
export interface DualStart {
  /** What is changed in the file for the final configuration to hold from the start; empty if nothing was ever done. */
  readonly overrides: readonly string[];
  /** Runs that are healthy at their end, begun healthy. From the failed state none is: these are the runs looked at. */
  readonly fromHealthy: Count;
  /** By replication. */
  readonly outcomes: readonly Outcome[];
  /** Why the final configuration is not possible from the start; null if it is. */
  readonly refused: string | null;
  readonly isInterrupted: boolean;
}

/**
 * Would it work if it began well? Runs the final configuration from a healthy start, with the same people as in each of
 * the runs that did not come back. Where nothing was ever done, these runs are its healthy start already.
 */
export function* dualStart(
  base: Change,
  seed: string | undefined,
  scenario: Scenario,
  lasting: readonly Outcome[],
): Study<DualStart> {
  const overrides = finalConfiguration(scenario, lasting);
  if (overrides.length === 0) return answerOf(overrides, lasting, null, false);
  const change = { ...base, overrides: [...base.overrides, ...overrides] };
  const replications = lasting.map(({ replication }) => replication);
  const { outcomes, refused, isInterrupted } = yield* pairedRuns(
    "would it come back: the final configuration from a healthy start",
    [change],
    seed,
    replications,
  );
  const done = outcomes[0]!.filter((outcome) => outcome !== undefined);
  return answerOf(overrides, done, refused[0]!, isInterrupted);
}

function answerOf(
  overrides: readonly string[],
  outcomes: readonly Outcome[],
  refused: string | null,
  isInterrupted: boolean,
): DualStart {
  const healthy = outcomes.filter((outcome) => isHealthy(fateIn(outcome)!));
  return { overrides, fromHealthy: countOf(healthy.length, outcomes.length), outcomes, refused, isInterrupted };
}
