import { NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";

/** A row of the table of those who have, or want, a connection of a pool. */
export type Ticket = number;

const NONE = -1;

/** Everybody who uses a pool at the moment, one column per attribute: waiting, connecting or running a statement. */
export class Tickets {
  /** Who wants the connection; -1 where the pool opens one for nobody in particular. */
  request = new Int32Array(0);
  /** When the connection was asked for. */
  since = new Float64Array(0);
  /** Statements still to run. */
  left = new Int32Array(0);
  /** The connection lent, or -1. */
  connection = new Int32Array(0);
  /** The login under way for it, or -1. */
  login = new Int32Array(0);
  /** The pending time limit. */
  timer = new Int32Array(0);
  /** How its transaction has fared so far. */
  outcome = new Uint16Array(0);
  /** What its statement has come back with, while nobody has heard of it. */
  answer = new Uint16Array(0);
  /** How many statements of its are one request, and the sizes of one, while BEGIN, COMMIT or ROLLBACK are in its place. */
  rounds = new Int32Array(0);
  bytesIn = new Float64Array(0);
  bytesOut = new Float64Array(0);
  private inUse = new Uint8Array(0);
  private readonly free: number[] = [];

  take(request: RequestId, now: Micros): Ticket {
    if (this.free.length === 0) this.grow();
    const ticket = this.free.pop()!;
    this.request[ticket] = request;
    this.since[ticket] = now;
    this.left[ticket] = 0;
    this.connection[ticket] = NONE;
    this.login[ticket] = NONE;
    this.timer[ticket] = NO_EVENT;
    this.inUse[ticket] = 1;
    return ticket;
  }

  giveBack(ticket: Ticket): void {
    this.inUse[ticket] = 0;
    this.free.push(ticket);
  }

  /** Who has borrowed a connection, or -1. O(tickets). */
  borrowerOf(connection: ConnectionId): Ticket {
    for (let ticket = 0; ticket < this.inUse.length; ticket++) {
      if (this.inUse[ticket] === 1 && this.connection[ticket] === connection) return ticket;
    }
    return NONE;
  }

  /** Everybody who is in the table now, in order of their rows. */
  all(): Ticket[] {
    const tickets: Ticket[] = [];
    for (let ticket = 0; ticket < this.inUse.length; ticket++) if (this.inUse[ticket] === 1) tickets.push(ticket);
    return tickets;
  }

  private grow(): void {
    const from = this.inUse.length;
    const to = Math.max(16, from * 2);
    for (const column of ["request", "left", "connection", "login", "timer", "rounds"] as const) {
      const longer = new Int32Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    for (const column of ["since", "bytesIn", "bytesOut"] as const) {
      const longer = new Float64Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    for (const column of ["outcome", "answer"] as const) {
      const longer = new Uint16Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    const inUse = new Uint8Array(to);
    inUse.set(this.inUse);
    this.inUse = inUse;
    for (let ticket = to - 1; ticket >= from; ticket--) this.free.push(ticket);
  }
}
