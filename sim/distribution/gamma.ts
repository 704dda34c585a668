import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";
import { exp, log } from "../math.ts";
import { gammaTails, logGamma } from "../special-functions.ts";
import { Constant } from "./constant.ts";
import { Exponential } from "./exponential.ts";

/**
 * A duration with a given mean and a knob for its spread: cv is the standard deviation divided by the mean.
 *
 * cv 0 is constant, 1 exponential, above 1 bursty; otherwise cv lies between 0.01 and 10.
 */
export function gamma(mean: number, cv: number): Distribution {
  if (cv === 0) return new Constant(mean);
  if (cv === 1) return new Exponential(mean);
  assert(cv >= 0.01 && cv <= 10, `gamma with cv ${cv}: the cv must be 0 or between 0.01 and 10`);
  return new Gamma(mean, 1 / (cv * cv));
}

/** The sum of `stages` (1 to 10 000) equally long exponential stages, with the given mean of the whole. */
export function erlang(stages: number, mean: number): Distribution {
  assert(Number.isInteger(stages) && stages >= 1 && stages <= 10_000, `erlang with ${stages} stages`);
  return stages === 1 ? new Exponential(mean) : new Gamma(mean, stages);
}

const TABLE_END = 23;
const STEPS_PER_UNIT = 8;
const STEP = 1 / STEPS_PER_UNIT;
const NODES = 2 * TABLE_END * STEPS_PER_UNIT + 1;

/**
 * Draws from a table of the inverse, because an exact inversion would cost a microsecond.
 *
 * The table holds the logarithm of the value, and its slope, at equal steps of log(u / (1 - u)), between which runs a
 * cubic: the value is off by less than 0.001 % of itself.
 */
class Gamma extends Distribution {
  readonly mean: number;
  private readonly logarithms = new Float64Array(NODES);
  private readonly slopes = new Float64Array(NODES);

  constructor(mean: number, shape: number) {
    super();
    assert(mean >= 0, `gamma with mean ${mean}: the mean must not be negative`);
    this.mean = mean;
    const middle = TABLE_END * STEPS_PER_UNIT;
    const median = shape >= 1 ? log(shape) : (log(0.5) + logGamma(shape + 1)) / shape;
    this.logarithms[middle] = median;
    this.fillNode(shape, middle, middle);
    for (let node = middle + 1; node < NODES; node++) this.fillNode(shape, node, node - 1);
    for (let node = middle - 1; node >= 0; node--) this.fillNode(shape, node, node + 1);
    for (let node = 0; node < NODES; node++) this.logarithms[node]! -= log(shape);
    // A constant to whoever copies the state of a run: the table need not be in it.
    Object.freeze(this);
  }

  at(u: number): number {
    const position = (log(u / (1 - u)) + TABLE_END) * STEPS_PER_UNIT;
    const node = position | 0;
    const x = position - node;
    const left = this.logarithms[node]!;
    const rise = this.logarithms[node + 1]! - left;
    const a = this.slopes[node]! * STEP;
    const b = this.slopes[node + 1]! * STEP;
    return this.mean * exp(left + x * (a + x * (3 * rise - 2 * a - b + x * (a + b - 2 * rise))));
  }

  /** Newton's method on the log odds of staying below a value, from the solution at the node next to it. */
  private fillNode(shape: number, node: number, neighbour: number): void {
    const target = node * STEP - TABLE_END;
    let logX = this.logarithms[neighbour]! + (node - neighbour) * STEP * this.slopes[neighbour]!;
    let slope = 0;
    for (let i = 0, change = 1; i < 50 && Math.abs(change) > 1e-9; i++) {
      const { below, above, density } = gammaTails(shape, logX);
      slope = exp(below + above - density);
      change = (target - (below - above)) * slope;
      logX += change;
    }
    this.logarithms[node] = logX;
    this.slopes[node] = slope;
  }
}
