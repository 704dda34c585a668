import { ENGINE } from "../../../scenarios/experiment/engine.ts";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { jobsFor } from "../../../scenarios/study/job.ts";
import { tableOf } from "../../../scenarios/study/outcome-table.ts";
import { askedFor, GOODPUT, type Response, responseOf } from "../../../scenarios/study/response.ts";
import { exitCodeOfMany, interruptedLines, runMany } from "../crew/many-runs.ts";
import type { ExitCode } from "../exit-code.ts";
import { inUnit, percent } from "../figures.ts";
import { jsonOutput } from "../output-file.ts";
import { changeOf } from "../run-options.ts";
import type { ScenarioFile } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { type EstimateOptions, responseFor } from "./estimate-command.ts";
import { representativeLines } from "./representative-report.ts";
import { METHOD, tableLines } from "./table-report.ts";

/**
 * Format of the JSON of many runs: `results` are those of the single runs, in order of their replication; `table` is
 * what they say together; `complete` is false after an interruption. It changes when a reader would misread the new one.
 */
const RESULTS_FORMAT = "brownout-results/1";

interface ReplicationsOptions extends EstimateOptions {
  readonly replications: number;
}

/** `brownout run FILE --replications N`: a line for each run, then what they say together, and which to look at. */
export async function replicationsCommand(
  opened: ScenarioFile,
  options: ReplicationsOptions,
  session: Session,
): Promise<ExitCode> {
  const { seed, replications } = options;
  const { input } = opened;
  const response = responseFor(options.of, opened.scenario);
  const json = jsonOutput(options.json);
  session.announce(opened, seed, `replications 0 to ${replications - 1}`);
  json?.write(`{"format":"${RESULTS_FORMAT}","engine":"${ENGINE}","results":[`);
  let separator = "\n";
  const onRun = (outcome: Outcome, result: string | undefined) => {
    session.out.print([outcomeLine(outcome, response, session)]);
    if (result !== undefined) json?.write(separator + result);
    separator = ",\n";
  };
  const wanted = { ...options, keepsResults: json !== undefined, onRun };
  const jobs = jobsFor([changeOf(options)], seed, replications).map((job) => ({ ...job, ...askedFor(response) }));
  const runs = await runMany(input, jobs, wanted, session);
  const outcomes = runs.outcomes.filter((outcome) => outcome !== undefined);
  const table = tableOf(outcomes, response);
  json?.write(`\n],"table":${JSON.stringify(table)},"complete":${runs.isComplete}}`);
  json?.finish();
  session.out.print([
    "",
    session.out.color.dim(METHOD),
    ...tableLines(table, session.out),
    ...representativeLines(table.representative, input.file, options, session.out),
    ...interruptedLines(runs, session),
  ]);
  return exitCodeOfMany(runs);
}

function outcomeLine(outcome: Outcome, response: Response, { out }: Session): string {
  const { replication, outage, goodput, checks, conclusion, digest } = outcome;
  const value = responseOf(response, outcome);
  const held = checks.filter(({ holds }) => holds).length;
  const cells = [
    String(replication).padStart(4),
    outage.padEnd(8),
    `goodput ${goodput === null ? "nobody" : percent(goodput).padStart(7)}`,
    ...(response === GOODPUT ? [] : [value === null ? "nothing measured" : inUnit(value, response.unit).padStart(12)]),
    checks.length === 0 ? "no checks" : `${held} of ${checks.length} checks hold`,
    conclusion === "as expected" ? conclusion : out.color.yellow(conclusion),
    out.color.dim(digest),
  ];
  return cells.join("  ");
}
