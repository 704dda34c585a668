import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, LOST, type Outcome } from "../../sim/service.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { CALL } from "../verb.ts";
import type { World } from "../world.ts";
import { Pool } from "./pool.ts";
import type { PoolGroup } from "./pool-group.ts";
import type { PerRequestOptions } from "./pool-options.ts";
import type { Ticket } from "./tickets.ts";

const NONE: Ticket = -1;

/**
 * No pool at all: each call opens a connection before its first statement, and closes it after the last or, where the
 * group is holding, at its own end.
 * Nobody waits; where the connection is refused the call fails at once (Django with CONN_MAX_AGE 0, docs/ref/databases).
 */
export class PerRequestPool extends Pool {
  /** By request: the ticket with the connection that it keeps between its statements, or NONE. */
  private kept = new Int32Array(0);

  constructor(world: World, path: string, group: PoolGroup, options: PerRequestOptions) {
    super(world, path, group, options.connectTimeout, true);
  }

  override receive(request: RequestId): void {
    const ticket = this.takeKept(request);
    if (ticket === NONE) super.receive(request);
    else this.goOn(ticket, request);
  }

  override letGo(request: RequestId): void {
    const ticket = this.takeKept(request);
    if (ticket === NONE) return;
    const connection = this.tickets.connection[ticket]!;
    this.tickets.giveBack(ticket);
    if (connection < 0) return;
    this.group.active.add(-1);
    this.takeBack(connection);
  }

  protected override finishLoan(request: RequestId, outcome: Outcome, ticket: Ticket): void {
    const stands = this.tickets.connection[ticket]! >= 0 && outcome !== BROKEN && outcome !== LOST;
    if (!stands || !this.group.isHolding) return super.finishLoan(request, outcome, ticket);
    const { requests } = this.sim;
    this.group.latestTrouble = requests.because[request]!;
    requests.connection[request] = -1;
    requests.verb[request] = CALL;
    this.keep(request, ticket);
    this.reply(request, outcome);
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

  /** More statements on the connection that a call has kept, if the server has not ended it meanwhile. */
  private goOn(ticket: Ticket, request: RequestId): void {
    const { requests } = this.sim;
    const connection = this.tickets.connection[ticket]!;
    if (connection < 0) return this.deny(ticket, BROKEN, requests.because[request]!);
    this.tickets.left[ticket] = this.world.classes[requests.kind[request]!]!.queries;
    requests.connection[request] = connection;
    this.transactions.begin(ticket, request);
    this.runStatement(ticket);
  }

  private keep(request: RequestId, ticket: Ticket): void {
    if (request >= this.kept.length) {
      const longer = new Int32Array(Math.max(64, 2 * request)).fill(NONE);
      longer.set(this.kept);
      this.kept = longer;
    }
    this.kept[request] = ticket;
  }

  private takeKept(request: RequestId): Ticket {
    const ticket = this.kept[request] ?? NONE;
    if (ticket !== NONE) this.kept[request] = NONE;
    return ticket;
  }
}
