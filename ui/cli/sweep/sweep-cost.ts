import type { Input } from "../../../scenarios/experiment/input.ts";
import { isDone } from "../../../scenarios/study/job.ts";
import { middleJob, mostCells, mostRuns, type SweepPlan } from "../../../scenarios/study/sweep-plan.ts";
import type { CrewOptions } from "../crew/study-options.ts";
import { ThreadCrew } from "../crew/thread-crew.ts";
import { patience, whole } from "../figures.ts";
import type { Session } from "../session.ts";

/** The first run of a thread is slow; after one that was this short, in seconds, a second one tells more. */
const SHORT = 2;
/** All of them are kept until the end. */
export const MOST_CELLS = 100_000;
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
export function costLine(plan: SweepPlan, seconds: number | undefined, where: CrewOptions): string {
  const [most, refined] = plan.isRefined ? ["at most ", REFINED] : ["", ""];
  const what = `${most}${whole(mostRuns(plan))} runs in ${whole(mostCells(plan))} cells`;
  if (seconds === undefined) return what + refined;
  const each = seconds < 1 ? `${Math.max(1, inShort(seconds * 1000))} ms` : `${inShort(seconds)} s`;
  const { workers, inWords } = whoDoes(where);
  const time = patience((mostRuns(plan) * seconds) / workers);
  return `${what}, of about ${each} each: ${most === "" ? "about " : most}${time} ${inWords}${refined}`;
}

const REFINED = `; coarse to fine usually takes less than ${REFINED_SHARE * 100} % of that`;

function whoDoes({ jobs, queue, shard }: CrewOptions): { readonly workers: number; readonly inWords: string } {
  if (queue !== undefined) return { workers: 1, inWords: "for one worker alone" };
  const threads = jobs === 1 ? "on 1 thread" : `on ${jobs} threads`;
  if (shard === undefined) return { workers: jobs, inWords: threads };
  return { workers: jobs * shard.of, inWords: `${threads} for each of ${shard.of} shards` };
}

function inShort(number: number): number {
  return Number(number.toPrecision(2));
}

/** Why a sweep does not begin; undefined if it does. */
export function tooMuch(plan: SweepPlan, cost: string, atMost: number): string | undefined {
  const [runs, cells] = [mostRuns(plan), mostCells(plan)];
  const reason = (limit: string, way: string) => {
    return `${cost}.\nThe sweep was not begun: more than ${limit}; expected fewer values or replications, a --sample${way}`;
  };
  if (runs > atMost) return reason(`--at-most ${whole(atMost)} runs`, ", or --yes to do it all the same");
  return cells > MOST_CELLS ? reason(`the ${whole(MOST_CELLS)} cells that can be kept`, "") : undefined;
}
