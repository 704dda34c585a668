import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";

/** Any value between two bounds, all equally likely. */
export class Uniform extends Distribution {
  readonly mean: number;
  private readonly low: number;
  private readonly width: number;

  constructor(low: number, high: number) {
    super();
    assert(low <= high, `uniform from ${low} to ${high}: the first bound must not be above the second`);
    this.low = low;
    this.width = high - low;
    this.mean = low + this.width / 2;
  }

  at(u: number): number {
    return this.low + u * this.width;
  }
}
