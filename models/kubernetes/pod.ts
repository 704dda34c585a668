import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { MINUTE, type Micros, SECOND } from "../../sim/time.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import type { Container } from "./container.ts";
import type { ProbeOptions, ProbeType } from "./probe.ts";
import { type Probed, Prober } from "./prober.ts";

export type PodState = number;
/** The slot is empty. */
export const ABSENT: PodState = 0;
/** It exists, but no node has room for it. */
export const PENDING: PodState = 1;
/** A node pulls its image and starts its container, or starts the container again. */
export const STARTING: PodState = 2;
export const RUNNING: PodState = 3;
/** It takes no new traffic, and its container ends when the grace period is over. */
export const TERMINATING: PodState = 4;

export interface PodOptions {
  readonly startup: Distribution;
  readonly terminationGracePeriodSeconds: Micros;
  readonly startupProbe?: ProbeOptions | undefined;
  readonly livenessProbe?: ProbeOptions | undefined;
  readonly readinessProbe?: ProbeOptions | undefined;
}

/** Whoever wants the pod to exist: its deployment. */
export interface PodOwner {
  /** Its state or its readiness is another now. */
  podChanged(pod: Pod): void;
  /** It is ready for the first time. */
  podFirstReady(pod: Pod): void;
  /** Its readiness probe has answered. */
  podProbed(pod: Pod, outcome: Outcome, because: JournalId): void;
  /** It was never ready, and its readiness probe has now failed as often as it takes to be called a failure. */
  podStuck(pod: Pod, because: JournalId): void;
  /** Why its probe fails, for the journal. */
  readonly probeFailure: JournalId;
}

const CONTAINER_STARTED = 1;
const GRACE_OVER = 2;

/** kubelet back-off before a container that has ended starts once more: the first time none, then 10 s, doubling. */
const BACK_OFF: Micros = 10 * SECOND;
const BACK_OFF_MAX: Micros = 5 * MINUTE;
/** A container that has run so long starts again without any back-off (kubelet MaxContainerBackOff x 2). */
const BACK_OFF_FORGOTTEN: Micros = 10 * MINUTE;

/**
 * One slot of a deployment and the pod that lives in it, if any: absent, pending, starting, running (ready or not),
 * terminating, absent.
 *
 * A pod without a readiness probe is ready as soon as its container runs. Starting again takes as long as starting.
 */
export class Pod extends Component implements Probed {
  state: PodState = ABSENT;
  ready = false;
  /** Whether it has been ready since it was created. */
  everReady = false;
  /** Whether it was never ready and its probe has failed as often as it takes. */
  stuck = false;
  /** Whether the latest answer of its readiness probe was a failure. */
  failing = false;
  isStarted = false;
  /** Which pod of its deployment it is, counted from the first that was ever created. */
  creation = 0;
  /** The revision of its deployment that it belongs to. */
  revision = 0;
  /** When a node took it, and when its readiness last changed. */
  boundAt: Micros = 0;
  readyChangedAt: Micros = 0;
  /** When its container was last told to restart; -1 if it never was. */
  restartedAt: Micros = -1;
  node: NodeId = ELSEWHERE;
  readonly slot: number;
  readonly container: Container;
  readonly unready: Condition;
  private readonly world: World;
  private readonly owner: PodOwner;
  private readonly options: PodOptions;
  private readonly probers: Prober[];
  /** Why its readiness probe has failed since it last succeeded, the latest reason first. */
  private readonly reasons: JournalId[] = [];
  private readonly startupTime: Stream;
  private readonly phase: Stream;
  private restarts = 0;
  private isHalted = false;
  private startedAt: Micros = 0;
  private endsBecause: JournalId = NONE;
  private next: EventHandle = NO_EVENT;

  constructor(world: World, slot: number, container: Container, options: PodOptions, owner: PodOwner) {
    super(world.sim, `${container.path}/pod`);
    this.world = world;
    this.slot = slot;
    this.container = container;
    this.owner = owner;
    this.options = options;
    this.unready = new Condition(world.sim, container, "pod-unready");
    this.probers = PROBE_TYPES.flatMap((type) => {
      const probe = options[type];
      return probe === undefined ? [] : [new Prober(world, container.path, type, probe, this)];
    });
    this.startupTime = world.sim.streams.stream(container.path, "startup");
    this.phase = world.sim.streams.stream(container.path, "probe phase");
  }

  /** Index of the zone of its node, or -1. */
  get zone(): number {
    return this.node === ELSEWHERE ? -1 : this.world.nodes[this.node]!.zone;
  }

  /** Looks up whom its probes ask, once all exist. */
  connect(): void {
    for (const prober of this.probers) prober.connect();
  }

  /** The controller wants it; it has no node yet. */
  create(creation: number, because: JournalId, revision = 0): void {
    assert(this.state === ABSENT, `${this.path}: created in a slot that is taken`);
    this.creation = creation;
    this.revision = revision;
    this.restarts = 0;
    this.restartedAt = -1;
    this.isHalted = false;
    this.ready = false;
    this.everReady = false;
    this.stuck = false;
    this.origin = because;
    this.container.origin = because;
    this.become(PENDING);
  }

  /** The scheduler has found a node: the image is pulled and the container starts. */
  bind(node: NodeId): void {
    this.settle(node);
    this.boundAt = this.now;
    this.readyChangedAt = this.now;
    this.state = STARTING;
    this.next = this.after(this.drawStartup(), CONTAINER_STARTED);
    this.owner.podChanged(this);
  }

  /** The pod has been running since long before the start of the run, and is ready. */
  standSinceLongAgo(node: NodeId): void {
    this.settle(node);
    this.state = RUNNING;
    this.startedAt = Number.NEGATIVE_INFINITY;
    this.boundAt = Number.NEGATIVE_INFINITY;
    this.readyChangedAt = Number.NEGATIVE_INFINITY;
    this.isStarted = true;
    this.ready = true;
    this.everReady = true;
    this.container.start(NONE);
    const phase = this.phase.next();
    for (const prober of this.probers) prober.startLongAgo(node, phase);
    this.owner.podChanged(this);
  }

  /** Ends it as the API does: it takes no new traffic from now on, and its container ends after the grace period. */
  terminate(because: JournalId): void {
    if (this.state !== RUNNING) return this.kill(because);
    this.stopProbing();
    this.ready = false;
    this.unready.end();
    this.endsBecause = because;
    this.next = this.after(this.options.terminationGracePeriodSeconds, GRACE_OVER);
    this.become(TERMINATING);
  }

  /** Ends it without a warning. */
  kill(because: JournalId): void {
    const runs = this.state === RUNNING || this.state === TERMINATING;
    this.cancel(this.next);
    this.stopProbing();
    this.ready = false;
    this.unready.end();
    if (this.node !== ELSEWHERE) this.world.nodes[this.node]!.pods--;
    this.node = ELSEWHERE;
    this.state = ABSENT;
    if (runs) this.container.stop(because);
    this.owner.podChanged(this);
  }

  /** Its container ends at once and starts again on the same node. */
  restart(because: JournalId): void {
    if (this.state !== RUNNING) return;
    this.restartedAt = this.now;
    this.next = this.after(this.backOff() + this.drawStartup(), CONTAINER_STARTED);
    this.endContainer(because);
  }

  /** Whether its probe of a type is heeded from now on, or passes without asking anybody. */
  heedProbe(type: ProbeType, isHeeded: boolean): void {
    for (const prober of this.probers) if (prober.type === type) prober.heed(isHeeded, this.state === RUNNING);
  }

  /** Its process ends at once and stays down, as on a host where nobody starts it again. */
  halt(because: JournalId): void {
    if (this.state !== RUNNING) return;
    this.isHalted = true;
    this.endContainer(because);
  }

  /** Its process, which was halted, is started. */
  wake(because: JournalId): void {
    if (!this.isHalted) return;
    this.isHalted = false;
    this.origin = because;
    this.startContainer();
  }

  private endContainer(because: JournalId): void {
    this.stopProbing();
    this.state = STARTING;
    this.isStarted = false;
    this.origin = because;
    this.container.origin = because;
    const wasReady = this.ready;
    this.ready = false;
    if (wasReady) this.readyChangedAt = this.now;
    this.container.stop(because);
    if (wasReady) this.unready.begin([because]);
    this.owner.podChanged(this);
  }

  probed(type: ProbeType, outcome: Outcome, because: JournalId): void {
    if (type !== "readinessProbe") return;
    this.failing = outcome !== OK;
    if (!this.failing) this.reasons.length = 0;
    else if (!this.reasons.includes(because)) this.reasons.unshift(because);
    this.owner.podProbed(this, outcome, because);
  }

  concluded(type: ProbeType, success: boolean, because: JournalId): void {
    if (type === "readinessProbe") this.judge(success, because);
    else if (!success) this.restart(this.restartEvent(type, because));
    else if (type === "startupProbe" && !this.isStarted) this.finishStartup();
  }

  override on(kind: typeof CONTAINER_STARTED | typeof GRACE_OVER): void {
    if (kind === GRACE_OVER) this.kill(this.endsBecause);
    else this.startContainer();
  }

  override check(): void {
    assert(!this.ready || this.state === RUNNING, `${this.path} is ready in state ${this.state}`);
  }

  private settle(node: NodeId): void {
    this.node = node;
    this.container.node = node;
    if (node !== ELSEWHERE) this.world.nodes[node]!.pods++;
  }

  private startContainer(): void {
    this.state = RUNNING;
    this.startedAt = this.now;
    this.container.start(this.origin);
    this.isStarted = this.options.startupProbe === undefined;
    for (const prober of this.probers) prober.start(this.node, this.origin);
    if (this.isStarted && this.options.readinessProbe === undefined) this.becomeReady();
    else this.owner.podChanged(this);
  }

  private finishStartup(): void {
    this.isStarted = true;
    this.probers[0]!.stop();
    if (this.options.readinessProbe === undefined) this.becomeReady();
  }

  private judge(success: boolean, because: JournalId): void {
    if (success && !this.ready) this.becomeReady();
    else if (!success && this.ready) this.becomeUnready(because);
    else if (!success && !this.everReady && !this.stuck) {
      this.stuck = true;
      this.owner.podStuck(this, because);
    }
  }

  private becomeReady(): void {
    const isFirst = !this.everReady;
    this.ready = true;
    this.readyChangedAt = this.now;
    this.everReady = true;
    this.stuck = false;
    this.unready.end();
    if (isFirst) this.owner.podFirstReady(this);
    this.owner.podChanged(this);
  }

  private becomeUnready(because: JournalId): void {
    this.ready = false;
    this.readyChangedAt = this.now;
    this.unready.begin([because, ...this.reasons, this.owner.probeFailure]);
    this.owner.podChanged(this);
  }

  private restartEvent(type: ProbeType, because: JournalId): JournalId {
    const fact = type === "livenessProbe" ? "liveness-probe-failed" : "startup-probe-failed";
    return this.sim.journal.event(this.container.id, fact, [because], { restarts: this.restarts + 1 });
  }

  /** CrashLoopBackOff: how long the kubelet waits before it starts the container once more. */
  private backOff(): Micros {
    if (this.now - this.startedAt >= BACK_OFF_FORGOTTEN) this.restarts = 0;
    const restarts = this.restarts++;
    return restarts === 0 ? 0 : Math.min(BACK_OFF_MAX, BACK_OFF * (1 << Math.min(restarts - 1, 10)));
  }

  private drawStartup(): Micros {
    return Math.round(this.options.startup.draw(this.startupTime));
  }

  private stopProbing(): void {
    this.failing = false;
    for (const prober of this.probers) prober.stop();
  }

  private become(state: PodState): void {
    this.state = state;
    this.owner.podChanged(this);
  }
}

/** The startup probe first: it holds the others back. */
const PROBE_TYPES = ["startupProbe", "livenessProbe", "readinessProbe"] as const;
