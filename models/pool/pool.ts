import { assert } from "../../sim/assert.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, LOST, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { passOnCause } from "../cause.ts";
import { BORROWED, CONNECTING, type ConnectionId, IDLE } from "../connection/connections.ts";
import { POOL_TIMEOUT } from "../error.ts";
import { type Address, Host, type SessionHolder, type SessionServer } from "../host.ts";
import { CALL, LOGIN } from "../verb.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import type { PoolGroup } from "./pool-group.ts";
import { type Ticket, Tickets } from "./tickets.ts";
import { Transactions } from "./transactions.ts";

const CONNECT_TIMED_OUT = 0;
const HAND_OVER = 1;
/** Event kinds from here on belong to the kinds of pools. */
export const OWN_EVENTS = 2;

/** SYN, handshake response and ACKs on the way in; greeting and OK on the way out. Without TLS. */
const LOGIN_BYTES_IN = 400;
const LOGIN_BYTES_OUT = 300;

/** The event loop of the process that a pool is part of. */
export interface EventLoop {
  /** An answer has come for a ticket of a pool; true if the loop is busy, and will hear it in its turn. */
  answered(pool: Pool, ticket: Ticket): boolean;
}

/**
 * Lends connections to the calls of one pod, so that they run statements on them.
 *
 * A request that it receives gets a connection, runs its statements one after the other, gives the connection back and
 * returns. Kinds of pools differ in when they open connections, who waits for what, and what becomes of a connection
 * that comes back. A caller whose client has given up keeps its place and is served all the same.
 */
export abstract class Pool extends Host implements SessionHolder {
  /** Connections that the pool has, those being opened included. */
  size = 0;
  protected readonly group: PoolGroup;
  protected readonly tickets = new Tickets();
  protected readonly transactions: Transactions;
  /** Connections that nobody uses, the one used last at the end. */
  protected readonly idle: ConnectionId[] = [];
  /** Tickets of those who wait for a connection. */
  protected readonly queue = new WaitingLine();
  protected running = false;
  /** Undefined where whoever has borrowed a connection hears at once what comes on it. */
  private loop: EventLoop | undefined = undefined;
  private lentAt: Micros = -1;
  private readonly perCall: boolean;
  private readonly connectLane: number;
  /** Logins that nobody waits for any more. */
  private readonly abandonedLogins: RequestId[] = [];

  constructor(world: World, path: string, group: PoolGroup, connectTimeout: Micros, perCall: boolean) {
    super(world, path, ELSEWHERE);
    this.group = group;
    this.perCall = perCall;
    this.transactions = new Transactions(world.sim.requests, this.tickets, world.classes);
    this.connectLane = world.sim.lane(connectTimeout);
  }

  /** Finds a connection for a ticket, or lets it wait, or denies it one. */
  protected abstract acquire(ticket: Ticket): void;
  /** A connection that was opened for a ticket stands. */
  protected abstract connected(ticket: Ticket, connection: ConnectionId): void;
  /** The connection that was to be opened for a ticket does not stand, and has left the pool. */
  protected abstract connectFailed(ticket: Ticket, outcome: Outcome, because: JournalId): void;
  /** A working connection comes back from use. */
  protected abstract takeBack(connection: ConnectionId): void;
  /** A connection that stood has left the pool. */
  protected abstract vacated(): void;

  /** The process that the pool is part of starts on a node; the pool has no connections. */
  start(node: NodeId, because: JournalId): void {
    this.node = node;
    this.origin = because;
    this.running = true;
  }

  /** The process ends: all sessions are cut, and everybody who waits is told. */
  stop(because: JournalId): void {
    this.running = false;
    this.size = 0;
    while (this.idle.length > 0) this.hangUp(this.takeIdle());
    const waiting: Ticket[] = [];
    while (this.queue.length > 0) waiting.push(this.leaveQueue());
    for (const ticket of this.tickets.all()) {
      if (this.tickets.login[ticket]! >= 0) waiting.push(this.abandonLogin(ticket));
      else if (this.tickets.connection[ticket]! >= 0) this.hangUp(this.separate(ticket));
    }
    for (const ticket of waiting) this.deny(ticket, BROKEN, because);
  }

  /** What comes on the connections is heard by an event loop. Called while the world is built. */
  hearBy(loop: EventLoop): void {
    this.loop = loop;
  }

  /** The event loop has come to the answer for a ticket: not before this is the connection free for others. */
  hear(ticket: Ticket): void {
    const { request, answer } = this.tickets;
    this.finishStatement(request[ticket]!, answer[ticket]!, ticket);
  }

  /** Whatever a request holds here is given back: it runs no more statements. */
  letGo(_request: RequestId): void {}

  receive(request: RequestId): void {
    const { kind } = this.sim.requests;
    const ticket = this.tickets.take(request, this.now);
    const isWhole = this.perCall || this.transactions.has(request);
    this.tickets.left[ticket] = isWhole ? this.world.classes[kind[request]!]!.queries : 1;
    if (this.running) this.acquire(ticket);
    else this.deny(ticket, REFUSED, this.origin);
  }

  override resume(request: RequestId, outcome: Outcome, ticket: number): void {
    if (this.sim.requests.verb[request] === LOGIN) this.finishLogin(request, outcome, ticket);
    else if (this.loop?.answered(this, ticket)) this.tickets.answer[ticket] = outcome;
    else this.finishStatement(request, outcome, ticket);
  }

  override on(kind: number, subject: number): void {
    if (kind === HAND_OVER) this.handOver();
    else if (kind === CONNECT_TIMED_OUT) this.timeOut(subject);
    else super.on(kind, subject);
  }

  /** The server has ended a session. */
  connectionLost(connection: ConnectionId, because: JournalId): void {
    this.world.connections.forget(connection, true);
    if (this.loseLogin(connection, because)) return;
    this.size--;
    const place = this.idle.indexOf(connection);
    if (place >= 0) this.removeIdle(place);
    else this.loseLoan(connection, because);
    this.vacated();
  }

  /** What holds up a login holds up who it is for as well. */
  loginHeldUp(connection: ConnectionId, because: JournalId): void {
    const { requests } = this.sim;
    for (const ticket of this.tickets.all()) {
      const caller = this.tickets.request[ticket]!;
      if (caller < 0 || requests.connection[this.tickets.login[ticket]!] !== connection) continue;
      if (requests.because[caller] === NONE) requests.because[caller] = because;
    }
  }

  override check(): void {
    assert(this.size >= this.idle.length, () => `${this.path}: ${this.idle.length} idle of ${this.size} connections`);
    assert(this.running || this.size === 0, () => `${this.path}: ${this.size} connections of a pod that does not run`);
  }

  /** Lends a connection that stands, and runs the first statement on it. */
  protected lend(ticket: Ticket, connection: ConnectionId): void {
    const { tickets, group } = this;
    const request = tickets.request[ticket]!;
    tickets.connection[ticket] = connection;
    this.lentAt = this.now;
    group.wait.observe(this.now - tickets.since[ticket]!);
    group.active.add(1);
    this.world.connections.become(connection, BORROWED);
    this.sim.requests.connection[request] = connection;
    this.transactions.begin(ticket, request);
    this.runStatement(ticket);
  }

  /** Lets a ticket wait its turn. */
  protected joinQueue(ticket: Ticket): void {
    const request = this.tickets.request[ticket]!;
    this.sim.requests.because[request] = this.group.runShort(request, this.origin);
    this.queue.join(ticket);
    this.group.pending.add(1);
  }

  /** Takes the ticket that has waited longest out of the queue. */
  protected leaveQueue(): Ticket {
    const ticket = this.queue.leave();
    this.cancel(this.tickets.timer[ticket]!);
    this.group.pending.add(-1);
    return ticket;
  }

  /** Turns a ticket away. Without a cause of its own, what made it wait stays the cause. */
  protected deny(ticket: Ticket, outcome: Outcome, because: JournalId): void {
    const request = this.tickets.request[ticket]!;
    this.tickets.giveBack(ticket);
    if (request < 0) return;
    this.refuse(request, outcome, because === NONE ? this.sim.requests.because[request]! : because);
  }

  /** Opens a connection for a ticket, which may stand for nobody in particular. */
  protected open(ticket: Ticket): void {
    const { requests } = this.sim;
    const caller = this.tickets.request[ticket]!;
    const login = requests.open(this.now, LOGIN);
    requests.connection[login] = this.world.connections.open(this.id, CONNECTING, this.now);
    requests.bytesIn[login] = LOGIN_BYTES_IN;
    requests.bytesOut[login] = LOGIN_BYTES_OUT;
    requests.zone[login] = this.node < 0 ? -1 : this.world.nodes[this.node]!.zone;
    requests.kind[login] = caller < 0 ? this.group.kind : requests.kind[caller]!;
    requests.origin[login] = caller < 0 ? this.origin : Math.max(this.origin, requests.origin[caller]!);
    this.size++;
    this.group.opened.add();
    this.group.connecting.add(1);
    this.tickets.login[ticket] = login;
    this.tickets.timer[ticket] = this.afterLane(this.connectLane, CONNECT_TIMED_OUT, ticket);
    this.send(this.group.target, login, ticket);
    if (caller >= 0 && this.tickets.login[ticket] === login) passOnCause(requests, login, caller);
  }

  /** Closes a connection that nobody uses and that is not in the list of idle ones. */
  protected close(connection: ConnectionId): void {
    this.size--;
    this.hangUp(connection);
    this.vacated();
  }

  /**
   * Gives a connection to who has waited longest, or keeps it for later.
   * Where the pool has lent one at this very instant the next goes by an event, or statements that take no time would
   * nest without bound.
   */
  protected offer(connection: ConnectionId): void {
    const busy = this.queue.length > 0;
    if (busy && this.lentAt < this.now) return this.lend(this.leaveQueue(), connection);
    this.world.connections.become(connection, IDLE);
    this.world.connections.usedAt[connection] = this.now;
    this.idle.push(connection);
    this.group.idle.add(1);
    if (busy) this.after(0, HAND_OVER);
  }

  /** Takes the idle connection that was used last. */
  protected takeIdle(): ConnectionId {
    this.group.idle.add(-1);
    return this.idle.pop()!;
  }

  /** Takes the idle connection at a place out of the list, 0 being the one that has been idle longest. */
  protected removeIdle(place: number): ConnectionId {
    this.group.idle.add(-1);
    return this.idle.splice(place, 1)[0]!;
  }

  protected hangUp(connection: ConnectionId): void {
    const server = this.sim.components[this.world.connections.server[connection]!] as SessionServer;
    server.hangUp(connection);
  }

  /** Lets a ticket that had to wait ask again. */
  protected askAgain(ticket: Ticket): void {
    if (this.running) this.acquire(ticket);
    else this.deny(ticket, BROKEN, this.origin);
  }

  private handOver(): void {
    while (this.idle.length > 0 && this.queue.length > 0) this.lend(this.leaveQueue(), this.takeIdle());
  }

  /** Runs the next statement of a loan. */
  protected runStatement(ticket: Ticket): void {
    const connection = this.tickets.connection[ticket]!;
    const server = this.sim.components[this.world.connections.server[connection]!] as unknown as Address;
    this.send(server, this.tickets.request[ticket]!, ticket);
  }

  private finishStatement(request: RequestId, outcome: Outcome, ticket: Ticket): void {
    if (this.transactions.next(ticket, request, outcome) === "statement") this.runStatement(ticket);
    else this.finishLoan(request, this.tickets.outcome[ticket]!, ticket);
  }

  /** All statements that a connection was borrowed for have run, or one of them has failed. */
  protected finishLoan(request: RequestId, outcome: Outcome, ticket: Ticket): void {
    this.endLoan(request, outcome, ticket);
    this.reply(request, outcome);
  }

  private endLoan(request: RequestId, outcome: Outcome, ticket: Ticket): void {
    const { requests } = this.sim;
    const connection = this.tickets.connection[ticket]!;
    this.tickets.giveBack(ticket);
    this.group.latestTrouble = requests.because[request]!;
    requests.connection[request] = -1;
    requests.verb[request] = CALL;
    if (connection < 0) return;
    this.group.active.add(-1);
    if (outcome === BROKEN || outcome === LOST) this.discard(connection);
    else this.takeBack(connection);
  }

  /** A session that the server has released already is about to be reported lost. */
  private discard(connection: ConnectionId): void {
    if (this.world.connections.isAccepted(connection)) this.close(connection);
  }

  private finishLogin(login: RequestId, outcome: Outcome, ticket: Ticket): void {
    const { requests } = this.sim;
    const connection = requests.connection[login]!;
    const because = requests.because[login]!;
    const abandoned = requests.abandoned[login] === 1;
    requests.close(login);
    if (outcome !== OK && connection >= 0) this.world.connections.forget(connection);
    if (abandoned) return this.finishAbandonedLogin(login, outcome === OK ? connection : -1);
    this.cancel(this.tickets.timer[ticket]!);
    this.tickets.login[ticket] = -1;
    this.group.connecting.add(-1);
    if (outcome === OK && connection >= 0) return this.connected(ticket, connection);
    this.size--;
    this.failLogin(ticket, outcome === OK ? BROKEN : outcome, because);
  }

  private finishAbandonedLogin(login: RequestId, connection: ConnectionId): void {
    this.abandonedLogins.splice(this.abandonedLogins.indexOf(login), 1);
    if (connection >= 0) this.hangUp(connection);
  }

  private timeOut(ticket: Ticket): void {
    const because = this.sim.requests.because[this.tickets.login[ticket]!]!;
    this.failLogin(this.abandonLogin(ticket), POOL_TIMEOUT, because);
  }

  private failLogin(ticket: Ticket, outcome: Outcome, because: JournalId): void {
    this.group.failed.add();
    this.group.latestTrouble = because;
    this.connectFailed(ticket, outcome, because);
  }

  /** Stops waiting for the login of a ticket, which leaves the pool; when it comes back it is put away. */
  private abandonLogin(ticket: Ticket): Ticket {
    const login = this.tickets.login[ticket]!;
    this.cancel(this.tickets.timer[ticket]!);
    this.tickets.login[ticket] = -1;
    this.abandonedLogins.push(login);
    this.sim.requests.abandoned[login] = 1;
    this.group.connecting.add(-1);
    if (this.running) this.size--;
    return ticket;
  }

  /** Takes the connection away from who has borrowed it; the statement on it comes back as broken. */
  private separate(ticket: Ticket): ConnectionId {
    const connection = this.tickets.connection[ticket]!;
    this.tickets.connection[ticket] = -1;
    this.group.active.add(-1);
    return connection;
  }

  private loseLoan(connection: ConnectionId, because: JournalId): void {
    const ticket = this.tickets.borrowerOf(connection);
    if (ticket < 0) return;
    this.separate(ticket);
    this.sim.requests.because[this.tickets.request[ticket]!] = because;
  }

  /** True if the connection was still being opened: then its login comes back to a connection that is gone. */
  private loseLogin(connection: ConnectionId, because: JournalId): boolean {
    const { requests } = this.sim;
    const pending = this.tickets.all().map((ticket) => this.tickets.login[ticket]!);
    const login = [...pending, ...this.abandonedLogins].find(
      (one) => one >= 0 && requests.connection[one] === connection,
    );
    if (login === undefined) return false;
    requests.connection[login] = -1;
    requests.because[login] = because;
    return true;
  }
}
