import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Micros } from "../../sim/time.ts";
import type { World } from "../world.ts";
import { VrrpJournal } from "./vrrp-journal.ts";
import { VrrpStatistics } from "./vrrp-statistics.ts";
import { PRIORITY_OWNER, PRIORITY_STOP, skewOf } from "./vrrp-timers.ts";

/** States by their numbers in KEEPALIVED-MIB (vrrpInstanceState). */
export type VrrpState = number;
/** Keepalived does not run. */
export const INIT: VrrpState = 0;
export const BACKUP: VrrpState = 1;
export const MASTER: VrrpState = 2;
export const FAULT: VrrpState = 3;

export interface VrrpOptions {
  readonly state?: "MASTER" | "BACKUP" | undefined;
  readonly priority: number;
  readonly vrrp_version: 2 | 3;
  readonly advert_int: Micros;
  readonly down_timer_adverts: number;
  readonly nopreempt: boolean;
  readonly preempt_delay: Micros;
  readonly garp_master_delay: Micros;
  readonly garp_master_repeat: number;
}

/** The host of an instance, as the instance sees it. */
export interface VrrpHost extends Component {
  /** Whether packets get in and out. */
  readonly isReachable: boolean;
  /** What is wrong with it, the main cause first. */
  readonly troubles: readonly JournalId[];
  /** How long a packet takes from here. */
  latencyTo(other: VrrpHost): Micros;
  /** The instance has entered another state: it holds the addresses from now on if it is MASTER, or no longer. */
  stateChanged(): void;
  /** Sends gratuitous ARPs for the addresses, so many for each. */
  announce(copies: number): void;
}

const EXPIRE = 0;
const HEAR = 1;
const ANNOUNCE = 2;

/** An advertisement under way: its priority, and above it which of the peers has sent it. */
const PRIORITY_BITS = 8;
const PRIORITY_MASK = (1 << PRIORITY_BITS) - 1;
const NOBODY = -1;
const NEVER = -1;
/** The owner of the address does not wait for others when it starts (vrrp_init_state). */
const AT_ONCE: Micros = 1;

/**
 * One VRRP instance of keepalived: a master that advertises its priority every `advert_int`, or a backup whose timer
 * of three intervals and its skew runs.
 *
 * Only adverts of at least its own priority start that timer again. Lower ones are discarded: so a better host takes
 * over from a worse one that still advertises, once its timer runs out. Source: keepalived 2.1.5 and 2.2.7, vrrp.c
 * (vrrp_state_backup, vrrp_state_master_rx, vrrp_state_master_tx, vrrp_state_leave_master) and vrrp_track.c
 * (down_instance, vrrp_set_effective_priority).
 */
export class VrrpInstance extends Component {
  state: VrrpState = INIT;
  /** What it advertises: `priority`, as the check has changed it. */
  priority: number;
  readonly host: VrrpHost;
  readonly journal: VrrpJournal;
  private readonly options: VrrpOptions;
  /** The instances of the other hosts of its addresses. */
  private readonly peers: VrrpInstance[] = [];
  private readonly phase: Stream;
  private readonly statistics: VrrpStatistics;
  private readonly stateGauge: Gauge;
  private readonly priorityGauge: Gauge;
  /** The interval that the master advertises; with version 2 everybody's own. */
  private masterInterval: Micros;
  /** What the timer of a backup was set to; after a discarded advert, what was left of it then (ms_down_timer). */
  private downTimer: Micros = 0;
  private expiresAt: Micros = 0;
  private timer: EventHandle = NO_EVENT;
  private announcement: EventHandle = NO_EVENT;
  /** Until when lower priorities are heeded all the same, or NEVER while that time has not begun. */
  private preemptAt: Micros = NEVER;
  /** Who was heard last, as an index into the peers. */
  private heard = NOBODY;
  /** What made it as good as it is: its start, or its check. */
  private risenBecause: JournalId = NONE;

  constructor(world: World, host: VrrpHost, options: VrrpOptions, priority: number) {
    super(world.sim, `${host.path}/vrrp_instance`);
    const { record } = world.sim;
    this.host = host;
    this.options = options;
    this.priority = priority;
    this.masterInterval = options.advert_int;
    this.phase = world.sim.streams.stream(host.path, "advert phase");
    this.statistics = new VrrpStatistics(record, host);
    this.stateGauge = record.gauge(host, "state", "0 init, 1 backup, 2 master, 3 fault");
    this.priorityGauge = record.gauge(host, "effective_priority", "priority");
    this.journal = new VrrpJournal(world.sim, host);
    this.priorityGauge.set(this.priority);
  }

  /** Another host has the same address. */
  meet(peer: VrrpInstance): void {
    if (peer !== this && !this.peers.includes(peer)) this.peers.push(peer);
  }

  /** It has been MASTER or BACKUP since long ago, and its timers stand anywhere. */
  startLongAgo(): void {
    const isMaster = !this.peers.some((peer) => peer.comesBefore(this));
    const phase = Math.floor(this.phase.next() * this.options.advert_int);
    this.enter(isMaster ? MASTER : BACKUP);
    this.downTimer = this.fullDownTimer;
    this.setTimer(isMaster ? phase : this.downTimer);
  }

  /** Keepalived starts: it is BACKUP first whatever its priority, or in FAULT until a check that decides has passed. */
  start(priority: number, waits: boolean, because: JournalId): void {
    this.risenBecause = because;
    this.heard = NOBODY;
    this.preemptAt = NEVER;
    this.priority = priority;
    this.priorityGauge.set(priority);
    if (waits) this.enter(FAULT);
    else this.standBy();
  }

  /** Nothing runs any more, and nobody is told. */
  vanish(): void {
    this.cancel(this.timer);
    this.journal.end();
    this.enter(INIT);
  }

  /** Keepalived ends in good order: a master tells the others that it stops. */
  resign(): void {
    if (this.state === MASTER) this.advertise(PRIORITY_STOP);
    this.vanish();
  }

  /** The check has changed what it is worth. A master says so in its next advert; the timer of a backup shifts. */
  setPriority(priority: number, because: JournalId): void {
    if (priority === this.priority) return;
    this.journal.changePriority(this.priority, priority, because);
    if (priority > this.priority) this.risenBecause = because;
    this.priority = priority;
    this.priorityGauge.set(priority);
    const before = this.downTimer;
    this.downTimer = this.fullDownTimer;
    if (this.state === BACKUP) this.setTimer(Math.max(0, this.expiresAt + this.downTimer - before - this.now));
  }

  /** The check has failed for good, and decides: it gives the address up at once. */
  fail(because: JournalId): void {
    this.journal.faulty.begin([because]);
    if (this.state === FAULT) return;
    this.journal.discarding.end();
    if (this.state === MASTER) this.advertise(PRIORITY_STOP);
    this.cancel(this.timer);
    this.enter(FAULT);
  }

  /** The check that decides has passed again. */
  recover(because: JournalId): void {
    if (this.state !== FAULT) return;
    this.risenBecause = because;
    this.journal.faulty.end();
    this.standBy();
  }

  override on(kind: typeof EXPIRE | typeof HEAR | typeof ANNOUNCE, subject: number): void {
    if (kind === EXPIRE) this.expire();
    else if (kind === HEAR) this.hear(subject >>> PRIORITY_BITS, subject & PRIORITY_MASK);
    else this.announceAgain();
  }

  override check(): void {
    assert(this.stateGauge.value === this.state, `${this.path}: in state ${this.state}, counted otherwise`);
    const waits = this.state === BACKUP || this.state === MASTER;
    assert(!waits || this.expiresAt >= this.now, `${this.path}: its timer has run out unnoticed`);
  }

  private get fullDownTimer(): Micros {
    const { down_timer_adverts, vrrp_version } = this.options;
    return down_timer_adverts * this.masterInterval + skewOf(vrrp_version, this.priority, this.masterInterval);
  }

  private standBy(): void {
    this.enter(BACKUP);
    this.masterInterval = this.options.advert_int;
    this.downTimer = this.priority === PRIORITY_OWNER ? AT_ONCE : this.fullDownTimer;
    this.setTimer(this.downTimer);
  }

  /** Who is MASTER at the start: whose `state` says so, and of these the one with the highest priority. */
  private comesBefore(other: VrrpInstance): boolean {
    const [says, otherSays] = [this, other].map(({ options }) => options.state === "MASTER");
    return says === otherSays ? isAbove(this, this.priority, other) : says === true;
  }

  /** The timer has run out: a backup takes over, a master advertises again. */
  private expire(): void {
    if (this.state === BACKUP) this.takeOver();
    else {
      this.advertise(this.priority);
      this.setTimer(this.options.advert_int);
    }
  }

  private takeOver(): void {
    const { advert_int, garp_master_delay, garp_master_repeat } = this.options;
    this.journal.takeOver(this.priority, this.causesOfSilence());
    this.masterInterval = advert_int;
    this.statistics.becomeMaster.add();
    this.advertise(this.priority);
    this.enter(MASTER);
    this.host.announce(garp_master_repeat);
    if (garp_master_delay > 0) this.announcement = this.after(garp_master_delay, ANNOUNCE);
    this.setTimer(advert_int);
  }

  /** Why the last master does not advertise any more; if nobody was ever heard, why keepalived was started. */
  private causesOfSilence(): readonly JournalId[] {
    const last = this.peers[this.heard];
    return last === undefined ? [this.risenBecause] : [...last.host.troubles, this.risenBecause];
  }

  private announceAgain(): void {
    if (this.state === MASTER) this.host.announce(this.options.garp_master_repeat);
  }

  private advertise(priority: number): void {
    this.statistics.sent(priority);
    if (!this.host.isReachable) return;
    for (const peer of this.peers) peer.expect(this, priority);
  }

  /** A peer has sent an advert, which is on its way. */
  private expect(sender: VrrpInstance, priority: number): void {
    const from = this.peers.indexOf(sender);
    this.after(sender.host.latencyTo(this.host), HEAR, (from << PRIORITY_BITS) | priority);
  }

  private hear(from: number, priority: number): void {
    if (this.state !== BACKUP && this.state !== MASTER) return;
    if (!this.host.isReachable || !this.understands(this.peers[from]!)) return;
    this.statistics.received(priority);
    this.heard = from;
    if (this.state === MASTER) this.hearAsMaster(from, priority);
    else this.hearAsBackup(from, priority);
  }

  /** Adverts of another version, and with version 2 of another interval, are no adverts (vrrp_check_packet). */
  private understands({ options }: VrrpInstance): boolean {
    const { vrrp_version, advert_int } = this.options;
    return options.vrrp_version === vrrp_version && (vrrp_version === 3 || options.advert_int === advert_int);
  }

  private hearAsBackup(from: number, priority: number): void {
    if (priority === PRIORITY_STOP) {
      this.downTimer = skewOf(this.options.vrrp_version, this.priority, this.masterInterval);
      this.setTimer(this.downTimer);
    } else if (this.options.nopreempt || priority >= this.priority || this.holdsBack()) this.accept(from, priority);
    else this.discard(from, priority);
  }

  /** Whether a lower priority is heeded for the time being. */
  private holdsBack(): boolean {
    return this.options.preempt_delay > 0 && (this.preemptAt === NEVER || this.preemptAt > this.now);
  }

  private accept(from: number, priority: number): void {
    const { vrrp_version, preempt_delay } = this.options;
    if (vrrp_version === 3) this.masterInterval = this.peers[from]!.options.advert_int;
    this.journal.discarding.end();
    if (priority >= this.priority) this.preemptAt = NEVER;
    else if (this.preemptAt === NEVER) this.preemptAt = this.now + preempt_delay;
    this.downTimer = this.fullDownTimer;
    this.setTimer(this.downTimer);
  }

  private discard(from: number, priority: number): void {
    this.statistics.discarded.add();
    this.downTimer = Math.max(0, this.expiresAt - this.now);
    const causes = [this.peers[from]!.journal.lowered.current, this.risenBecause];
    this.journal.discarding.begin(causes, { theirs: priority, own: this.priority });
  }

  private hearAsMaster(from: number, priority: number): void {
    const peer = this.peers[from]!;
    if (priority !== PRIORITY_STOP && isAbove(peer, priority, this)) return this.giveWay(peer, priority);
    this.advertise(this.priority);
    if (priority !== PRIORITY_STOP) this.host.announce(this.options.garp_master_repeat);
    this.setTimer(this.options.advert_int);
  }

  private giveWay(to: VrrpInstance, priority: number): void {
    if (this.options.vrrp_version === 3) this.masterInterval = to.options.advert_int;
    this.journal.giveWay(to.journal, priority, this.priority);
    this.preemptAt = NEVER;
    this.enter(BACKUP);
    this.downTimer = this.fullDownTimer;
    this.setTimer(this.downTimer);
  }

  private enter(state: VrrpState): void {
    if (this.state === MASTER && state !== MASTER) {
      this.statistics.releaseMaster.add();
      this.cancel(this.announcement);
    }
    this.state = state;
    this.stateGauge.set(state);
    this.host.stateChanged();
  }

  private setTimer(delay: Micros): void {
    this.cancel(this.timer);
    this.expiresAt = this.now + delay;
    this.timer = this.after(delay, EXPIRE);
  }
}

/** Whether an advert outranks an instance: by its priority, and of two with the same by the higher IP address. */
function isAbove(sender: VrrpInstance, priority: number, other: VrrpInstance): boolean {
  return priority > other.priority || (priority === other.priority && sender.id < other.id);
}
