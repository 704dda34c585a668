import type { OutageClass } from "../experiment/outage.ts";
import type { Outcome } from "../experiment/outcome.ts";
import { meanInterval } from "../statistics/mean.ts";
import { wilson } from "../statistics/proportion.ts";
import { isSo } from "./clause.ts";
import { isDone, type Result } from "./job.ts";
import type { Count } from "./outcome-table.ts";

/** One combination of values of a sweep, and what became of its runs. Plain data, as it stands in JSON. */
export interface Cell {
  /** The numbers of its values on the axes; null in a sample. */
  readonly place: readonly number[] | null;
  /** Its values, by axis. */
  readonly values: readonly string[];
  /** Everything that is changed, for `--set`. */
  readonly overrides: readonly string[];
  /** That of most runs, the worse one of two that are equally frequent; null if nothing is known. */
  readonly class: string | null;
  /** The class is taken from the cells around; nothing was simulated. */
  readonly isInferred: boolean;
  /** A cell one step away has another class. */
  readonly isBorder: boolean;
  /** Why the scenario does not allow these values; null if it does. */
  readonly invalid: string | null;
  readonly n: number;
  /** In how many runs each class came out, with Wilson's 95 % interval. */
  readonly counts: Readonly<Record<string, Count>>;
  /** A share of 1. */
  readonly goodput: Average;
  readonly measured: readonly (Average & { readonly measure: string; readonly unit: string })[];
  readonly runs: readonly CellRun[];
}

/** The mean of runs with Student's 95 % interval; null where n is too small. */
export interface Average {
  readonly n: number;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

interface CellRun {
  readonly replication: number;
  readonly class: string;
  readonly goodput: number | null;
  readonly measured: readonly (number | null)[];
  readonly digest: string;
}

/** What sorts a run into classes: how far it was an outage, or whether the only check that it is judged by holds. */
export interface Classes {
  /** From the worst to the best. */
  readonly names: readonly string[];
  of(outcome: Outcome): string;
}

const WORST_FIRST: readonly OutageClass[] = ["complete", "partial", "none"];

export const BY_OUTAGE: Classes = { names: WORST_FIRST, of: ({ outage }) => outage };

export const BY_CHECK: Classes = {
  names: ["fails", "undecided", "holds"],
  of: (outcome) => {
    const holds = isSo(outcome);
    if (holds === undefined) return "undecided";
    return holds ? "holds" : "fails";
  },
};

/** The class of cells whose values the scenario does not allow. */
export const IMPOSSIBLE = "impossible";

/** A cell of which nothing is known yet. */
export function emptyCell(
  place: readonly number[] | null,
  values: readonly string[],
  overrides: readonly string[],
): Cell {
  const unknown = { class: null, isInferred: false, isBorder: false, invalid: null };
  return { place, values, overrides, ...unknown, n: 0, counts: {}, goodput: average([]), measured: [], runs: [] };
}

/** A cell with what became of its runs, in order of the replications. */
export function withRuns(cell: Cell, results: readonly (Result | undefined)[], classes: Classes): Cell {
  const outcomes = results.filter(isDone).map(({ outcome }) => outcome);
  const refused = results.find((result) => result !== undefined && "failed" in result && result.isInvalid);
  const runs = outcomes.map((outcome): CellRun => {
    const { replication, goodput, measured, digest } = outcome;
    return { replication, class: classes.of(outcome), goodput, measured: measured.map(({ value }) => value), digest };
  });
  const n = runs.length;
  const countOf = (name: string) => runs.filter((run) => run.class === name).length;
  const most = classes.names.reduce((a, b) => (countOf(b) > countOf(a) ? b : a));
  return {
    ...cell,
    class: refused === undefined ? (n === 0 ? null : most) : IMPOSSIBLE,
    invalid: refused !== undefined && "failed" in refused ? refused.failed : null,
    n,
    counts: Object.fromEntries(
      classes.names.map((name) => [name, { k: countOf(name), n, ...wilson(countOf(name), n) }]),
    ),
    goodput: average(runs.map(({ goodput }) => goodput)),
    measured: (outcomes[0]?.measured ?? []).map(({ measure, unit }, at) => {
      return { measure, unit, ...average(runs.map(({ measured }) => measured[at] ?? null)) };
    }),
    runs,
  };
}

function average(figures: readonly (number | null)[]): Average {
  const known = figures.filter((figure) => figure !== null);
  if (known.length === 0) return { n: 0, mean: null, low: null, high: null };
  const { n, mean, low = null, high = null } = meanInterval(known);
  return { n, mean, low, high };
}
