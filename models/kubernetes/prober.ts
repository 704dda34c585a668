import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { OK, type Outcome, TIMED_OUT } from "../../sim/service.ts";
import { MINUTE, type Micros } from "../../sim/time.ts";
import type { NodeId, World } from "../world.ts";
import { type CheckOwner, ExecCheck } from "./exec-check.ts";
import { type ProbeOptions, type ProbeType, SELF } from "./probe.ts";

/** The pod whose container is probed. */
export interface Probed {
  /** True once the startup probe, if there is one, has succeeded. */
  readonly isStarted: boolean;
  readonly ready: boolean;
  /** One probe has ended. */
  probed(type: ProbeType, outcome: Outcome, because: JournalId): void;
  /** So many results in a row were equal that they count; the result may be what it was before. */
  concluded(type: ProbeType, success: boolean, because: JournalId): void;
}

const TICK = 1;
const PROBE_AGAIN = 2;
const TIMEOUT = 3;
const STATUS_SYNC = 4;

/** kubelet `syncFrequency`: how often the status of a pod is synced when nothing changes. */
const SYNC_FREQUENCY: Micros = MINUTE;

/**
 * The kubelet's worker for one probe of one container: it ticks from the start of the container, runs one check at a
 * time, and counts equal results in a row.
 *
 * A check that runs past its tick is followed by the next at once; any further ticks that it missed are gone, as with a
 * Go ticker. Before initialDelaySeconds nothing is checked, but the ticks stay where they are: with 5 s and a period of
 * 10 s the first check comes after 10 s. Source: kubernetes pkg/kubelet/prober/worker.go.
 */
export class Prober extends Component implements CheckOwner {
  readonly type: ProbeType;
  private readonly options: ProbeOptions;
  private readonly pod: Probed;
  /** Absent when the probe asks its own container, which answers at once as long as it runs. */
  private readonly command: ExecCheck | undefined;
  private readonly period: number;
  private readonly timeout: number;
  private readonly syncFrequency: number;
  private startedAt: Micros = 0;
  /** Whether it asks at all; otherwise it passes, as one that asks only its own container does. */
  private isHeeded = true;
  private isBusy = false;
  /** A tick has passed while a check was running. */
  private isDue = false;
  private lastSucceeded = false;
  /** Results in a row that were like the last. */
  private run = 0;
  private ticking: EventHandle = NO_EVENT;
  private again: EventHandle = NO_EVENT;
  private deadline: EventHandle = NO_EVENT;
  private syncing: EventHandle = NO_EVENT;

  constructor(world: World, path: string, type: ProbeType, options: ProbeOptions, pod: Probed) {
    super(world.sim, `${path}/${type}`);
    this.type = type;
    this.options = options;
    this.pod = pod;
    const asksItself = options.exec.asks.length === 1 && options.exec.asks[0] === SELF;
    this.command = asksItself ? undefined : new ExecCheck(world, `${this.path}/exec`, options.exec, this);
    this.period = world.sim.lane(options.periodSeconds);
    this.timeout = world.sim.lane(options.timeoutSeconds);
    this.syncFrequency = world.sim.lane(SYNC_FREQUENCY);
  }

  /** Looks up whom it asks, once all exist. */
  connect(): void {
    this.command?.connect();
  }

  /** The container has started on a node: the first tick is now. */
  start(node: NodeId, origin: JournalId): void {
    this.begin(node, origin);
    this.startedAt = this.now;
    this.ticking = this.after(0, TICK);
  }

  /** The container has been running since long ago; the next tick comes when this share of a period has passed. */
  startLongAgo(node: NodeId, phase: number): void {
    this.begin(node, NONE);
    this.startedAt = Number.NEGATIVE_INFINITY;
    this.lastSucceeded = true;
    this.ticking = this.after(Math.round(phase * this.options.periodSeconds), TICK);
  }

  /** The container has ended, and with it a check that runs in it. */
  stop(): void {
    for (const event of [this.ticking, this.again, this.deadline, this.syncing]) this.cancel(event);
    if (this.isBusy) this.command?.kill();
    this.isBusy = false;
    this.isDue = false;
  }

  /** Whether it asks from now on. One that does not passes at once, if its container runs. */
  heed(isHeeded: boolean, isRunning: boolean): void {
    this.isHeeded = isHeeded;
    if (isHeeded) return;
    if (this.isBusy) this.command?.kill();
    this.cancel(this.deadline);
    this.isBusy = false;
    this.isDue = false;
    if (isRunning) this.probe();
  }

  override on(kind: number): void {
    if (kind === TICK) this.tick();
    else if (kind === STATUS_SYNC) this.syncStatus();
    else if (kind === TIMEOUT) this.answered(TIMED_OUT, this.command?.kill() ?? NONE);
    else this.probe();
  }

  answered(outcome: Outcome, because: JournalId): void {
    this.cancel(this.deadline);
    this.isBusy = false;
    this.count(outcome, because);
    if (this.isDue) this.again = this.after(0, PROBE_AGAIN);
    this.isDue = false;
  }

  private begin(node: NodeId, origin: JournalId): void {
    this.lastSucceeded = false;
    this.run = 0;
    if (this.options.manualTrigger) this.syncing = this.afterLane(this.syncFrequency, STATUS_SYNC);
    if (this.command === undefined) return;
    this.command.node = node;
    this.command.origin = origin;
  }

  private tick(): void {
    this.ticking = this.afterLane(this.period, TICK);
    this.probe();
  }

  private syncStatus(): void {
    this.syncing = this.afterLane(this.syncFrequency, STATUS_SYNC);
    if (!this.pod.ready) this.probe();
  }

  private probe(): void {
    if (this.type !== "startupProbe" && !this.pod.isStarted) return;
    if (this.now - this.startedAt < this.options.initialDelaySeconds) return;
    if (this.isBusy) {
      this.isDue = true;
      return;
    }
    if (this.command === undefined || !this.isHeeded) return this.count(OK, NONE);
    this.isBusy = true;
    this.deadline = this.afterLane(this.timeout, TIMEOUT);
    this.command.begin();
  }

  private count(outcome: Outcome, because: JournalId): void {
    const succeeded = outcome === OK;
    this.run = succeeded === this.lastSucceeded ? this.run + 1 : 1;
    this.lastSucceeded = succeeded;
    this.pod.probed(this.type, outcome, because);
    const { successThreshold, failureThreshold } = this.options;
    if (this.run >= (succeeded ? successThreshold : failureThreshold)) {
      this.pod.concluded(this.type, succeeded, because);
    }
  }
}
