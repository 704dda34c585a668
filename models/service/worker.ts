import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import type { Pool } from "../pool/pool.ts";
import type { CallId } from "./calls.ts";

/** No call computes. */
export const IDLE: CallId = -1;
/** The event loop has come to the listening socket, or will in its turn. */
export const ACCEPTING: CallId = -2;

/** One process of a pod that serves calls, with its own memory: what it knows is gone when it ends. */
export class Worker {
  /** It runs; otherwise it is being started. */
  isAlive = false;
  /** How often it has ended. */
  life = 0;
  /** Why it ended last. */
  endedBecause: JournalId = NONE;
  /** Calls that it works on. */
  serving = 0;
  /** The call that computes, where calls compute one after the other. */
  computing: CallId = IDLE;
  /** Requests that it has accepted and that wait for a thread. */
  readonly accepted = new WaitingLine();
  /** Calls that want to compute next, in the order in which they became ready. */
  readonly ready = new WaitingLine();
  /** The end of its patience while it is watched, or the end of its start. */
  timer: EventHandle = NO_EVENT;
  readonly number: number;
  /** One for each database, in order of the options. */
  readonly pools: readonly Pool[];

  constructor(number: number, pools: readonly Pool[]) {
    this.number = number;
    this.pools = pools;
  }

  /** Ends, with whatever it had in mind. */
  end(because: JournalId): void {
    this.isAlive = false;
    this.endedBecause = because;
    this.life++;
    this.serving = 0;
    this.computing = IDLE;
    while (this.ready.length > 0) this.ready.leave();
  }
}
