import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import type { JobOwner, Processor } from "./processor.ts";
import { ProcessorSharing } from "./processor-sharing.ts";

const DONE = 0;
const NO_JOB = -1;
/** Event kinds from here on belong to the kinds of shared cores. */
export const OWN_EVENTS = 1;

/** Whoever runs jobs on cores that it shares with others. */
export interface Tenant extends JobOwner {
  /** Work per unit of time, in cores, that its jobs get done when so many run on so many cores that nobody else uses. */
  throughput(running: number, cores: number): number;
}

/** A tenant whose jobs do not get into each other's way. */
export function linearThroughput(running: number, cores: number): number {
  return Math.min(running, cores);
}

/**
 * Cores that all jobs of all tenants share equally, no job using more than one: processor sharing, which is what the
 * time slices of an operating system come to when they are short.
 */
export class SharedCores extends Component {
  readonly cores: number;
  /** The entry that says why they run more slowly than they might, or NONE. */
  trouble: JournalId = NONE;
  /** Jobs that run now. */
  running = 0;
  /** Cores' worth of work per unit of time that there is at the moment. */
  protected capacity: number;
  /** Every job runs at this multiple of its normal speed. */
  protected pace = 1;
  private readonly shares: CoreShare[] = [];
  private next: EventHandle = NO_EVENT;
  /** Jobs that are done are being reported; whatever their owners do about it, the next event comes after all of them. */
  private isTelling = false;

  constructor(sim: Simulation, path: string, cores: number) {
    super(sim, path);
    this.cores = cores;
    this.capacity = cores;
  }

  /** Lets somebody run jobs here. Called while the world is built. */
  admit(tenant: Tenant): CoreShare {
    const share = new CoreShare(this, tenant);
    this.shares.push(share);
    return share;
  }

  override on(_kind: number): void {
    const { shares, now } = this;
    this.next = NO_EVENT;
    this.isTelling = true;
    for (let at = 0; at < shares.length; at++) {
      const { jobs, tenant } = shares[at]!;
      for (let done = jobs.takeDone(now); done >= 0; done = jobs.length > 0 ? jobs.takeDone(now) : NO_JOB) {
        this.divide();
        tenant.computed(done);
      }
    }
    this.isTelling = false;
    if (this.running > 0) this.scheduleNext();
  }

  /** How many jobs run, or how fast they may, has changed. `origin` is the action that a new job exists under. */
  reallot(_origin: JournalId): void {
    this.divide();
    if (!this.isTelling) this.scheduleNext();
  }

  /** Gives every job its part of the cores. */
  protected divide(): void {
    const { shares, now } = this;
    let running = 0;
    for (let at = 0; at < shares.length; at++) if (shares[at]!.speed > 0) running += shares[at]!.jobs.length;
    this.running = running;
    for (let at = 0; at < shares.length; at++) {
      const share = shares[at]!;
      if (share.jobs.length > 0) share.jobs.setRate(this.rateOf(share, running), now);
    }
  }

  private rateOf({ jobs, tenant, speed }: CoreShare, running: number): number {
    const { cores, capacity, pace } = this;
    const alone = (tenant.throughput(jobs.length, cores) / jobs.length) * speed * pace;
    if (running <= jobs.length && capacity === cores) return alone;
    return (alone * Math.min(1, capacity / running)) / Math.min(1, cores / jobs.length);
  }

  private scheduleNext(): void {
    const { shares, now } = this;
    let due = Number.POSITIVE_INFINITY;
    for (let at = 0; at < shares.length; at++) due = Math.min(due, shares[at]!.jobs.nextDue(now));
    if (this.next !== NO_EVENT) this.cancel(this.next);
    this.next = due === Number.POSITIVE_INFINITY ? NO_EVENT : this.after(due - now, DONE);
  }
}

/** What one tenant has running on shared cores. */
export class CoreShare implements Processor {
  readonly jobs = new ProcessorSharing();
  readonly tenant: Tenant;
  /** Its jobs run at this multiple of their normal speed; at 0 they stand still and leave the cores to others. */
  speed = 1;
  private readonly host: SharedCores;

  constructor(host: SharedCores, tenant: Tenant) {
    this.host = host;
    this.tenant = tenant;
  }

  get trouble(): JournalId {
    return this.host.trouble;
  }

  run(job: number, work: Micros, _priority: number, origin: JournalId): void {
    this.jobs.join(job, work, this.host.now);
    this.host.reallot(origin);
  }

  withdraw(job: number): void {
    if (this.jobs.remove(job, this.host.now)) this.host.reallot(NONE);
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.host.reallot(NONE);
  }
}
