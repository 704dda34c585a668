import { readFileSync } from "node:fs";
import { loadInput } from "../scenarios/experiment/input.ts";
import { Run } from "../scenarios/experiment/run.ts";
import type { Scenario } from "../scenarios/language/scenario.ts";
import type { Recorder } from "../sim/record/recorder.ts";
import { enlarged, type Size } from "./larger.ts";
import { type Figures, measure } from "./measure.ts";

const FILE = "scenarios/scale-out-cascade.yaml";
const MEGABYTE = 2 ** 20;

/** What a replay of the cascade came to. */
type Replay = {
  events: number;
  attempts: number;
  /** Share of the attempts that failed; two replays with the same share are of the same regime. */
  failed: number;
  metrics: number;
  bins: number;
  /** Series and rows of the recording: what grows with the bins. */
  recordedMB: number;
  /** What is alive when it has ended: the run. Exact only where garbage can be collected first (node --expose-gc). */
  aliveMB: number;
  /** The most memory that the process has had. */
  peakMB: number;
};

/** The median of several replays in one process, once V8 has compiled everything. */
export type ReplayFigures = Figures &
  Replay & {
    /** Microseconds of processor time per attempt. */
    us: number;
    /** The same in the first replay, which is left out of the median unless it is the only one. */
    firstUs: number;
  };

/** Replays the cascade, or a variant of it, all tiers and recording on, so many times in this process. */
export async function replays(variant: string | undefined, size: Size, times: number): Promise<ReplayFigures> {
  const scenario = enlarged(cascade(variant), size);
  const all: (Figures & Replay)[] = [];
  while (all.length < times) all.push(await measure("replay", () => replay(scenario)));
  const us = ({ s, attempts }: Figures & Replay) => (s / attempts) * 1e6;
  const [first, ...later] = all;
  const median = later.sort((a, b) => a.s - b.s)[(later.length - 1) >> 1] ?? first!;
  return { ...median, us: us(median), firstUs: us(first!) };
}

function cascade(variant: string | undefined): Scenario {
  const input = { file: FILE, text: readFileSync(FILE, "utf8"), attachments: new Map() };
  const { scenario, problems } = loadInput(input, { variant, overrides: [] });
  if (scenario === undefined)
    throw new Error(problems.map(({ path, wrong }) => `${FILE}: ${path}: ${wrong}`).join("\n"));
  return scenario;
}

function replay(scenario: Scenario): Replay {
  const run = new Run(scenario);
  run.advance();
  const { record, dispatched: events } = run.world.sim;
  const [attempts, good] = [total(record, "attempts"), total(record, "http_reqs") - total(record, "http_req_failed")];
  const metrics = record.gauges.length + record.counters.length + record.histograms.length;
  return { events, attempts, failed: 1 - good / attempts, metrics, bins: record.bins, ...memoryWith(record) };
}

/** The total of a counter of all loads. */
function total({ counters, counts }: Recorder, name: string): number {
  return counters.reduce((sum, counter, at) => (counter.name === name ? sum + counts[at]! : sum), 0);
}

function memoryWith({ gaugeSeries, counterSeries, rows }: Recorder) {
  const columns = [
    ...gaugeSeries.flatMap(({ mean, min, max, last }) => [mean, min, max, last]),
    ...counterSeries.map(({ mean }) => mean),
    ...rows,
  ];
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    recordedMB: columns.reduce((sum, { byteLength }) => sum + byteLength, 0) / MEGABYTE,
    aliveMB: (heapUsed + arrayBuffers) / MEGABYTE,
    peakMB: process.resourceUsage().maxRSS / 1024,
  };
}
