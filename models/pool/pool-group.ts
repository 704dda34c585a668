import { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Address } from "../host.ts";
import type { World } from "../world.ts";
import { Shortage } from "./shortage.ts";

/** What the entries of a pool group in the journal say. */
export const poolFacts = {
  "pool-exhausted": "{component}: a pod has all {limit} connections of its pool in use, and requests wait for one",
} as const;

/** What the pools of all pods of one service to one target have in common: where they connect to, and how they do. */
export class PoolGroup extends Component {
  /** The path of the target. */
  readonly to: string;
  target!: Address;
  /** A request class whose statements run here: sessions that are opened for nobody in particular log in as its user. */
  kind = 0;
  /** Whether whoever borrows a connection keeps it until it lets it go, over several runs of statements. */
  isHolding = false;
  /** What delayed the statement that came back last, or made the latest login fail; NONE while all is well. */
  latestTrouble: JournalId = NONE;
  readonly active: Gauge;
  readonly idle: Gauge;
  readonly connecting: Gauge;
  readonly pending: Gauge;
  readonly wait: Histogram;
  readonly opened: Counter;
  readonly failed: Counter;
  private readonly exhausted: Shortage;

  /** @param limit connections that the pool of one pod may have. */
  constructor(world: World, path: string, to: string, limit: number) {
    super(world.sim, path);
    const { record } = world.sim;
    this.to = to;
    this.active = record.gauge(this, "active", "connections");
    this.idle = record.gauge(this, "idle", "connections");
    this.connecting = record.gauge(this, "connecting", "connections");
    this.pending = record.gauge(this, "pending", "requests");
    this.wait = record.histogram(this, "wait", "ms");
    this.opened = record.counter(this, "opened", "connections");
    this.failed = record.counter(this, "connect_errors", "connections");
    this.exhausted = new Shortage(this, world.sim, "pool-exhausted", { limit });
  }

  /** Looks up the target. */
  connect(world: World): void {
    this.target = world.find(this.to) as unknown as Address;
  }

  /** A request finds no connection in a pod; returns the journal entry that says so. */
  runShort(request: RequestId, pod: JournalId): JournalId {
    return this.exhausted.strike(this.latestTrouble, pod, this.sim.requests.origin[request]!);
  }
}
