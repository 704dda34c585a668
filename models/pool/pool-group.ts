import { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { SECOND } from "../../sim/time.ts";
import type { Address } from "../host.ts";
import type { World } from "../world.ts";

/** A shortage that comes back within this time has not ended. */
const CALM = 5 * SECOND;
/** How often a lasting shortage is renewed. */
const RENEWAL = SECOND;

/** What the entries of a pool group in the journal say. */
export const poolFacts = {
  "pool-exhausted": "{component}: all {limit} connections of a pod's pool are in use and requests wait for one",
} as const;

/** What the pools of all pods of one service to one target have in common: where they connect to, and how they do. */
export class PoolGroup extends Component {
  readonly active: Gauge;
  readonly idle: Gauge;
  readonly connecting: Gauge;
  readonly pending: Gauge;
  readonly wait: Histogram;
  readonly opened: Counter;
  readonly failed: Counter;
  /** Set when the world is wired. */
  target!: Address;
  /** What delayed the statement that came back last, or made the latest login fail: NONE while all is well. */
  latestTrouble: JournalId = NONE;
  /** A request class whose statements run here: sessions that are opened for nobody in particular log in as its user. */
  kind = 0;
  private readonly limit: number;
  private readonly exhausted: LingeringCondition;
  private renewedAt = 0;

  /** @param limit connections that the pool of one pod may have. */
  constructor(world: World, path: string, limit: number) {
    super(world.sim, path);
    const { record } = world.sim;
    this.limit = limit;
    this.active = record.gauge(this, "active", "connections");
    this.idle = record.gauge(this, "idle", "connections");
    this.connecting = record.gauge(this, "connecting", "connections");
    this.pending = record.gauge(this, "pending", "requests");
    this.wait = record.histogram(this, "wait", "ms");
    this.opened = record.counter(this, "opened", "connections");
    this.failed = record.counter(this, "connect_errors", "connections");
    this.exhausted = new LingeringCondition(this, world.sim, "pool-exhausted", CALM);
  }

  /** A request finds no connection; returns the journal entry that says so. */
  runShort(request: RequestId, pod: JournalId): JournalId {
    const current = this.exhausted.current;
    if (current !== NONE && this.now < this.renewedAt + RENEWAL) return current;
    this.renewedAt = this.now;
    const causes = [this.foreignTrouble(), pod, this.sim.requests.origin[request]!];
    return this.exhausted.renew(causes, () => ({ limit: this.limit }));
  }

  /** The latest trouble, unless it is that of waiting here. */
  private foreignTrouble(): JournalId {
    const entry = this.sim.journal.entries[this.latestTrouble];
    return entry === undefined || entry.component === this.id ? NONE : this.latestTrouble;
  }
}
