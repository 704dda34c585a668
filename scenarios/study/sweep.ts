import { valuesOf } from "./axis.ts";
import { BY_CHECK, BY_OUTAGE, type Cell, type Classes, emptyCell, IMPOSSIBLE, withRuns } from "./cell.ts";
import { neighboursOf } from "./grid.ts";
import type { Job, Result } from "./job.ts";
import { Refinement } from "./refinement.ts";
import type { Study } from "./study.ts";
import { jobIn, overridesIn, SweepCells, type SweepPlan } from "./sweep-plan.ts";

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
      const { results, ...ended } = yield { about: aboutOf(plan, round), jobs: sweeping.jobsIn(cells) };
      sweeping.take(cells, results);
      isInterrupted = ended.isInterrupted || results.every((result) => result === undefined);
    }
    wanted = sweeping.next();
  }
  return sweeping.answer(isInterrupted);
}

function aboutOf({ isRefined }: SweepPlan, round: number): string {
  if (!isRefined) return "sweep";
  return round === 1 ? "coarse grid" : `round ${round}, where classes border`;
}

/** How far a sweep has come. */
class Sweeping {
  private readonly plan: SweepPlan;
  private readonly cells: SweepCells;
  private readonly classes: Classes;
  private readonly refinement: Refinement | undefined;
  private readonly found = new Map<number, Cell>();

  constructor(plan: SweepPlan) {
    this.plan = plan;
    this.cells = new SweepCells(plan);
    this.classes = plan.check === undefined ? BY_OUTAGE : BY_CHECK;
    this.refinement = plan.isRefined ? new Refinement(this.cells.sizes ?? []) : undefined;
  }

  /** The cells to simulate next; none once there is an answer. */
  next(): readonly number[] {
    if (this.refinement !== undefined) return this.refinement.next(this.known());
    return this.found.size > 0 ? [] : Array.from({ length: this.cells.count }, (_, cell) => cell);
  }

  /** The replications of a cell stand together: whoever does several of them reads its scenario once. */
  jobsIn(cells: readonly number[]): Job[] {
    const { plan } = this;
    return cells.flatMap((cell) => {
      const values = this.cells.valuesOf(cell);
      return Array.from({ length: plan.replications }, (_, replication) => jobIn(plan, values, replication));
    });
  }

  take(cells: readonly number[], results: readonly (Result | undefined)[]): void {
    const { replications } = this.plan;
    for (const [at, cell] of cells.entries()) {
      const own = results.slice(at * replications, (at + 1) * replications);
      if (own.some((result) => result !== undefined))
        this.found.set(cell, withRuns(this.empty(cell), own, this.classes));
    }
  }

  answer(isInterrupted: boolean): SweepAnswer {
    const { axes, sample, replications, measures, check = null, isRefined } = this.plan;
    const inferred = isInterrupted ? [] : (this.refinement?.classes(this.known()) ?? []);
    const cells = Array.from({ length: this.cells.count }, (_, cell): Cell => {
      const found = this.found.get(cell);
      if (found !== undefined) return found;
      const name = inferred[cell] ?? null;
      return { ...this.empty(cell), class: name, isInferred: name !== null };
    });
    const swept = axes.map((axis): SweptAxis => {
      const values = valuesOf(axis);
      const shown = sample === undefined ? values : [values[0]!, values.at(-1)!];
      return axis.sort === "list"
        ? { path: axis.path, scale: "list", unit: "", values: shown }
        : { path: axis.path, scale: axis.scale, unit: axis.unit, values: shown };
    });
    const asked = { points: sample?.points ?? null, replications, measures, check, classes: this.classes.names };
    return { axes: swept, ...asked, isRefined, simulated: this.found.size, cells: this.withBorders(cells) };
  }

  /** A cell of which no run came to an end, by a mistake of ours, is as one that is impossible. */
  private known(): ReadonlyMap<number, string> {
    return new Map([...this.found].map(([cell, found]) => [cell, found.class ?? IMPOSSIBLE]));
  }

  private empty(cell: number): Cell {
    const values = this.cells.valuesOf(cell);
    return emptyCell(this.cells.placeOf(cell) ?? null, values, overridesIn(this.plan, values));
  }

  private withBorders(cells: readonly Cell[]): Cell[] {
    const { sizes } = this.cells;
    return cells.map((cell, at) => {
      const around = sizes === undefined || cell.class === null ? [] : neighboursOf(at, sizes);
      const others = around.flatMap((other) => cells[other]!.class ?? []);
      return others.every((name) => name === cell.class) ? cell : { ...cell, isBorder: true };
    });
  }
}
