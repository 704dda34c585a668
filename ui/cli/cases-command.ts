import { readdirSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { OUTAGES } from "../../scenarios/check/sense.ts";
import { ENGINE } from "../../scenarios/experiment/engine.ts";
import { inputHash } from "../../scenarios/experiment/input.ts";
import type { Across } from "../../scenarios/language/reported.ts";
import { jobsFor } from "../../scenarios/study/job.ts";
import { type ReportedRow, reportedRows, type Simulated } from "../../scenarios/study/reported-table.ts";
import { interruptedLines, runMany } from "./crew/many-runs.ts";
import { EXIT, type ExitCode, WrongInput } from "./exit-code.ts";
import { figure, significant } from "./figures.ts";
import { jsonOutput } from "./output-file.ts";
import { columns, type Printer, wrap } from "./printer.ts";
import { openScenario, type ScenarioFile } from "./scenario-file.ts";
import type { Session } from "./session.ts";

/** Format of the JSON of all cases: each scenario or variant with its reported figures and what was simulated. */
const CASES_FORMAT = "brownout-cases/1";

export interface CasesOptions {
  readonly replications?: number;
  readonly jobs: number;
  readonly seed?: string;
  readonly json?: string;
}

/** A scenario, or a variant of it, of which figures were reported. */
interface Case {
  readonly opened: ScenarioFile;
  readonly variant: string | undefined;
}

/** The scenarios that come with the product. */
const OURS = fileURLToPath(new URL("../../scenarios", import.meta.url));

/** `brownout cases`: replays what happened, and holds every figure that was reported against the simulation. */
export async function casesCommand(
  files: readonly string[],
  options: CasesOptions,
  session: Session,
): Promise<ExitCode> {
  const json = jsonOutput(options.json);
  const cases = (files.length > 0 ? files : ourFiles()).flatMap(casesIn);
  if (cases.length === 0)
    throw new WrongInput(`no figures are reported in ${files.join(", ")}; expected "reported:" in a scenario`);
  const { out } = session;
  const all: ReportedRow[] = [];
  const results: object[] = [];
  let isComplete = true;
  let failed = 0;
  for (const [at, one] of cases.entries()) {
    const { scenario, input } = one.opened;
    const replications = options.replications ?? scenario.replications;
    const change = { variant: one.variant, overrides: [] };
    out.print(headOf(one, out));
    const runs = await runMany(input, jobsFor([change], options.seed, replications), { jobs: options.jobs }, session);
    const rows = reportedRows(
      scenario.reported,
      runs.outcomes.filter((outcome) => outcome !== undefined),
    );
    const fitted = cases[at + 1]?.opened.input.file === input.file ? [] : fittedLines(one, out);
    out.print([...rowLines(rows, out), ...fitted, ...interruptedLines(runs, session), ""]);
    all.push(...rows);
    results.push({ scenario: scenario.name, variant: one.variant ?? null, inputHash: inputHash(input), rows });
    failed += runs.failed;
    isComplete &&= runs.isComplete;
    if (!isComplete) break;
  }
  json?.write(JSON.stringify({ format: CASES_FORMAT, engine: ENGINE, cases: results, complete: isComplete }));
  json?.finish();
  const wrong = all.filter(({ isRight }) => !isRight).length;
  out.print([out.color.dim(METHOD), ...conclusionLines(all.length, wrong, out)]);
  if (failed > 0) return EXIT.ourMistake;
  if (wrong > 0) return EXIT.notAsExpected;
  return isComplete ? EXIT.asExpected : EXIT.inconclusive;
}

const METHOD =
  "Simulated values are over n runs, with the 95 % interval (Student's for means, order statistics for percentiles).";

function ourFiles(): string[] {
  return readdirSync(OURS, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => relative(process.cwd(), `${OURS}${sep}${file}`));
}

function casesIn(file: string): Case[] {
  const opened = openScenario(file, { overrides: [] });
  const variants = opened.scenario.variants.filter(({ isReported }) => isReported);
  return [
    ...(opened.scenario.reported.length > 0 ? [{ opened, variant: undefined }] : []),
    ...variants.map(({ name }) => ({ opened: openScenario(file, { variant: name, overrides: [] }), variant: name })),
  ];
}

function headOf({ opened, variant }: Case, { width, color }: Printer): string[] {
  const { scenario, input } = opened;
  const about = scenario.variants.find(({ name }) => name === variant)?.about ?? scenario.title;
  const name = variant === undefined ? input.file : `${input.file} (${variant})`;
  return [color.bold(name), ...wrap(about, width, "  ")];
}

function rowLines(rows: readonly ReportedRow[], out: Printer): string[] {
  const head = ["", "reported", "right if", "simulated", "n", ""];
  const cells = rows.map(({ figure: { measure, across, as }, unit, is, low, high, simulated, isRight }) => [
    `${isRight ? out.color.green("ok  ") : out.color.red("OUT ")} ${measure.text}${acrossInWords(across)}`,
    is === null ? "" : withUnit(is, unit),
    low === high ? withUnit(low, unit) : `${significant(low)} to ${withUnit(high, unit)}`,
    simulatedInWords(simulated, unit),
    String(simulated.n),
    as,
  ]);
  const [first = "", ...others] = columns([head, ...cells], [1, 2, 4]);
  return [out.color.dim(first), ...others];
}

function acrossInWords(across: Across): string {
  if (across === "mean") return "";
  return typeof across === "string" ? `, ${across}` : `, p(${across.percent})`;
}

function simulatedInWords({ value, low, high, share }: Simulated, unit: string): string {
  if (value === null) return "nothing measured";
  const interval = low === undefined || high === undefined ? "" : ` (${significant(low)} to ${significant(high)})`;
  const often = share === null ? "" : `, in ${Math.round(share.share * 100)} % of runs`;
  return `${withUnit(value, unit)}${interval}${often}`;
}

function withUnit(value: number, unit: string): string {
  if (unit === "outage") return OUTAGES[Math.round(value)] ?? "";
  return unit === "" ? significant(value) : `${significant(value)} ${unit}`;
}

/** Which inputs were chosen so that reported figures come out, and which. */
function fittedLines({ opened: { scenario } }: Case, { width }: Printer): string[] {
  return Object.entries(scenario.figures).flatMap(([path, { origin, note }]) =>
    origin === "fitted" ? wrap(`${path} ${note}`, width, "  fitted: ") : [],
  );
}

function conclusionLines(all: number, wrong: number, { color }: Printer): string[] {
  if (wrong === 0) return [color.green(`All ${figure(all)} reported figures are right.`)];
  return [color.red(`${figure(wrong)} of ${figure(all)} reported figures are out.`)];
}
