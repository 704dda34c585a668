import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { World } from "../world.ts";
import type { Deployment } from "./deployment.ts";
import { type Pod, RUNNING, STARTING } from "./pod.ts";

/** How many pods there are, ready and in all. */
export interface Tally {
  readonly ready: number;
  readonly of: number;
}

/** The endpoints of a balancer in one zone, or all of them, as the balancer knows them at the moment. */
export class EndpointSlice extends Component {
  /** Slots of the pods that flows are given to: the ready ones, or every target while the balancer fails open. */
  endpoints: readonly number[] = [];
  private ready: readonly number[] = [];
  /** Index of its zone, or -1 for all zones. */
  readonly zone: number;
  readonly noneReady: Condition;
  private readonly few: Condition;
  private readonly world: World;
  private readonly deployment: Deployment;
  private readonly readyEndpoints: Gauge;
  /** That the pods of a scale-out are not ready, as far as it has been taken into account. */
  private scaleOut: JournalId = NONE;

  constructor(world: World, path: string, zone: number, deployment: Deployment) {
    super(world.sim, path);
    this.zone = zone;
    this.world = world;
    this.deployment = deployment;
    this.noneReady = new Condition(world.sim, this, "no-ready-endpoints");
    this.few = new Condition(world.sim, this, "few-endpoints-take-all");
    this.readyEndpoints = world.sim.record.gauge(this, "ready_endpoints", "pods");
  }

  /** The pods are known to be these now. Two lists, never one object: a snapshot restores each in its place. */
  fill(ready: readonly number[], endpoints: readonly number[]): void {
    this.ready = ready;
    this.endpoints = endpoints;
    this.readyEndpoints.set(ready.length);
  }

  /** Pods of its zones that are ready as far as the balancer knows, of these and those that should be. */
  tally(): Tally {
    const { pods } = this.deployment;
    const missed = pods.filter((pod) => isMissed(pod) && this.holds(pod.zone) && !this.ready.includes(pod.slot));
    return { ready: this.ready.length, of: this.ready.length + missed.length };
  }

  /** Writes down what is the case now; `all` is the tally of the whole deployment. Where flows go stays as it is. */
  report(all: Tally): void {
    this.restate();
    const tally = this.tally();
    const scarce = [tally, all].find(({ ready, of }) => ready * 2 < of);
    const causes = this.deployment.unreadyCauses(scarce === all ? -1 : this.zone);
    if (tally.ready > 0) this.noneReady.end();
    else this.noneReady.begin(causes.length > 0 ? latestFirst(causes) : [this.deployment.origin], { of: tally.of });
    if (scarce === undefined || tally.ready === 0) this.few.end();
    else this.few.begin(causes, { ready: scarce.ready, of: scarce.of });
    this.concentrate(this.few.current);
  }

  /** What began before a scale-out goes on because of it once the new pods are not ready: that is written down anew. */
  private restate(): void {
    const scaleOut = this.deployment.scaleOuts.notReady.current;
    if (scaleOut === this.scaleOut) return;
    this.scaleOut = scaleOut;
    if (scaleOut === NONE) return;
    this.noneReady.end();
    this.few.end();
  }

  private holds(zone: number): boolean {
    return this.zone === -1 || this.zone === zone;
  }

  /** Tells the nodes of the ready pods why their traffic grows, so that a saturated interface can name its cause. */
  private concentrate(because: JournalId): void {
    if (this.few.id === NONE) return;
    const hosts = this.ready.map((slot) => this.deployment.pods[slot]!.node);
    for (const [id, node] of this.world.nodes.entries()) {
      if (because !== NONE && hosts.includes(id)) node.concentration = because;
      else if (node.concentration === this.few.id) node.concentration = NONE;
    }
  }
}

/** What left nobody in the end stands first: the last pod that was lost. */
function latestFirst(causes: readonly JournalId[]): JournalId[] {
  return [...causes].sort((a, b) => b - a);
}

/** A pod that was ready before, or has had its chance to become ready; one that has only just started is not missed. */
function isMissed({ state, ready, everReady, stuck }: Pod): boolean {
  return !ready && (state === RUNNING || state === STARTING) && (everReady || stuck);
}
