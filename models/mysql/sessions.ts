import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { NO_ROW } from "./row-locks.ts";

/** No statement runs on the session, or no login is under way. */
export const NOTHING: RequestId = -1;

/** What has become of a session's transaction. */
const AUTOCOMMIT = 0;
const OPEN = 1;
const WROTE = 2;

/** The sessions of one MySQL server, one column per attribute, by connection. */
export class Sessions {
  /** The statement that runs on it, or NOTHING. */
  statement = new Int32Array(0);
  /** The login that has a slot and is not through yet, or NOTHING. */
  login = new Int32Array(0);
  /** The end of its login, or the pending look at whether it has been idle for wait_timeout. */
  timer = new Int32Array(0);
  /** 1 where a replica reads the binary log on it: such a session is never idle. */
  reads = new Uint8Array(0);
  /** AUTOCOMMIT, or how far its transaction has come. */
  transaction = new Uint8Array(0);
  /** The row that its transaction has locked, or NO_ROW. */
  row = new Int32Array(0);
  /** Processor time of the statements that its transaction wrote with. */
  work = new Float64Array(0);

  /** A session begins, with nothing under way. */
  begin(connection: ConnectionId): void {
    if (connection >= this.statement.length) this.grow(connection);
    this.statement[connection] = NOTHING;
    this.login[connection] = NOTHING;
    this.timer[connection] = NO_EVENT;
    this.reads[connection] = 0;
    this.endTransaction(connection);
  }

  /** BEGIN. */
  beginTransaction(connection: ConnectionId): void {
    this.transaction[connection] = OPEN;
  }

  /** A statement within a transaction has written. */
  write(connection: ConnectionId, work: Micros): void {
    this.transaction[connection] = WROTE;
    this.work[connection]! += work;
  }

  isInTransaction(connection: ConnectionId): boolean {
    return this.transaction[connection] !== AUTOCOMMIT;
  }

  hasWritten(connection: ConnectionId): boolean {
    return this.transaction[connection] === WROTE;
  }

  /** The transaction is over; returns the row that it had locked, or NO_ROW. */
  endTransaction(connection: ConnectionId): number {
    const row = this.row[connection]!;
    this.transaction[connection] = AUTOCOMMIT;
    this.row[connection] = NO_ROW;
    this.work[connection] = 0;
    return row;
  }

  private grow(connection: ConnectionId): void {
    const length = Math.max(256, connection * 2);
    this.statement = extended(this.statement, length, NOTHING);
    this.login = extended(this.login, length, NOTHING);
    this.timer = extended(this.timer, length, NO_EVENT);
    this.row = extended(this.row, length, NO_ROW);
    const work = new Float64Array(length);
    work.set(this.work);
    this.work = work;
    for (const column of ["reads", "transaction"] as const) {
      const longer = new Uint8Array(length);
      longer.set(this[column]);
      this[column] = longer;
    }
  }
}

function extended(column: Int32Array, length: number, fill: EventHandle): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length).fill(fill);
  longer.set(column);
  return longer;
}
