import type { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";

/** Timers of what a component knows by small numbers; their time passes at a pace: 1 is normal, at 0 it stands still. */
export class PacedTimers {
  private readonly sim: Simulation;
  private readonly owner: Component;
  private readonly kind: number;
  private pace = 1;
  /** By number: the time that was left when it was last looked at, at the normal pace, and when that was. */
  private left = new Float64Array(16);
  private lookedAt = new Float64Array(16);
  private isRunning = new Uint8Array(16);
  private event = new Int32Array(16).fill(NO_EVENT);

  /** @param kind of the event that the owner gets at the end; it calls `end` then. */
  constructor(sim: Simulation, owner: Component, kind: number) {
    this.sim = sim;
    this.owner = owner;
    this.kind = kind;
  }

  start(subject: number, time: Micros): void {
    if (subject >= this.left.length) this.grow(subject);
    this.isRunning[subject] = 1;
    this.left[subject] = time;
    this.lookedAt[subject] = this.sim.now;
    this.event[subject] = this.eventAfter(time, subject);
  }

  isSet(subject: number): boolean {
    return this.isRunning[subject] === 1;
  }

  /** Its time is over. */
  end(subject: number): void {
    this.isRunning[subject] = 0;
  }

  /** It is not to go on; nothing happens if there is none. */
  cancel(subject: number): void {
    if (!this.isSet(subject)) return;
    this.sim.queue.cancel(this.event[subject]!);
    this.isRunning[subject] = 0;
  }

  setPace(pace: number): void {
    const { left, lookedAt, isRunning, event, sim } = this;
    const before = this.pace;
    this.pace = pace;
    for (let subject = 0; subject < isRunning.length; subject++) {
      if (isRunning[subject] === 0) continue;
      sim.queue.cancel(event[subject]!);
      left[subject] = Math.max(0, left[subject]! - (sim.now - lookedAt[subject]!) * before);
      lookedAt[subject] = sim.now;
      event[subject] = this.eventAfter(left[subject]!, subject);
    }
  }

  private eventAfter(time: Micros, subject: number): EventHandle {
    if (this.pace === 1) return this.owner.after(Math.round(time), this.kind, subject);
    return this.pace === 0 ? NO_EVENT : this.owner.after(Math.round(time / this.pace), this.kind, subject);
  }

  private grow(subject: number): void {
    const length = Math.max(2 * this.left.length, subject + 1);
    for (const column of ["left", "lookedAt"] as const) {
      const longer = new Float64Array(length);
      longer.set(this[column]);
      this[column] = longer;
    }
    const isRunning = new Uint8Array(length);
    const event = new Int32Array(length).fill(NO_EVENT);
    isRunning.set(this.isRunning);
    event.set(this.event);
    this.isRunning = isRunning;
    this.event = event;
  }
}
