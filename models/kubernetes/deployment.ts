import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Outcome } from "../../sim/service.ts";
import { MILLISECOND, type Micros } from "../../sim/time.ts";
import type { Address } from "../host.ts";
import type { NodeId, World } from "../world.ts";
import type { Container } from "./container.ts";
import type { DisruptionBudget } from "./disruption-budget.ts";
import { Evictions } from "./evictions.ts";
import { ABSENT, PENDING, Pod, type PodOptions, type PodOwner, RUNNING, TERMINATING } from "./pod.ts";
import type { ProbeType } from "./probe.ts";
import { Rollout, type RolloutOptions } from "./rollout.ts";
import { ScaleOuts } from "./scale-outs.ts";
import { NOWHERE, type Scheduler } from "./scheduler.ts";

/** Whoever watches which pods are ready: a balancer. */
export interface PodObserver {
  podChanged(slot: number): void;
}

export interface DeploymentOptions extends PodOptions, RolloutOptions {
  readonly resources: { readonly requests: { readonly cpu: number } };
}

const CREATE = 1;
const RECONCILE = 2;

/** Requests to the API server for one batch of pods; an assumption, of no weight beside the start of a container. */
const API_ROUND: Micros = 30 * MILLISECOND;
/** More causes than this say no more. */
const CAUSES = 10;

/**
 * Keeps as many pods as are wanted: creates them in batches of 1, 2, 4, 8 (SlowStartInitialBatchSize), has them
 * scheduled, and removes pods without a node first, then those not ready, the newest of each first.
 *
 * Pods are slots that exist from the start; a slot is used again once its pod is gone. A replacement for a pod that is
 * terminating therefore waits for a slot when all are taken. Source: kubernetes pkg/controller/controller_utils.go.
 */
export class Deployment extends Component implements PodOwner, Address {
  readonly pods: readonly Pod[];
  readonly scaleOuts: ScaleOuts;
  /** Processors that each pod asks for. */
  readonly cpuRequest: number;
  private readonly observers: PodObserver[] = [];
  private readonly scheduler: Scheduler;
  private readonly evictions: Evictions;
  private readonly rollouts: Rollout;
  private readonly probeFails: Condition;
  private readonly podsPending: Condition;
  private readonly replicas: Gauge;
  private readonly running: Gauge;
  private readonly ready: Gauge;
  private readonly pending: Gauge;
  /** By index of the zone; absent where it has no nodes. */
  private readonly readyByZone: (Gauge | undefined)[];
  private creations = 0;
  /** Whether the next batch of pods is under way. */
  private isCreating = false;
  /** Whether pods are created for the latest scale-out, and not to replace others. */
  private isScalingOut = false;

  constructor(
    world: World,
    path: string,
    options: DeploymentOptions,
    containers: readonly Container[],
    scheduler: Scheduler,
    budget: DisruptionBudget,
  ) {
    super(world.sim, path);
    const { record } = world.sim;
    this.scheduler = scheduler;
    this.cpuRequest = options.resources.requests.cpu;
    this.pods = containers.map((container, slot) => new Pod(world, slot, container, options, this));
    this.scaleOuts = new ScaleOuts(world.sim, this, containers.length);
    this.evictions = new Evictions(world, this, budget);
    this.rollouts = new Rollout(world.sim, this, options);
    this.probeFails = new Condition(world.sim, this, "readiness-probe-fails");
    this.podsPending = new Condition(world.sim, this, "pods-pending");
    this.replicas = record.gauge(this, "replicas", "pods");
    this.running = record.gauge(this, "running", "pods");
    this.ready = record.gauge(this, "ready", "pods");
    this.pending = record.gauge(this, "pending", "pods");
    this.readyByZone = world.zones.map((zone, index) =>
      scheduler.zones.includes(index) ? record.gauge(`${path}/${zone}`, "ready", "pods") : undefined,
    );
  }

  /** Indices of the zones that it has nodes in, ascending. */
  get zones(): readonly number[] {
    return this.scheduler.zones;
  }

  get wanted(): number {
    return this.replicas.value;
  }

  get probeFailure(): JournalId {
    return this.probeFails.current;
  }

  /** Why pods that should be ready are not, the new ones first; only those of a zone, if one is given. */
  unreadyCauses(zone = -1): JournalId[] {
    const causes = [this.scaleOuts.notReady.current];
    for (const pod of this.pods) {
      if (zone === -1 || pod.zone === zone) causes.push(pod.unready.current);
    }
    return causes.filter((cause) => cause !== NONE).slice(0, CAUSES);
  }

  /** Tells a balancer about every change from now on. */
  observe(observer: PodObserver): void {
    this.observers.push(observer);
  }

  /** Looks up whom the probes ask, once all exist. */
  connect(): void {
    for (const pod of this.pods) pod.connect();
  }

  /** The first pods are there: placed, running and ready since long ago. */
  start(replicas: number): void {
    this.replicas.set(replicas);
    this.rollouts.scale(replicas);
    for (const pod of this.pods.slice(0, replicas)) {
      this.create(pod, NONE);
      const node = this.scheduler.place(this.pods);
      if (node !== NOWHERE) pod.standSinceLongAgo(node);
    }
    this.reportPending();
  }

  /** Changes how many pods are wanted. */
  scale(to: number, because: JournalId): void {
    assert(to <= this.pods.length, `${this.path}: scaled to ${to}, but it has only ${this.pods.length} slots`);
    this.isScalingOut = to > this.wanted;
    if (this.isScalingOut) this.scaleOuts.begin(because);
    this.replicas.set(to);
    this.rollouts.scale(to);
    this.origin = because;
    const before = this.living().length;
    this.reconcile();
    const left = this.living();
    if (left.length < before) for (const { container } of left) container.inherit?.(because);
  }

  /** Replaces all pods by those of another revision, a few at a time. */
  rollOut(because: JournalId): void {
    this.replaceBecause(because);
    this.rollouts.begin(because);
    this.reconcile();
  }

  /** Ends the containers of so many running pods, whose last restart is longest ago; they start again in place. */
  restart(count: number, because: JournalId): void {
    const waiting = this.oldest(this.pods.length).sort((a, b) => a.restartedAt - b.restartedAt);
    for (const pod of waiting.slice(0, count)) pod.restart(because);
  }

  /** Removes so many running pods without grace, the oldest first; others are created in their place. */
  kill(count: number, because: JournalId): void {
    this.replaceBecause(because);
    for (const pod of this.oldest(count)) pod.kill(because);
  }

  /** Whether the pods' probes of a type are heeded, or pass without asking anybody. */
  heedProbe(type: ProbeType, isHeeded: boolean): void {
    for (const pod of this.pods) pod.heedProbe(type, isHeeded);
  }

  /** The processes of all running pods end and stay down. */
  halt(because: JournalId): void {
    for (const pod of this.pods) pod.halt(because);
  }

  /** Starts the processes that were halted. */
  wake(because: JournalId): void {
    for (const pod of this.pods) pod.wake(because);
  }

  /** The pod that is asked where nobody balances: the first that runs. */
  get first(): Pod {
    return this.pods.find(({ state }) => state === RUNNING) ?? this.pods[0]!;
  }

  /** A single pod is asked directly, as a process on a host of its own. */
  reach(request: RequestId, from: NodeId): void {
    this.first.container.reach(request, from);
  }

  /** Cordons a node and evicts the pods there, as far as the disruption budget allows, until none is left. */
  drain(node: NodeId, because: JournalId): void {
    this.replaceBecause(because);
    this.scheduler.cordon(node);
    this.evictions.drain(node, because);
  }

  podChanged(pod: Pod): void {
    this.recount();
    if (pod.state === ABSENT || pod.state === TERMINATING || this.rollouts.isUnderWay) this.after(0, RECONCILE);
    if (pod.state === ABSENT) this.wakeOthers();
    if (pod.ready) this.rollouts.podReady();
    for (const observer of this.observers) observer.podChanged(pod.slot);
  }

  podFirstReady(pod: Pod): void {
    this.scaleOuts.firstReady(pod);
  }

  podProbed(_pod: Pod, outcome: Outcome, because: JournalId): void {
    const failing = this.pods.filter((pod) => pod.failing).length;
    if (failing === 0) this.probeFails.end();
    else this.probeFails.begin([because], { failing, of: this.running.value, outcome });
  }

  podStuck(pod: Pod, because: JournalId): void {
    this.scaleOuts.stick(pod, [this.probeFails.current, because]);
    for (const observer of this.observers) observer.podChanged(pod.slot);
  }

  override on(kind: typeof CREATE | typeof RECONCILE, batch: number): void {
    if (kind === CREATE) this.createBatch(batch);
    else this.reconcile();
  }

  reconsider(): void {
    this.after(0, RECONCILE);
  }

  override check(): void {
    const states = this.pods.map((pod) => pod.state);
    const running = states.filter((state) => state === RUNNING).length;
    assert(running === this.running.value, () => `${this.path}: ${running} pods run, counted ${this.running.value}`);
    assert(this.ready.value <= running, () => `${this.path}: ${this.ready.value} of ${running} running pods are ready`);
  }

  private reconcile(): void {
    this.rollouts.step();
    const living = this.living();
    const older = living.filter((pod) => !this.isNewest(pod));
    const newest = living.filter((pod) => this.isNewest(pod));
    this.removeSurplus(older, this.rollouts.older);
    this.removeSurplus(newest, this.rollouts.newest);
    if (this.missing > 0 && !this.isCreating) this.createBatch(1);
    this.placePending();
  }

  /** Pods of an older revision that are lost during a rollout are replaced by such, as the rollout counts on them. */
  private createBatch(size: number): void {
    const { missing } = this;
    const free = this.pods.filter((pod) => pod.state === ABSENT);
    const batch = free.slice(0, Math.max(0, Math.min(size, missing)));
    for (const pod of batch) this.create(pod, this.origin);
    this.isCreating = batch.length < missing && batch.length < free.length;
    if (this.isCreating) this.after(API_ROUND, CREATE, size * 2);
    this.placePending();
  }

  private create(pod: Pod, because: JournalId): void {
    const { revision, older } = this.rollouts;
    const lacksOlder = older > 0 && this.living().filter((each) => !this.isNewest(each)).length < older;
    this.scaleOuts.create(pod, this.isScalingOut);
    pod.create(this.creations++, because, lacksOlder ? revision - 1 : revision);
  }

  /** Pods that are still to be created. */
  private get missing(): number {
    return this.rollouts.newest + this.rollouts.older - this.living().length;
  }

  private isNewest({ revision }: Pod): boolean {
    return revision === this.rollouts.revision;
  }

  private placePending(): void {
    for (const pod of this.inOrder(this.pods.filter(({ state }) => state === PENDING))) {
      const node = this.scheduler.place(this.pods);
      if (node === NOWHERE) break;
      pod.bind(node);
    }
    this.reportPending();
  }

  /** Said once all pods are created, so that the count is whole. */
  private reportPending(): void {
    const pending = this.pending.value;
    const { tooManyPods, skewed } = this.scheduler;
    if (pending === 0) this.podsPending.end();
    else if (!this.isCreating) {
      this.podsPending.begin([this.origin], { pending, nodes: this.scheduler.nodes.length, tooManyPods, skewed });
    }
  }

  /** Order of pkg/controller/controller_utils.go ActivePods: without a node, then not ready, then the newest. */
  private removeSurplus(living: readonly Pod[], wanted: number): void {
    if (living.length <= wanted) return;
    const rank = (pod: Pod) => (pod.state === PENDING ? 0 : pod.ready ? 2 : 1);
    const victims = [...living].sort((a, b) => rank(a) - rank(b) || b.creation - a.creation);
    for (const pod of victims.slice(0, living.length - wanted)) pod.terminate(this.origin);
  }

  private replaceBecause(because: JournalId): void {
    this.isScalingOut = false;
    this.origin = because;
  }

  /** A place has become free on a node, which pods of any deployment may be waiting for. */
  private wakeOthers(): void {
    for (const other of this.sim.components) {
      if (other instanceof Deployment && other !== this && other.pending.value > 0) other.after(0, RECONCILE);
    }
  }

  private recount(): void {
    let running = 0;
    let pending = 0;
    const ready = this.readyByZone.map(() => 0);
    let readyInAll = 0;
    for (const pod of this.pods) {
      if (pod.state === RUNNING) running++;
      else if (pod.state === PENDING) pending++;
      if (!pod.ready) continue;
      readyInAll++;
      if (pod.zone >= 0) ready[pod.zone]!++;
    }
    this.running.set(running);
    this.pending.set(pending);
    this.ready.set(readyInAll);
    for (const [zone, gauge] of this.readyByZone.entries()) gauge?.set(ready[zone]!);
    this.scaleOuts.review(this.pods);
    if (!this.pods.some((pod) => pod.failing)) this.probeFails.end();
  }

  private living(): Pod[] {
    return this.pods.filter(({ state }) => state !== ABSENT && state !== TERMINATING);
  }

  private oldest(count: number): Pod[] {
    return this.inOrder(this.pods.filter(({ state }) => state === RUNNING)).slice(0, count);
  }

  private inOrder(pods: Pod[]): Pod[] {
    return pods.sort((a, b) => a.creation - b.creation);
  }
}
