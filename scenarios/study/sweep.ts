import type { Change } from "../experiment/input.ts";
import { type Axis, type RangeAxis, valuesOf } from "./axis.ts";
import { BY_CHECK, BY_OUTAGE, type Cell, type Classes, emptyCell, withRuns } from "./cell.ts";
import { cellsOf, neighboursOf, placeOf } from "./grid.ts";
import type { Job } from "./job.ts";
import { latinHypercube } from "./latin-hypercube.ts";
import { Refinement } from "./refinement.ts";
import type { Results, Round, Study } from "./study.ts";

/** Which cells there are, what runs in each, and what is asked of them. */
export interface SweepPlan {
  readonly base: Change;
  readonly axes: readonly Axis[];
  /** The seed of the runs. Default: the file's. */
  readonly seed?: string | undefined;
  /** Runs in each cell; they meet the same people in all of them. */
  readonly replications: number;
  readonly measures: readonly string[];
  /** The check that sorts cells by whether it holds. Default: they are sorted by how far there was an outage. */
  readonly check?: string | undefined;
  /** A sample in place of the full grid; all axes are ranges then. */
  readonly sample?: { readonly points: number; readonly seed: string } | undefined;
  /** Whether only the cells where classes border are simulated, from coarse to fine; on one or two ranges. */
  readonly isRefined: boolean;
}

/** What a sweep found. Plain data, as it stands in JSON. */
export interface SweepAnswer {
  readonly axes: readonly SweptAxis[];
  /** Points of the Latin hypercube; null for a grid. */
  readonly points: number | null;
  readonly replications: number;
  readonly measures: readonly string[];
  readonly check: string | null;
  /** From the worst to the best. */
  readonly classes: readonly string[];
  readonly isRefined: boolean;
  /** Cells of which something was simulated. */
  readonly simulated: number;
  /** In a grid all of them, the last axis running fastest. */
  readonly cells: readonly Cell[];
}

interface SweptAxis {
  readonly path: string;
  readonly scale: "list" | "linear" | "log";
  /** Of a range: what its values have after the number. */
  readonly unit: string;
  /** Its values in a grid, as `--set` takes them; its ends in a sample. */
  readonly values: readonly string[];
}

/** So many jobs are handed out at a time, for they fill the memory. */
const MOST_JOBS = 20_000;

/** Runs a scenario in every cell of a grid or a sample, or finds from coarse to fine where the classes border. */
export function* sweep(plan: SweepPlan): Study<SweepAnswer> {
  const sweeping = new Sweeping(plan);
  const atOnce = Math.max(1, Math.floor(MOST_JOBS / plan.replications));
  let isInterrupted = false;
  for (let round = 1, wanted = sweeping.next(); wanted.length > 0 && !isInterrupted; round++) {
    for (let from = 0; from < wanted.length && !isInterrupted; from += atOnce) {
      const cells = wanted.slice(from, from + atOnce);
      const results: Results = yield { about: aboutOf(plan, round), jobs: sweeping.jobsOf(cells) };
      sweeping.take(cells, results);
      isInterrupted = results.isInterrupted;
    }
    wanted = sweeping.next();
  }
  return sweeping.answer(isInterrupted);
}

function aboutOf({ isRefined }: SweepPlan, round: number): Round["about"] {
  if (!isRefined) return "sweep";
  return round === 1 ? "coarse grid" : `round ${round}, where classes border`;
}

/** How many cells a sweep has, without making them. */
export function cellCount({ axes, sample }: Pick<SweepPlan, "axes" | "sample">): number {
  return sample?.points ?? cellsOf(axes.map((axis) => valuesOf(axis).length));
}

/** A run in the middle cell, to see what one costs. */
export function middleJob(plan: SweepPlan, replication: number): Job {
  const points = plan.sample === undefined ? [] : [plan.axes.map((axis) => valuesOf(axis))];
  const values = plan.axes.map((axis) => valuesOf(axis)).map((all) => all[Math.floor(all.length / 2)]!);
  void points;
  return jobOf(plan, values, replication);
}

function jobOf({ base, seed, measures, check, axes }: SweepPlan, values: readonly string[], replication: number): Job {
  return { variant: base.variant, overrides: overridesOf({ base, check, axes }, values), seed, replication, measures };
}

function overridesOf({ base, check, axes }: Pick<SweepPlan, "base" | "check" | "axes">, values: readonly string[]) {
  const added = check === undefined ? [] : [checkOverride(check)];
  return [...base.overrides, ...added, ...axes.map(({ path }, at) => `${path}=${values[at]}`)];
}

/** The change that puts a check behind those of the file. */
export function checkOverride(check: string): string {
  return `checks.+=${JSON.stringify(check)}`;
}
