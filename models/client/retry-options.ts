import * as z from "zod";
import { amount, count, distribution, duration, positiveCount, share } from "../quantity.ts";

const backoff = z.union([
  distribution(),
  z.strictObject({
    base: duration()
      .prefault("1s")
      .describe("The first pause is at most this long, each further one at most twice the last."),
    cap: duration().prefault("20s").describe("No pause is longer. Source: botocore retries/standard.py."),
  }),
]);

const plain = z.strictObject({
  mode: z.literal("plain").default("plain"),
  maxRetries: count(1000).default(0).describe("Attempts after the first that fail or time out; k6: none."),
  backoff: backoff
    .prefault({})
    .describe(
      "Pause before a retry: a distribution, or { base, cap } for exponential with full jitter (AWS architecture blog).",
    ),
  budget: share()
    .optional()
    .describe(
      "Retries allowed per first attempt, from a bucket that saves up 100; e.g. 10% (SRE book, ch. 21). Default: no limit.",
    ),
});

const aws = {
  maxAttempts: positiveCount(1000).default(3).describe("Attempts in all. Source: botocore retries/standard.py."),
  maxBackoff: duration().prefault("20s").describe("No pause is longer. Source: botocore retries/standard.py."),
  retryQuota: z
    .union([positiveCount(), z.literal("off")])
    .default(500)
    .describe(
      "Tokens for retries: one costs 5, after a time-out 10; a success gives back. Source: botocore retries/quota.py.",
    ),
};

const grpc = z.strictObject({
  mode: z.literal("grpc"),
  maxAttempts: positiveCount(5).default(5).describe("Attempts in all, at most 5. Source: gRFC A6."),
  initialBackoff: duration().prefault("100ms").describe("Pause before the first retry. Source: gRFC A6, its example."),
  maxBackoff: duration().prefault("1s").describe("No pause is longer. Source: gRFC A6, its example."),
  backoffMultiplier: amount(1000).default(2).describe("Each pause is so many times the last. Source: gRFC A6."),
  retryThrottling: z
    .union([
      z.strictObject({
        maxTokens: amount(1000).default(10).describe("Tokens at the start; each failure takes one. Source: gRFC A6."),
        tokenRatio: amount(1000).default(0.1).describe("What a success adds. Source: gRFC A6."),
      }),
      z.literal("off"),
    ])
    .default("off")
    .describe("No retry while half of the tokens or less are left. Source: gRFC A6."),
});

/** What a client does after a failure. */
export const retryOptions = z
  .discriminatedUnion("mode", [
    plain,
    z.strictObject({ mode: z.literal("aws-standard"), ...aws }),
    z.strictObject({ mode: z.literal("aws-adaptive"), ...aws }),
    grpc,
  ])
  .prefault({ mode: "plain" });

export type RetryOptions = z.output<typeof retryOptions>;
export type PlainRetryOptions = z.output<typeof plain>;
export type AwsRetryOptions = Extract<RetryOptions, { mode: "aws-standard" | "aws-adaptive" }>;
export type GrpcRetryOptions = z.output<typeof grpc>;
