import { KINDS } from "../../../models/kinds.ts";
import { inputHash, loadInput } from "../../../scenarios/experiment/input.ts";
import { Run } from "../../../scenarios/experiment/run.ts";
import { recordingOfRun } from "../../../scenarios/experiment/run-recording.ts";
import { summarize } from "../../../scenarios/experiment/summary.ts";
import { scenarioSchema } from "../../../scenarios/language/schema.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { Replicator } from "../../../scenarios/study/replicator.ts";
import { Unreadable } from "../files/content.ts";
import { contentOf } from "../files/read-file.ts";
import type { Answer, Order } from "./messages.ts";
import { StudyDesk, suggestionsIn } from "./study-desk.ts";

/** Events between two looks at what the page wants: some milliseconds. */
const SLICE = 20_000;
/** Shares of the run after which the page is shown what there is so far. */
const PREVIEWS = [0.02, 0.25, 0.5];
const PROGRESS_MS = 100;

const cancelled = new Set<number>();
let desk: StudyDesk | undefined;
let replicator: { readonly hash: string; readonly replicator: Replicator } | undefined;

addEventListener("message", ({ data }: MessageEvent<Order>) => void obey(data));

async function obey(order: Order): Promise<void> {
  try {
    if (order.do === "cancel") cancelled.add(order.id);
    else if (order.do === "check")
      tell({ id: order.id, is: "checked", problems: loadInput(order.input, order.change).problems });
    else if (order.do === "job") doJob(order);
    else if (order.do === "plan") {
      desk = new StudyDesk(order.input, order.question);
      tell({ id: order.id, is: "planned", plan: desk.plan });
    } else if (order.do === "step")
      tell({ id: order.id, is: "step", step: desk!.step(order.results, order.isInterrupted) });
    else if (order.do === "suggest")
      tell({ id: order.id, is: "suggested", suggestions: suggestionsIn(order.input, order.change) });
    else if (order.do === "schema") tell({ id: order.id, is: "schema", schema: scenarioSchema(KINDS) });
    else if (order.do === "read") await read(order);
    else await play(order);
  } catch (error) {
    tell({ id: order.id, is: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

function doJob({ id, input, job }: Order & { do: "job" }): void {
  const hash = inputHash(input);
  if (replicator?.hash !== hash) replicator = { hash, replicator: new Replicator(input) };
  tell({ id, is: "result", result: replicator.replicator.attempt(job) });
}

async function read({ id, file, bytes }: Order & { do: "read" }): Promise<void> {
  try {
    const content = await contentOf(file, bytes);
    tell({ id, is: "read", content }, content.is === "recording" ? buffersOf(content.recording) : []);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    tell({ id, is: "unread", fault: error.fault });
  }
}

/** Runs a scenario in slices, so that it can be cancelled, and sends what there is now and then. */
async function play({
  id,
  input,
  run: { variant, overrides, seed, replication },
}: Order & { do: "run" }): Promise<void> {
  const { scenario, problems } = loadInput(input, { variant, overrides });
  if (scenario === undefined) return tell({ id, is: "refused", problems });
  const run = new Run(scenario, { seed, replication });
  const hash = inputHash(input);
  const previews = [...PREVIEWS];
  let told = performance.now();
  while (!run.advance(SLICE)) {
    if (run.progress >= (previews[0] ?? 2)) {
      previews.shift();
      send(id, run, overrides, hash, false);
    }
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      tell({ id, is: "progress", share: run.progress, events: run.world.sim.dispatched });
    }
    await pause();
    if (cancelled.delete(id)) return;
  }
  send(id, run, overrides, hash, true);
}

function send(id: number, run: Run, overrides: readonly string[], hash: string, isWhole: boolean): void {
  const recording = recordingOfRun(run, summarize(run, { overrides, inputHash: hash, cpuSeconds: null }));
  tell({ id, is: "recording", recording, isWhole }, buffersOf(recording));
}

/** The columns of a recording, which are handed over and not copied. */
function buffersOf({ frames, bins, latency, events, followed, slowest, failures }: Recording): ArrayBuffer[] {
  const sections = [frames, latency, events, followed, slowest, failures, ...bins.gauges, ...bins.counters];
  const columns = sections.flatMap((section) => Object.values(section)).filter((each) => ArrayBuffer.isView(each));
  return [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))];
}

function tell(answer: Answer, handOver: ArrayBuffer[] = []): void {
  postMessage(answer, { transfer: handOver });
}

const channel = new MessageChannel();
/** Several runs may pause at a time; they go on in turn. */
const paused: (() => void)[] = [];
channel.port1.onmessage = () => paused.shift()?.();

/** Lets messages in; unlike a timer it takes no four milliseconds. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    paused.push(resolve);
    channel.port2.postMessage(null);
  });
}
