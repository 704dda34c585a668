import { NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { FileId } from "./file-locks.ts";

export const NO_STATEMENT: RequestId = -1;

/** What the statement of a session is about; 0 for none, or one that holds and wants no lock at the moment. */
export const WAITS_TO_READ = 1;
export const READS = 2;
export const WAITS_TO_WRITE = 3;
/** It has the lock for writing and waits for readers to leave. */
export const WAITS_TO_COMMIT = 4;
export const WRITES = 5;

/** The sessions of a database in a file, one column per attribute, one row for each connection. */
export class FileSessions {
  statement = new Int32Array(0);
  file = new Int32Array(0);
  state = new Int32Array(0);
  /** How often it has tried for the lock that it wants, in vain. */
  polls = new Int32Array(0);
  /** Statements still to come, this one included, that the request stands for. */
  left = new Int32Array(0);
  /** Its pending event. */
  timer = new Int32Array(0);
  /** When it first asked for the lock that it wants. */
  since = new Float64Array(0);

  open(session: ConnectionId, file: FileId): void {
    if (session >= this.statement.length) this.grow(Math.max(256, 2 * session));
    this.file[session] = file;
    this.end(session);
  }

  begin(session: ConnectionId, statement: RequestId, rounds: number): void {
    this.statement[session] = statement;
    this.left[session] = rounds;
  }

  end(session: ConnectionId): void {
    this.statement[session] = NO_STATEMENT;
    this.state[session] = 0;
    this.timer[session] = NO_EVENT;
  }

  /** The sessions that have the lock for writing, in order of their rows. */
  writing(): ConnectionId[] {
    return [...this.state.keys()].filter((session) => this.state[session]! >= WAITS_TO_COMMIT);
  }

  private grow(to: number): void {
    for (const column of ["statement", "file", "state", "polls", "left", "timer"] as const) {
      const longer = new Int32Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    const since = new Float64Array(to);
    since.set(this.since);
    this.since = since;
  }
}
