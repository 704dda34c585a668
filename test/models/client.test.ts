import { expect, test } from "vitest";
import { AdaptiveRate } from "../../models/client/adaptive-rate.ts";
import { Bulkhead } from "../../models/client/bulkhead.ts";
import { CircuitBreaker } from "../../models/client/circuit-breaker.ts";
import { type CircuitBreakerOptions, guardOptions } from "../../models/client/guard-options.ts";
import { RequestThrottle } from "../../models/client/request-throttle.ts";
import { retryOptions } from "../../models/client/retry-options.ts";
import { createRetryPolicy, type RetryPolicy } from "../../models/client/retry-policy.ts";
import { RetryThrottle } from "../../models/client/retry-throttle.ts";
import { BULKHEAD_FULL, CIRCUIT_OPEN } from "../../models/error.ts";
import { NONE } from "../../sim/record/journal.ts";
import { REJECTED, TIMED_OUT } from "../../sim/service.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import { TestClient, testWorld } from "../world.ts";

function policy(options: unknown): RetryPolicy {
  return createRetryPolicy(retryOptions.parse(options), testWorld().sim.streams.stream("client", "backoff"));
}

/** The largest and the smallest of many pauses, in milliseconds. */
function pauses(one: RetryPolicy, retries: number): [least: number, most: number] {
  const drawn = Array.from({ length: 2000 }, () => one.pause(retries) / MILLISECOND);
  return [Math.min(...drawn), Math.max(...drawn)];
}

test("the AWS standard mode makes three attempts and pauses up to 1 s, 2 s, 4 s and at last 20 s", () => {
  const aws = policy({ mode: "aws-standard" });
  expect([aws.allows(0, REJECTED, 0), aws.allows(1, REJECTED, 0), aws.allows(2, REJECTED, 0)]).toEqual([
    true,
    true,
    false,
  ]);
  for (const [retries, most] of [
    [0, 1000],
    [1, 2000],
    [2, 4000],
    [9, 20_000],
  ] as const) {
    const [least, longest] = pauses(aws, retries);
    expect(least).toBeLessThan(0.01 * most);
    expect(longest).toBeLessThanOrEqual(most);
    expect(longest).toBeGreaterThan(0.99 * most);
  }
});

test("500 tokens pay for 100 retries, or 50 after time-outs, and successes pay back", () => {
  const made = (outcome: number) => {
    const aws = policy({ mode: "aws-standard" });
    let retries = 0;
    while (aws.allows(0, outcome, 0)) retries++;
    return { aws, retries };
  };
  expect(made(REJECTED).retries).toBe(100);
  const { aws, retries } = made(TIMED_OUT);
  expect(retries).toBe(50);
  for (let n = 0; n < 4; n++) aws.succeed(0, 0);
  expect(aws.allows(0, REJECTED, 0)).toBe(false);
  aws.succeed(0, 0);
  expect(aws.allows(0, REJECTED, 0)).toBe(true);
  aws.succeed(1, 0);
  expect(aws.allows(0, REJECTED, 0)).toBe(true);
});

test("without its quota the AWS standard mode retries for ever", () => {
  const aws = policy({ mode: "aws-standard", retryQuota: "off" });
  expect(Array.from({ length: 1000 }, () => aws.allows(0, TIMED_OUT, 0))).not.toContain(false);
});

test("an answer that says too many cuts the adaptive rate to 0.7 of the measured one, and it climbs back as a cubic", () => {
  const rate = new AdaptiveRate();
  const each = 10 * MILLISECOND;
  for (let now = each; now <= 4 * SECOND; now += each) rate.receive(false, now);
  expect(rate.measured).toBeCloseTo(100, 0);
  expect(rate.acquire(4 * SECOND)).toBe(true);
  rate.receive(true, 4 * SECOND);
  const cut = rate.limit;
  expect(cut).toBeCloseTo(0.7 * rate.measured, 6);
  // k = (100 * 0.3 / 0.4)^(1/3) = 4.217 s until the old rate is reached again.
  for (let now = 4 * SECOND + each; now <= 6 * SECOND; now += each) rate.receive(false, now);
  expect(rate.limit).toBeCloseTo(0.4 * (2 - 4.217) ** 3 + 100, 0);
  for (let now = 6 * SECOND + each; now <= 8.2 * SECOND; now += each) rate.receive(false, now);
  expect(rate.limit).toBeGreaterThan(99.9);
});

test("the adaptive rate holds back what comes too fast, and never goes under one in two seconds", () => {
  const rate = new AdaptiveRate();
  rate.receive(true, SECOND);
  expect(rate.limit).toBeGreaterThanOrEqual(0.5);
  for (let now = 2; now < 200; now++) rate.receive(true, now * SECOND);
  expect(rate.limit).toBe(0.5);
  const due = [200, 202, 204, 206].map((at) => [rate.acquire(at * SECOND), rate.untilToken(at * SECOND) / SECOND]);
  expect(due).toEqual(Array.from({ length: 4 }, () => [true, 2]));
});

test("gRPC pauses 100 ms, 200 ms, 400 ms and then 1 s, 20 % more or less, and makes at most five attempts", () => {
  const grpc = policy({ mode: "grpc" });
  for (const [retries, middle] of [
    [0, 100],
    [1, 200],
    [2, 400],
    [5, 1000],
  ] as const) {
    const [least, most] = pauses(grpc, retries);
    expect(least).toBeGreaterThanOrEqual(0.8 * middle - 0.01);
    expect(most).toBeLessThanOrEqual(1.2 * middle + 0.01);
    expect(most - least).toBeGreaterThan(0.39 * middle);
  }
  expect([3, 4].map((retries) => grpc.allows(retries, REJECTED, 0))).toEqual([true, false]);
  expect(retryOptions.safeParse({ mode: "grpc", maxAttempts: 6 }).success).toBe(false);
});

test("of ten tokens five failures stop all retries, and it takes eleven successes at 0.1 to allow one again", () => {
  const throttle = new RetryThrottle({ maxTokens: 10, tokenRatio: 0.1 });
  for (let n = 0; n < 4; n++) throttle.fail();
  expect(throttle.allows).toBe(true);
  throttle.fail();
  expect([throttle.tokens, throttle.allows]).toEqual([5, false]);
  throttle.fail();
  for (let n = 0; n < 10; n++) throttle.succeed();
  expect(throttle.allows).toBe(false);
  throttle.succeed();
  expect(throttle.allows).toBe(true);
});

function breaker(options: Partial<CircuitBreakerOptions> = {}) {
  const world = testWorld();
  const owner = new TestClient(world, "client", -1);
  return new CircuitBreaker(owner, world.sim, {
    ...(guardOptions.circuitBreaker.parse({}) as CircuitBreakerOptions),
    ...options,
  });
}

function settle(one: CircuitBreaker, good: boolean, times: number, at = 0, took = 0): void {
  for (let n = 0; n < times; n++) {
    expect(one.admits(at)).toBe(true);
    one.settle(good, took, at, NONE);
  }
}

test("a breaker opens at 50 of the latest 100 calls failed, not before there are 100", () => {
  const early = breaker();
  settle(early, false, 99);
  expect(early.admits(0)).toBe(true);
  const half = breaker();
  settle(half, true, 51);
  settle(half, false, 49);
  expect(half.admits(0)).toBe(true);
  settle(half, false, 1);
  expect([half.admits(0), half.refusal]).toEqual([false, CIRCUIT_OPEN]);
});

test("after 60 s ten calls may try: half of them failed open it again, fewer close it", () => {
  const one = breaker();
  settle(one, false, 100);
  expect(one.admits(59.9 * SECOND)).toBe(false);
  const tried = Array.from({ length: 12 }, () => one.admits(60 * SECOND));
  expect(tried.filter((out) => out)).toHaveLength(10);
  for (let n = 0; n < 10; n++) one.settle(n >= 5, 0, 61 * SECOND, NONE);
  expect(one.admits(62 * SECOND)).toBe(false);
  for (let n = 0; n < 10; n++) expect(one.admits(121 * SECOND)).toBe(true);
  for (let n = 0; n < 10; n++) one.settle(n >= 4, 0, 122 * SECOND, NONE);
  settle(one, true, 20, 123 * SECOND);
});

test("calls that all take 60 s open a breaker as failures do", () => {
  const one = breaker();
  settle(one, true, 99, 0, 60 * SECOND);
  settle(one, true, 1, 0, 60 * SECOND);
  expect(one.admits(0)).toBe(false);
});

test("a bulkhead lets 25 calls out, refuses the next, and lets one more out for each that ends", () => {
  const world = testWorld();
  const bulkhead = new Bulkhead(new TestClient(world, "client", -1), world.sim, 25);
  expect(Array.from({ length: 26 }, () => bulkhead.admits()).filter((out) => out)).toHaveLength(25);
  bulkhead.settle(true, 0, 0, NONE);
  expect([bulkhead.admits(), bulkhead.admits(), bulkhead.refusal]).toEqual([true, false, BULKHEAD_FULL]);
});

test("a client whose calls are accepted one time in four rejects half of them: (100 - 2 x 25) / 101", () => {
  const world = testWorld();
  const owner = new TestClient(world, "client", -1);
  const throttle = new RequestThrottle(
    owner,
    world.sim,
    { K: 2, window: 120 * SECOND },
    world.sim.streams.stream("client", "t"),
  );
  for (let n = 0; n < 100; n++) {
    throttle.admits(n * SECOND);
    throttle.settle(n % 4 === 0, 0, n * SECOND, NONE);
  }
  expect(throttle.probability).toBeCloseTo(50 / 101, 12);
  throttle.admits(300 * SECOND);
  expect(throttle.probability).toBeCloseTo(1 / 2, 12);
});

test("a client whose calls are all accepted rejects none", () => {
  const world = testWorld();
  const owner = new TestClient(world, "client", -1);
  const throttle = new RequestThrottle(
    owner,
    world.sim,
    { K: 2, window: 120 * SECOND },
    world.sim.streams.stream("client", "t"),
  );
  const out = Array.from({ length: 1000 }, (_, n) => {
    const admitted = throttle.admits(n * SECOND);
    throttle.settle(true, 0, n * SECOND, NONE);
    return admitted;
  });
  expect(out).not.toContain(false);
});

test("hedging sends at least the request itself", () => {
  expect(guardOptions.hedging.safeParse({ maxAttempts: 0 }).success).toBe(false);
  expect(guardOptions.hedging.safeParse({ maxAttempts: 1 }).success).toBe(true);
});
