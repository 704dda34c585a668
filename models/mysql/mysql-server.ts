import { assert } from "../../sim/assert.ts";
import type { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type Figures, type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK } from "../../sim/service.ts";
import { SECOND } from "../../sim/time.ts";
import { ABANDONED, type ConnectionId, STATES } from "../connection/connections.ts";
import { ER_CON_COUNT_ERROR } from "../error.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import { LOGIN, QUERY } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { Executor, type StatementOwner } from "./executor.ts";
import type { MysqlOptions } from "./kind.ts";

const LOGGED_IN = 0;
const LOGIN_TIMED_OUT = 1;
const IDLE_CHECK = 2;

/** Bytes of an ERR packet, as 1040 is. */
const ERROR_BYTES = 100;
/** A limit that is touched again within this time has not been left. */
const CALM = 5 * SECOND;
const NO_STATEMENT: RequestId = -1;

/**
 * A MySQL server: it gives a slot to every session from accept to close, and refuses with 1040 before the greeting
 * when all are taken.
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
export class MysqlServer extends Host implements SessionServer, StatementOwner {
  private readonly options: MysqlOptions;
  private readonly executor: Executor;
  private readonly connected: Gauge;
  private readonly refused: Counter;
  private readonly abortedConnects: Counter;
  private readonly questions: Counter;
  private readonly full: LingeringCondition;
  private maxConnections: number;
  /** The latest action under which somebody logged in. */
  private latestOrigin: JournalId = NONE;
  /** Why it does not run at its normal speed, or NONE. */
  private slowedBy: JournalId = NONE;
  /** By connection: the statement that runs on it. */
  private statement = new Int32Array(0);
  /** By connection: the pending look at whether it has been idle for wait_timeout. */
  private idleCheck = new Int32Array(0);

  constructor(world: World, path: string, options: MysqlOptions) {
    super(world, path, ELSEWHERE);
    this.options = options;
    this.maxConnections = options.max_connections;
    this.executor = new Executor(world, `${path}/executor`, options, this);
    const { record } = world.sim;
    this.connected = record.gauge(this, "Threads_connected", "connections");
    this.refused = record.counter(this, "Connection_errors_max_connections", "connections");
    this.abortedConnects = record.counter(this, "Aborted_connects", "connections");
    this.questions = record.counter(this, "Questions", "statements");
    this.full = new LingeringCondition(this, world.sim, "connection-limit-reached", CALM);
  }

  /** Looks up the machine that it runs on. */
  connect(): void {
    this.executor.connect();
  }

  override receive(request: RequestId): void {
    const { requests } = this.sim;
    if (requests.verb[request] === LOGIN) return this.admit(request);
    const { server, usedAt } = this.world.connections;
    const connection = requests.connection[request]!;
    if (server[connection] !== this.id) return this.refuse(request, BROKEN, NONE);
    usedAt[connection] = this.now;
    if (requests.verb[request] === QUERY) this.execute(request);
    else this.reply(request, OK);
  }

  override on(kind: typeof LOGGED_IN | typeof LOGIN_TIMED_OUT | typeof IDLE_CHECK, subject: number): void {
    if (kind === IDLE_CHECK) this.closeIfIdle(subject);
    else this.finishLogin(subject, kind === LOGGED_IN);
  }

  finished(request: RequestId): void {
    const connection = this.sim.requests.connection[request]!;
    this.statement[connection] = NO_STATEMENT;
    this.world.connections.usedAt[connection] = this.now;
    if (this.world.connections.state[connection] === ABANDONED) this.close(connection);
    this.reply(request, OK);
  }

  /** A session whose statement still runs keeps its slot until the statement ends: the server does not look earlier. */
  hangUp(connection: ConnectionId): void {
    if (this.statement[connection] === NO_STATEMENT) this.close(connection);
    else this.world.connections.become(connection, ABANDONED);
  }

  /** Changes a setting while the server runs: `max_connections`. */
  override adjust(parameter: string, value: number): void {
    if (parameter === "max_connections") this.maxConnections = value;
    else super.adjust(parameter, value);
  }

  /** It runs statements at this share of its normal speed from now on: 1 is normal, at 0 they stand still. */
  setPace(share: number, because: JournalId): void {
    this.slowedBy = share < 1 ? because : NONE;
    this.executor.setSpeed(share);
    for (const request of this.statement) if (request !== NO_STATEMENT) this.slowDown(request);
  }

  override check(): void {
    const held = this.world.connections.heldAt(this.id);
    const { value } = this.connected;
    assert(held === value, () => `${this.path}: ${value} connections, but their owners sum to ${held}`);
    assert(value >= 0, () => `${this.path}: ${value} connections`);
  }

  private admit(login: RequestId): void {
    if (this.connected.value > this.maxConnections) {
      this.refused.add();
      return this.turnAway(login);
    }
    const { connection: connections, origin: origins } = this.sim.requests;
    const connection = connections[login]!;
    this.latestOrigin = Math.max(this.latestOrigin, origins[login]!);
    this.world.connections.accept(connection, this.id);
    this.reserve(connection);
    this.connected.add(1);
    if (this.connected.value >= this.maxConnections) this.reachLimit();
    const { loginTime, connect_timeout } = this.options;
    if (loginTime < connect_timeout) this.after(loginTime, LOGGED_IN, login);
    else this.after(connect_timeout, LOGIN_TIMED_OUT, login);
  }

  private finishLogin(login: RequestId, inTime: boolean): void {
    const connection = this.sim.requests.connection[login]!;
    if (this.connected.value > this.maxConnections) {
      this.abortedConnects.add();
      this.close(connection, false);
      return this.turnAway(login);
    }
    if (!inTime || this.sim.requests.abandoned[login] === 1) {
      this.close(connection, false);
      return this.refuse(login, BROKEN, NONE);
    }
    this.world.connections.usedAt[connection] = this.now;
    this.idleCheck[connection] = this.after(this.options.wait_timeout, IDLE_CHECK, connection);
    this.reply(login, OK);
  }

  private turnAway(login: RequestId): void {
    this.sim.requests.bytesOut[login] = ERROR_BYTES;
    this.refuse(login, ER_CON_COUNT_ERROR, this.reachLimit());
  }

  private reachLimit(): JournalId {
    const isNew = this.full.current === NONE;
    const causes = isNew ? originsOf(this.ledger(), this.sim.components, this.latestOrigin) : [];
    return this.full.renew(causes, () => this.ledgerFigures());
  }

  private execute(request: RequestId): void {
    this.slowDown(request);
    this.questions.add();
    this.statement[this.sim.requests.connection[request]!] = request;
    this.executor.begin(request);
  }

  /** What made the request wait or fail before stays the cause. */
  private slowDown(request: RequestId): void {
    const { because } = this.sim.requests;
    if (because[request] === NONE) because[request] = this.slowedBy;
  }

  /** Frees the slot. A session that ended by itself is forgotten; a failed login is forgotten by whoever opened it. */
  private close(connection: ConnectionId, stood = true): void {
    this.cancel(this.idleCheck[connection]!);
    this.world.connections.release(connection);
    this.connected.add(-1);
    if (stood) this.world.connections.forget(connection);
  }

  private closeIfIdle(connection: ConnectionId): void {
    const since = this.now - this.world.connections.usedAt[connection]!;
    const left =
      this.statement[connection] === NO_STATEMENT ? this.options.wait_timeout - since : this.options.wait_timeout;
    if (left > 0) {
      this.idleCheck[connection] = this.after(left, IDLE_CHECK, connection);
      return;
    }
    this.idleCheck[connection] = NO_EVENT;
    const holder = this.sim.components[this.world.connections.client[connection]!] as SessionHolder;
    this.close(connection, false);
    holder.connectionLost(connection, NONE);
  }

  private reserve(connection: ConnectionId): void {
    if (connection >= this.statement.length) {
      const room = Math.max(256, connection * 2);
      this.statement = extended(this.statement, room, NO_STATEMENT);
      this.idleCheck = extended(this.idleCheck, room, NO_EVENT);
    }
    this.statement[connection] = NO_STATEMENT;
    this.idleCheck[connection] = NO_EVENT;
  }

  private ledger(): Int32Array {
    return this.world.connections.ledgerOf(this.id);
  }

  /** Who holds the connections at this instant, by what they do with them. */
  private ledgerFigures(): Figures {
    const figures: Record<string, number> = { connections: this.connected.value, max_connections: this.maxConnections };
    const ledger = this.ledger();
    for (const [state, name] of STATES.entries()) {
      let sum = 0;
      for (let cell = state; cell < ledger.length; cell += STATES.length) sum += ledger[cell]!;
      figures[name] = sum;
    }
    return figures;
  }
}

/** The actions that those who hold connections exist under, most connections first; `latest` for those from the start. */
function originsOf(ledger: Int32Array, components: readonly Component[], latest: JournalId): JournalId[] {
  const held = new Map<JournalId, number>([[latest, 0]]);
  for (let cell = 0; cell < ledger.length; cell++) {
    const count = ledger[cell]!;
    if (count === 0) continue;
    const { origin } = components[Math.floor(cell / STATES.length)]!;
    const action = origin === NONE ? latest : origin;
    held.set(action, (held.get(action) ?? 0) + count);
  }
  return [...held].sort(([, a], [, b]) => b - a).map(([action]) => action);
}

function extended(column: Int32Array, length: number, fill: EventHandle): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length).fill(fill);
  longer.set(column);
  return longer;
}
