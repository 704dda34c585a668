import type { Change } from "../experiment/input.ts";
import { type Axis, type RangeAxis, valuesOf } from "./axis.ts";
import { askedIn } from "./clause.ts";
import { cellsOf, placeOf } from "./grid.ts";
import type { Job } from "./job.ts";
import { latinHypercube } from "./latin-hypercube.ts";

/** From so many cells on, a grid of two ranges is done from coarse to fine unless something else is said. */
const REFINED_FROM = 100;

/** Which cells a sweep has, what runs in each, and what is asked of them. */
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
  /** A Latin hypercube in place of the full grid; all axes are ranges then. */
  readonly sample?: { readonly points: number; readonly seed: string } | undefined;
  /** Whether only the cells where classes border are simulated, from coarse to fine; on one or two ranges. */
  readonly isRefined: boolean;
}

/** The cells of a sweep by their number; those of a grid are made when they are asked for. */
export class SweepCells {
  readonly count: number;
  /** Cells along each axis; undefined in a sample. */
  readonly sizes: readonly number[] | undefined;
  private readonly columns: readonly (readonly string[])[];
  private readonly points: readonly (readonly string[])[];

  constructor({ axes, sample }: Pick<SweepPlan, "axes" | "sample">) {
    this.columns = axes.map(valuesOf);
    const ranges = axes.filter((axis): axis is RangeAxis => axis.sort === "range");
    this.points = sample === undefined ? [] : latinHypercube(ranges, sample.points, sample.seed);
    this.sizes = sample === undefined ? this.columns.map(({ length }) => length) : undefined;
    this.count = mostCells({ axes, sample });
  }

  /** On each axis, from 0; undefined in a sample. */
  placeOf(cell: number): readonly number[] | undefined {
    return this.sizes && placeOf(cell, this.sizes);
  }

  /** As they stand in a change, by axis. */
  valuesOf(cell: number): readonly string[] {
    return this.placeOf(cell)?.map((at, axis) => this.columns[axis]![at]!) ?? this.points[cell]!;
  }
}

/** How many cells there are, without making them. */
export function mostCells({ axes, sample }: Pick<SweepPlan, "axes" | "sample">): number {
  return sample?.points ?? cellsOf(axes.map((axis) => valuesOf(axis).length));
}

/** How many runs a sweep takes at most. */
export function mostRuns(plan: SweepPlan): number {
  return mostCells(plan) * plan.replications;
}

/** Whether a sweep can go from coarse to fine: on a grid of one or two ranges. */
export function canRefine({ axes, sample }: { readonly axes: readonly Axis[]; readonly sample?: unknown }): boolean {
  return sample === undefined && axes.length <= 2 && axes.every(({ sort }) => sort === "range");
}

/** Whether a sweep goes from coarse to fine where nothing is said of it. */
export function isUsuallyRefined(plan: Omit<SweepPlan, "isRefined">): boolean {
  const { axes, measures } = plan;
  return canRefine(plan) && axes.length === 2 && measures.length === 0 && mostCells(plan) >= REFINED_FROM;
}

/** A run amid all the cells, to see what one costs. */
export function middleJob(plan: SweepPlan, replication: number): Job {
  const columns = plan.axes.map(valuesOf);
  return jobIn(
    plan,
    columns.map((values) => values[Math.floor(values.length / 2)]!),
    replication,
  );
}

/** One replication of the cell with these values. */
export function jobIn(plan: SweepPlan, values: readonly string[], replication: number): Job {
  const { base, seed, measures } = plan;
  return { variant: base.variant, overrides: overridesIn(plan, values), seed, replication, measures };
}

/** Everything that is changed in the cell with these values. */
export function overridesIn({ base, check, axes }: SweepPlan, values: readonly string[]): string[] {
  const asked = check === undefined ? [] : askedIn(check);
  return [...base.overrides, ...asked, ...axes.map(({ path }, axis) => `${path}=${values[axis]}`)];
}
