import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";
import { log } from "../math.ts";

/** The time to the next event of something that has no memory: its standard deviation equals its mean. */
export class Exponential extends Distribution {
  readonly mean: number;

  constructor(mean: number) {
    super();
    assert(mean >= 0, `exponential with mean ${mean}: the mean must not be negative`);
    this.mean = mean;
  }

  at(u: number): number {
    return -this.mean * log(1 - u);
  }
}
