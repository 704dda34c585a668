import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";
import { exp, log } from "../math.ts";

/**
 * A heavy tail: values from a minimum upwards, larger than x times the minimum with probability x^-shape.
 *
 * The largest value that can occur is 2^(33 / shape) times the minimum, because streams end at 1 - 2^-33. The mean is
 * that of the endless tail; it is Infinity for a shape of 1 or less.
 */
export class Pareto extends Distribution {
  readonly mean: number;
  private readonly minimum: number;
  private readonly shape: number;

  constructor(minimum: number, shape: number) {
    super();
    assert(minimum > 0 && shape > 0, `pareto with minimum ${minimum} and shape ${shape}: both must be above 0`);
    this.minimum = minimum;
    this.shape = shape;
    this.mean = shape > 1 ? (shape * minimum) / (shape - 1) : Infinity;
  }

  at(u: number): number {
    return this.minimum * exp(-log(1 - u) / this.shape);
  }
}
