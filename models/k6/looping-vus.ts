import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Figures } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import type { Load } from "../load/load.ts";
import { Executor, OWN_EVENTS, type Script, type Stage } from "./executor.ts";
import type { LoopingOptions } from "./executor-options.ts";
import type { VuId } from "./virtual-users.ts";

const ENTER = OWN_EVENTS;
const STEP = OWN_EVENTS + 1;
const RAMPED_DOWN = OWN_EVENTS + 2;

/**
 * k6's constant-vus and ramping-vus: VUs that iterate without a break, as many as the stages say.
 *
 * Their number changes each time the straight line of a stage reaches a whole number. A VU that is too many ends its
 * iteration, or is cut off in it after `gracefulRampDown` (lib/executor/constant_vus.go, ramping_vus.go).
 */
export class LoopingVus extends Executor {
  readonly beginning = "test-run-begins";
  readonly changing = "vus-change";
  protected readonly stages: { readonly from: number; readonly list: readonly Stage[] };
  private readonly gracefulRampDown: Micros;
  /** How many there should be. */
  private wanted = 0;
  /** By VU: 1 from when it is wanted until it has ended its last iteration. */
  private readonly isActive: Uint8Array;
  /** By VU: when it is cut off for being too many. */
  private readonly rampedDown: Int32Array;
  /** The stage under way, and when it began. */
  private stage = 0;
  private stageBegan: Micros = 0;

  constructor(sim: Simulation, load: Load, script: Script, options: LoopingOptions) {
    super(sim, load, script, options.gracefulStop);
    const isRamping = options.type === "ramping-vus";
    const list = isRamping ? options.stages : [{ duration: options.duration, target: options.vus }];
    this.stages = Object.freeze({ from: isRamping ? options.startVUs : options.vus, list: Object.freeze(list) });
    this.gracefulRampDown = isRamping ? options.gracefulRampDown : 0;
    this.isActive = new Uint8Array(this.most);
    this.rampedDown = new Int32Array(this.most).fill(NO_EVENT);
  }

  get figures(): Figures {
    return { vus: this.stages.from };
  }

  override on(kind: number, subject: number): void {
    if (kind < OWN_EVENTS) super.on(kind, subject);
    else if (kind === RAMPED_DOWN) this.cutDown(subject);
    else if (!this.isOpen) return;
    else if (kind === ENTER) this.goOn(subject);
    else this.step(subject);
  }

  protected override get regularDuration(): Micros {
    return this.stages.list.reduce((sum, { duration }) => sum + duration, 0);
  }

  protected override begin(): void {
    this.metrics.vusMax.set(this.most);
    this.planStages();
    this.resize(this.stages.from);
    this.planStep();
  }

  protected override free(vu: VuId): void {
    this.goOn(vu);
  }

  private get most(): number {
    return this.stages.list.reduce((most, { target }) => Math.max(most, target), this.stages.from);
  }

  private goOn(vu: VuId): void {
    if (this.isOpen && vu < this.wanted) return this.iterate(vu);
    this.isActive[vu] = 0;
    this.metrics.vus.add(-1);
    this.keep(vu);
  }

  private step(to: number): void {
    this.resize(to);
    this.planStep();
  }

  private resize(to: number): void {
    const before = this.wanted;
    this.wanted = to;
    for (let vu = before; vu < to; vu++) this.demand(vu);
    for (let vu = to; vu < before; vu++) this.release(vu);
  }

  /** It is wanted: it goes on with what it does, or enters. */
  private demand(vu: VuId): void {
    this.keep(vu);
    if (this.isActive[vu] === 1) return;
    this.isActive[vu] = 1;
    this.metrics.vus.add(1);
    this.after(0, ENTER, vu);
  }

  /** It is one too many: its iteration may end within a while. */
  private release(vu: VuId): void {
    this.rampedDown[vu] = this.after(this.gracefulRampDown, RAMPED_DOWN, vu);
  }

  private keep(vu: VuId): void {
    this.cancel(this.rampedDown[vu]!);
    this.rampedDown[vu] = NO_EVENT;
  }

  private cutDown(vu: VuId): void {
    if (this.vus.isBusy(vu)) this.interrupt(vu);
    this.endIfQuiet();
  }

  /** The next change of the number: where the line of the stage reaches the next whole number. */
  private planStep(): void {
    const { from: start, list } = this.stages;
    for (; this.stage < list.length; this.stage++) {
      const { duration, target } = list[this.stage]!;
      const from = this.stage === 0 ? start : list[this.stage - 1]!.target;
      if (this.wanted !== target) {
        const next = duration === 0 ? target : this.wanted + Math.sign(target - this.wanted);
        const at = this.stageBegan + (duration * (next - from)) / (target - from);
        this.after(Math.round(at) - this.elapsed, STEP, next);
        return;
      }
      this.stageBegan += duration;
    }
  }
}
