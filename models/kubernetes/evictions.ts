import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { NodeId, World } from "../world.ts";
import type { DisruptionBudget } from "./disruption-budget.ts";
import { type Pod, RUNNING, STARTING } from "./pod.ts";

/** The deployment whose pods are evicted. */
export interface Evicted extends Component {
  readonly pods: readonly Pod[];
  /** How many pods are wanted. */
  readonly wanted: number;
  unreadyCauses(): readonly JournalId[];
}

interface Drain {
  readonly node: NodeId;
  readonly because: JournalId;
}

const RETRY = 1;

/** kubectl drain asks again so long after "Cannot evict pod as it would violate the pod's disruption budget". */
const RETRY_AFTER: Micros = 5 * SECOND;

/** Drains nodes of a deployment's pods through the Eviction API, as far as the disruption budget lets it. */
export class Evictions extends Component {
  private readonly deployment: Evicted;
  private readonly budget: DisruptionBudget;
  private readonly blocked: Condition;
  private drains: Drain[] = [];

  constructor(world: World, deployment: Evicted, budget: DisruptionBudget) {
    super(world.sim, `${deployment.path}/evictions`);
    this.deployment = deployment;
    this.budget = budget;
    this.blocked = new Condition(world.sim, deployment, "drain-blocked");
  }

  /** Evicts every pod from a node, now or as soon as the budget allows it. */
  drain(node: NodeId, because: JournalId): void {
    const isIdle = this.drains.length === 0;
    this.drains.push({ node, because });
    this.evict();
    if (isIdle && this.drains.length > 0) this.after(RETRY_AFTER, RETRY);
  }

  override on(_retry: typeof RETRY): void {
    this.evict();
    if (this.drains.length > 0) this.after(RETRY_AFTER, RETRY);
  }

  private evict(): void {
    this.drains = this.drains.filter((drain) => !this.isDone(drain));
    const first = this.drains[0];
    if (first === undefined) return this.blocked.end();
    const ready = this.readyPods();
    const minAvailable = this.budget.minAvailable(this.deployment.wanted);
    this.blocked.begin([first.because, ...this.deployment.unreadyCauses()], { ready, minAvailable });
  }

  /** Evicts what may go; true when nothing is left. */
  private isDone({ node, because }: Drain): boolean {
    let left = 0;
    for (const pod of this.deployment.pods) {
      if (pod.node !== node || (pod.state !== STARTING && pod.state !== RUNNING)) continue;
      if (this.mayGo(pod)) pod.terminate(because);
      else left++;
    }
    return left === 0;
  }

  private mayGo(pod: Pod): boolean {
    return this.budget.allows(pod.ready, this.readyPods(), this.deployment.wanted);
  }

  private readyPods(): number {
    return this.deployment.pods.filter((pod) => pod.ready).length;
  }
}
