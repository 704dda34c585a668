import * as z from "zod";
import { amount, duration, positiveCount, share } from "../quantity.ts";

const circuitBreaker = z.strictObject({
  slidingWindowSize: positiveCount(1_000_000).default(100).describe("Latest calls that are looked at."),
  minimumNumberOfCalls: positiveCount(1_000_000).default(100).describe("Calls before anything is concluded."),
  failureRateThreshold: share().prefault("50%").describe("It opens at this share of failures."),
  slowCallRateThreshold: share().prefault("100%").describe("It opens at this share of slow calls."),
  slowCallDurationThreshold: duration().prefault("60s").describe("A call that takes as long is slow."),
  waitDurationInOpenState: duration().prefault("60s").describe("How long it lets nothing out."),
  permittedNumberOfCallsInHalfOpenState: positiveCount(1_000_000)
    .default(10)
    .describe("Calls that it lets out then, to see."),
});

const throttling = z.strictObject({
  K: amount(1000).default(2).describe("Requests per accepted one that are let out; less throttles sooner."),
  window: duration().prefault("2m").describe("Time that is looked at."),
});

const hedging = z.strictObject({
  maxAttempts: positiveCount(5).default(2).describe("Copies of a request in all, at most 5. Source: gRFC A6."),
  hedgingDelay: duration().prefault("100ms").describe("How long to wait for an answer before the next copy is sent."),
});

const OFF = z.literal("off");

/** What protects a client, and those it calls, from its own calls; spread into the options of a load. */
export const guardOptions = {
  circuitBreaker: z
    .union([circuitBreaker, OFF])
    .default("off")
    .describe("Stops calling who fails too often. Source: resilience4j CircuitBreakerConfig.java."),
  bulkhead: z
    .union([
      z.strictObject({ maxConcurrentCalls: positiveCount().default(25).describe("Calls that may be out at once.") }),
      OFF,
    ])
    .default("off")
    .describe("Caps the calls that are out at once. Source: resilience4j BulkheadConfig.java."),
  throttling: z
    .union([throttling, OFF])
    .default("off")
    .describe("Rejects own calls when servers accept too few. Source: SRE book, ch. 21."),
  hedging: z
    .union([hedging, OFF])
    .default("off")
    .describe("Sends copies of a request that is not answered yet; the first good answer counts. Source: gRFC A6."),
};

const schema = z.strictObject(guardOptions);
export type GuardOptions = z.output<typeof schema>;
export type CircuitBreakerOptions = z.output<typeof circuitBreaker>;
export type ThrottlingOptions = z.output<typeof throttling>;
export type HedgingOptions = z.output<typeof hedging>;

/** What the journal entries of the guards say; spread into the facts of the kind. */
export const guardFacts = {
  "circuit-open": "the circuit breaker of {component} is open: of {of} calls {failures} failed and {slow} were slow",
  "bulkhead-full": "the bulkhead of {component} is full: {maxConcurrentCalls} calls are out",
  "client-throttles": "{component} rejects {percent} % of its own calls: too few are accepted",
};
