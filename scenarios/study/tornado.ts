import type { Change } from "../experiment/input.ts";
import type { OutageClass } from "../experiment/outage.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { type PairedDifference, pairedDifference } from "../statistics/paired-difference.ts";
import { isDone, jobsFor, type Result } from "./job.ts";
import { majorityOf, type OutcomeTable, tableOf } from "./outcome-table.ts";
import type { Move, Moves } from "./sensitivity.ts";
import type { Study } from "./study.ts";

/** How much each assumed figure matters: what its moves do to goodput, the one that does most first. */
export interface Tornado {
  readonly replications: number;
  readonly base: OutcomeTable;
  /** The outage class that most runs have as it stands; null if none was done. */
  readonly usual: OutageClass | null;
  readonly figures: readonly Swing[];
  readonly immovable: Moves["immovable"];
}

/** An assumed figure, and the moves of it. */
export interface Swing {
  readonly figure: string;
  readonly from: string;
  /** The greatest change of goodput of its moves, without a sign; 0 if none is known. */
  readonly effect: number;
  readonly moves: readonly Moved[];
}

/** A move, and what became of the runs with it. */
export interface Moved {
  readonly to: string;
  readonly overrides: readonly string[];
  readonly table: OutcomeTable;
  /** The outage class that most runs have; null if none was done. */
  readonly usual: OutageClass | null;
  readonly flips: boolean;
  /** By how much goodput exceeds that of the scenario as it stands, over the same people; null if no pair is known. */
  readonly difference: PairedDifference | null;
  /** Why the scenario does not allow it; null if it does. */
  readonly refused: string | null;
}

export interface TornadoOptions {
  readonly change: Change;
  readonly seed: string | undefined;
  readonly replications: number;
}

/** Moves each figure alone, with the same people as in the scenario as it stands. */
export function* tornado({ moves, immovable }: Moves, options: TornadoOptions): Study<Tornado> {
  const { change, seed, replications } = options;
  const { variant, overrides } = change;
  const changes = [change, ...moves.map((move): Change => ({ variant, overrides: [...overrides, ...move.overrides] }))];
  const { results } = yield { about: "moves", jobs: jobsFor(changes, seed, replications) };
  const base = tableOf(outcomesOf(turnsIn(results, 0, changes.length)));
  const usual = usualOf(base);
  const moved = moves.map((move, at) => {
    const own = turnsIn(results, at + 1, changes.length);
    return movedBy(move, own, turnsIn(results, 0, changes.length), usual);
  });
  const names = [...new Set(moves.map(({ figure }) => figure))];
  const figures = names.map((figure): Swing => {
    const own = moved.filter((_, at) => moves[at]!.figure === figure);
    const from = moves.find((move) => move.figure === figure)!.from;
    return {
      figure,
      from,
      effect: Math.max(...own.map(({ difference }) => Math.abs(difference?.mean ?? 0))),
      moves: own,
    };
  });
  return { replications, base, usual, figures: figures.sort((a, b) => b.effect - a.effect), immovable };
}

/** The results of one change, in order of the replications, with gaps where there is none. */
function turnsIn(results: readonly (Result | undefined)[], change: number, changes: number): (Result | undefined)[] {
  return results.filter((_, at) => at % changes === change);
}

function movedBy(
  { to, overrides }: Move,
  results: readonly (Result | undefined)[],
  base: readonly (Result | undefined)[],
  usual: OutageClass | null,
): Moved {
  const table = tableOf(outcomesOf(results));
  const most = usualOf(table);
  const refusal = results.find((result) => result !== undefined && !isDone(result) && result.isInvalid);
  return {
    to,
    overrides,
    table,
    usual: most,
    flips: most !== null && usual !== null && most !== usual,
    difference: differenceOf(results, base),
    refused: refusal === undefined || isDone(refusal) ? null : refusal.failed,
  };
}

function differenceOf(own: readonly (Result | undefined)[], base: readonly (Result | undefined)[]) {
  const pairs = own.flatMap((result, at) => {
    const other = base[at];
    const [mine, usual] = [result, other].map((each) => (isDone(each) ? each.outcome.goodput : null));
    return mine == null || usual == null ? [] : [[mine, usual] as const];
  });
  if (pairs.length === 0) return null;
  return pairedDifference(
    pairs.map(([mine]) => mine),
    pairs.map(([, usual]) => usual),
  );
}

function outcomesOf(results: readonly (Result | undefined)[]): Outcome[] {
  return results.filter(isDone).map(({ outcome }) => outcome);
}

function usualOf(table: OutcomeTable): OutageClass | null {
  return table.n === 0 ? null : majorityOf(table);
}
