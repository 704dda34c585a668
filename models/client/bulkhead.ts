import type { Component } from "../../sim/component.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { SECOND } from "../../sim/time.ts";
import { BULKHEAD_FULL } from "../error.ts";
import type { Guard } from "./guard.ts";

/** A bulkhead that is full again within this time has not been left. */
const CALM = 5 * SECOND;

/** Lets only so many calls be out at once; who finds it full fails at once. Source: resilience4j BulkheadConfig.java. */
export class Bulkhead implements Guard {
  readonly refusal = BULKHEAD_FULL;
  private readonly limit: number;
  private readonly owner: Component;
  private readonly full: LingeringCondition;
  private out = 0;
  private latestTrouble: JournalId = NONE;

  constructor(owner: Component, sim: Simulation, limit: number) {
    this.limit = limit;
    this.owner = owner;
    this.full = new LingeringCondition(owner, sim, "bulkhead-full", CALM);
  }

  admits(): boolean {
    if (this.out >= this.limit) return false;
    this.out++;
    return true;
  }

  because(): JournalId {
    const causes = [this.latestTrouble, this.owner.origin];
    return this.full.renew(causes, () => ({ maxConcurrentCalls: this.limit }));
  }

  settle(isGood: boolean, _took: number, _now: number, because: JournalId): void {
    this.out--;
    if (!isGood && because !== this.full.current) this.latestTrouble = because;
  }
}
