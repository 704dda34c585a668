import type { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { CLIENT_THROTTLED } from "../error.ts";
import type { Guard } from "./guard.ts";
import type { ThrottlingOptions } from "./guard-options.ts";

const CALM = 5 * SECOND;

/**
 * Rejects its own calls once the servers accept too few of them, with probability
 * max(0, (requests - K accepts) / (requests + 1)) over the last two minutes.
 *
 * A call that it rejects counts as a request; only an answer that is good counts as accepted.
 * Source: Site Reliability Engineering, ch. 21, "Client-Side Throttling".
 */
export class RequestThrottle implements Guard {
  readonly refusal = CLIENT_THROTTLED;
  private readonly multiplier: number;
  private readonly chance: Stream;
  private readonly owner: Component;
  private readonly throttling: LingeringCondition;
  /** By second of the window, in a ring. */
  private readonly requests: Float64Array;
  private readonly accepts: Float64Array;
  private second = 0;
  private requested = 0;
  private accepted = 0;
  private latestTrouble: JournalId = NONE;

  constructor(owner: Component, sim: Simulation, { K, window }: ThrottlingOptions, chance: Stream) {
    const seconds = Math.max(1, Math.round(window / SECOND));
    this.multiplier = K;
    this.chance = chance;
    this.owner = owner;
    this.throttling = new LingeringCondition(owner, sim, "client-throttles", CALM);
    this.requests = new Float64Array(seconds);
    this.accepts = new Float64Array(seconds);
  }

  admits(now: Micros): boolean {
    this.advance(now);
    const rejects = this.chance.next() < this.probability;
    this.requested++;
    this.requests[this.second % this.requests.length]! += 1;
    return !rejects;
  }

  /** The share of its calls that it rejects at the moment. */
  get probability(): number {
    return Math.max(0, (this.requested - this.multiplier * this.accepted) / (this.requested + 1));
  }

  because(): JournalId {
    const figures = () => ({ percent: Math.round(100 * this.probability) });
    return this.throttling.renew([this.latestTrouble, this.owner.origin], figures);
  }

  settle(isGood: boolean, _took: Micros, now: Micros, because: JournalId): void {
    this.advance(now);
    if (isGood) {
      this.accepted++;
      this.accepts[this.second % this.accepts.length]! += 1;
    } else if (because !== this.throttling.current) this.latestTrouble = because;
  }

  private advance(now: Micros): void {
    const second = Math.floor(now / SECOND);
    const { length } = this.requests;
    for (let at = Math.max(this.second + 1, second - length + 1); at <= second; at++) this.clear(at % length);
    this.second = second;
  }

  private clear(at: number): void {
    this.requested -= this.requests[at]!;
    this.accepted -= this.accepts[at]!;
    this.requests[at] = 0;
    this.accepts[at] = 0;
  }
}
