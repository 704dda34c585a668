import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";

/** The values that were measured, each as likely as any other, and none between them. */
export class Empirical extends Distribution {
  readonly mean: number;
  private readonly values: Float64Array;

  constructor(values: readonly number[]) {
    super();
    assert(values.length > 0, "an empirical distribution without values");
    this.values = Float64Array.from(values).sort();
    this.mean = this.values.reduce((sum, value) => sum + value, 0) / values.length;
    // A constant to whoever copies the state of a run: the values need not be in it.
    Object.freeze(this);
  }

  at(u: number): number {
    return this.values[Math.floor(u * this.values.length)]!;
  }
}
