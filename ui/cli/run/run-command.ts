import { gzipSync } from "node:zlib";
import { clock } from "../../../scenarios/experiment/clock.ts";
import { inputHash } from "../../../scenarios/experiment/input.ts";
import { conclusionOf } from "../../../scenarios/experiment/outcome.ts";
import type { RunResult } from "../../../scenarios/experiment/result.ts";
import { Run } from "../../../scenarios/experiment/run.ts";
import { recordingOfRun } from "../../../scenarios/experiment/run-recording.ts";
import { summarize } from "../../../scenarios/experiment/summary.ts";
import { encode } from "../../../scenarios/recording/recording-bytes.ts";
import { type ExitCode, exitCodeOf, WrongInput } from "../exit-code.ts";
import { jsonOutput, OutputFile } from "../output-file.ts";
import { type ChangeOptions, changeOf } from "../run-options.ts";
import { openScenario, type ScenarioFile } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { type EstimateOptions, estimateCommand } from "./estimate-command.ts";
import { replicationsCommand } from "./replications-command.ts";
import { pageOfOneFile, reportPage } from "./report-page.ts";
import { reportOn } from "./run-report.ts";
import { watch } from "./watched-run.ts";

export interface RunCommandOptions extends EstimateOptions {
  readonly replication: number;
  readonly record?: string;
  readonly report?: string;
}

/** `brownout run FILE`: one run with a report, or many with a table. */
export async function runCommand(file: string, options: RunCommandOptions, session: Session): Promise<ExitCode> {
  const opened = openScenario(file, changeOf(options));
  const { replications = 1, precision, warmUp, of } = options;
  const isEstimate = precision !== undefined || warmUp !== undefined;
  if (replications > 1 || isEstimate) {
    if (options.record !== undefined) throw new WrongInput("--record is for one run: choose it with --replication");
    if (options.report !== undefined) throw new WrongInput("--report is for one run: choose it with --replication");
    if (isEstimate) return estimateCommand(opened, options, session);
    return replicationsCommand(opened, { ...options, replications }, session);
  }
  if (of !== undefined) throw new WrongInput("--of is about several runs: add --replications 40 or --precision 5%");
  const json = jsonOutput(options.json);
  const record = options.record === undefined ? undefined : new OutputFile(options.record);
  const report = options.report === undefined ? undefined : new OutputFile(options.report);
  if (report !== undefined) pageOfOneFile();
  const { run, result } = await runOnce(opened, options, session);
  session.out.print(reportOn(result, session.out));
  json?.write(JSON.stringify(result));
  json?.finish();
  if (record !== undefined || report !== undefined) {
    const recording = gzipSync(encode(recordingOfRun(run, result)));
    record?.write(recording);
    record?.finish();
    report?.write(reportPage(opened.scenario.name, opened.input, recording));
    report?.finish();
  }
  return exitCodeOf([conclusionOf(result)]);
}

/** One run from its seed to its result; prints which run it is before it begins. */
export async function runOnce(
  opened: ScenarioFile,
  { seed, replication, set }: ChangeOptions & { readonly replication: number },
  session: Session,
): Promise<{ run: Run; result: RunResult }> {
  const { input, scenario } = opened;
  const hash = inputHash(input);
  session.announce(opened, seed, `replication ${replication}`);
  const { interrupted } = session;
  const run = new Run(scenario, { seed, replication });
  const summary = (cpuSeconds: number | null) => summarize(run, { overrides: set, inputHash: hash, cpuSeconds });
  session.context = () => contextOf(run, input.file, hash, set, summary);
  const before = process.cpuUsage();
  await watch(run, interrupted, session.progress);
  const { user, system } = process.cpuUsage(before);
  return { run, result: summary((user + system) / 1e6) };
}

/** What is needed to see a mistake of ours again. */
function contextOf(
  run: Run,
  file: string,
  hash: string,
  set: readonly string[],
  summary: (cpuSeconds: null) => RunResult,
): string[] {
  return [
    `file ${file} (input ${hash})`,
    `seed ${run.seed}, replication ${run.replication}, variant ${run.scenario.variant ?? "none"}`,
    ...set.map((override) => `--set ${override}`),
    `reached ${clock(run.now)} after ${run.world.sim.dispatched} events, digest so far ${digestOf(summary)}`,
  ];
}

/** A world that contradicts itself may not be fit to be summed up. */
function digestOf(summary: (cpuSeconds: null) => RunResult): string {
  try {
    return summary(null).digest;
  } catch {
    return "unknown";
  }
}
