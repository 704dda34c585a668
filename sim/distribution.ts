import type { Stream } from "./random.ts";

/**
 * A rule for numbers left to chance: durations, sizes, gaps between arrivals.
 *
 * Every draw takes exactly one number from its stream, whatever the rule, so that exchanging one distribution for
 * another leaves everybody else's luck alone. Values have the unit of the parameters.
 */
export abstract class Distribution {
  /** The average over endlessly many draws; Infinity where a heavy tail has none. */
  abstract readonly mean: number;

  /**
   * The value that u stands for, 2^-33 <= u <= 1 - 2^-33.
   *
   * It is the inverse of the distribution function and never falls as u grows, except in a mixture.
   */
  abstract at(u: number): number;

  /** The next value: the one that the stream's next number stands for. */
  draw(stream: Stream): number {
    return this.at(stream.next());
  }
}
