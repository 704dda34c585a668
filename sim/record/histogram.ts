import type { Micros } from "../time.ts";

/** Linear steps within one doubling: 128 keep the relative error of any quantile below 1/256. */
const STEPS_PER_OCTAVE = 128;
const STEP_BITS = 7;
/** Everything from 2^31 - 1 microseconds (36 minutes) on falls into the last bucket. */
const LARGEST = 0x7fffffff;
const BUCKETS = (31 - STEP_BITS + 1) * STEPS_PER_OCTAVE;

/** Buckets of a row of the latency layer: four to a doubling, from one millisecond to 67 seconds. */
export const ROW_BUCKETS = 64;
const ROW_FIRST_BIT = 10;

/** Upper edges of the buckets of a row in microseconds; the first also has what is shorter, the last what is longer. */
export function rowEdges(): number[] {
  return Array.from({ length: ROW_BUCKETS }, (_, at) => (1 << (ROW_FIRST_BIT + (at >> 2))) * (1 + ((at & 3) + 1) / 4));
}

/**
 * Durations by size, in log-linear buckets that are the same for every histogram, so that two can be merged by adding.
 * Relative error of a quantile: at most 0.4 %.
 */
export class Histogram {
  count = 0;
  sum = 0;
  max = 0;
  min = Number.POSITIVE_INFINITY;
  readonly buckets = new Uint32Array(BUCKETS);
  /** The current bin, coarsely; the recorder moves it out when the bin closes. */
  readonly row = new Uint32Array(ROW_BUCKETS);

  observe(duration: Micros): void {
    this.count++;
    this.sum += duration;
    if (duration > this.max) this.max = duration;
    if (duration < this.min) this.min = duration;
    const whole = duration < LARGEST ? duration | 0 : LARGEST;
    this.buckets[bucketOf(whole)]!++;
    this.row[rowBucketOf(whole)]!++;
  }

  get mean(): Micros {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** The smallest duration that at least the share `p` (0 to 1) does not exceed (nearest rank); 0 when empty. */
  quantile(p: number): Micros {
    if (this.count === 0) return 0;
    let rank = Math.max(1, Math.ceil(p * this.count));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      rank -= this.buckets[bucket]!;
      if (rank <= 0) return Math.min(this.max, Math.max(this.min, middleOf(bucket)));
    }
    return this.max;
  }

  /** Forgets all observations; the current bin keeps its own. */
  clear(): void {
    this.count = 0;
    this.sum = 0;
    this.max = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.buckets.fill(0);
  }

  /** Adds the observations of another histogram. */
  merge(other: Histogram): void {
    this.count += other.count;
    this.sum += other.sum;
    this.max = Math.max(this.max, other.max);
    this.min = Math.min(this.min, other.min);
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      this.buckets[bucket] = this.buckets[bucket]! + other.buckets[bucket]!;
  }
}

function bucketOf(whole: number): number {
  const octave = 31 - Math.clz32(whole) - STEP_BITS;
  return octave <= 0 ? whole : octave * STEPS_PER_OCTAVE + (whole >>> octave);
}

function middleOf(bucket: number): Micros {
  if (bucket < 2 * STEPS_PER_OCTAVE) return bucket;
  const octave = Math.floor(bucket / STEPS_PER_OCTAVE) - 1;
  const width = 1 << octave;
  return (bucket - octave * STEPS_PER_OCTAVE) * width + (width - 1) / 2;
}

function rowBucketOf(whole: number): number {
  const bit = 31 - Math.clz32(whole);
  if (bit < ROW_FIRST_BIT) return 0;
  return Math.min(ROW_BUCKETS - 1, (bit - ROW_FIRST_BIT) * 4 + ((whole >>> (bit - 2)) & 3));
}
