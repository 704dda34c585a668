import { ENGINE } from "../../../scenarios/experiment/engine.ts";
import { inputHash } from "../../../scenarios/experiment/input.ts";
import type { Outcome } from "../../../scenarios/experiment/outcome.ts";
import { bestByGoodput } from "../../../scenarios/study/best-variant.ts";
import { jobsFor, turnsOf } from "../../../scenarios/study/job.ts";
import { type OutcomeTable, tableOf } from "../../../scenarios/study/outcome-table.ts";
import { exitCodeOfMany, interruptedLines, runMany } from "../crew/many-runs.ts";
import type { StudyOptions } from "../crew/study-options.ts";
import type { ExitCode } from "../exit-code.ts";
import { briefCount, meanWithHalf } from "../figures.ts";
import { jsonOutput } from "../output-file.ts";
import { columns, type Printer, wrap } from "../printer.ts";
import { openScenario } from "../scenario-file.ts";
import type { Session } from "../session.ts";
import { METHOD, tableLines } from "./table-report.ts";

/**
 * Format of the JSON of a comparison: `variants` begins with the scenario as it stands (`variant` is null); each has the
 * outcomes of its runs and the table of them. It changes when a reader of the old one would misread the new one.
 */
const VARIANTS_FORMAT = "brownout-variants/1";

export interface VariantsOptions extends StudyOptions {
  readonly replications: number;
}

/** `brownout variants FILE`: the scenario as it stands and each of its variants, with the same people in each. */
export async function variantsCommand(file: string, options: VariantsOptions, session: Session): Promise<ExitCode> {
  const { replications, seed, set: overrides } = options;
  const opened = openScenario(file, { overrides });
  const { input, scenario } = opened;
  const json = jsonOutput(options.json);
  const { out } = session;
  const which = `replications 0 to ${replications - 1} of the scenario and ${scenario.variants.length} variants`;
  session.announce(opened, seed, which);
  const changes = [undefined, ...scenario.variants.map(({ name }) => name)].map((variant) => ({ variant, overrides }));
  const runs = await runMany(input, jobsFor(changes, seed, replications), options, session);
  const rows = changes.map(({ variant }, at): Row => {
    const outcomes = turnsOf(runs.outcomes, at, changes.length);
    const about = scenario.variants.find(({ name }) => name === variant)?.about ?? scenario.title;
    const invalid = runs.invalid.get(at) ?? null;
    return { variant: variant ?? null, about, table: tableOf(outcomes), outcomes, invalid };
  });
  const identity = { scenario: scenario.name, inputHash: inputHash(input), seed: seed ?? scenario.seed, overrides };
  const body = { ...identity, replications, variants: rows, complete: runs.isComplete };
  json?.write(JSON.stringify({ format: VARIANTS_FORMAT, engine: ENGINE, ...body }));
  json?.finish();
  for (const row of rows) out.print(rowLines(row, out));
  out.print([out.color.dim(METHOD), "", ...overview(rows, out), ...interruptedLines(runs, session)]);
  return exitCodeOfMany(runs);
}

/** The scenario as it stands, or one of its variants. */
interface Row {
  readonly variant: string | null;
  readonly about: string;
  readonly table: OutcomeTable;
  readonly outcomes: readonly Outcome[];
  /** Why what the command line changes is not valid with this variant; null if it is. */
  readonly invalid: string | null;
}

function rowLines({ variant, about, table, invalid }: Row, out: Printer): string[] {
  const text = invalid === null ? about : `not possible: ${invalid}`;
  return [...wrap(text, out.width, `${out.color.bold(variant ?? AS_IT_STANDS)}: `), ...tableLines(table, out), ""];
}

const AS_IT_STANDS = "as it stands";

/** All variants in one table, for a glance. */
function overview(rows: readonly Row[], { color, width }: Printer): string[] {
  const head = ["", "n", "no outage", "partial", "complete", "goodput", "as expected"];
  const cells = rows.map(({ variant, table: { n, outages, goodput, asExpected } }) => [
    variant ?? AS_IT_STANDS,
    String(n),
    ...[outages.none, outages.partial, outages.complete].map(briefCount),
    goodput.n === 0 ? "-" : meanWithHalf(goodput),
    briefCount(asExpected),
  ]);
  const [first = "", ...others] = columns([head, ...cells], [1, 2, 3, 4, 5, 6]);
  const ill = rows.filter(({ table: { start } }) => start !== null && start.well.k < start.well.n);
  const names = ill.map(({ variant }) => variant ?? AS_IT_STANDS).join(", ");
  const starts = ill.length === 0 ? [] : wrap(`Not well from the start in every run: ${names}.`, width);
  return [color.bold(first), ...others, "", ...starts, ...bestLines(rows, width)];
}

/** Which is the best by goodput, as far as the runs tell. */
function bestLines(rows: readonly Row[], width: number): string[] {
  const possible = rows.filter(({ invalid }) => invalid === null);
  const best = bestByGoodput(possible.map(({ outcomes }) => outcomes));
  if (best === null) return [];
  const names = best.survivors.map((at) => possible[at]!.variant ?? AS_IT_STANDS).join(", ");
  const how = "(procedure of Kim and Nelson, at 95 %)";
  const isKnown = best.survivors.length === 1;
  const answer = isKnown
    ? `${names}, known after ${best.runs} runs`
    : `${best.runs} runs do not tell which of ${names}`;
  return wrap(`Best by goodput, or less than 1 point from it: ${answer} ${how}.`, width);
}
