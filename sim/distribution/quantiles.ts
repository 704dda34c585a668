import { assert } from "../assert.ts";
import { Distribution } from "../distribution.ts";

/** A share of all values (0.99 for p99) and the value that this share does not exceed. */
export interface Quantile {
  readonly share: number;
  readonly value: number;
}

/**
 * A measured curve known at a few points (p50, p90, p99), with straight lines between them.
 *
 * Nothing is invented outside: below the first point stands the first value, above the last point the last.
 */
export class Quantiles extends Distribution {
  readonly mean: number;
  private readonly points: readonly Quantile[];

  constructor(points: readonly Quantile[]) {
    super();
    assert(points.length > 0, "a distribution by quantiles without points");
    const rising = points.every(({ share, value }, i) => {
      const before = points[i - 1] ?? { share: -1, value: -Infinity };
      return share > before.share && value >= before.value;
    });
    const shares = points.every(({ share }) => share >= 0 && share <= 1);
    assert(rising && shares, "quantiles must have shares from 0 to 1 and rise from point to point");
    this.points = [
      { share: 0, value: points[0]!.value },
      ...points.filter(({ share }) => share > 0 && share < 1),
      { share: 1, value: points[points.length - 1]!.value },
    ];
    this.mean = this.area();
  }

  at(u: number): number {
    let right = 1;
    while (this.points[right]!.share < u) right += 1;
    const from = this.points[right - 1]!;
    const to = this.points[right]!;
    return from.value + ((u - from.share) / (to.share - from.share)) * (to.value - from.value);
  }

  private area(): number {
    let area = 0;
    for (let i = 1; i < this.points.length; i++) {
      const from = this.points[i - 1]!;
      const to = this.points[i]!;
      area += ((to.share - from.share) * (from.value + to.value)) / 2;
    }
    return area;
  }
}
