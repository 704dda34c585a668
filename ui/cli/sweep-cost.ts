import type { Input } from "../../scenarios/experiment/input.ts";
import { isDone } from "../../scenarios/study/job.ts";
import { middleJob, mostCells, mostRuns, type SweepPlan } from "../../scenarios/study/sweep-plan.ts";
import { patience, whole } from "./figures.ts";
import type { Session } from "./session.ts";
import type { CrewOptions } from "./study-options.ts";
import { ThreadCrew } from "./thread-crew.ts";

/** The first run of a thread is slow; after one that was this short, in seconds, a second one tells more. */
const SHORT = 2;
/** Of the cells of a grid, coarse to fine usually simulates fewer than this. */
const REFINED_SHARE = 0.35;

/**
 * How long a run in the middle of a sweep takes on a thread of this machine; undefined if that was not possible, or if
 * runs that others did are put together.
 */
export async function secondsOf(
  plan: SweepPlan,
  input: Input,
  { timeout }: CrewOptions,
  { interrupted, sharded, progress }: Session,
): Promise<number | undefined> {
  if (sharded !== undefined) return undefined;
  const crew = new ThreadCrew(input, { workers: 1, timeout, interrupted });
  let seconds: number | undefined;
  progress.show(0, "one run, to see how long it takes");
  for (const replication of [0, 1]) {
    if (seconds !== undefined && seconds > SHORT) continue;
    await crew.do([middleJob(plan, replication)], (_, reply, took) => {
      if (isDone(reply)) seconds = took;
    });
  }
  progress.clear();
  await crew.dismiss();
  return seconds;
}

/** "720 runs in 144 cells, of about 1.3 s each: about 8 min on 2 threads". */
export function costLine(plan: SweepPlan, seconds: number | undefined, threads: number): string {
  const runs = mostRuns(plan);
  const most = plan.isRefined ? "at most " : "";
  const what = `${most}${whole(runs)} runs in ${whole(mostCells(plan))} cells`;
  const refined = plan.isRefined ? `; coarse to fine usually takes less than ${REFINED_SHARE * 100} % of that` : "";
  if (seconds === undefined) return `${what}${refined}`;
  const each =
    seconds < 1 ? `${Math.max(1, Number((seconds * 1000).toPrecision(2)))} ms` : `${Number(seconds.toPrecision(2))} s`;
  const time = patience((runs * seconds) / threads);
  const on = threads === 1 ? "1 thread" : `${threads} threads`;
  return `${what}, of about ${each} each: ${plan.isRefined ? most : "about "}${time} on ${on}${refined}`;
}

/** Why a sweep does not begin. */
export function tooMuch(cost: string, atMost: number): string {
  const right = `fewer values or replications, a --sample, or --yes to do it all the same`;
  return `${cost}.\nThese are more than --at-most ${whole(atMost)}, so the sweep was not begun; expected ${right}`;
}
