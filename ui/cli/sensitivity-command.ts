import type { Change } from "../../scenarios/experiment/input.ts";
import { jobsFor, turnsOf } from "../../scenarios/study/job.ts";
import { majorityOf, type OutcomeTable, tableOf } from "../../scenarios/study/outcome-table.ts";
import { type Move, movesOf } from "../../scenarios/study/sensitivity.ts";
import { EXIT, type ExitCode, WrongInput } from "./exit-code.ts";
import { countWithInterval, figure, meanWithInterval } from "./figures.ts";
import { interruptedLines, runMany } from "./many-runs.ts";
import { columns, type Printer, wrap } from "./printer.ts";
import { type ChangeOptions, changeOf } from "./run-options.ts";
import { openScenario } from "./scenario-file.ts";
import type { Session } from "./session.ts";

export interface SensitivityOptions extends ChangeOptions {
  readonly replications: number;
  readonly jobs: number;
  /** A share: 0.2 moves each figure by 20 %. */
  readonly by: number;
}

/** A move, and what became of the runs with it. */
interface Tried {
  readonly move: Move;
  readonly table: OutcomeTable;
  readonly invalid: string | undefined;
}

/** `brownout sensitivity FILE`: which assumed figures decide how bad it gets? */
export async function sensitivityCommand(
  file: string,
  options: SensitivityOptions,
  session: Session,
): Promise<ExitCode> {
  const { by, jobs, replications, seed } = options;
  const { out } = session;
  const change = changeOf(options);
  const opened = openScenario(file, change);
  const { input, scenario } = opened;
  const { moves, immovable } = movesOf(input, scenario, change, by);
  if (moves.length === 0) {
    throw new WrongInput(
      `${file}: no figure can be moved; expected entries such as "noti-db.cores: assumed 2..8" under figures`,
    );
  }
  const which = `replications 0 to ${replications - 1} of the scenario and ${moves.length} moves of one assumed figure by ${figure(by * 100)} %`;
  session.announce(opened, seed, which);
  const changes = [change, ...moves.map((move): Change => withMove(change, move))];
  const runs = await runMany(input, jobsFor(changes, seed, replications), { jobs }, session);
  const tables = changes.map((_, at) => tableOf(turnsOf(runs.outcomes, at, changes.length)));
  const [base, ...others] = tables;
  const tried = moves.map((move, at): Tried => {
    return { move, table: others[at]!, invalid: runs.invalid.get(at + 1) };
  });
  out.print([...reportLines(base!, tried, immovable, out), ...interruptedLines(runs, session)]);
  if (runs.failed > 0) return EXIT.ourMistake;
  return runs.isComplete ? EXIT.asExpected : EXIT.inconclusive;
}

function withMove({ variant, overrides }: Change, move: Move): Change {
  return { variant, overrides: [...overrides, ...move.overrides] };
}

function reportLines(
  base: OutcomeTable,
  tried: readonly Tried[],
  immovable: readonly string[],
  out: Printer,
): string[] {
  if (base.n === 0) return ["no run of the scenario as it stands was done"];
  const usual = majorityOf(base);
  const done = tried.filter(({ table }) => table.n > 0);
  const flips = done.filter(({ table }) => majorityOf(table) !== usual);
  const head = ["none", "partial", "complete", "goodput", ""];
  const rows = done.map(({ table }) => [...cellsOf(table), majorityOf(table) === usual ? "" : "*"]);
  const [first = "", ...others] = columns([head, [...cellsOf(base), ""], ...rows], [0, 1, 2]);
  const names = ["as it stands", ...done.map(({ move }) => nameOf(move))];
  const width = Math.max(...others.map((line) => line.length));
  const invalid = tried.flatMap(({ move, invalid }) => {
    return invalid === undefined ? [] : wrap(`${nameOf(move)}: ${invalid}`, out.width, "not possible: ");
  });
  return [
    out.color.bold(first),
    ...others.flatMap((line, at) => wrap(names[at]!, out.width, `${line.padEnd(width)}  `)),
    "",
    ...invalid,
    ...immovable.flatMap((words) =>
      wrap(`${words}: it is not in the file, or is no quantity`, out.width, "not moved: "),
    ),
    out.color.dim("Whole numbers are rounded, and move by at least 1. Intervals are Wilson's, at 95 %."),
    ...wrap(`As it stands: ${outcomeInWords(base)}.`, out.width),
    ...flips.flatMap(({ move, table }) => wrap(`${nameOf(move)}: ${outcomeInWords(table)}.`, out.width, "- ")),
    ...wrap(conclusionOn(flips.length, done.length), out.width),
  ];
}

function conclusionOn(flips: number, moves: number): string {
  if (flips === 0) return `None of ${moves} moves changes the outcome that most runs have.`;
  return `${flips} of ${moves} moves change the outcome that most runs have: these figures should be measured.`;
}

function nameOf({ figure, from, to }: Move): string {
  return `${figure} ${from} -> ${to}`;
}

function cellsOf({ outages, goodput }: OutcomeTable): string[] {
  return [...[outages.none, outages.partial, outages.complete].map(({ k }) => String(k)), meanWithInterval(goodput)];
}

function outcomeInWords(table: OutcomeTable): string {
  const most = majorityOf(table);
  return `${most === "none" ? "no outage" : `a ${most} outage`} in ${countWithInterval(table.outages[most])}`;
}
