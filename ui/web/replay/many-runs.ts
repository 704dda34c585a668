import { effect, signal } from "@preact/signals";
import type { Change } from "../../../scenarios/experiment/input.ts";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { isDone, jobsFor, type Result } from "../../../scenarios/study/job.ts";
import type { Engine } from "../engine/engine.ts";
import { startEngine } from "../engine/start-engine.ts";
import { sourceOf } from "../files/run-source.ts";
import { type Route, route } from "../route.ts";
import { fan, goodputOverTime } from "./fan.ts";

/** What has become of many replications so far. */
export interface ManyRuns {
  /** Which runs are meant: those of which `runsOf` says the same. */
  readonly of: string;
  readonly wanted: number;
  /** In order of their replication. */
  readonly outcomes: readonly Outcome[];
  /** Goodput over time, by the place of the outcome. */
  readonly courses: readonly (readonly number[])[];
  /** Runs that left nothing behind. */
  readonly failed: number;
  readonly isRunning: boolean;
  /** False where there is no scenario that could be run, but one recorded run. */
  readonly isPossible: boolean;
}

/** The runs that were asked for last; they stay while somebody looks at one of them after the other. */
export const manyRuns = signal<ManyRuns | undefined>(undefined);

let engine: Engine | undefined;
let stopFollowing = () => {};

/** What all replications of one scenario, one change and one seed have in common. */
export function runsOf({ page, of, view: { s, variant, set, seed } }: Route): string {
  return JSON.stringify([page, of, s, variant, set, seed]);
}

/** Does replications 0 to `wanted` - 1 of what is looked at in a thread of their own, in place of any under way. */
export function startRuns(change: Change, wanted: number): void {
  cancelRuns();
  const here = route.peek();
  const of = runsOf(here);
  manyRuns.value = { of, wanted, outcomes: [], courses: [], failed: 0, isRunning: true, isPossible: true };
  fan.value = [];
  const own = startEngine("runs");
  engine = own;
  stopFollowing = effect(() => {
    if (runsOf(route.value) !== of) queueMicrotask(cancelRuns);
  });
  void doRuns(own, here, change, wanted);
}

/** Ends what is under way; what is known stays known. */
export function cancelRuns(): void {
  stopFollowing();
  engine?.end();
  engine = undefined;
  const known = manyRuns.peek();
  if (known?.isRunning) manyRuns.value = { ...known, isRunning: false };
}

async function doRuns(own: Engine, { of, view }: Route, change: Change, wanted: number): Promise<void> {
  const source = await sourceOf(of, view.s).catch(() => undefined);
  if (engine !== own) return;
  if (source !== undefined && "input" in source) {
    for (const job of jobsFor([change], view.seed, wanted)) {
      add(await own.job(source.input, { ...job, goodput: true }));
      if (engine !== own) return;
    }
  } else manyRuns.value = { ...manyRuns.peek()!, isPossible: false };
  cancelRuns();
}

function add(result: Result): void {
  const known = manyRuns.peek()!;
  if (!isDone(result)) {
    manyRuns.value = { ...known, failed: known.failed + 1 };
    return;
  }
  const courses = [...known.courses, goodputOverTime(result.goodput ?? [])];
  manyRuns.value = { ...known, outcomes: [...known.outcomes, result.outcome], courses };
  fan.value = courses;
}
