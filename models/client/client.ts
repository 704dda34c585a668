import type { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import { Bulkhead } from "./bulkhead.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { Guard } from "./guard.ts";
import type { GuardOptions } from "./guard-options.ts";
import { RequestThrottle } from "./request-throttle.ts";
import type { RetryOptions } from "./retry-options.ts";
import { createRetryPolicy, type RetryPolicy } from "./retry-policy.ts";

/**
 * The library by which all people of a load make their calls: when it tries again, and what keeps it from calling.
 *
 * Guards stand around each other, the circuit breaker outside of the bulkhead (the order of Resilience4j's aspects), so
 * what an inner one refuses an outer one takes for a failure.
 */
export class Client {
  readonly retries: RetryPolicy;
  private readonly guards: readonly Guard[];

  constructor(
    owner: Component,
    sim: Simulation,
    options: GuardOptions & { readonly retry: RetryOptions },
    stream: (purpose: string) => Stream,
  ) {
    const { throttling, circuitBreaker, bulkhead } = options;
    const guards: Guard[] = [];
    if (throttling !== "off") guards.push(new RequestThrottle(owner, sim, throttling, stream("throttling")));
    if (circuitBreaker !== "off") guards.push(new CircuitBreaker(owner, sim, circuitBreaker));
    if (bulkhead !== "off") guards.push(new Bulkhead(owner, sim, bulkhead.maxConcurrentCalls));
    this.guards = guards;
    this.retries = createRetryPolicy(options.retry, stream("backoff"));
  }

  /** The guard that does not let a call out now; undefined if it may go, and is to be settled later. */
  refusal(now: Micros): Guard | undefined {
    if (this.guards.length === 0) return undefined;
    for (const [at, guard] of this.guards.entries()) {
      if (guard.admits(now)) continue;
      for (const outer of this.guards.slice(0, at)) outer.settle(false, 0, now, NONE);
      return guard;
    }
    return undefined;
  }

  /** A call that went out has ended, after so long. */
  settle(isGood: boolean, took: Micros, now: Micros, because: JournalId): void {
    for (const guard of this.guards) guard.settle(isGood, took, now, because);
  }
}
