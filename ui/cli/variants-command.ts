import { ENGINE } from "../../scenarios/experiment/engine.ts";
import { inputHash } from "../../scenarios/experiment/input.ts";
import type { Outcome } from "../../scenarios/experiment/outcome.ts";
import { jobsFor, turnsOf } from "../../scenarios/study/job.ts";
import { type OutcomeTable, tableOf } from "../../scenarios/study/outcome-table.ts";
import type { ExitCode } from "./exit-code.ts";
import { percent } from "./figures.ts";
import { exitCodeOfMany, interruptedLines, runMany } from "./many-runs.ts";
import { jsonOutput } from "./output-file.ts";
import { columns, type Printer, wrap } from "./printer.ts";
import { openScenario } from "./scenario-file.ts";
import type { Session } from "./session.ts";
import type { StudyOptions } from "./study-options.ts";
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
function overview(rows: readonly Row[], { color }: Printer): string[] {
  const head = ["", "n", "starts well", "no outage", "partial", "complete", "goodput", "as expected"];
  const cells = rows.map(({ variant, table: { n, outages, goodput, start, asExpected } }) => [
    variant ?? AS_IT_STANDS,
    String(n),
    start === null ? "-" : `${start.well.k} of ${start.well.n}`,
    ...[outages.none, outages.partial, outages.complete].map(({ k }) => String(k)),
    goodput.n === 0 ? "-" : percent(goodput.mean),
    `${asExpected.k} of ${n}`,
  ]);
  const [first = "", ...others] = columns([head, ...cells], [1, 2, 3, 4, 5, 6, 7]);
  return [color.bold(first), ...others];
}
