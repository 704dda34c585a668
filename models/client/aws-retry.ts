import type { Stream } from "../../sim/random.ts";
import { type Outcome, REJECTED, TIMED_OUT } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { ER_CON_COUNT_ERROR, SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS } from "../error.ts";
import { AdaptiveRate } from "./adaptive-rate.ts";
import type { AwsRetryOptions } from "./retry-options.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** What a retry costs, and one after a time-out; what a success without a retry gives back (retries/standard.py). */
const RETRY_COST = 5;
const TIMEOUT_COST = 10;
const NO_RETRY_INCREMENT = 1;

/** Answers by which a service says that it is asked too often. */
const THROTTLING: readonly Outcome[] = [REJECTED, ER_CON_COUNT_ERROR, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE];

/**
 * Retries as the AWS SDKs do in the modes "standard" and "adaptive".
 *
 * Three attempts in all; before the n-th retry a pause of U(0,1) times 2^(n-1) seconds, at most 20. A retry is paid from
 * a quota of 500 tokens, and none is made once it is empty; a success gives back what its last retry cost, or 1. The
 * adaptive mode holds attempts back as well, at a rate that falls with each answer that says "too many".
 * Source: boto/botocore retries/standard.py, quota.py, adaptive.py.
 */
export class AwsRetry implements RetryPolicy {
  readonly rate: AdaptiveRate | undefined;
  private readonly options: AwsRetryOptions;
  private readonly stream: Stream;
  private tokens: number;
  /** Retries that anybody may make. */
  private most: number;

  constructor(options: AwsRetryOptions, stream: Stream) {
    this.options = options;
    this.stream = stream;
    this.most = options.maxAttempts - 1;
    this.tokens = options.retryQuota === "off" ? 0 : options.retryQuota;
    this.rate = options.mode === "aws-adaptive" ? new AdaptiveRate() : undefined;
  }

  begin(): void {}

  succeed(retries: number, now: Micros): void {
    this.rate?.receive(false, now);
    this.release(retries === 0 ? NO_RETRY_INCREMENT : RETRY_COST);
  }

  limit(retries: number): void {
    this.most = retries;
  }

  allows(retries: number, outcome: Outcome, now: Micros): boolean {
    this.rate?.receive(THROTTLING.includes(outcome), now);
    if (retries >= this.most) return false;
    if (this.options.retryQuota === "off") return true;
    const cost = outcome === TIMED_OUT ? TIMEOUT_COST : RETRY_COST;
    if (this.tokens < cost) return false;
    this.tokens -= cost;
    return true;
  }

  pause(retries: number): Micros {
    let most: Micros = SECOND;
    for (let n = 0; n < retries && most < this.options.maxBackoff; n++) most *= 2;
    return Math.round(Math.min(most, this.options.maxBackoff) * this.stream.next());
  }

  private release(tokens: number): void {
    if (this.options.retryQuota !== "off") this.tokens = Math.min(this.options.retryQuota, this.tokens + tokens);
  }
}
