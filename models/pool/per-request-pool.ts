import type { JournalId } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { World } from "../world.ts";
import { Pool } from "./pool.ts";
import type { PoolGroup } from "./pool-group.ts";
import type { PerRequestOptions } from "./pool-options.ts";
import type { Ticket } from "./tickets.ts";

/**
 * No pool at all: each call opens a connection before its first statement and closes it after the last.
 * Nobody waits; where the connection is refused the call fails at once (Django with CONN_MAX_AGE 0, docs/ref/databases).
 */
export class PerRequestPool extends Pool {
  constructor(world: World, path: string, group: PoolGroup, options: PerRequestOptions) {
    super(world, path, group, options.connectTimeout, true);
  }

  protected override acquire(ticket: Ticket): void {
    this.open(ticket);
  }

  protected override connected(ticket: Ticket, connection: ConnectionId): void {
    this.lend(ticket, connection);
  }

  protected override connectFailed(ticket: Ticket, outcome: Outcome, because: JournalId): void {
    this.deny(ticket, outcome, because);
  }

  protected override takeBack(connection: ConnectionId): void {
    this.close(connection);
  }

  protected override vacated(): void {}
}
