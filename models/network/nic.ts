import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";

/** What the network interface of a machine carries in one direction. */
export interface Bandwidth {
  /** What it carries at any time, in bytes per second; Infinity for no limit. */
  readonly base: number;
  /** What it carries while it has credit, in bytes per second; not less than `base`. */
  readonly burst: number;
  /** The most credit that it can save up, in bytes; it starts with all of it. */
  readonly credit: number;
  /** What may wait, in bytes; 10 to 50 ms at `burst` are usual. */
  readonly buffer: number;
}

export const UNLIMITED: Bandwidth = {
  base: Number.POSITIVE_INFINITY,
  burst: Number.POSITIVE_INFINITY,
  credit: 0,
  buffer: Number.POSITIVE_INFINITY,
};

type Direction = "in" | "out";

/** Packets are counted at the MTU of the internet; ENA's own is 9001 inside a VPC. */
const PACKET_BYTES = 1500;
/** Shares of the buffer: above the first it counts as saturated, below the second as calm. */
const SATURATED = 0.8;
const CALM = 0.2;
/** A wait that counts as saturated whatever the buffer: connects and people give up after one or two seconds. */
const LONG: Micros = 500 * MILLISECOND;
/** It must be calm for so long before it no longer counts as saturated, or bursts would fill the journal. */
const CALM_TIME: Micros = 5 * SECOND;
const LOOK = 1;

/** The machine that a NIC belongs to, as the NIC sees it. */
interface Machine {
  readonly path: string;
  /** Why its pods get more than their share of the traffic, or NONE. */
  readonly concentration: JournalId;
}

/**
 * One direction of a machine's network interface: a line of bytes in front of a rate.
 *
 * It sends at `burst` while it has credit, else at `base`; credit grows by `base` minus what is used (EC2 "network I/O
 * credits", AWS "EC2 instance network bandwidth"). The limit belongs to the machine, so all its pods share it. The line
 * is a fluid that is brought up to date when a message comes: no events, but for a look every five seconds while saturated.
 */
export class Nic extends Component {
  /** Bytes in the line, when it was last looked at. */
  backlog = 0;
  credit: number;
  /** Bytes since the start: offered = sent + dropped + backlog. */
  offered = 0;
  sent = 0;
  dropped = 0;
  private lookedAt: Micros = 0;
  private troubledAt: Micros = 0;
  private readonly machine: Machine;
  /** Bytes per microsecond. */
  private base: number;
  private burst: number;
  /** Share of its normal speed that it works at; 0 when it is cut off. */
  private pace = 1;
  /** Why it does not work at its normal speed, or NONE. */
  private slowedBy: JournalId = NONE;
  private readonly normal: Bandwidth;
  private readonly creditLimit: number;
  private buffer: number;
  private readonly saturated: Condition;
  private readonly drops: Condition;
  private readonly lane: number;
  private readonly bytes: Counter;
  private readonly exceeded: Counter;
  private readonly droppedPackets: Counter;

  constructor(sim: Simulation, machine: Machine, direction: Direction, bandwidth: Bandwidth) {
    super(sim, `${machine.path} ${direction}bound`);
    assert(bandwidth.base > 0, `${this.path}: a bandwidth of ${bandwidth.base} bytes/s`);
    this.machine = machine;
    this.normal = Object.freeze({ ...bandwidth });
    this.base = bandwidth.base / SECOND;
    this.burst = Math.max(bandwidth.base, bandwidth.burst) / SECOND;
    this.creditLimit = bandwidth.credit;
    this.credit = bandwidth.credit;
    this.buffer = bandwidth.buffer;
    this.saturated = new Condition(sim, this, "bandwidth-saturated");
    this.drops = new Condition(sim, this, "packets-dropped");
    this.lane = sim.lane(CALM_TIME);
    this.bytes = sim.record.counter(this, "bytes", "bytes");
    this.exceeded = sim.record.counter(this, `bw_${direction}_allowance_exceeded`, "packets");
    this.droppedPackets = sim.record.counter(this, "dropped", "packets");
  }

  /**
   * Takes a message in and returns how long it takes to get through (waiting and sending), or -1 when it was dropped.
   * It is dropped when the buffer is full; while there is any room, a message of any size passes.
   */
  offer(bytes: number, request: RequestId): Micros {
    if (this.base === Number.POSITIVE_INFINITY && this.pace > 0) return this.pass(bytes);
    this.advance();
    this.offered += bytes;
    if (this.backlog >= this.buffer || this.pace === 0) return this.drop(bytes, request);
    const waits = this.backlog > 0;
    if (waits) this.exceeded.add(packetsIn(bytes));
    this.bytes.add(bytes);
    this.backlog += bytes;
    const wait = this.drainTime();
    if (this.backlog > SATURATED * this.buffer || wait > LONG) this.trouble(request);
    if (waits) this.delay(request);
    return Math.round(wait);
  }

  /** It sends at this share of its normal speed from now on: 1 is normal, at 0 nothing gets through. */
  setPace(pace: number, because: JournalId): void {
    this.advance();
    this.calmDown();
    this.slowedBy = pace < 1 ? because : NONE;
    this.pace = pace;
    const share = pace > 0 ? pace : 1;
    this.base = (this.normal.base * share) / SECOND;
    this.burst = (Math.max(this.normal.base, this.normal.burst) * share) / SECOND;
  }

  /** So much may wait from now on, as time at `burst`; what waits already goes on waiting. */
  setBuffer(time: Micros): void {
    this.buffer = (Math.max(this.normal.base, this.normal.burst) * time) / SECOND;
  }

  /** What it sends at now, in bytes per second. */
  get rate(): number {
    return (this.credit > 0 ? this.burst : this.base) * SECOND;
  }

  override on(_look: number): void {
    this.advance();
    const calmSince = this.now - this.troubledAt;
    if (calmSince >= CALM_TIME && this.backlog < CALM * this.buffer) this.calmDown();
    else this.afterLane(this.lane, LOOK);
  }

  override check(): void {
    const error = Math.abs(this.offered - this.sent - this.dropped - this.backlog);
    assert(this.backlog >= 0 && this.credit >= 0, () => `${this.path}: backlog ${this.backlog}, credit ${this.credit}`);
    assert(error <= 1 + this.offered * 1e-9, () => `${this.path}: ${error} bytes have vanished`);
  }

  private pass(bytes: number): Micros {
    this.bytes.add(bytes);
    this.offered += bytes;
    this.sent += bytes;
    return 0;
  }

  /** Lets the time since the last look pass: first at `burst` while credit lasts, then at `base`, then idle. */
  private advance(): void {
    let left = this.now - this.lookedAt;
    if (left === 0) return;
    this.lookedAt += left;
    if (this.backlog > 0) {
      const fast = Math.min(left, this.burstTime());
      this.credit = Math.max(0, this.credit - fast * (this.burst - this.base));
      left -= this.send(fast, this.burst);
      left -= this.send(left, this.base);
    }
    this.credit = Math.min(this.creditLimit, this.credit + left * this.base);
  }

  /** Sends for at most `time`, and returns how long it took. */
  private send(time: Micros, rate: number): Micros {
    const needed = this.backlog / rate;
    const bytes = needed <= time ? this.backlog : time * rate;
    this.backlog -= bytes;
    this.sent += bytes;
    return Math.min(time, needed);
  }

  /** How long it will send at `burst`: until the line is empty or the credit is gone. */
  private burstTime(): Micros {
    if (this.credit === 0 || this.burst === this.base) return 0;
    return Math.min(this.backlog / this.burst, this.credit / (this.burst - this.base));
  }

  private drainTime(): Micros {
    if (this.backlog === 0) return 0;
    const fast = this.burstTime();
    return fast + Math.max(0, this.backlog - fast * this.burst) / this.base;
  }

  private calmDown(): void {
    this.drops.end();
    this.saturated.end();
  }

  private drop(bytes: number, request: RequestId): Micros {
    const packets = packetsIn(bytes);
    this.dropped += bytes;
    this.exceeded.add(packets);
    this.droppedPackets.add(packets);
    this.trouble(request);
    const isEndless = this.buffer === Number.POSITIVE_INFINITY;
    const bufferMs = isEndless ? 0 : Math.round(this.buffer / this.base / MILLISECOND);
    this.drops.begin([this.saturated.id], { bufferMs });
    this.sim.requests.because[request] = this.drops.id;
    return -1;
  }

  /** A message waits behind others. What made its request wait or fail before stays the cause. */
  private delay(request: RequestId): void {
    const { because } = this.sim.requests;
    if (because[request] === NONE) because[request] = this.saturated.current;
  }

  private trouble(request: RequestId): void {
    this.troubledAt = this.now;
    if (this.saturated.holds) return;
    const { because, origin } = this.sim.requests;
    this.saturated.begin([this.slowedBy, this.machine.concentration, because[request]!, origin[request]!], {
      backlogMs: Math.round(this.drainTime() / MILLISECOND),
      capacityMbit: this.pace === 0 ? 0 : Math.round(this.rate * 8e-6),
      dropped: this.droppedPackets.count,
    });
    this.afterLane(this.lane, LOOK);
  }
}

function packetsIn(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PACKET_BYTES));
}
