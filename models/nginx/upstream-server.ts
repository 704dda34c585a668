import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { World } from "../world.ts";

/** What all workers of all pods know of one entry of an upstream, under the names of nginx's API. */
export class UpstreamServer extends Component {
  readonly requests: Counter;
  /** Good answers. */
  readonly responses: Counter;
  readonly fails: Counter;
  readonly active: Gauge;
  private readonly unavail: Counter;
  private readonly disabled: Condition;
  /** Workers that skip one of its addresses. */
  private disabledBy = 0;

  constructor(world: World, path: string) {
    super(world.sim, path);
    const { record } = world.sim;
    this.requests = record.counter(this, "requests", "requests");
    this.responses = record.counter(this, "responses", "requests");
    this.fails = record.counter(this, "fails", "requests");
    this.unavail = record.counter(this, "unavail", "times");
    this.active = record.gauge(this, "active", "connections");
    this.disabled = new Condition(world.sim, this, "upstream-disabled");
  }

  /** The latest time that it was skipped, or NONE. */
  get latest(): JournalId {
    return this.disabled.id;
  }

  /** A worker skips it from now on. */
  disable(because: readonly JournalId[], max_fails: number): void {
    this.unavail.add();
    this.disabledBy++;
    this.disabled.begin(because, { max_fails });
  }

  /** So many workers consider it again. */
  enable(workers = 1): void {
    this.disabledBy -= workers;
    if (this.disabledBy === 0) this.disabled.end();
  }
}
