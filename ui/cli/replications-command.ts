import { ENGINE } from "../../scenarios/experiment/engine.ts";
import type { Outcome } from "../../scenarios/experiment/outcome.ts";
import { jobsFor } from "../../scenarios/study/job.ts";
import { tableOf } from "../../scenarios/study/outcome-table.ts";
import { type ExitCode, WrongInput } from "./exit-code.ts";
import { percent } from "./figures.ts";
import { exitCodeOfMany, interruptedLines, runMany } from "./many-runs.ts";
import { jsonOutput } from "./output-file.ts";
import { type ChangeOptions, changeOf } from "./run-options.ts";
import type { ScenarioFile } from "./scenario-file.ts";
import type { Session } from "./session.ts";
import { METHOD, tableLines } from "./table-report.ts";

/**
 * Format of the JSON of many runs: `results` are those of the single runs, in order of their replication; `table` is
 * what they say together; `complete` is false after an interruption. It changes when a reader would misread the new one.
 */
const RESULTS_FORMAT = "brownout-results/1";

interface ReplicationsOptions extends ChangeOptions {
  readonly replications: number;
  readonly jobs: number;
  readonly json?: string;
  readonly record?: string;
}

/** `brownout run FILE --replications N`: a line for each run, then what they say together. */
export async function replicationsCommand(
  opened: ScenarioFile,
  options: ReplicationsOptions,
  session: Session,
): Promise<ExitCode> {
  const { seed, replications, jobs, record } = options;
  if (record !== undefined) throw new WrongInput("--record is for one run: choose it with --replication");
  const json = jsonOutput(options.json);
  session.announce(opened, seed, `replications 0 to ${replications - 1}`);
  json?.write(`{"format":"${RESULTS_FORMAT}","engine":"${ENGINE}","results":[`);
  let separator = "\n";
  const onRun = (outcome: Outcome, result: string | undefined) => {
    session.out.print([outcomeLine(outcome, session)]);
    if (result !== undefined) json?.write(separator + result);
    separator = ",\n";
  };
  const wanted = { jobs, keepsResults: json !== undefined, onRun };
  const runs = await runMany(opened.input, jobsFor([changeOf(options)], seed, replications), wanted, session);
  const table = tableOf(runs.outcomes.filter((outcome) => outcome !== undefined));
  json?.write(`\n],"table":${JSON.stringify(table)},"complete":${runs.isComplete}}`);
  json?.finish();
  session.out.print([
    "",
    session.out.color.dim(METHOD),
    ...tableLines(table, session.out),
    ...interruptedLines(runs, session),
  ]);
  return exitCodeOfMany(runs);
}

function outcomeLine({ replication, outage, goodput, checks, conclusion, digest }: Outcome, { out }: Session): string {
  const held = checks.filter(({ holds }) => holds).length;
  const cells = [
    String(replication).padStart(4),
    outage.padEnd(8),
    `goodput ${goodput === null ? "nobody" : percent(goodput).padStart(7)}`,
    checks.length === 0 ? "no checks" : `${held} of ${checks.length} checks hold`,
    conclusion === "as expected" ? conclusion : out.color.yellow(conclusion),
    out.color.dim(digest),
  ];
  return cells.join("  ");
}
