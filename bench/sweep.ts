import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { jobsFor } from "../scenarios/study/job.ts";
import { Replicator } from "../scenarios/study/replicator.ts";
import { ThreadCrew } from "../ui/cli/crew/thread-crew.ts";
import { figuresOf } from "./own-process.ts";

/** Jobs of about 50 ms each, all of them computing. */
const FILE = "scenarios/defences/lasting-overload.yaml";
const CELLS = 20;
const GOAL_TIMES = 1.8;
const GOAL_OVERHEAD = 0.05;

/** What it took to do the jobs of a sweep, from its beginning: threads start and compile within it. */
export interface SweepFigures {
  jobs: number;
  seconds: number;
  /** Processor time of all threads. */
  cpuSeconds: number;
  [key: string]: number;
}

/** Does a sweep on threads; on none: plainly in this process, one job after the other. */
export async function sweepOn(threads: number, atLeast: number): Promise<SweepFigures> {
  const input = { file: FILE, text: readFileSync(FILE, "utf8"), attachments: new Map<string, string>() };
  const changes = Array.from({ length: CELLS }, (_, at) => ({ overrides: [`server.queue=${980 + at}`] }));
  const jobs = jobsFor(changes, undefined, Math.ceil(atLeast / CELLS));
  const [begun, before] = [performance.now(), process.cpuUsage()];
  let failed = 0;
  if (threads === 0) {
    const replicator = new Replicator(input);
    for (const job of jobs) if ("failed" in replicator.attempt(job)) failed++;
  } else {
    const crew = new ThreadCrew(input, { workers: threads, interrupted: new AbortController().signal });
    await crew.do(jobs, (_, reply) => {
      if ("failed" in reply) failed++;
    });
    await crew.dismiss();
  }
  if (failed > 0) throw new Error(`${failed} of ${jobs.length} jobs failed`);
  const { user, system } = process.cpuUsage(before);
  return { jobs: jobs.length, seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 };
}

/** In turn: in the process itself, on one thread, on two; each in a process of its own. */
export interface SweepRound {
  plain: SweepFigures;
  one: SweepFigures;
  two: SweepFigures;
}

export function sweepRounds(program: string, rounds: number, jobs: number): SweepRound[] {
  const on = (threads: number): SweepFigures =>
    figuresOf(process.execPath, [program, "sweep-on", `${threads}`, "--jobs", `${jobs}`, "--json"]);
  return Array.from({ length: rounds }, () => ({ plain: on(0), one: on(1), two: on(2) }));
}

export function sweepReportOf(rounds: readonly SweepRound[]): string {
  const { jobs } = rounds[0]!.plain;
  const ms = (figures: (round: SweepRound) => number) => ((median(rounds.map(figures)) / jobs) * 1000).toFixed(1);
  const overhead = (of: "seconds" | "cpuSeconds") =>
    percent(median(rounds.map(({ plain, one }) => one[of] / plain[of] - 1)));
  const times = median(rounds.map(({ one, two }) => one.seconds / two.seconds)).toFixed(2);
  return [
    `a sweep of ${jobs} jobs, ${rounds.length} alternating rounds, each in a process of its own; medians, ms per job`,
    `                wall      CPU`,
    `plainly      ${ms(({ plain }) => plain.seconds).padStart(7)}  ${ms(({ plain }) => plain.cpuSeconds).padStart(7)}`,
    `one thread   ${ms(({ one }) => one.seconds).padStart(7)}  ${ms(({ one }) => one.cpuSeconds).padStart(7)}   ${overhead("seconds")} more time, ${overhead("cpuSeconds")} more CPU; goal: at most ${percent(GOAL_OVERHEAD)}`,
    `two threads  ${ms(({ two }) => two.seconds).padStart(7)}  ${ms(({ two }) => two.cpuSeconds).padStart(7)}   ${times} times as fast as one; goal: at least ${GOAL_TIMES}`,
    `load of the machine at the end: ${loadavg()[0]!.toFixed(1)}`,
    "",
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
