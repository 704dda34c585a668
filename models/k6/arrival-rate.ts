import type { Figures } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { Curve } from "../load/curve.ts";
import type { Load } from "../load/load.ts";
import { Executor, OWN_EVENTS, type Script, type Stage } from "./executor.ts";
import type { ArrivalRateOptions } from "./executor-options.ts";
import type { VuId } from "./virtual-users.ts";
import { VuShortage } from "./vu-shortage.ts";

const TICK = OWN_EVENTS;
const VU_READY = OWN_EVENTS + 1;

/**
 * k6's constant-arrival-rate and ramping-arrival-rate: iterations start at set times, whatever becomes of them.
 *
 * A free VU takes the iteration. Where none is free it is dropped and never made up for, and one more VU is started, if
 * fewer than maxVUs exist and none is being started: so each VU beyond preAllocatedVUs costs an iteration or more
 * (lib/executor/constant_arrival_rate.go, ramping_arrival_rate.go).
 */
export class ArrivalRate extends Executor {
  readonly beginning = "arrivals-begin";
  readonly changing = "arrivals-change";
  private readonly options: ArrivalRateOptions;
  private readonly maxVUs: number;
  /** Iterations per second. */
  private readonly curve: Curve;
  /** What an iteration takes at the least. */
  private readonly least: Micros;
  private readonly idle = new WaitingLine();
  private readonly shortage: VuShortage;
  private existing = 0;
  private isStarting = false;
  /** Ticks so far, and when the latest was due, which need not be whole. */
  private ticks = 0;
  private due: Micros = 0;

  constructor(sim: Simulation, load: Load, script: Script, options: ArrivalRateOptions) {
    super(sim, load, script, options.gracefulStop);
    this.options = options;
    this.maxVUs = options.maxVUs ?? options.preAllocatedVUs;
    this.curve = new Curve(pointsOf(options));
    this.least = script.sleep.mean + requestTime(script);
    this.shortage = new VuShortage(sim, load);
  }

  get figures(): Figures {
    return { rate: this.rate, vus: this.options.preAllocatedVUs, maxVUs: this.maxVUs };
  }

  override on(kind: number, subject: number): void {
    if (kind < OWN_EVENTS) super.on(kind, subject);
    else if (!this.isOpen) return;
    else if (kind === TICK) this.tick();
    else this.addVu();
  }

  protected override get regularDuration(): Micros {
    return lengthOf(this.options);
  }

  protected override get stages(): { from: number; list: readonly Stage[] } {
    const { options } = this;
    if (options.type === "constant-arrival-rate") return { from: options.rate, list: [] };
    const perSecond = (count: number) => (count * SECOND) / options.timeUnit;
    const list = options.stages.map(({ duration, target }) => ({ duration, target: perSecond(target) }));
    return { from: perSecond(options.startRate), list };
  }

  protected override begin(): void {
    for (let vu = 0; vu < this.options.preAllocatedVUs; vu++) this.idle.join(vu);
    this.existing = this.options.preAllocatedVUs;
    this.metrics.vusMax.set(this.existing);
    this.planStages();
    this.planTick();
  }

  protected override free(vu: VuId): void {
    this.idle.join(vu);
    this.metrics.vus.set(this.vus.busy);
  }

  protected override get trouble(): number {
    const { current } = this.shortage;
    return current >= 0 ? current : super.trouble;
  }

  private get rate(): number {
    return this.curve.valueAt(this.now) * SECOND;
  }

  private tick(): void {
    this.planTick();
    if (this.idle.length === 0) return this.drop();
    this.iterate(this.idle.leave());
    this.metrics.vus.set(this.vus.busy);
  }

  private planTick(): void {
    const { options } = this;
    const isConstant = options.type === "constant-arrival-rate";
    this.due = isConstant ? (this.ticks * options.timeUnit) / options.rate : this.curve.reach(this.due, 1);
    this.ticks++;
    if (this.due < this.regularDuration) this.after(Math.round(this.due) - this.elapsed, TICK);
  }

  private drop(): void {
    const { metrics, existing: vus, maxVUs, rate, least } = this;
    metrics.dropped.add();
    this.shortage.strike({ vus, maxVUs, rate, least, waiting: () => this.waiting() });
    if (vus >= maxVUs || this.isStarting) return;
    this.isStarting = true;
    this.after(this.options.vuStartup, VU_READY);
  }

  private addVu(): void {
    this.isStarting = false;
    this.idle.join(this.existing++);
    this.metrics.vusMax.set(this.existing);
  }
}

/** How long a request takes on average if it never has to wait. */
function requestTime({ classes }: Script): Micros {
  let shares = 0;
  let sum = 0;
  for (const { share, queries, cpu, work, waits } of classes) {
    shares += share;
    sum += share * (cpu.mean + queries * (work.mean + waits.mean));
  }
  return sum / shares;
}

/** The rate over the run, in iterations per microsecond. */
function pointsOf(options: ArrivalRateOptions) {
  const { timeUnit } = options;
  if (options.type === "constant-arrival-rate") return [{ at: 0, is: options.rate / timeUnit }];
  let at = 0;
  return [
    { at, is: options.startRate / timeUnit },
    ...options.stages.map(({ duration, target }) => {
      at += duration;
      return { at, is: target / timeUnit };
    }),
  ];
}

function lengthOf(options: ArrivalRateOptions): Micros {
  if (options.type === "constant-arrival-rate") return options.duration;
  return options.stages.reduce((sum, { duration }) => sum + duration, 0);
}
