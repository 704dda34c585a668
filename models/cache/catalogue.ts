import { pow } from "../../sim/math.ts";
import type { Stream } from "../../sim/random.ts";

/** One of the things that people ask for, the most wanted being 0. */
export type Key = number;

/** Things that people ask for, some more often than others, by Zipf's law. */
export class Catalogue {
  readonly size: number;
  /** By key: share of the calls that ask for it or for one that is wanted more. */
  private readonly bounds: Float64Array;

  constructor(size: number, skew: number) {
    this.size = size;
    this.bounds = new Float64Array(size);
    let sum = 0;
    for (let key = 0; key < size; key++) {
      sum += 1 / pow(key + 1, skew);
      this.bounds[key] = sum;
    }
    for (let key = 0; key < size; key++) this.bounds[key] = this.bounds[key]! / sum;
    // It never changes, so it is no part of a saved run.
    Object.freeze(this);
  }

  /** What the next call asks for. */
  draw(stream: Stream): Key {
    const u = stream.next();
    let low = 0;
    let high = this.size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.bounds[middle]! < u) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
