import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";
import { exp, log } from "../math.ts";
import { logGamma } from "../special-functions.ts";

/** A lifetime: shape below 1 fails early or lasts long, shape 1 is exponential, above 1 wears out. */
export class Weibull extends Distribution {
  readonly mean: number;
  private readonly shape: number;
  private readonly scale: number;

  constructor(mean: number, shape: number) {
    super();
    assert(mean >= 0 && shape > 0, `weibull with mean ${mean} and shape ${shape}: the shape must be above 0`);
    this.mean = mean;
    this.shape = shape;
    this.scale = mean * exp(-logGamma(1 + 1 / shape));
  }

  at(u: number): number {
    return this.scale * exp(log(-log(1 - u)) / this.shape);
  }
}
