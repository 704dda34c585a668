import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";

/** One of the rules in a mixture and how often it applies, relative to the other weights. */
export interface Branch {
  readonly weight: number;
  readonly distribution: Distribution;
}

const SMALLEST = 1 / 0x200000000;
const LARGEST = 1 - SMALLEST;

/**
 * Several distributions, one of which applies to each draw: a few slow queries among many fast ones.
 *
 * One number picks the branch, and its place within the branch's share, stretched to (0, 1), picks the value. A branch
 * of weight w therefore sees 2^32 * w different numbers and its tail ends at about 2^-32 / w.
 */
export class Mixture extends Distribution {
  readonly mean: number;
  private readonly branches: readonly Distribution[];
  private readonly bounds: readonly number[];

  constructor(branches: readonly Branch[]) {
    super();
    const total = branches.reduce((sum, { weight }) => sum + weight, 0);
    const weighted = branches.every(({ weight }) => weight >= 0) && total > 0;
    assert(weighted, "a mixture's weights must not be negative, and one of them must be above 0");
    const present = branches.filter(({ weight }) => weight > 0);
    this.branches = present.map(({ distribution }) => distribution);
    const bounds = [0];
    for (const { weight } of present) bounds.push(bounds[bounds.length - 1]! + weight / total);
    this.bounds = bounds;
    this.mean = present.reduce((sum, { weight, distribution }) => sum + (weight / total) * distribution.mean, 0);
  }

  at(u: number): number {
    let i = 0;
    while (this.bounds[i + 1]! <= u) i += 1;
    const from = this.bounds[i]!;
    const within = (u - from) / (this.bounds[i + 1]! - from);
    return this.branches[i]!.at(Math.min(Math.max(within, SMALLEST), LARGEST));
  }
}
