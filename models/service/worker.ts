import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Micros } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import type { EventLoop, Pool } from "../pool/pool.ts";
import type { Ticket } from "../pool/tickets.ts";
import type { CallId } from "./calls.ts";

/** No call computes. */
export const IDLE: CallId = -1;
/** The event loop has come to the listening socket, or will in its turn. */
export const ACCEPTING: CallId = -2;

/** In a line of what is ready this and lower numbers are answers of databases that nobody has heard yet. */
const ANSWER = -3;
const NEVER: Micros = -1;

/** One process of a pod that serves calls, with its own memory: what it knows is gone when it ends. */
export class Worker implements EventLoop {
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
  /** Since when its event loop has had no pause; -1 while it has nothing to do. */
  busySince: Micros = NEVER;
  /** Calls that want to compute next and answers of databases, in the order in which they became ready. */
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

  answered(pool: Pool, ticket: Ticket): boolean {
    if (!this.isAlive || this.computing === IDLE) return false;
    this.ready.join(ANSWER - (ticket * this.pools.length + this.pools.indexOf(pool)));
    return true;
  }

  /** Hears an answer that has waited among what is ready; false if it is none. */
  hears(ready: CallId): boolean {
    if (ready > ANSWER) return false;
    const { length } = this.pools;
    this.pools[(ANSWER - ready) % length]!.hear(Math.floor((ANSWER - ready) / length));
    return true;
  }

  /** The event loop has nothing to do. */
  rest(): void {
    this.busySince = NEVER;
  }

  /** Ends, with whatever it had in mind; what its pools were still to hear comes to nothing. */
  end(because: JournalId): void {
    this.isAlive = false;
    this.endedBecause = because;
    this.life++;
    this.serving = 0;
    this.computing = IDLE;
    this.rest();
  }
}
