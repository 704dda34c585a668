import { ENGINE } from "../../scenarios/experiment/engine.ts";
import type { KnownRuns } from "./crew/known-runs.ts";
import { interruption } from "./interruption.ts";
import { type Printer, printerOn } from "./printer.ts";
import { ProgressLine } from "./progress-line.ts";
import { headOf } from "./run/run-report.ts";
import { noted, type ScenarioFile } from "./scenario-file.ts";

/** What a command has around it: where it prints, and who may interrupt it. */
export class Session {
  /** For the report: standard output, or standard error where the output is JSON. */
  readonly out: Printer;
  readonly errors = printerOn(process.stderr);
  readonly progress = new ProgressLine(process.stderr);
  /** What was going on, for a report of a mistake of ours. */
  context: () => readonly string[] = () => [];
  /** What the command was called with. */
  readonly args: readonly string[];
  /** What is known of the runs of a study that was done in shards: then none is run. */
  readonly sharded: KnownRuns | undefined;

  constructor(args: readonly string[] = [], isOutputTaken = false, sharded?: KnownRuns) {
    this.args = args;
    this.out = isOutputTaken ? this.errors : printerOn(process.stdout);
    this.sharded = sharded;
  }

  /** Says which run it is, seed first, before it begins; from then on Ctrl-C interrupts it. */
  announce({ scenario, input, warnings }: ScenarioFile, seed: string | undefined, which: string): void {
    interruption();
    this.out.print(headOf(scenario, seed ?? scenario.seed, which, this.out));
    this.out.holdGap();
    if (warnings > 0) this.errors.print([`${noted(warnings)}; brownout validate ${input.file} shows them`, ""]);
  }

  /** Aborted by Ctrl-C. Until this is asked for, Ctrl-C ends the process. */
  get interrupted(): AbortSignal {
    return interruption();
  }

  contextLines(): string[] {
    return [ENGINE, ...this.context()];
  }
}
