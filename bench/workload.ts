import { Component } from "../sim/component.ts";
import { DUE, type EventHandle, NOW } from "../sim/event-queue.ts";
import { Xoshiro } from "./xoshiro.ts";

/**
 * A component with a random stream of its own, whose events come after exponential times.
 *
 * Times stay in typed cells all the way: whether V8 inlines a call, and so need not allocate the double it passes,
 * differs from run to run, and what is measured should be the kernel.
 */
export abstract class Workload extends Component {
  protected readonly random = new Xoshiro(12345);
  /** `clock[NOW]` is the present time. */
  protected readonly clock = this.sim.queue.cell;

  /** Schedules an event for itself after an exponential time. */
  protected afterExponential(mean: number, kind: number, subject = 0): EventHandle {
    const { clock, random } = this;
    clock[DUE] = clock[NOW]! + random.variates[random.draw()]! * mean;
    return this.sim.queue.schedule(this.id, kind, subject);
  }
}
