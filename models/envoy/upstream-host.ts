import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { World } from "../world.ts";

/** What all Envoys of a deployment count of one host of their cluster. */
export class UpstreamHost extends Component {
  readonly rq_total: Counter;
  readonly rq_error: Counter;
  private readonly ejected: Condition;
  /** Envoys that have ejected it. */
  private ejectedBy = 0;

  constructor(world: World, path: string) {
    super(world.sim, path);
    this.rq_total = world.sim.record.counter(this, "rq_total", "requests");
    this.rq_error = world.sim.record.counter(this, "rq_error", "requests");
    this.ejected = new Condition(world.sim, this, "host-ejected");
  }

  /** The latest time that it was ejected, or NONE. */
  get latest(): JournalId {
    return this.ejected.id;
  }

  eject(because: readonly JournalId[]): void {
    this.ejectedBy++;
    this.ejected.begin(because);
  }

  uneject(): void {
    this.ejectedBy--;
    if (this.ejectedBy === 0) this.ejected.end();
  }
}
