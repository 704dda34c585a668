import alea from "seedrandom/lib/alea.js";

const DISCARDED_DRAWS = 8;
const MULTIPLIER = 2091639;
const TWO_MINUS_32 = 1 / 0x100000000;
const HALF_STEP = TWO_MINUS_32 / 2;

/**
 * One sequence of random numbers, used for one purpose at one place.
 *
 * Baagøe's Alea as published in seedrandom (lib/alea.js), started from a text key. Its first draws repeat across keys
 * more often than they should, so eight are thrown away. The state is four numbers, so a run can be saved and resumed.
 */
export class Stream {
  private carry: number;
  private oldest: number;
  private middle: number;
  private latest: number;

  constructor(key: string) {
    const { c, s0, s1, s2 } = alea(key, { state: true }).state();
    this.carry = c;
    this.oldest = s0;
    this.middle = s1;
    this.latest = s2;
    for (let i = 0; i < DISCARDED_DRAWS; i++) this.next();
  }

  /**
   * The next number, uniform in the open interval (0, 1): the middle of one of 2^32 equal steps.
   *
   * 0 and 1 never occur, so log(u) and log(1 - u) are finite. The smallest is 2^-33, the largest 1 - 2^-33.
   */
  next(): number {
    const t = MULTIPLIER * this.oldest + this.carry * TWO_MINUS_32;
    this.oldest = this.middle;
    this.middle = this.latest;
    this.carry = t | 0;
    this.latest = t - this.carry;
    return this.latest + HALF_STEP;
  }

  /** A whole number from 0 to n - 1, each equally likely (to one part in 2^32 / n, for n up to 2^32). */
  integer(n: number): number {
    return Math.floor(this.next() * n);
  }
}

/**
 * All random numbers of one run, a separate stream for every place and purpose.
 *
 * A stream depends on nothing but its own key, so the n-th number for a purpose is the same number whatever else
 * exists: two configurations run with the same seed differ by what was changed, not by luck (common random numbers).
 */
export class Streams {
  private readonly seed: string;
  private readonly replication: number;
  private readonly byKey: Record<string, Stream> = {};

  constructor(seed: string, replication: number) {
    this.seed = seed;
    this.replication = replication;
  }

  /** The stream for a purpose ("service") at a place ("cell-1/db"): the same object each time it is asked for. */
  stream(path: string, purpose: string): Stream {
    const key = streamKey(this.seed, this.replication, path, purpose);
    let stream = this.byKey[key];
    if (stream === undefined) {
      stream = new Stream(key);
      this.byKey[key] = stream;
    }
    return stream;
  }
}

/** Joins the parts so that no two different lists of parts give the same key, whatever characters they contain. */
function streamKey(seed: string, replication: number, path: string, purpose: string): string {
  return `v1|seed=${escaped(seed)}|rep=${replication}|path=${escaped(path)}|purpose=${escaped(purpose)}`;
}

function escaped(part: string): string {
  return part.replace(/[\\|]/g, "\\$&");
}
