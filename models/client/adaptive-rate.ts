import { pow } from "../../sim/math.ts";
import { type Micros, SECOND } from "../../sim/time.ts";

/** Factor of the rate after an answer that says "too many", and the speed of the cubic climb (throttling.py). */
const BETA = 0.7;
const SCALE = 0.4;
/** The measured rate is over half seconds, and smoothed (throttling.py RateClocker). */
const BUCKET: Micros = SECOND / 2;
const SMOOTHING = 0.8;
/** The rate is never under this many a second, nor over so many times the measured one (bucket.py, adaptive.py). */
const MIN_RATE = 0.5;
const MAX_RATE_ADJUST_SCALE = 2;

/**
 * How fast a client may send, as it learns from answers that say "too many": down to 0.7 of what was measured, then up
 * along a cubic curve, 0.4 (t - k)^3 + w, as TCP CUBIC does. No limit before the first such answer.
 *
 * Source: boto/botocore retries/adaptive.py, throttling.py, bucket.py.
 */
export class AdaptiveRate {
  /** Attempts per second that it allows; Infinity until it is enabled. */
  limit = Number.POSITIVE_INFINITY;
  /** Attempts answered per second, smoothed. */
  measured = 0;
  private enabled = false;
  /** The rate at the latest answer that said "too many", when that was, and how long the climb back takes. */
  private lastMax = 0;
  private lastFail: Micros = 0;
  private climb = 0;
  private bucket: Micros = 0;
  private count = 0;
  private tokens = 0;
  private filledAt: Micros = 0;

  /** Takes a token for an attempt, if there is one. */
  acquire(now: Micros): boolean {
    if (!this.enabled) return true;
    this.refill(now);
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  /** How long it takes until there is a token, at the rate of now. */
  untilToken(now: Micros): Micros {
    this.refill(now);
    return Math.max(1, Math.ceil(((1 - this.tokens) * SECOND) / this.limit));
  }

  /** An attempt has been answered. */
  receive(isThrottled: boolean, now: Micros): void {
    this.clock(now);
    const wanted = isThrottled ? this.backOff(now) : this.curveAt(now);
    this.refill(now);
    this.limit = Math.max(MIN_RATE, Math.min(wanted, MAX_RATE_ADJUST_SCALE * this.measured));
    this.tokens = Math.min(this.tokens, Math.max(1, this.limit));
  }

  private backOff(now: Micros): number {
    const rate = this.enabled ? Math.min(this.measured, this.limit) : this.measured;
    this.enabled = true;
    this.lastMax = rate;
    this.climb = pow((rate * (1 - BETA)) / SCALE, 1 / 3);
    this.lastFail = now;
    return rate * BETA;
  }

  private curveAt(now: Micros): number {
    const t = (now - this.lastFail) / SECOND - this.climb;
    return SCALE * t * t * t + this.lastMax;
  }

  private clock(now: Micros): void {
    this.count++;
    const bucket = Math.floor(now / BUCKET) * BUCKET;
    if (bucket <= this.bucket) return;
    const rate = (this.count * SECOND) / (bucket - this.bucket);
    this.measured = rate * SMOOTHING + this.measured * (1 - SMOOTHING);
    this.count = 0;
    this.bucket = bucket;
  }

  private refill(now: Micros): void {
    if (this.enabled && this.limit < Number.POSITIVE_INFINITY) {
      const most = Math.max(1, this.limit);
      this.tokens = Math.min(most, this.tokens + ((now - this.filledAt) * this.limit) / SECOND);
    }
    this.filledAt = now;
  }
}
