import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { RetryOptions } from "./load-options.ts";

/** Retries that the budget saves up: botocore's quota of 500 tokens at 5 for a retry (retries/quota.py). */
const SAVINGS = 100;

/** Whether people try again after a failure, and how long they pause before. */
export class RetryPolicy {
  private readonly options: RetryOptions;
  private readonly stream: Stream;
  /** Retries that the budget allows now. */
  private tokens = SAVINGS;

  constructor(options: RetryOptions, stream: Stream) {
    this.options = options;
    this.stream = stream;
  }

  /** Somebody makes their first attempt, which earns the budget its share of a retry. */
  earn(): void {
    const { budget } = this.options;
    if (budget !== undefined) this.tokens = Math.min(SAVINGS, this.tokens + budget);
  }

  /** Whether somebody who has tried again so many times may do so once more; if so, the budget has paid for it. */
  allows(retries: number): boolean {
    const { maxRetries, budget } = this.options;
    if (retries >= maxRetries) return false;
    if (budget === undefined) return true;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  /** The pause before the retry of this number, from 0: uniform up to base times 2^n or the cap, unless it is drawn. */
  pause(retries: number): Micros {
    const { backoff } = this.options;
    if (!("base" in backoff)) return Math.max(0, Math.round(backoff.draw(this.stream)));
    let most = backoff.base;
    for (let n = 0; n < retries && most < backoff.cap; n++) most *= 2;
    return Math.round(Math.min(most, backoff.cap) * this.stream.next());
  }
}
