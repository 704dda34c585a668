import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";

/** The worker threads of a process: each a processor of its own that takes what its sessions bring in order. */
export class WorkerThreads {
  private readonly busyUntil: Float64Array;
  private readonly chance: Stream;

  constructor(threads: number, chance: Stream) {
    this.busyUntil = new Float64Array(threads);
    this.chance = chance;
  }

  /** The thread that a new session belongs to: whichever was first to accept it. */
  bind(): number {
    return this.chance.integer(this.busyUntil.length);
  }

  /** Gives a thread work at `now`. Returns how long it takes until it is done, what lies before it included. */
  work(thread: number, cost: Micros, now: Micros): Micros {
    const done = Math.max(now, this.busyUntil[thread]!) + cost;
    this.busyUntil[thread] = done;
    return done - now;
  }

  /** The process has ended. */
  stop(): void {
    this.busyUntil.fill(0);
  }
}
