import { GCProfiler } from "node:v8";

/** What one run of a workload printed, in the keys of the C++ limit. */
export interface Figures {
  w: string;
  events: number;
  /** Process CPU seconds: on a machine that is shared, the wall clock measures the neighbours. */
  s: number;
  evps: number;
  ns: number;
  rssMB: number;
  scavenges: number;
  [key: string]: number | string;
}

/** Runs a workload, which gives back its figures, and adds what it cost. */
export function measure(w: string, run: () => { events: number; [key: string]: number }): Figures {
  const profiler = new GCProfiler();
  profiler.start();
  const before = process.cpuUsage();
  const result = run();
  const used = process.cpuUsage(before);
  const scavenges = profiler.stop().statistics.filter(({ gcType }) => gcType === "Scavenge").length;
  const s = (used.user + used.system) / 1e6;
  const { events } = result;
  return {
    w,
    ...result,
    s,
    evps: events / s,
    ns: (s / events) * 1e9,
    rssMB: process.memoryUsage.rss() / 2 ** 20,
    scavenges,
  };
}
