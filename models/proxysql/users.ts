import type { RequestClass } from "../load/request-class.ts";
import { NOBODY } from "./connection-columns.ts";
import type { UserOptions } from "./tables.ts";

/** The users that may log in (`mysql_users`): where the queries of each go, and how many sessions each has. */
export class Users {
  /** Index of the hostgroup of each. */
  readonly hostgroup: Int32Array;
  private readonly sessions: Int32Array;
  private readonly caps: Int32Array;
  /** The user that each class of requests runs as, or NOBODY. */
  private readonly byClass: Int32Array;

  constructor(users: readonly UserOptions[], hostgroups: readonly number[], classes: readonly RequestClass[]) {
    this.hostgroup = Int32Array.from(users, (user) => hostgroups.indexOf(user.default_hostgroup));
    this.caps = Int32Array.from(users, (user) => user.max_connections);
    this.sessions = new Int32Array(users.length);
    this.byClass = Int32Array.from(classes, ({ username }) => users.findIndex((user) => user.username === username));
  }

  /** The user of a request of this class; what no person asked for (a probe) runs as the first one. */
  of(kind: number): number {
    return kind < 0 ? 0 : this.byClass[kind]!;
  }

  /** One more session of a user; false if the user's cap does not allow it. */
  enter(user: number): boolean {
    if (this.sessions[user]! >= this.caps[user]!) return false;
    this.sessions[user]!++;
    return true;
  }

  capOf(user: number): number {
    return this.caps[user]!;
  }

  /** A session of a user has ended. */
  leave(user: number): void {
    if (user !== NOBODY) this.sessions[user]!--;
  }
}
