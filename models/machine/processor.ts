import type { JournalId } from "../../sim/record/journal.ts";
import type { Micros } from "../../sim/time.ts";

/** Something that gives jobs processor time, and tells whoever owns them when they have had it. */
export interface Processor {
  /** Why jobs run more slowly than they might at the moment, or NONE. */
  readonly trouble: JournalId;
  /**
   * A job needs so much processor time. `priority` counts where those who wait are served by it; `origin` is the action
   * that the job exists under.
   */
  run(job: number, work: Micros, priority: number, origin: JournalId): void;
  /** A job is not to go on, whether it runs or waits: nobody is told of it any more. O(jobs). */
  withdraw(job: number): void;
  /** From now on jobs run at this multiple of their normal speed; at 0 they stand still. */
  setSpeed(speed: number): void;
}

/** Whoever has jobs run. */
export interface JobOwner {
  /** A job has had its processor time. */
  computed(job: number): void;
}
