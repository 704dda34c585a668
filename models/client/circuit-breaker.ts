import type { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import { CIRCUIT_OPEN } from "../error.ts";
import type { Guard } from "./guard.ts";
import type { CircuitBreakerOptions } from "./guard-options.ts";

type State = number;
const CLOSED: State = 0;
const OPEN: State = 1;
const HALF_OPEN: State = 2;

/**
 * Opens when too many of the latest calls have failed or been slow, lets nothing out for a while, then tries a few.
 *
 * Closed, the rates are over the last 100 calls, once there are 100; at 50 % failures or 100 % slow calls it opens. After
 * 60 s the next call finds it half-open, where 10 calls may go out, and their rates close or open it.
 * Source: resilience4j CircuitBreakerConfig.java, CircuitBreakerStateMachine.java, COUNT_BASED window.
 */
export class CircuitBreaker implements Guard {
  readonly refusal = CIRCUIT_OPEN;
  private readonly options: CircuitBreakerOptions;
  private readonly open: Condition;
  private state: State = CLOSED;
  private openedAt: Micros = 0;
  /** Calls that half-open has let out. */
  private tried = 0;
  /** The latest calls in a ring: 1 for a failure, 2 for a slow call, 3 for both. */
  private ring: Uint8Array;
  private next = 0;
  private recorded = 0;
  private failures = 0;
  private slow = 0;
  private latestTrouble: JournalId = NONE;

  constructor(owner: Component, sim: Simulation, options: CircuitBreakerOptions) {
    this.options = options;
    this.open = new Condition(sim, owner, "circuit-open");
    this.ring = new Uint8Array(options.slidingWindowSize);
  }

  admits(now: Micros): boolean {
    if (this.state === OPEN && now - this.openedAt >= this.options.waitDurationInOpenState) this.becomeHalfOpen();
    if (this.state === CLOSED) return true;
    if (this.state === OPEN || this.tried >= this.options.permittedNumberOfCallsInHalfOpenState) return false;
    this.tried++;
    return true;
  }

  because(): JournalId {
    return this.open.id;
  }

  settle(isGood: boolean, took: Micros, now: Micros, because: JournalId): void {
    if (!isGood) this.latestTrouble = because;
    if (this.state === OPEN) return;
    this.record((isGood ? 0 : 1) | (took >= this.options.slowCallDurationThreshold ? 2 : 0));
    const { minimumNumberOfCalls, permittedNumberOfCallsInHalfOpenState } = this.options;
    const needed = this.state === CLOSED ? minimumNumberOfCalls : permittedNumberOfCallsInHalfOpenState;
    if (this.recorded < Math.min(needed, this.ring.length)) return;
    if (this.isTooBad()) this.becomeOpen(now);
    else if (this.state === HALF_OPEN) this.becomeClosed();
  }

  private isTooBad(): boolean {
    const { failureRateThreshold, slowCallRateThreshold } = this.options;
    return this.failures >= failureRateThreshold * this.recorded || this.slow >= slowCallRateThreshold * this.recorded;
  }

  private record(what: number): void {
    if (this.recorded === this.ring.length) this.forget(this.ring[this.next]!);
    else this.recorded++;
    this.ring[this.next] = what;
    this.next = (this.next + 1) % this.ring.length;
    this.failures += what & 1;
    this.slow += what >> 1;
  }

  private forget(what: number): void {
    this.failures -= what & 1;
    this.slow -= what >> 1;
  }

  private becomeOpen(now: Micros): void {
    const { recorded, failures, slow } = this;
    this.open.end();
    this.open.begin([this.latestTrouble], { failures, slow, of: recorded });
    this.state = OPEN;
    this.openedAt = now;
  }

  private becomeHalfOpen(): void {
    this.state = HALF_OPEN;
    this.tried = 0;
    this.startOver(this.options.permittedNumberOfCallsInHalfOpenState);
  }

  private becomeClosed(): void {
    this.state = CLOSED;
    this.open.end();
    this.startOver(this.options.slidingWindowSize);
  }

  private startOver(size: number): void {
    this.ring = new Uint8Array(size);
    this.next = 0;
    this.recorded = 0;
    this.failures = 0;
    this.slow = 0;
  }
}
