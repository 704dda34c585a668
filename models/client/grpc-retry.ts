import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { GrpcRetryOptions } from "./retry-options.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { RetryThrottle } from "./retry-throttle.ts";

/** The pause is drawn from this much around its value (gRFC A6, "Exponential Backoff"). */
const JITTER = 0.2;

/**
 * Retries as gRPC makes them: at most 5 attempts, pauses of initial times multiplier^(n-1) up to the most, 20 % more or
 * less, and none while the throttle is half empty or less. Source: grpc/proposal A6-client-retries.md.
 */
export class GrpcRetry implements RetryPolicy {
  readonly rate = undefined;
  private readonly options: GrpcRetryOptions;
  private readonly stream: Stream;
  private readonly throttle: RetryThrottle | undefined;
  /** Retries that anybody may make. */
  private most: number;

  constructor(options: GrpcRetryOptions, stream: Stream) {
    const { retryThrottling } = options;
    this.options = options;
    this.stream = stream;
    this.most = options.maxAttempts - 1;
    this.throttle = retryThrottling === "off" ? undefined : new RetryThrottle(retryThrottling);
  }

  begin(): void {}

  succeed(): void {
    this.throttle?.succeed();
  }

  limit(retries: number): void {
    this.most = retries;
  }

  allows(retries: number): boolean {
    this.throttle?.fail();
    return retries < this.most && (this.throttle?.allows ?? true);
  }

  pause(retries: number): Micros {
    const { initialBackoff, maxBackoff, backoffMultiplier } = this.options;
    let most = initialBackoff;
    for (let n = 0; n < retries && most < maxBackoff; n++) most *= backoffMultiplier;
    return Math.round(Math.min(most, maxBackoff) * (1 - JITTER + 2 * JITTER * this.stream.next()));
  }
}
