import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { PlainRetryOptions } from "./retry-options.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** Retries that the budget saves up: botocore's quota of 500 tokens at 5 for a retry (retries/quota.py). */
const SAVINGS = 100;

/** So many retries after a pause, within a budget if there is one. */
export class PlainRetry implements RetryPolicy {
  readonly rate = undefined;
  private readonly options: PlainRetryOptions;
  private readonly stream: Stream;
  /** Retries that anybody may make. */
  private most: number;
  /** Retries that the budget allows now. */
  private tokens = SAVINGS;

  constructor(options: PlainRetryOptions, stream: Stream) {
    this.options = options;
    this.most = options.maxRetries;
    this.stream = stream;
  }

  /** A first attempt earns the budget its share of a retry. */
  begin(): void {
    const { budget } = this.options;
    if (budget !== undefined) this.tokens = Math.min(SAVINGS, this.tokens + budget);
  }

  succeed(): void {}

  limit(retries: number): void {
    this.most = retries;
  }

  allows(retries: number): boolean {
    const { budget } = this.options;
    if (retries >= this.most) return false;
    if (budget === undefined) return true;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  /** Uniform up to base times 2^n or the cap, unless it is drawn. */
  pause(retries: number): Micros {
    const { backoff } = this.options;
    if (!("base" in backoff)) return Math.max(0, Math.round(backoff.draw(this.stream)));
    let most = backoff.base;
    for (let n = 0; n < retries && most < backoff.cap; n++) most *= 2;
    return Math.round(Math.min(most, backoff.cap) * this.stream.next());
  }
}
