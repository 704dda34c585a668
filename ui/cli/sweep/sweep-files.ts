import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import type { Average, Cell } from "../../../scenarios/study/cell.ts";
import { jobId } from "../../../scenarios/study/job.ts";
import type { SweepAnswer } from "../../../scenarios/study/sweep.ts";
import type { OnJob } from "../crew/conduct.ts";
import { OutputFile } from "../output-file.ts";

/** A CSV file with a row for each cell; asked for before the sweep begins. None without a path. */
export class CellsFile {
  private readonly file: OutputFile | undefined;

  constructor(path: string | undefined) {
    this.file = path === undefined ? undefined : new OutputFile(path);
  }

  write({ axes, classes, measures, cells }: SweepAnswer): void {
    const head = [
      ...axes.map(({ path, unit }) => (unit === "" ? path : `${path} (${unit})`)),
      ...["class", "inferred", "border", "impossible", "n", ...classes],
      ...["goodput mean", "goodput low", "goodput high"],
      ...measures.flatMap((measure) => [measure, `${measure} low`, `${measure} high`, `${measure} unit`]),
    ];
    this.file?.write(csvLine(head));
    for (const cell of cells) this.file?.write(csvLine(rowOf(cell, { axes, classes, measures })));
    this.file?.finish();
  }
}

function rowOf(cell: Cell, { axes, classes, measures }: Pick<SweepAnswer, "axes" | "classes" | "measures">): unknown[] {
  const { values, isInferred, isBorder, invalid, n, counts, goodput, measured } = cell;
  return [
    ...values.map((value, axis) => value.slice(0, value.length - axes[axis]!.unit.length)),
    ...[cell.class, isInferred, isBorder, invalid, n],
    ...classes.map((name) => counts[name]?.k ?? null),
    ...averageCells(goodput),
    ...measures.flatMap((_, at) => {
      const one = measured[at];
      return one === undefined ? [null, null, null, null] : [...averageCells(one), one.unit];
    }),
  ];
}

function averageCells({ mean, low, high }: Average): (number | null)[] {
  return [mean, low, high];
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

/** A line of RFC 4180; what is not known is left empty. */
export function csvLine(cells: readonly unknown[]): string {
  const texts = cells.map((cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${texts.join(",")}\r\n`;
}
