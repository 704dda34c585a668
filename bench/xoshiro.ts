import { log } from "../sim/math.ts";

/** Variates made at a time: a loop overlaps the logarithms, which one at a time would each be waited for. */
const BLOCK = 256;

/**
 * Exponential variates from xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32: those of the C++ limit, draw
 * for draw.
 */
export class Xoshiro {
  /** Exponential variates of mean 1. */
  readonly variates = new Float64Array(BLOCK);
  private drawn = BLOCK;
  private readonly state = new Int32Array(4);

  constructor(seed: number) {
    let mixed = seed;
    for (let word = 0; word < 4; word++) {
      mixed = (mixed + 0x9e3779b9) | 0;
      let z = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.state[word] = z ^ (z >>> 16);
    }
  }

  /** The place in `variates` of the next draw: V8 would allocate the number itself to hand it over. */
  draw(): number {
    if (this.drawn === BLOCK) this.fill();
    return this.drawn++;
  }

  /** An exponential variate. */
  exponential(mean: number): number {
    return this.variates[this.draw()]! * mean;
  }

  private fill(): void {
    const { variates, state } = this;
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    for (let at = 0; at < BLOCK; at++) {
      const x = Math.imul(b, 5);
      const bits = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
      variates[at] = -log((bits + 0.5) * (1 / 4294967296));
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    this.drawn = 0;
  }
}
