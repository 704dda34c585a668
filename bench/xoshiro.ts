import { log } from "../sim/math.ts";
/** xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32: the generator of the C++ limit, draw for draw. */
export class Xoshiro {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number) {
    let state = seed;
    const split = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return z ^ (z >>> 16);
    };
    this.a = split();
    this.b = split();
    this.c = split();
    this.d = split();
  }

  /** A uniform variate in (0, 1). */
  uniform(): number {
    const x = Math.imul(this.b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = (this.d << 11) | (this.d >>> 21);
    return (result + 0.5) * (1 / 4294967296);
  }

  /** An exponential variate. */
  exponential(mean: number): number {
    return -log(this.uniform()) * mean;
  }
}
