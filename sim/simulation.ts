import type { Component, ComponentId } from "./component.ts";
import { EventQueue, NOW, UNTIL } from "./event-queue.ts";
import { Streams } from "./random.ts";
import { Journal } from "./record/journal.ts";
import { Recorder } from "./record/recorder.ts";
import { type TraceOptions, Traces } from "./record/traces.ts";
import { type RequestId, Requests } from "./requests.ts";
import type { Outcome } from "./service.ts";
import type { Micros } from "./time.ts";

/** What a run is told from outside, apart from its parts. */
export interface SimulationOptions {
  seed: string;
  /** Which repetition of the experiment; each has streams of its own. Default 0. */
  replication?: number;
  /** Width of a recording bin, or 0 for totals only. Default 0. */
  binWidth?: Micros;
  /** End of the warm-up, which the histograms of durations leave out. Default 0. */
  durationsFrom?: Micros;
  /** How many requests are followed, where there is a bin width. Following changes nothing of the run. */
  traces?: TraceOptions;
  /** Invariants are checked each time so many events have passed; 1 checks at every event. Default 65536. */
  checkEvery?: number;
}

/** Events handled between two looks at the check counter. */
const DEFAULT_CHECK_EVERY = 65536;

/** One run of one world: the clock, the pending events, the requests in flight and the register of components. */
export class Simulation {
  readonly queue = new EventQueue();
  readonly requests = new Requests();
  readonly streams: Streams;
  readonly journal: Journal;
  readonly record: Recorder;
  readonly traces: Traces;
  readonly components: Component[] = [];
  /** Events handled so far. */
  dispatched = 0;
  private readonly checkEvery: number;
  private untilCheck: number;

  constructor(options: SimulationOptions) {
    this.streams = new Streams(options.seed, options.replication ?? 0);
    this.journal = new Journal(this);
    this.record = new Recorder(this, options.binWidth ?? 0, options.durationsFrom ?? 0);
    this.traces = new Traces(this, this.record.binWidth > 0, options.traces ?? {});
    this.requests.traces = this.traces;
    this.checkEvery = options.checkEvery ?? DEFAULT_CHECK_EVERY;
    this.untilCheck = this.checkEvery;
  }

  get now(): Micros {
    return this.queue.cell[NOW]!;
  }

  /** Enters a component into the register; called by its constructor. */
  register(component: Component): ComponentId {
    this.components.push(component);
    return this.components.length - 1;
  }

  /** A lane for timers that share one constant delay: scheduling and cancelling in it costs O(1). */
  lane(delay: Micros): number {
    return this.queue.lane(delay);
  }

  /** Gives a request back to the component that waits for it innermost; `by` is who answers, -1 for a mere carrier. */
  reply(request: RequestId, outcome: Outcome, by: ComponentId = -1): void {
    const requests = this.requests;
    const component = this.components[requests.pop(request)]!;
    if (requests.followed[request] !== 0) this.traces.leave(request, outcome, by);
    component.resume(request, outcome, requests.poppedNote);
  }

  /** Whoever opened a request stops waiting for it, and whoever it was carried to last is told. */
  abandon(request: RequestId): void {
    const { abandoned, destination } = this.requests;
    abandoned[request] = 1;
    this.components[destination[request]!]?.abandoned(request);
  }

  /**
   * Handles every event due at or before `end`, then stands at `end`.
   * Stops early after `maxEvents`, so that a caller can show progress or be interrupted; true when `end` was reached.
   */
  runUntil(end: Micros, maxEvents = Number.POSITIVE_INFINITY): boolean {
    const last = this.dispatched + maxEvents;
    for (;;) {
      const boundary = this.record.nextBoundary;
      const stop = Math.min(end, boundary);
      this.drain(stop, last);
      if (this.dispatched >= last) return false;
      this.queue.cell[NOW] = stop;
      if (stop === boundary) this.record.passBoundary();
      if (stop >= end) return true;
    }
  }

  /** Checks what must hold of every component and of the run as a whole. */
  check(): void {
    for (const component of this.components) component.check();
    this.record.check();
  }

  private drain(until: Micros, last: number): void {
    const { queue, components } = this;
    queue.cell[UNTIL] = until;
    while (this.dispatched < last && queue.pop()) {
      components[queue.target]!.on(queue.kind, queue.subject);
      this.dispatched++;
      if (--this.untilCheck === 0) {
        this.untilCheck = this.checkEvery;
        this.check();
      }
    }
  }
}
