import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import { SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { NO_CONNECTIONS_AVAILABLE, QUEUE_LIMIT_REACHED } from "../error.ts";
import type { NodeId, World } from "../world.ts";
import { OWN_EVENTS, Pool } from "./pool.ts";
import type { PoolGroup } from "./pool-group.ts";
import type { Mysql2Options } from "./pool-options.ts";
import type { Ticket } from "./tickets.ts";

const ASK_AGAIN = OWN_EVENTS;
const TRIM = OWN_EVENTS + 1;
/** lib/base/pool.js, _removeIdleTimeoutConnections. */
const TRIM_INTERVAL = SECOND;

/**
 * The pool of mysql2: it opens all connections up to connectionLimit before anybody waits, lends the one used last,
 * and lets callers wait without a time limit.
 *
 * A connection that cannot be opened is the error of the caller that it was for, and its leaving lets one of those who
 * wait ask again (lib/base/pool.js, getConnection, releaseConnection, _removeConnection; lib/pool_config.js).
 */
export class Mysql2Pool extends Pool {
  private readonly options: Mysql2Options;
  private readonly trimLane: number;
  private readonly maxIdle: number;
  private trimmer: EventHandle = NO_EVENT;

  constructor(world: World, path: string, group: PoolGroup, options: Mysql2Options) {
    super(world, path, group, options.connectTimeout, options.acquire === "per-call");
    this.options = options;
    this.maxIdle = options.maxIdle ?? options.connectionLimit;
    this.trimLane = world.sim.lane(TRIM_INTERVAL);
  }

  override start(node: NodeId, because: JournalId): void {
    super.start(node, because);
    this.cancel(this.trimmer);
    if (this.maxIdle < this.options.connectionLimit) this.scheduleTrim();
  }

  override on(kind: number, subject: number): void {
    if (kind === ASK_AGAIN) this.askAgain(subject);
    else if (kind === TRIM) this.trim();
    else super.on(kind, subject);
  }

  protected override acquire(ticket: Ticket): void {
    const { connectionLimit, waitForConnections, queueLimit } = this.options;
    if (this.idle.length > 0 && this.queue.length === 0) this.lend(ticket, this.takeIdle());
    else if (connectionLimit === 0 || this.size < connectionLimit) this.open(ticket);
    else if (!waitForConnections) this.turnAway(ticket, NO_CONNECTIONS_AVAILABLE);
    else if (queueLimit > 0 && this.queue.length >= queueLimit) this.turnAway(ticket, QUEUE_LIMIT_REACHED);
    else this.joinQueue(ticket);
  }

  protected override connected(ticket: Ticket, connection: ConnectionId): void {
    this.lend(ticket, connection);
  }

  protected override connectFailed(ticket: Ticket, outcome: Outcome, because: JournalId): void {
    this.vacated();
    this.deny(ticket, outcome, because);
  }

  protected override takeBack(connection: ConnectionId): void {
    this.offer(connection);
  }

  protected override vacated(): void {
    if (this.queue.length > 0) this.after(0, ASK_AGAIN, this.leaveQueue());
  }

  private turnAway(ticket: Ticket, outcome: Outcome): void {
    const request = this.tickets.request[ticket]!;
    this.deny(ticket, outcome, this.group.runShort(request, this.origin));
  }

  private trim(): void {
    if (!this.running) return;
    while (this.idle.length > this.maxIdle || this.isOldestStale()) this.close(this.removeIdle(0));
    this.scheduleTrim();
  }

  private scheduleTrim(): void {
    this.trimmer = this.afterLane(this.trimLane, TRIM);
  }

  private isOldestStale(): boolean {
    const oldest = this.idle[0];
    return oldest !== undefined && this.now - this.world.connections.usedAt[oldest]! > this.options.idleTimeout;
  }
}
