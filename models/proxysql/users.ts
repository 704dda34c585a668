import { NOBODY } from "./connection-columns.ts";
import type { RuntimeTable } from "./runtime-table.ts";

/** How many sessions each user has, within the cap of each (`mysql_users`). */
export class Users {
  private readonly table: RuntimeTable;
  private readonly sessions: Int32Array;

  constructor(table: RuntimeTable, count: number) {
    this.table = table;
    this.sessions = new Int32Array(count);
  }

  /** One more session of a user; false if the user's cap does not allow it. */
  enter(user: number): boolean {
    if (this.sessions[user]! >= this.capOf(user)) return false;
    this.sessions[user]!++;
    return true;
  }

  capOf(user: number): number {
    return this.table.columns.max_connections![user]!;
  }

  /** Whether the statements of a transaction all go where it began. */
  isPersistent(user: number): boolean {
    return this.table.columns.transaction_persistent![user] === 1;
  }

  /** A session of a user has ended. */
  leave(user: number): void {
    if (user !== NOBODY) this.sessions[user]!--;
  }
}
