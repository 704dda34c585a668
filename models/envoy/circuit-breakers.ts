import { assert } from "../../sim/assert.ts";
import type { CircuitBreakerOptions } from "./envoy-options.ts";

/** Something of which one Envoy allows itself only so much at once. */
class Resource {
  count = 0;
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  get canCreate(): boolean {
    return this.count < this.max;
  }

  inc(): void {
    this.count++;
  }

  dec(amount = 1): void {
    this.count -= amount;
    assert(this.count >= 0, () => `a circuit breaker counts ${this.count}`);
  }
}

/**
 * The circuit breakers of one Envoy for its cluster: limits of what it has under way, that know nothing of failures.
 * Source: source/common/upstream/resource_manager_impl.h.
 */
export class CircuitBreakers {
  readonly connections: Resource;
  readonly pending: Resource;
  readonly requests: Resource;
  /** Retries from the moment that they are decided on, their pauses among them, until they are over. */
  readonly retries: Resource;
  private readonly options: CircuitBreakerOptions;

  constructor(options: CircuitBreakerOptions) {
    this.options = options;
    this.connections = new Resource(options.max_connections);
    this.pending = new Resource(options.max_pending_requests);
    this.requests = new Resource(options.max_requests);
    this.retries = new Resource(options.max_retries);
  }

  /** Whether one more retry may be under way: fewer than max_retries, or than the retry budget has room for. */
  get canRetry(): boolean {
    const { retry_budget: budget } = this.options;
    return budget === undefined ? this.retries.canCreate : this.retries.count < this.mostRetries(budget);
  }

  reset(): void {
    for (const resource of [this.connections, this.pending, this.requests, this.retries]) resource.count = 0;
  }

  private mostRetries(budget: NonNullable<CircuitBreakerOptions["retry_budget"]>): number {
    const active = this.requests.count + this.pending.count;
    return Math.max(Math.floor((budget.budget_percent / 100) * active), budget.min_retry_concurrency);
  }
}
