import { assert } from "../../sim/assert.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { World } from "../world.ts";
import { CpuCredits, type CreditOptions } from "./cpu-credits.ts";
import { OWN_EVENTS, SharedCores } from "./shared-cores.ts";

const LOOK = OWN_EVENTS;
/** How often the machine looks at what it has used. */
const INTERVAL: Micros = SECOND;
/** Shares of an interval in which all cores were in use, above which it counts as saturated, and below as not any more. */
const SATURATED = 0.99;
const RELIEVED = 0.9;

/**
 * A host whose cores all processes on it share: each job gets an equal part, and none more than one core.
 *
 * Once a second it looks at what was used. A burstable machine settles its CPU credits then, and when a second begins
 * without credits it keeps to its baseline for that second; EC2 lowers the use gradually, over minutes.
 */
export class Machine extends SharedCores {
  private readonly credits: CpuCredits | undefined;
  private readonly baseline: number;
  private readonly busyCores: Gauge;
  private readonly procsRunning: Gauge;
  private readonly balance: Gauge | undefined;
  private readonly surplus: Gauge | undefined;
  private readonly charged: Counter | undefined;
  private readonly saturated: Condition;
  private readonly exhausted: Condition;
  private readonly lookLane: number;
  /** The latest action that a job existed under. */
  private latestOrigin: JournalId = NONE;
  /** Why it does not run at its normal speed, or NONE. */
  private slowedBy: JournalId = NONE;
  /** Processor time used since the last look, and time in which all cores were in use. */
  private used: Micros = 0;
  private full: Micros = 0;
  private countedAt: Micros = 0;

  constructor(world: World, path: string, cores: number, credits: CreditOptions | undefined) {
    super(world.sim, path, cores);
    const { record } = world.sim;
    this.credits = credits === undefined ? undefined : new CpuCredits(credits);
    this.baseline = credits?.baseline ?? cores;
    this.busyCores = record.gauge(this, "busy_cores", "cores");
    this.procsRunning = record.gauge(this, "procs_running", "jobs");
    if (credits !== undefined) {
      this.balance = record.gauge(this, "CPUCreditBalance", "credits");
      this.surplus = record.gauge(this, "CPUSurplusCreditBalance", "credits");
      this.charged = record.counter(this, "CPUSurplusCreditsCharged", "credits");
    }
    this.saturated = new Condition(world.sim, this, "machine-saturated");
    this.exhausted = new Condition(world.sim, this, "cpu-credits-exhausted");
    this.lookLane = world.sim.lane(INTERVAL);
  }

  start(): void {
    this.balance?.set(Math.max(0, this.credits!.balance));
    this.keepToCredits();
    this.afterLane(this.lookLane, LOOK);
  }

  /** It works at this share of its normal speed from now on: 1 is normal, at 0 everything stands still. */
  setPace(share: number, because: JournalId): void {
    this.slowedBy = share < 1 ? because : NONE;
    this.pace = share;
    this.reallot(because);
    this.nameTrouble();
  }

  override on(kind: number): void {
    if (kind === LOOK) this.look();
    else super.on(kind);
  }

  override reallot(origin: JournalId): void {
    this.latestOrigin = Math.max(this.latestOrigin, origin);
    super.reallot(origin);
  }

  override check(): void {
    const { value } = this.busyCores;
    assert(value <= this.cores, () => `${this.path}: ${value} of ${this.cores} cores busy`);
  }

  protected override divide(): void {
    this.count();
    super.divide();
    this.busyCores.set(Math.min(this.running, this.capacity));
    this.procsRunning.set(this.running);
  }

  /** Adds up what was used since the number of jobs changed last. */
  private count(): void {
    const elapsed = this.now - this.countedAt;
    this.countedAt = this.now;
    this.used += elapsed * this.busyCores.value;
    if (this.running >= this.capacity) this.full += elapsed;
  }

  private look(): void {
    this.count();
    this.settle();
    const share = this.full / INTERVAL;
    if (share >= SATURATED) this.saturated.begin(this.causes(), { cores: this.cores, running: this.running });
    else if (share < RELIEVED) this.saturated.end();
    this.nameTrouble();
    this.used = 0;
    this.full = 0;
    this.afterLane(this.lookLane, LOOK);
  }

  private settle(): void {
    const { credits } = this;
    if (credits === undefined) return;
    const charged = credits.charged;
    credits.settle(INTERVAL, this.used);
    this.balance!.set(Math.max(0, credits.balance));
    this.surplus!.set(credits.surplus);
    this.charged!.add(credits.charged - charged);
    this.keepToCredits();
  }

  /** Without credits it has its baseline, with credits all of its cores. */
  private keepToCredits(): void {
    const capacity = this.credits?.isExhausted ? this.baseline : this.cores;
    if (capacity < this.cores) this.exhausted.begin(this.causes(), { baselineCores: capacity, cores: this.cores });
    else this.exhausted.end();
    if (capacity === this.capacity) return;
    this.count();
    this.capacity = capacity;
    this.reallot(NONE);
  }

  private causes(): JournalId[] {
    return [this.exhausted.current, this.slowedBy, this.latestOrigin];
  }

  /** What has the larger part in it comes first. */
  private nameTrouble(): void {
    const { exhausted, slowedBy, saturated } = this;
    if (exhausted.holds) this.trouble = exhausted.id;
    else this.trouble = slowedBy === NONE ? saturated.current : slowedBy;
  }
}
