import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Service } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { SYNC } from "../verb.ts";
import type { World } from "../world.ts";
import type { DiskAbilities } from "./disk-options.ts";
import { IoCredits } from "./io-credits.ts";

const DONE = 0;
const ALLOWED = 1;

/** A queue that is as long again within this time has not gone. */
const CALM: Micros = 5 * SECOND;

/**
 * A disk: a line of reads and syncs of which it works on a few at once, and no more per second than it is allowed.
 *
 * A request's time in the line and under way is what iostat calls await.
 */
export class Disk extends Component implements Service {
  private readonly abilities: DiskAbilities;
  private readonly allowance: IoCredits;
  private readonly line = new WaitingLine();
  private readonly reading: Stream;
  private readonly syncing: Stream;
  private readonly inProgress: Gauge;
  private readonly reads: Counter;
  private readonly syncs: Counter;
  private readonly wait: Histogram;
  private readonly long: LingeringCondition;
  private readonly exhausted: LingeringCondition;
  /** Requests that it works on now. */
  private busy = 0;
  private pending: EventHandle = NO_EVENT;
  /** It works at this share of its normal speed. */
  private pace = 1;
  /** Why it does not work at its normal speed, or NONE. */
  private slowedBy: JournalId = NONE;

  constructor(world: World, path: string, abilities: DiskAbilities) {
    super(world.sim, path);
    const { record, streams } = world.sim;
    this.abilities = Object.freeze(abilities);
    this.allowance = new IoCredits(abilities);
    this.reading = streams.stream(path, "read");
    this.syncing = streams.stream(path, "sync");
    this.inProgress = record.gauge(this, "io_now", "requests");
    this.reads = record.counter(this, "reads_completed", "requests");
    this.syncs = record.counter(this, "flush_requests", "requests");
    this.wait = record.histogram(this, "await", "ms");
    this.long = new LingeringCondition(this, world.sim, "disk-saturated", CALM);
    this.exhausted = new LingeringCondition(this, world.sim, "io-credits-used-up", CALM);
  }

  receive(request: RequestId): void {
    this.line.join(request);
    this.inProgress.add(1);
    this.work();
    if (this.line.length > 0) this.holdUp(request);
  }

  override on(kind: typeof DONE | typeof ALLOWED, request: RequestId): void {
    if (kind === ALLOWED) {
      this.pending = NO_EVENT;
      return this.work();
    }
    this.busy--;
    this.inProgress.add(-1);
    this.wait.observe(this.now - this.sim.requests.born[request]!);
    (this.isSync(request) ? this.syncs : this.reads).add(this.sim.requests.rounds[request]!);
    this.work();
    this.reply(request, OK);
  }

  /** What begins from now on takes 1 / share times as long; at 0 nothing begins. */
  setPace(share: number, because: JournalId): void {
    this.pace = share;
    this.slowedBy = share < 1 ? because : NONE;
    this.work();
  }

  override check(): void {
    const { parallel } = this.abilities;
    assert(this.busy <= parallel, () => `${this.path}: ${this.busy} requests under way, ${parallel} are possible`);
    const known = this.busy + this.line.length;
    assert(known === this.inProgress.value, () => `${this.path}: ${known} requests, ${this.inProgress.value} counted`);
  }

  /** Begins with those whose turn it is, as far as it may. */
  private work(): void {
    while (this.line.length > 0 && this.busy < this.abilities.parallel && this.pace > 0) {
      const wait = this.allowance.wait(this.now);
      if (wait > 0) return this.waitFor(wait);
      this.allowance.spend();
      this.begin(this.line.leave());
    }
  }

  /** It may not take more at the moment. */
  private waitFor(allowed: Micros): void {
    if (this.pending === NO_EVENT) this.pending = this.after(allowed, ALLOWED);
    if (!this.allowance.isExhausted) return;
    const { origin } = this.sim.requests;
    this.exhausted.renew([origin[this.line.at(0)]!], () => ({ iops: this.abilities.iops }));
  }

  private begin(request: RequestId): void {
    const { read, sync } = this.abilities;
    const time = this.isSync(request) ? sync.draw(this.syncing) : read.draw(this.reading);
    this.busy++;
    this.after(Math.max(1, Math.round((time * this.sim.requests.rounds[request]!) / this.pace)), DONE, request);
  }

  /** More wait than it works on: whoever has to wait from now on knows why. */
  private holdUp(request: RequestId): void {
    const { because, origin } = this.sim.requests;
    let cause = this.slowedBy;
    if (this.line.length > this.abilities.parallel) {
      const figures = () => ({ waiting: this.line.length, busy: this.busy });
      cause = this.long.renew([this.slowedBy, this.exhausted.current, origin[request]!], figures);
    }
    if (because[request] === NONE) because[request] = cause;
  }

  private isSync(request: RequestId): boolean {
    return this.sim.requests.verb[request] === SYNC;
  }
}
