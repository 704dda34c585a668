import { Distribution } from "../distribution.ts";

/** Always the same value. */
export class Constant extends Distribution {
  readonly mean: number;

  constructor(value: number) {
    super();
    this.mean = value;
  }

  at(_u: number): number {
    return this.mean;
  }
}
