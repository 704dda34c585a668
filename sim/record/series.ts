interface Grid {
  readonly bins: number;
}

/** One metric over the bins of a recording. Columns have room for more bins than there are: only `length` count. */
export interface Series {
  readonly length: number;
  readonly mean: Float32Array<ArrayBuffer>;
  readonly min: Float32Array<ArrayBuffer>;
  readonly max: Float32Array<ArrayBuffer>;
  /** Makes room for so many bins, zero each. */
  makeRoom(bins: number): void;
}

/** A level: its mean, smallest, largest and last value of each bin. */
export class LevelSeries implements Series {
  mean = new Float32Array(0);
  min = new Float32Array(0);
  max = new Float32Array(0);
  last = new Float32Array(0);
  private readonly grid: Grid;

  constructor(grid: Grid) {
    this.grid = grid;
  }

  get length(): number {
    return this.grid.bins;
  }

  makeRoom(bins: number): void {
    for (const column of ["mean", "min", "max", "last"] as const) this[column] = longer(this[column], bins);
  }
}

/** A count: by how much it grew in each bin, which is its mean, smallest and largest value there. */
export class GrowthSeries implements Series {
  mean = new Float32Array(0);
  private readonly grid: Grid;

  constructor(grid: Grid) {
    this.grid = grid;
  }

  get length(): number {
    return this.grid.bins;
  }

  get min(): Float32Array<ArrayBuffer> {
    return this.mean;
  }

  get max(): Float32Array<ArrayBuffer> {
    return this.mean;
  }

  makeRoom(bins: number): void {
    this.mean = longer(this.mean, bins);
  }
}

function longer(column: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const longer = new Float32Array(length);
  longer.set(column);
  return longer;
}
