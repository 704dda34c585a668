import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";
import { exp, log } from "../math.ts";
import { normalQuantile } from "../special-functions.ts";

const NORMAL_P99 = normalQuantile(0.99);

/** A duration whose logarithm is normal, given by the two figures a dashboard shows: the median and the p99. */
export class Lognormal extends Distribution {
  readonly mean: number;
  private readonly median: number;
  private readonly sigma: number;

  constructor(median: number, p99: number) {
    super();
    assert(median > 0 && p99 >= median, `lognormal with median ${median} and p99 ${p99}: 0 < median <= p99 must hold`);
    this.median = median;
    this.sigma = log(p99 / median) / NORMAL_P99;
    this.mean = median * exp((this.sigma * this.sigma) / 2);
  }

  at(u: number): number {
    return this.median * exp(this.sigma * normalQuantile(u));
  }
}
