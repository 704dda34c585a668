import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome } from "../../sim/service.ts";
import { ABANDONED, type ConnectionId, type Connections } from "../connection/connections.ts";
import { ER_CON_COUNT_ERROR } from "../error.ts";
import type { Host, SessionHolder } from "../host.ts";
import type { World } from "../world.ts";
import { ConnectionLimit } from "./connection-limit.ts";
import type { MysqlOptions } from "./options.ts";
import { NOTHING, type Sessions } from "./sessions.ts";

const LOGGED_IN = 0;
const LOGIN_TIMED_OUT = 1;
const IDLE_CHECK = 2;

/** Bytes of an ERR packet, as 1040 is. */
const ERROR_BYTES = 100;

/** The server whose sessions they are. */
export interface SessionsOwner extends Host {
  readonly isFrozen: boolean;
  /** A session is about to give its slot back. */
  sessionEnds(connection: ConnectionId): void;
}

/**
 * Gives a slot to every session from accept to close, and refuses with 1040 before the greeting when all are taken.
 *
 * One slot above max_connections is kept for privileged accounts, and the check for that comes only after the login:
 * so a session that finds exactly max_connections others holds the extra slot while it logs in, and is refused then.
 * (mysql-server sql/conn_handler/connection_handler_manager.cc, check_and_incr_conn_count.)
 *
 * Connection_errors_max_connections counts those refused before the login, as measured on MariaDB 10.11, and
 * Aborted_connects those refused after it, so that the two can be told apart. The real ones overlap: MySQL's
 * valid_connection_count (in the same file) adds to the former after a login as well, and MariaDB's
 * CONNECT::close_and_delete (sql/sql_connect.cc) to the latter before it.
 */
export class ConnectionHandler extends Component {
  readonly limit: ConnectionLimit;
  private readonly server: SessionsOwner;
  private readonly options: MysqlOptions;
  private readonly sessions: Sessions;
  private readonly connections: Connections;
  private readonly connected: Gauge;
  private readonly refused: Counter;
  private readonly abortedConnects: Counter;

  constructor(world: World, server: SessionsOwner, options: MysqlOptions, sessions: Sessions) {
    super(world.sim, `${server.path}/connections`);
    const { record } = world.sim;
    this.server = server;
    this.options = options;
    this.sessions = sessions;
    this.connections = world.connections;
    this.connected = record.gauge(server, "Threads_connected", "connections");
    this.refused = record.counter(server, "Connection_errors_max_connections", "connections");
    this.abortedConnects = record.counter(server, "Aborted_connects", "connections");
    this.limit = new ConnectionLimit(server, world.sim, world.connections, options.max_connections);
  }

  /** Somebody wants to log in. */
  admit(login: RequestId): void {
    if (this.connected.value > this.limit.max) {
      this.refused.add();
      return this.refuseLogin(login);
    }
    const { connection: connections, origin: origins } = this.sim.requests;
    const connection = connections[login]!;
    this.limit.latestOrigin = Math.max(this.limit.latestOrigin, origins[login]!);
    this.connections.accept(connection, this.server.id);
    this.sessions.begin(connection);
    this.sessions.login[connection] = login;
    this.connected.add(1);
    if (this.connected.value >= this.limit.max) this.limit.reach(this.connected.value);
    const { loginTime, connect_timeout } = this.options;
    const isInTime = loginTime < connect_timeout;
    const delay = isInTime ? loginTime : connect_timeout;
    this.sessions.timer[connection] = this.after(delay, isInTime ? LOGGED_IN : LOGIN_TIMED_OUT, login);
  }

  override on(kind: typeof LOGGED_IN | typeof LOGIN_TIMED_OUT | typeof IDLE_CHECK, subject: number): void {
    if (kind === IDLE_CHECK) this.closeIfIdle(subject);
    else this.finishLogin(subject, kind === LOGGED_IN);
  }

  /** Frees the slot. A session that ended by itself is forgotten; a failed login is forgotten by whoever opened it. */
  close(connection: ConnectionId, stood = true): void {
    this.cancel(this.sessions.timer[connection]!);
    this.server.sessionEnds(connection);
    this.connections.release(connection);
    this.connected.add(-1);
    if (stood) this.connections.forget(connection);
  }

  /** Closes the sessions whose clients have left, but for those that a statement still runs on. */
  closeAbandoned(): void {
    for (const connection of this.held()) {
      const isLeft = this.connections.state[connection] === ABANDONED;
      if (isLeft && this.sessions.statement[connection] === NOTHING) this.close(connection);
    }
  }

  /** The process has ended: whoever holds a session is told, then who waits for a statement or a login. */
  cutAll(because: JournalId): void {
    for (const connection of this.held()) {
      if (this.connections.server[connection] === this.server.id) this.cut(connection, because);
    }
  }

  override check(): void {
    const held = this.connections.heldAt(this.server.id);
    const { value } = this.connected;
    assert(held === value, () => `${this.server.path}: ${value} connections, but their owners sum to ${held}`);
    assert(value >= 0, () => `${this.server.path}: ${value} connections`);
  }

  private finishLogin(login: RequestId, inTime: boolean): void {
    const connection = this.sim.requests.connection[login]!;
    this.sessions.login[connection] = NOTHING;
    if (this.connected.value > this.limit.max) {
      this.abortedConnects.add();
      this.close(connection, false);
      return this.refuseLogin(login);
    }
    if (!inTime || this.sim.requests.abandoned[login] === 1) {
      this.close(connection, false);
      return this.answer(login, BROKEN, NONE);
    }
    this.connections.usedAt[connection] = this.now;
    this.sessions.timer[connection] = this.after(this.options.wait_timeout, IDLE_CHECK, connection);
    this.sim.reply(login, OK, this.server.id);
  }

  private refuseLogin(login: RequestId): void {
    this.sim.requests.bytesOut[login] = ERROR_BYTES;
    this.answer(login, ER_CON_COUNT_ERROR, this.limit.reach(this.connected.value));
  }

  private closeIfIdle(connection: ConnectionId): void {
    const since = this.now - this.connections.usedAt[connection]!;
    const { statement, reads, timer } = this.sessions;
    const isIdle = statement[connection] === NOTHING && reads[connection] === 0 && !this.server.isFrozen;
    const left = isIdle ? this.options.wait_timeout - since : this.options.wait_timeout;
    if (left > 0) {
      timer[connection] = this.after(left, IDLE_CHECK, connection);
      return;
    }
    timer[connection] = NO_EVENT;
    const holder = this.holderOf(connection);
    this.close(connection, false);
    holder.connectionLost(connection, NONE);
  }

  private cut(connection: ConnectionId, because: JournalId): void {
    const statement = this.sessions.statement[connection]!;
    const login = this.sessions.login[connection]!;
    const isAbandoned = this.connections.state[connection] === ABANDONED;
    const holder = this.holderOf(connection);
    this.sessions.statement[connection] = NOTHING;
    this.close(connection, login === NOTHING && isAbandoned);
    if (login === NOTHING && !isAbandoned) holder.connectionLost(connection, because);
    const waiting = statement === NOTHING ? login : statement;
    if (waiting !== NOTHING) this.answer(waiting, BROKEN, because);
  }

  private answer(request: RequestId, outcome: Outcome, because: JournalId): void {
    this.sim.requests.because[request] = because;
    this.sim.reply(request, outcome, this.server.id);
  }

  private holderOf(connection: ConnectionId): SessionHolder {
    return this.sim.components[this.connections.client[connection]!] as SessionHolder;
  }

  /** The sessions that have a slot. */
  private held(): ConnectionId[] {
    const held: ConnectionId[] = [];
    for (let connection = 0; connection < this.sessions.statement.length; connection++) {
      if (this.connections.server[connection] === this.server.id) held.push(connection);
    }
    return held;
  }
}
