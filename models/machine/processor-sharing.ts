import type { Micros } from "../../sim/time.ts";

/**
 * Jobs that all run at the same speed, which whoever owns them changes as the number of jobs changes.
 *
 * Kept in virtual time, the work that every job has got since the start: a job is done when virtual time reaches its
 * entry plus its work, so one ordered heap and one pending event serve any number of jobs.
 */
export class ProcessorSharing {
  /** Jobs running. */
  length = 0;
  private virtual = 0;
  private updatedAt: Micros = 0;
  private job = new Int32Array(16);
  private finish = new Float64Array(16);
  private order = new Float64Array(16);
  private joined = 0;
  /** Work per microsecond that each job gets at the moment. */
  private rate = 0;

  /** A job with so much work begins to run. */
  join(job: number, work: Micros, now: Micros): void {
    this.advance(now);
    if (this.length === this.job.length) this.grow();
    this.siftUp(this.length++, job, this.virtual + work, this.joined++);
  }

  /** From now on each job gets so much work done per microsecond. */
  setRate(rate: number, now: Micros): void {
    this.advance(now);
    this.rate = rate;
  }

  /** When the next job is done if nothing changes, or Infinity. */
  nextDue(now: Micros): Micros {
    if (this.length === 0 || this.rate === 0) return Number.POSITIVE_INFINITY;
    this.advance(now);
    return now + Math.max(0, Math.ceil((this.finish[0]! - this.virtual) / this.rate - TOLERANCE));
  }

  /** Takes out the job that is done first, if it is done by now; -1 otherwise. */
  takeDone(now: Micros): number {
    this.advance(now);
    if (this.length === 0 || this.finish[0]! - this.virtual > this.rate * TOLERANCE) return -1;
    const done = this.job[0]!;
    this.takeAt(0);
    return done;
  }

  /** Takes a job out before it is done; false if it does not run here. O(jobs). */
  remove(job: number, now: Micros): boolean {
    this.advance(now);
    const at = this.job.subarray(0, this.length).indexOf(job);
    if (at >= 0) this.takeAt(at);
    return at >= 0;
  }

  /** Brings the work done so far up to date. */
  private advance(now: Micros): void {
    if (this.length > 0) this.virtual += (now - this.updatedAt) * this.rate;
    this.updatedAt = now;
  }

  /** The last job takes the empty place, and moves up or down from there. */
  private takeAt(at: number): void {
    const last = --this.length;
    if (at === last) return;
    const [job, finish, order] = [this.job[last]!, this.finish[last]!, this.order[last]!];
    this.siftUp(this.siftDown(at, finish, order), job, finish, order);
  }

  private isBefore(a: number, finish: number, order: number): boolean {
    return this.finish[a]! < finish || (this.finish[a] === finish && this.order[a]! < order);
  }

  private move(from: number, to: number): void {
    this.job[to] = this.job[from]!;
    this.finish[to] = this.finish[from]!;
    this.order[to] = this.order[from]!;
  }

  private siftUp(from: number, job: number, finish: number, order: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.isBefore(parent, finish, order)) break;
      this.move(parent, at);
      at = parent;
    }
    this.job[at] = job;
    this.finish[at] = finish;
    this.order[at] = order;
  }

  /** Moves those up that are done before the newcomer; returns the place that is left. */
  private siftDown(from: number, finish: number, order: number): number {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.length) return at;
      if (child + 1 < this.length && this.isBefore(child + 1, this.finish[child]!, this.order[child]!)) child++;
      if (!this.isBefore(child, finish, order)) return at;
      this.move(child, at);
      at = child;
    }
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
