import type { Stream } from "../../sim/random.ts";
import type { Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import type { AdaptiveRate } from "./adaptive-rate.ts";
import { AwsRetry } from "./aws-retry.ts";
import { GrpcRetry } from "./grpc-retry.ts";
import { PlainRetry } from "./plain-retry.ts";
import type { RetryOptions } from "./retry-options.ts";

/** Whether a client tries again after a failure, and how long it pauses before. */
export interface RetryPolicy {
  /** Somebody makes their first attempt. */
  begin(): void;
  /** An attempt has been answered well; so many attempts were made before it. */
  succeed(retries: number, now: Micros): void;
  /** Whether somebody whose attempt failed, after so many retries, may try once more; if so, it has been paid for. */
  allows(retries: number, outcome: Outcome, now: Micros): boolean;
  /** The pause before the retry of this number, from 0. */
  pause(retries: number): Micros;
  /** From now on nobody makes more than so many retries. */
  limit(retries: number): void;
  /** The rate at which attempts may go out; undefined where there is no limit. */
  readonly rate: AdaptiveRate | undefined;
}

/** The policy that the options name. */
export function createRetryPolicy(options: RetryOptions, stream: Stream): RetryPolicy {
  if (options.mode === "grpc") return new GrpcRetry(options, stream);
  if (options.mode === "aws-standard" || options.mode === "aws-adaptive") return new AwsRetry(options, stream);
  return new PlainRetry(options, stream);
}
