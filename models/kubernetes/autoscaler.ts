import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Micros } from "../../sim/time.ts";
import type { World } from "../world.ts";
import type { Deployment } from "./deployment.ts";
import { ABSENT, PENDING, type Pod, STARTING, TERMINATING } from "./pod.ts";
import { PodMetrics, type Sample } from "./pod-metrics.ts";
import { type MetricTarget, type PodUsage, replicasFor, usageRatio } from "./replica-calculator.ts";
import { type Behavior, ScalingRules } from "./scaling-rules.ts";

export interface AutoscalerOptions {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly MetricOptions[];
  readonly behavior: Behavior;
  readonly metricResolution: Micros;
  readonly controller: ControllerOptions;
}

interface MetricOptions {
  /** "cpu", or a level that the pods have. */
  readonly name: string;
  readonly target: MetricTarget;
}

/** Flags of kube-controller-manager, horizontal-pod-autoscaler-... */
interface ControllerOptions {
  readonly syncPeriod: Micros;
  readonly tolerance: number;
  readonly cpuInitializationPeriod: Micros;
  readonly initialReadinessDelay: Micros;
}

/** A metric with its pipeline. */
interface Watched {
  readonly name: string;
  readonly target: MetricTarget;
  readonly pipeline: PodMetrics;
}

const SYNC = 0;

/**
 * Changes the replicas of a deployment so that its pods are on average at the target of a metric, every sync period.
 *
 * Of several metrics the one that asks for most replicas counts. It knows only what the metrics pipeline has read last,
 * and CPU of pods that are not ready or have just become so is set aside. Waiting for a connection is no use of CPU: a
 * pod that waits looks idle. Source: kubernetes pkg/controller/podautoscaler, horizontal.go and replica_calculator.go.
 */
export class Autoscaler extends Component {
  /** Whether it leaves the replicas as they are. */
  isPaused = false;
  private readonly options: AutoscalerOptions;
  private readonly metrics: readonly Watched[];
  private readonly rules: ScalingRules;
  private readonly phase: Stream;
  private readonly lane: number;
  /** What 100 % of a pod's CPU is, in processors. */
  private request = 1;
  private deployment!: Deployment;
  private readonly desired: Gauge;
  private readonly utilization: Gauge;
  private readonly rescales: Counter;

  constructor(world: World, path: string, options: AutoscalerOptions) {
    super(world.sim, path);
    const { record, streams } = world.sim;
    this.options = options;
    this.metrics = options.metrics.map(({ name, target }) => {
      return { name, target, pipeline: new PodMetrics(world.sim, `${path}/${name}`, name, options.metricResolution) };
    });
    this.rules = new ScalingRules(options.behavior);
    this.phase = streams.stream(path, "sync phase");
    this.lane = world.sim.lane(options.controller.syncPeriod);
    this.desired = record.gauge(this, "desired_replicas", "pods");
    this.utilization = record.gauge(this, "utilization", "% of target");
    this.rescales = record.counter(this, "rescales", "times");
  }

  /** Scales this deployment, whose pods ask for so many processors each. */
  connect(deployment: Deployment, request: number): void {
    this.deployment = deployment;
    this.request = request;
    for (const { pipeline } of this.metrics) pipeline.connect(deployment);
  }

  start(): void {
    const { wanted } = this.deployment;
    this.desired.set(wanted);
    this.rules.begin(this.now, wanted);
    for (const { pipeline } of this.metrics) pipeline.start();
    this.after(Math.floor(this.phase.next() * this.options.controller.syncPeriod), SYNC);
  }

  override on(_sync: typeof SYNC): void {
    this.afterLane(this.lane, SYNC);
    const { wanted } = this.deployment;
    const replicas = this.decide(wanted);
    if (replicas !== wanted && !this.isPaused) this.rescale(wanted, replicas);
  }

  override check(): void {
    const { maxReplicas } = this.options;
    assert(this.desired.value <= Math.max(maxReplicas, this.deployment.wanted), `${this.path} wants too many replicas`);
  }

  private decide(current: number): number {
    const { minReplicas, maxReplicas } = this.options;
    if (current === 0) return 0;
    if (current > maxReplicas) return maxReplicas;
    if (current < minReplicas) return minReplicas;
    const proposals = this.metrics.flatMap((metric) => this.proposalOf(metric, current) ?? []);
    if (proposals.length === 0) return current;
    return this.rules.apply(this.now, current, Math.max(...proposals), minReplicas, maxReplicas);
  }

  private proposalOf(metric: Watched, current: number): number | undefined {
    const living = this.deployment.pods.filter(({ state }) => state !== ABSENT && state !== TERMINATING);
    const pods = living.map((pod) => this.usageOf(pod, metric));
    const ready = pods.filter(({ group }) => group === "ready");
    if (metric === this.metrics[0] && ready.length > 0)
      this.utilization.set(Math.round(usageRatio(ready, metric.target) * 100));
    return replicasFor(current, pods, metric.target, this.options.controller.tolerance);
  }

  private usageOf(pod: Pod, { name, pipeline }: Watched): PodUsage {
    const request = name === "cpu" ? this.request : 1;
    if (pod.state === PENDING || (pod.state === STARTING && !pod.everReady))
      return { group: "ignored", usage: 0, request };
    const sample = pipeline.of(pod);
    if (sample === undefined) return { group: "missing", usage: 0, request };
    const group = name === "cpu" && this.saysNothing(pod, sample) ? "ignored" : "ready";
    return { group, usage: sample.value, request };
  }

  /** CPU of a pod that still starts up, or was never ready, is none of its work (groupPods). */
  private saysNothing({ ready, boundAt, readyChangedAt }: Pod, { at, window }: Sample): boolean {
    const { cpuInitializationPeriod, initialReadinessDelay } = this.options.controller;
    if (this.now - boundAt < cpuInitializationPeriod) return !ready || at < readyChangedAt + window;
    return !ready && readyChangedAt < boundAt + initialReadinessDelay;
  }

  private rescale(from: number, to: number): void {
    const figures = { from, to, utilization: this.utilization.value };
    this.origin = this.sim.journal.action(this.id, "rescaled", [], figures);
    this.rules.note(this.now, to - from);
    this.rescales.add();
    this.desired.set(to);
    this.deployment.scale(to, this.origin);
  }
}
