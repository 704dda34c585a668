import { Component } from "../sim/component.ts";
import { DUE, type EventHandle, NOW } from "../sim/event-queue.ts";
import { Xoshiro } from "./xoshiro.ts";

/** A component with a random stream of its own, whose events come after exponential times. */
export abstract class Workload extends Component {
  protected readonly random = new Xoshiro(12345);

  /**
   * Schedules an event for itself after an exponential time; the draw goes straight into the queue's cell, so that what
   * is measured is the kernel and not the allocation of doubles.
   */
  protected afterExponential(mean: number, kind: number, subject = 0): EventHandle {
    const { queue } = this.sim;
    queue.cell[DUE] = queue.cell[NOW]! + this.random.exponential(mean);
    return queue.schedule(this.id, kind, subject);
  }
}
