import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import { jobId } from "../../../scenarios/study/job.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import { csvLine, sweepTable } from "../../../scenarios/study/sweep-table.ts";
import type { OnJob } from "../crew/conduct.ts";
import { OutputFile } from "../output-file.ts";

/** A CSV file with a row for each cell; asked for before the sweep begins. None without a path. */
export class CellsFile {
  private readonly file: OutputFile | undefined;

  constructor(path: string | undefined) {
    this.file = path === undefined ? undefined : new OutputFile(path);
  }

  write(answer: SweepAnswer): void {
    for (const line of sweepTable(answer)) this.file?.write(line);
    this.file?.finish();
  }
}

/** How long each run took, as CSV; no answer has it, for it differs from time to time. None without a path. */
export class TimesFile {
  private readonly file: OutputFile | undefined;
  private readonly hash: string;

  constructor(path: string | undefined, input: Input) {
    this.file = path === undefined ? undefined : new OutputFile(path);
    this.hash = inputHash(input);
    this.file?.write(csvLine(["job", "seconds", "replication", "changes"]));
  }

  /** Runs that were known before took no time. */
  readonly onJob: OnJob = (_, job, __, seconds) => {
    const { replication, overrides } = job;
    this.file?.write(csvLine([jobId(this.hash, job), seconds?.toFixed(6) ?? null, replication, overrides.join(" ")]));
  };

  finish(): void {
    this.file?.finish();
  }
}
