import type { Micros } from "../../sim/time.ts";
import { type Contention, throughputOf } from "./contention.ts";

/**
 * Threads that share the cores equally: each runs at the same speed, which falls as more run.
 *
 * Kept in virtual time, the work that every thread has got since the start: a thread is done when virtual time reaches
 * its entry plus its work, so one ordered heap and one pending event serve any number of threads.
 */
export class ProcessorSharing {
  /** Threads running. */
  length = 0;
  private virtual = 0;
  private updatedAt: Micros = 0;
  private job = new Int32Array(16);
  private finish = new Float64Array(16);
  private order = new Float64Array(16);
  private joined = 0;
  private readonly cores: number;
  private readonly contention: Contention;
  /** Everything runs at this multiple of its normal speed. */
  private speed = 1;
  /** Work per microsecond that each thread gets at the moment. */
  private rate = 0;

  constructor(cores: number, contention: Contention) {
    this.cores = cores;
    this.contention = Object.freeze({ ...contention });
  }

  /** A thread with so much work begins to run. */
  join(job: number, work: Micros, now: Micros): void {
    this.advance(now);
    if (this.length === this.job.length) this.grow();
    this.siftUp(this.length++, job, this.virtual + work, this.joined++);
    this.adjustRate();
  }

  /** When the next thread is done if nobody joins, or Infinity. */
  nextDue(now: Micros): Micros {
    if (this.length === 0) return Number.POSITIVE_INFINITY;
    this.advance(now);
    return now + Math.max(0, Math.ceil((this.finish[0]! - this.virtual) / this.rate - TOLERANCE));
  }

  /** Takes out the thread that is done first, if it is done by now; -1 otherwise. */
  takeDone(now: Micros): number {
    this.advance(now);
    if (this.length === 0 || this.finish[0]! - this.virtual > this.rate * TOLERANCE) return -1;
    const done = this.job[0]!;
    this.length--;
    if (this.length > 0) this.siftDown(this.job[this.length]!, this.finish[this.length]!, this.order[this.length]!);
    this.adjustRate();
    return done;
  }

  /** From now on everything runs at this multiple of its normal speed. */
  setSpeed(speed: number, now: Micros): void {
    this.advance(now);
    this.speed = speed;
    this.adjustRate();
  }

  /** Brings the work done so far up to date. */
  private advance(now: Micros): void {
    if (this.length > 0) this.virtual += (now - this.updatedAt) * this.rate;
    this.updatedAt = now;
  }

  private adjustRate(): void {
    if (this.length === 0) return;
    this.rate = (throughputOf(this.length, this.cores, this.contention) / this.length) * this.speed;
  }

  private isBefore(a: number, finish: number, order: number): boolean {
    return this.finish[a]! < finish || (this.finish[a] === finish && this.order[a]! < order);
  }

  private put(at: number, job: number, finish: number, order: number): void {
    this.job[at] = job;
    this.finish[at] = finish;
    this.order[at] = order;
  }

  private move(from: number, to: number): void {
    this.put(to, this.job[from]!, this.finish[from]!, this.order[from]!);
  }

  private siftUp(from: number, job: number, finish: number, order: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.isBefore(parent, finish, order)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, job, finish, order);
  }

  private siftDown(job: number, finish: number, order: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.length) break;
      if (child + 1 < this.length && this.isBefore(child + 1, this.finish[child]!, this.order[child]!)) child++;
      if (!this.isBefore(child, finish, order)) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, job, finish, order);
  }

  private grow(): void {
    const room = this.job.length * 2;
    const job = new Int32Array(room);
    job.set(this.job);
    this.job = job;
    for (const column of ["finish", "order"] as const) {
      const longer = new Float64Array(room);
      longer.set(this[column]);
      this[column] = longer;
    }
  }
}

/** Times are whole microseconds and virtual time is not: what is this close to done is done. */
const TOLERANCE = 1e-6;
