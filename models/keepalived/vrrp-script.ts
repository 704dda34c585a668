import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";

export interface ScriptOptions {
  readonly interval: Micros;
  readonly timeout?: Micros | undefined;
  readonly weight: number;
  readonly rise: number;
  readonly fall: number;
  readonly run: Distribution;
}

/** Whoever runs the script, and is told when it changes its mind. */
export interface ScriptOwner extends Component {
  /** What the script looks for: whether the process is there. */
  readonly isProcessRunning: boolean;
  /** How fast the host works: 1 is normal. */
  readonly speed: number;
  scriptUp(): void;
  scriptDown(): void;
}

const RUN = 0;
const EXIT = 1;
/** Subject of an EXIT: the script was ended at its time limit. */
const TIMED_OUT = 1;

/**
 * A check that keepalived runs again and again: up after `rise` successes in a row, down after `fall` failures in a row.
 *
 * The next run is planned when one starts; one that is due while the last has not ended is skipped. A run takes time
 * and finds at its end whether the process is there; at the time limit it is ended and counts as failed. The first run
 * after keepalived has started decides alone. Source: vrrp_scheduler.c vrrp_script_thread and vrrp_script_child_thread
 * (2.1 to 2.3 say in the log that they skip a run, and yet start it).
 */
export class VrrpScript extends Component {
  private readonly owner: ScriptOwner;
  private readonly options: ScriptOptions;
  private readonly lane: number;
  private readonly phase: Stream;
  private readonly runTime: Stream;
  private readonly failures: Counter;
  /** 0 to rise + fall - 1; up from `rise` on. */
  private result: number;
  private isFirst = false;
  private isRunning = false;
  private next: EventHandle = NO_EVENT;
  private exit: EventHandle = NO_EVENT;

  constructor(sim: Simulation, owner: ScriptOwner, options: ScriptOptions) {
    super(sim, `${owner.path}/vrrp_script`);
    this.owner = owner;
    this.options = options;
    this.lane = sim.lane(options.interval);
    this.phase = sim.streams.stream(owner.path, "script phase");
    this.runTime = sim.streams.stream(owner.path, "script run");
    this.failures = sim.record.counter(owner, "script_failures", "runs");
    this.result = this.most;
  }

  /** It has succeeded ever since, and the next run comes at any moment of an interval. */
  startLongAgo(): void {
    this.next = this.after(Math.floor(this.phase.next() * this.options.interval), RUN);
  }

  /** Keepalived has just started: the first run comes at once, and its result alone decides. */
  startNow(): void {
    this.result = this.options.rise - 1;
    this.isFirst = true;
    this.next = this.after(0, RUN);
  }

  stop(): void {
    this.cancel(this.next);
    this.cancel(this.exit);
    this.isRunning = false;
  }

  override on(kind: typeof RUN | typeof EXIT, timedOut: number): void {
    if (kind === RUN) this.run();
    else this.count(timedOut !== TIMED_OUT && this.owner.isProcessRunning);
  }

  private get most(): number {
    return this.options.rise + this.options.fall - 1;
  }

  private run(): void {
    const { interval, timeout = interval, run } = this.options;
    this.next = this.afterLane(this.lane, RUN);
    if (this.isRunning) return;
    this.isRunning = true;
    const takes = Math.round(run.draw(this.runTime) / this.owner.speed);
    this.exit = this.after(Math.min(takes, timeout), EXIT, takes > timeout ? TIMED_OUT : 0);
  }

  private count(succeeded: boolean): void {
    const isFirst = this.isFirst;
    this.isRunning = false;
    this.isFirst = false;
    if (succeeded) this.succeed();
    else this.fail(isFirst);
  }

  private succeed(): void {
    const { rise } = this.options;
    const wasUp = this.result >= rise;
    this.result = this.result < rise - 1 ? this.result + 1 : this.most;
    if (!wasUp && this.result >= rise) this.owner.scriptUp();
  }

  private fail(isFirst: boolean): void {
    const { rise } = this.options;
    const before = this.result;
    this.failures.add();
    this.result = before > rise ? before - 1 : 0;
    if (before === rise || isFirst) this.owner.scriptDown();
  }
}
