import { setImmediate } from "node:timers/promises";
import { clock } from "../../../scenarios/experiment/clock.ts";
import type { Run } from "../../../scenarios/experiment/run.ts";
import type { ProgressLine } from "../progress-line.ts";

/** Between two looks at Ctrl-C and the clock, in milliseconds. */
const SLICE_MS = 40;

/** Runs to the end, or until it is interrupted. Slices change nothing of the run. */
export async function watch(run: Run, interrupted: AbortSignal, progress: ProgressLine): Promise<void> {
  const end = clock(run.scenario.duration);
  let events = 1000;
  while (!interrupted.aborted) {
    const begun = performance.now();
    if (run.advance(events)) break;
    const took = Math.max(0.1, performance.now() - begun);
    events = Math.ceil(events * Math.min(4, Math.max(0.1, SLICE_MS / took)));
    progress.show(run.progress, `${clock(Math.floor(run.now / 1e6) * 1e6)} of ${end} simulated`);
    await setImmediate();
  }
  progress.clear();
}
