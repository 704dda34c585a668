import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import { ABSENT, type Pod, TERMINATING } from "./pod.ts";
import { limitsOf, type Strategy } from "./strategy.ts";

export interface RolloutOptions {
  readonly strategy: Strategy;
  readonly minReadySeconds: Micros;
  readonly progressDeadlineSeconds: Micros;
}

/** The deployment whose pods are replaced. */
export interface Rolled extends Component {
  readonly pods: readonly Pod[];
  /** How many pods are wanted in all. */
  readonly wanted: number;
  unreadyCauses(): readonly JournalId[];
  /** How many pods of each revision are wanted may be different now. */
  reconsider(): void;
}

const LOOK = 0;
const DEADLINE = 1;

/**
 * Replaces the pods of a deployment by pods of a new revision, a few at a time: new ones as long as there are not more
 * than replicas + maxSurge, and old ones go as long as replicas - maxUnavailable are available.
 *
 * A pod is available once it has been ready for minReadySeconds. Pods that are terminating count no more. When nothing
 * has come forward for progressDeadlineSeconds it says so and goes on trying. Scaling meanwhile gives new pods to the
 * new revision. Source: kubernetes pkg/controller/deployment/rolling.go, recreate.go, util/deployment_util.go.
 */
export class Rollout extends Component {
  /** The newest revision, and how many pods are wanted of it and of all others. */
  revision = 0;
  newest = 0;
  older = 0;
  private readonly options: RolloutOptions;
  private readonly deployment: Rolled;
  private readonly underWay: Condition;
  private readonly stuck: Condition;
  private progressedAt: Micros = 0;
  private available = 0;
  private deadline: EventHandle = NO_EVENT;

  constructor(sim: Simulation, deployment: Rolled, options: RolloutOptions) {
    super(sim, `${deployment.path}/rollout`);
    this.deployment = deployment;
    this.options = options;
    this.underWay = new Condition(sim, deployment, "rollout-under-way");
    this.stuck = new Condition(sim, deployment, "rollout-stuck");
  }

  get isUnderWay(): boolean {
    return this.underWay.holds;
  }

  /** Another revision is wanted from now on. */
  begin(because: JournalId): void {
    this.underWay.end();
    this.revision++;
    this.older += this.newest;
    this.newest = 0;
    this.underWay.begin([because], { pods: this.older });
    this.progress();
  }

  /** So many pods are wanted in all. */
  scale(to: number): void {
    if (!this.isUnderWay) this.newest = to;
  }

  /** A pod has changed: takes the next step, if one can be taken now. */
  step(): void {
    if (!this.isUnderWay) return;
    const available = this.count((pod) => this.isNew(pod) && this.isAvailable(pod));
    if (available > this.available) this.progress();
    this.available = available;
    if (this.isOver()) this.finish();
    else if (this.move()) {
      this.progress();
      this.deployment.reconsider();
    }
  }

  /** A pod is ready: it may be available later. */
  podReady(): void {
    const { minReadySeconds } = this.options;
    if (this.isUnderWay && minReadySeconds > 0) this.after(minReadySeconds, LOOK);
  }

  override on(kind: typeof LOOK | typeof DEADLINE): void {
    if (kind === LOOK) this.deployment.reconsider();
    else this.complain();
  }

  private move(): boolean {
    return this.options.strategy.type === "Recreate" ? this.recreate() : this.addNewest() || this.removeOlder();
  }

  private recreate(): boolean {
    const isChange = this.older > 0;
    this.older = 0;
    const isEmpty = !this.deployment.pods.some((pod) => pod.state !== ABSENT && !this.isNew(pod));
    if (!isEmpty || this.newest === this.deployment.wanted) return isChange;
    this.newest = this.deployment.wanted;
    return true;
  }

  private addNewest(): boolean {
    const { wanted } = this.deployment;
    const { surge } = limitsOf(this.options.strategy, wanted);
    const room = wanted + surge - this.newest - this.older;
    const change = Math.min(Math.max(0, room), wanted - this.newest);
    this.newest += change;
    return change !== 0;
  }

  /** Those that are not available go first, as they serve nobody. */
  private removeOlder(): boolean {
    if (this.older === 0) return false;
    const { wanted } = this.deployment;
    const least = wanted - limitsOf(this.options.strategy, wanted).missing;
    const isOldAvailable = (pod: Pod) => !this.isNew(pod) && this.isAvailable(pod);
    const oldAvailable = this.count(isOldAvailable);
    const spare = this.older + this.available - least;
    if (spare <= 0) return false;
    const unhealthy = Math.max(0, Math.min(spare, this.older - oldAvailable));
    const healthy = Math.max(0, Math.min(this.older - unhealthy, oldAvailable + this.available - least));
    this.older -= unhealthy + healthy;
    return unhealthy + healthy > 0;
  }

  private isOver(): boolean {
    const { wanted } = this.deployment;
    return this.older === 0 && this.newest === wanted && this.available >= wanted;
  }

  private finish(): void {
    this.underWay.end();
    this.stuck.end();
    this.cancel(this.deadline);
    this.available = 0;
  }

  private progress(): void {
    this.progressedAt = this.now;
    this.stuck.end();
    this.cancel(this.deadline);
    this.deadline = this.after(this.options.progressDeadlineSeconds, DEADLINE);
  }

  private complain(): void {
    const seconds = (this.now - this.progressedAt) / 1_000_000;
    const causes = [this.underWay.current, ...this.deployment.unreadyCauses()].filter((cause) => cause !== NONE);
    this.stuck.begin(causes, { seconds });
  }

  private isNew({ revision }: Pod): boolean {
    return revision === this.revision;
  }

  private isAvailable(pod: Pod): boolean {
    return pod.ready && this.now - pod.readyChangedAt >= this.options.minReadySeconds;
  }

  private count(fits: (pod: Pod) => boolean): number {
    return this.deployment.pods.filter((pod) => pod.state !== ABSENT && pod.state !== TERMINATING && fits(pod)).length;
  }
}
