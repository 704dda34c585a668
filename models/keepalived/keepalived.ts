import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { PodObserver } from "../kubernetes/deployment.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import { type CheckedComponent, CheckedProcess } from "./checked-process.ts";
import type { FloatingAddress } from "./floating-address.ts";
import { MASTER, type VrrpHost, VrrpInstance, type VrrpOptions } from "./vrrp-instance.ts";
import { type ScriptOptions, type ScriptOwner, VrrpScript } from "./vrrp-script.ts";
import { PRIORITY_OWNER } from "./vrrp-timers.ts";

export interface KeepalivedOptions extends VrrpOptions {
  readonly target: string;
  readonly vrrp_script?: ScriptOptions | undefined;
}

/** What the check script says of the process; UNKNOWN until its first run has ended. */
type Verdict = number;
const UNKNOWN: Verdict = 0;
const UP: Verdict = 1;
const DOWN: Verdict = 2;

/**
 * A host that runs keepalived beside the process that clients of a floating address talk to.
 *
 * Keepalived has one VRRP instance, which holds the address while it is MASTER, and may check the process with a script:
 * with a weight the result changes its priority, without one it decides whether the instance may run at all
 * (vrrp_track.c, process_script_update_priority).
 */
export class Keepalived extends Component implements VrrpHost, ScriptOwner, PodObserver {
  readonly instance: VrrpInstance;
  process!: CheckedProcess;
  private readonly world: World;
  private readonly options: KeepalivedOptions;
  private readonly script: VrrpScript | undefined;
  private readonly addresses: FloatingAddress[] = [];
  private readonly down: Condition;
  private readonly cutOff: Condition;
  private readonly checkFails: Condition;
  private verdict: Verdict = UP;
  private pace = 1;

  constructor(world: World, path: string, options: KeepalivedOptions) {
    super(world.sim, path);
    const { vrrp_script } = options;
    this.world = world;
    this.options = options;
    this.down = new Condition(world.sim, this, "host-down");
    this.cutOff = new Condition(world.sim, this, "host-cut-off");
    this.checkFails = new Condition(world.sim, this, "check-failing");
    this.instance = new VrrpInstance(world, this, options, this.effectivePriority);
    this.script = vrrp_script === undefined ? undefined : new VrrpScript(world.sim, this, vrrp_script);
  }

  /** Looks up the process beside it. */
  connect(): void {
    this.process = new CheckedProcess(this.world.find(this.options.target) as CheckedComponent);
    this.process.watch(this);
  }

  /** A floating address is among those of its instance. */
  join(address: FloatingAddress): void {
    this.addresses.push(address);
  }

  /** It has been running since long ago. */
  start(): void {
    this.script?.startLongAgo();
    this.instance.startLongAgo();
  }

  /** The host goes down without a word, and the process with it. */
  stop(because: JournalId): void {
    if (this.down.holds) return;
    this.origin = because;
    this.down.begin([because]);
    this.checkFails.end();
    this.script?.stop();
    this.instance.vanish();
    this.process.halt(because);
  }

  /** The host comes up again: it starts the process and keepalived. */
  wake(because: JournalId): void {
    if (!this.down.holds) return;
    this.origin = because;
    this.down.end();
    this.process.wake(because);
    this.run(because);
  }

  /** Keepalived ends in good order and starts again at once; the process beside it goes on. */
  restart(because: JournalId): void {
    if (this.down.holds) return;
    this.origin = because;
    this.checkFails.end();
    this.script?.stop();
    this.instance.resign();
    this.run(because);
  }

  /** The host works at this share of its normal speed from now on; at 0 its network is cut off. */
  setPace(share: number, because: JournalId): void {
    this.pace = share;
    if (share > 0) this.cutOff.end();
    else this.cutOff.begin([because]);
    this.stateChanged();
  }

  scriptUp(): void {
    const wasDown = this.verdict === DOWN;
    this.verdict = UP;
    this.checkFails.end();
    const { server } = this.process;
    const event = wasDown ? this.sim.journal.event(this.id, "check-recovered", [server.origin], {}) : NONE;
    if (this.isDecisive) this.instance.recover(event);
    else this.instance.setPriority(this.effectivePriority, event);
  }

  scriptDown(): void {
    this.verdict = DOWN;
    this.checkFails.begin(this.process.causes, { fall: this.options.vrrp_script!.fall });
    if (this.isDecisive) this.instance.fail(this.checkFails.current);
    else this.instance.setPriority(this.effectivePriority, this.checkFails.current);
  }

  get isProcessRunning(): boolean {
    return this.process.isRunning;
  }

  get speed(): number {
    return this.pace > 0 ? this.pace : 1;
  }

  /** Whether it holds the floating addresses. */
  get isHolder(): boolean {
    return this.instance.state === MASTER;
  }

  get isReachable(): boolean {
    return !this.down.holds && this.pace > 0 && this.machine?.isCutOff !== true;
  }

  get troubles(): readonly JournalId[] {
    const troubles = [this.down.current, this.cutOff.current, this.machine?.cutOffBy ?? NONE, this.checkFails.current];
    const ofProcess = this.process.isRunning ? [] : this.process.causes;
    const known = [...troubles, ...ofProcess].filter((trouble) => trouble !== NONE);
    return known.length > 0 ? known : [this.origin];
  }

  get node(): NodeId {
    return this.process.node;
  }

  latencyTo(other: Keepalived): number {
    return this.world.network.latencyBetween(this.node, other.node);
  }

  stateChanged(): void {
    for (const address of this.addresses) address.review();
  }

  announce(copies: number): void {
    for (const address of this.addresses) address.announce(this, copies);
  }

  /** The process may have started or ended. */
  podChanged(): void {
    this.stateChanged();
  }

  private run(because: JournalId): void {
    this.verdict = this.script === undefined ? UP : UNKNOWN;
    this.instance.start(this.effectivePriority, this.script !== undefined && this.isDecisive, because);
    this.script?.startNow();
  }

  /** Whether a failing check means FAULT. */
  private get isDecisive(): boolean {
    return this.options.vrrp_script?.weight === 0;
  }

  /** The priority with what the check adds while it succeeds, or takes away while it fails; 1 to 254. */
  private get effectivePriority(): number {
    const { priority, vrrp_script } = this.options;
    const weight = vrrp_script?.weight ?? 0;
    const counts = weight > 0 ? this.verdict === UP : this.verdict === DOWN;
    if (priority === PRIORITY_OWNER || !counts) return priority;
    return Math.max(1, Math.min(PRIORITY_OWNER - 1, priority + weight));
  }

  private get machine() {
    return this.node === ELSEWHERE ? undefined : this.world.nodes[this.node];
  }
}
