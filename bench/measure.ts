import { GCProfiler } from "node:v8";

/** What a run of a workload came to. */
export interface Result {
  events: number;
  [key: string]: number;
}

/** What a run came to and what it cost, in the keys of the C++ limit. */
export interface Figures {
  w: string;
  events: number;
  /** Process CPU seconds: on a machine that is shared, the wall clock measures the neighbours. */
  s: number;
  evps: number;
  /** Nanoseconds per event. */
  ns: number;
  rssMB: number;
  scavenges: number;
  [key: string]: number | string;
}

/** Runs a workload and measures it. What the compiler uses is in it. */
export async function measure<R extends Result>(w: string, run: () => R | Promise<R>): Promise<Figures & R> {
  const profiler = new GCProfiler();
  profiler.start();
  const before = process.cpuUsage();
  const result = await run();
  const used = process.cpuUsage(before);
  const scavenges = profiler.stop().statistics.filter(({ gcType }) => gcType === "Scavenge").length;
  const s = (used.user + used.system) / 1e6;
  const rssMB = process.memoryUsage.rss() / 2 ** 20;
  return { w, ...result, s, evps: result.events / s, ns: (s / result.events) * 1e9, rssMB, scavenges };
}
