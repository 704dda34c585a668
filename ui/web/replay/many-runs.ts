import { effect, signal } from "@preact/signals";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { isDone, jobsFor } from "../../../scenarios/study/job.ts";
import type { Engine } from "../engine/engine.ts";
import { startEngine } from "../engine/start-engine.ts";
import { inputOf } from "../library/catalogue.ts";
import { route } from "../route.ts";
import { fan, goodputOverTime } from "./fan.ts";

/** Which runs are meant: all replications of a scenario with a variant and a seed. */
export interface RunsOf {
  readonly scenario: string;
  readonly variant: string | undefined;
  readonly seed: string | undefined;
}

/** What has become of many replications so far. */
export interface ManyRuns {
  readonly of: RunsOf;
  readonly wanted: number;
  /** In order of their replication. */
  readonly outcomes: readonly Outcome[];
  /** Goodput over time, by the place of the outcome. */
  readonly courses: readonly (readonly number[])[];
  /** Runs that left nothing behind. */
  readonly failed: number;
  readonly isRunning: boolean;
}

/** The runs that were asked for last; they stay while somebody looks at one of them after the other. */
export const manyRuns = signal<ManyRuns | undefined>(undefined);

let engine: Engine | undefined;
let stopFollowing = () => {};

/** Does replications 0 to `wanted` - 1 in a thread of their own, in place of any that were under way. */
export function startRuns(of: RunsOf, wanted: number): void {
  cancelRuns();
  manyRuns.value = { of, wanted, outcomes: [], courses: [], failed: 0, isRunning: true };
  fan.value = [];
  const own = startEngine("runs");
  engine = own;
  stopFollowing = effect(() => {
    const { page, of: scenario, view } = route.value;
    if (page !== "run" || !isSame(of, { scenario, variant: view.variant, seed: view.seed })) queueMicrotask(cancelRuns);
  });
  void doRuns(own, of, wanted);
}

/** Ends what is under way; what is known stays known. */
export function cancelRuns(): void {
  stopFollowing();
  engine?.end();
  engine = undefined;
  if (manyRuns.peek()?.isRunning) manyRuns.value = { ...manyRuns.peek()!, isRunning: false };
}

export function isSame(a: RunsOf, b: RunsOf): boolean {
  return a.scenario === b.scenario && a.variant === b.variant && a.seed === b.seed;
}

async function doRuns(own: Engine, of: RunsOf, wanted: number): Promise<void> {
  const input = await inputOf(of.scenario);
  for (const job of jobsFor([{ variant: of.variant, overrides: [] }], of.seed, wanted)) {
    if (input === undefined || engine !== own) break;
    const result = await own.job(input, { ...job, goodput: true });
    const known = manyRuns.peek();
    if (known === undefined || engine !== own) return;
    if (!isDone(result)) manyRuns.value = { ...known, failed: known.failed + 1 };
    else {
      const courses = [...known.courses, goodputOverTime(result.goodput ?? [])];
      manyRuns.value = { ...known, outcomes: [...known.outcomes, result.outcome], courses };
      fan.value = courses;
    }
  }
  if (engine === own) cancelRuns();
}
