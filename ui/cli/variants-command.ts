import { ENGINE } from "../../scenarios/experiment/engine.ts";
import { inputHash } from "../../scenarios/experiment/input.ts";
import { type OutcomeTable, tableOf } from "../../scenarios/experiment/outcome-table.ts";
import { jobsFor } from "../../scenarios/experiment/replicate.ts";
import type { ExitCode } from "./exit-code.ts";
import { percent } from "./figures.ts";
import { exitCodeOfMany, interruptedLines, runMany } from "./many-runs.ts";
import { jsonOutput } from "./output-file.ts";
import { columns, type Printer, wrap } from "./printer.ts";
import { headOf } from "./run-report.ts";
import { openScenario } from "./scenario-file.ts";
import type { Session } from "./session.ts";
import { tableLines } from "./table-report.ts";

/**
 * Format of the JSON of a comparison: `variants` begins with the scenario as it stands (`variant` is null); each has the
 * outcomes of its runs and the table of them. It changes when a reader of the old one would misread the new one.
 */
const VARIANTS_FORMAT = "brownout-variants/1";

export interface VariantsOptions {
  readonly replications: number;
  readonly jobs: number;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly json?: string;
}

/** `brownout variants FILE`: the scenario as it stands and each of its variants, with the same people in each. */
export async function variantsCommand(file: string, options: VariantsOptions, session: Session): Promise<ExitCode> {
  const { replications, seed, set: overrides, jobs } = options;
  const { input, scenario } = openScenario(file, { overrides }, session.errors);
  const json = jsonOutput(options.json);
  const { out } = session;
  const which = `replications 0 to ${replications - 1} of the scenario and ${scenario.variants.length} variants`;
  out.print(headOf(scenario, seed ?? scenario.seed, which, out));
  const changes = [undefined, ...scenario.variants.map(({ name }) => name)].map((variant) => ({ variant, overrides }));
  const runs = await runMany(input, jobsFor(changes, seed, replications), { jobs }, session);
  const rows = changes.map(({ variant }, at) => {
    const outcomes = runs.outcomes.slice(at * replications, (at + 1) * replications);
    const done = outcomes.filter((outcome) => outcome !== undefined);
    const about = scenario.variants.find(({ name }) => name === variant)?.about ?? scenario.title;
    return { variant: variant ?? null, about, table: tableOf(done), outcomes: done };
  });
  json?.write(
    JSON.stringify({
      format: VARIANTS_FORMAT,
      engine: ENGINE,
      scenario: scenario.name,
      inputHash: inputHash(input),
      seed: seed ?? scenario.seed,
      overrides,
      replications,
      variants: rows,
      complete: runs.isComplete,
    }),
  );
  json?.finish();
  for (const { variant, about, table } of rows) {
    const name = out.color.bold(variant ?? "as it stands");
    out.print([...wrap(about, out.width, `${name}: `).slice(0, 3), ...tableLines(table, out), ""]);
  }
  out.print([...overview(rows, out), ...interruptedLines(runs, session)]);
  return exitCodeOfMany(runs);
}

/** All variants in one table, for a glance. */
function overview(rows: readonly { variant: string | null; table: OutcomeTable }[], { color }: Printer): string[] {
  const head = ["", "n", "no outage", "partial", "complete", "goodput", "as expected"];
  const cells = rows.map(({ variant, table: { n, outages, goodput, asExpected } }) => [
    variant ?? "as it stands",
    String(n),
    ...[outages.none, outages.partial, outages.complete].map(({ k }) => String(k)),
    goodput.n === 0 ? "-" : percent(goodput.mean),
    `${asExpected.k} of ${n}`,
  ]);
  const [first = "", ...others] = columns([head, ...cells], [1, 2, 3, 4, 5, 6]);
  return [color.bold(first), ...others];
}
