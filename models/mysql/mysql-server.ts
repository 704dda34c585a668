import { assert } from "../../sim/assert.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, REFUSED } from "../../sim/service.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { ABANDONED, type ConnectionId } from "../connection/connections.ts";
import { ER_CON_COUNT_ERROR, ER_OPTION_PREVENTS_STATEMENT } from "../error.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import { BEGIN, COMMIT, CONNECT, LOGIN, QUERY, READ_ONLY, ROLLBACK } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { BinlogDump } from "./binlog-dump.ts";
import { ConnectionLimit } from "./connection-limit.ts";
import { Executor, type StatementOwner } from "./executor.ts";
import type { MysqlOptions } from "./options.ts";
import { ReadOnly } from "./read-only.ts";
import { Replication } from "./replication.ts";
import { NOTHING, Sessions } from "./sessions.ts";

const LOGGED_IN = 0;
const LOGIN_TIMED_OUT = 1;
const IDLE_CHECK = 2;
const STARTED = 3;

/** Bytes of an ERR packet, as 1040 is. */
const ERROR_BYTES = 100;

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
  readonly options: MysqlOptions;
  /** How it follows another server; undefined for one that never does. */
  readonly replication: Replication | undefined;
  /** Its binary log, where anybody reads it. */
  binlog: BinlogDump | undefined;
  /** Its process runs; it may be frozen all the same. */
  isRunning = true;
  /** Its host answers nothing, though all is where it was. */
  isFrozen = false;
  /** Why it does not run at its normal speed, or NONE. */
  slowedBy: JournalId = NONE;
  private readonly executor: Executor;
  private readonly sessions = new Sessions();
  private readonly limit: ConnectionLimit;
  private readonly readOnly: ReadOnly;
  private readonly connected: Gauge;
  private readonly refused: Counter;
  private readonly abortedConnects: Counter;
  private readonly questions: Counter;
  /** Statements that read and that write, where a class of requests writes. */
  private readonly selects: Counter | undefined;
  private readonly inserts: Counter | undefined;
  private readonly chance: Stream;
  /** Why its process ended last. */
  stoppedBy: JournalId = NONE;
  private starting: EventHandle = NO_EVENT;
  /** What came while it was frozen, and answers that did not get out. */
  private readonly arrived = new WaitingLine();
  private readonly answers = new WaitingLine();

  constructor(world: World, path: string, options: MysqlOptions) {
    super(world, path, ELSEWHERE);
    const { sim } = world;
    this.options = options;
    this.executor = new Executor(world, path, options, this.sessions, this);
    this.connected = sim.record.gauge(this, "Threads_connected", "connections");
    this.refused = sim.record.counter(this, "Connection_errors_max_connections", "connections");
    this.abortedConnects = sim.record.counter(this, "Aborted_connects", "connections");
    this.questions = sim.record.counter(this, "Questions", "statements");
    if (world.classes.some(({ writes }) => writes)) {
      this.selects = sim.record.counter(this, "Com_select", "statements");
      this.inserts = sim.record.counter(this, "Com_insert", "statements");
    }
    this.limit = new ConnectionLimit(this, sim, world.connections, options.max_connections);
    this.readOnly = new ReadOnly(this, sim, this.isReadOnlyAtStart);
    this.chance = sim.streams.stream(path, "startup");
    if (options.replicates !== undefined) this.replication = new Replication(world, this, options, this.executor);
  }

  /** Looks up what it shares with others, and its source. */
  connect(): void {
    this.executor.connect();
    if (this.replication === undefined) return;
    const source = this.world.find(this.options.replicates!) as MysqlServer;
    source.openBinlog();
    this.openBinlog();
    this.replication.follow(source);
  }

  /** Begins to keep a binary log, as somebody is going to read it. Called while the world is wired. */
  openBinlog(): void {
    this.binlog ??= new BinlogDump(this.world, this);
  }

  override receive(request: RequestId): void {
    const { requests } = this.sim;
    if (this.isFrozen) return this.keepWaiting(request);
    const verb = requests.verb[request];
    if (!this.isRunning) return this.turnAway(request, verb === LOGIN || verb === CONNECT ? REFUSED : BROKEN);
    if (verb === LOGIN) return this.admit(request);
    if (verb === CONNECT) return this.reply(request, OK);
    const { server, usedAt } = this.world.connections;
    const connection = requests.connection[request]!;
    if (server[connection] !== this.id) return this.refuse(request, BROKEN, this.stoppedBy);
    usedAt[connection] = this.now;
    this.execute(request, connection);
  }

  override on(kind: typeof LOGGED_IN | typeof LOGIN_TIMED_OUT | typeof IDLE_CHECK | typeof STARTED, subject: number) {
    if (kind === IDLE_CHECK) this.closeIfIdle(subject);
    else if (kind === STARTED) this.started();
    else this.finishLogin(subject, kind === LOGGED_IN);
  }

  committing(request: RequestId): void {
    if (this.sim.requests.connection[request]! >= 0) this.binlog?.log.prepare(request);
  }

  committed(request: RequestId): void {
    const { connection, kind, work } = this.sim.requests;
    const session = connection[request]!;
    if (session < 0 || this.binlog === undefined) return;
    const needed = this.sessions.isInTransaction(session) ? this.sessions.work[session]! : work[request]!;
    this.binlog.log.write(request, this.now, kind[request]!, needed);
    this.binlog.wake();
  }

  finished(request: RequestId): void {
    const connection = this.sim.requests.connection[request]!;
    if (connection < 0) return this.replication!.applier.finished(request);
    if (this.isFrozen) return this.answers.join(request);
    this.sessions.statement[connection] = NOTHING;
    this.world.connections.usedAt[connection] = this.now;
    if (this.world.connections.state[connection] === ABANDONED) this.close(connection);
    this.reply(request, OK);
  }

  /** A session whose statement still runs keeps its slot until the statement ends: the server does not look earlier. */
  hangUp(connection: ConnectionId): void {
    if (this.sessions.statement[connection] === NOTHING && !this.isFrozen) this.close(connection);
    else this.world.connections.become(connection, ABANDONED);
  }

  /** A replica reads the binary log on this session from now on. */
  readBinlog(connection: ConnectionId): void {
    this.sessions.reads[connection] = 1;
  }

  /** Changes a setting while the server runs: `max_connections`. */
  override adjust(parameter: string, value: number): void {
    if (parameter === "max_connections") this.limit.max = value;
    else super.adjust(parameter, value);
  }

  get isReadOnly(): boolean {
    return this.readOnly.isOn;
  }

  /** SET GLOBAL read_only; it lasts until the process ends. */
  setReadOnly(isOn: boolean, because: JournalId): void {
    this.readOnly.set(isOn, because);
  }

  /** It runs statements at this share of its normal speed from now on: 1 is normal, at 0 it answers nothing at all. */
  setPace(share: number, because: JournalId): void {
    this.slowedBy = share < 1 ? because : NONE;
    this.executor.setSpeed(share);
    for (const request of this.sessions.statement) if (request !== NOTHING) this.slowDown(request);
    this.isFrozen = share === 0;
    this.binlog?.freeze(this.isFrozen);
    if (!this.isFrozen) this.thaw();
  }

  /** The process ends at once: all sessions are cut, and logins refused from now on. */
  stop(because: JournalId): void {
    this.cancel(this.starting);
    if (!this.isRunning) return;
    this.isRunning = false;
    this.stoppedBy = because;
    const { statement } = this.sessions;
    this.replication?.stop();
    this.executor.stop([
      ...statement.filter((each) => each !== NOTHING),
      ...(this.replication?.applier.statements() ?? []),
    ]);
    this.replication?.applier.stop();
    while (this.answers.length > 0) this.answers.leave();
    for (let connection = 0; connection < statement.length; connection++) {
      if (this.world.connections.server[connection] === this.id) this.cut(connection, because);
    }
    if (!this.isFrozen) this.thaw();
  }

  /** The process starts, with nothing in its memory. */
  start(because: JournalId): void {
    if (this.isRunning) return;
    this.origin = because;
    this.cancel(this.starting);
    this.starting = this.after(Math.round(this.options.startup.draw(this.chance)), STARTED);
  }

  override check(): void {
    const held = this.world.connections.heldAt(this.id);
    const { value } = this.connected;
    assert(held === value, () => `${this.path}: ${value} connections, but their owners sum to ${held}`);
    assert(value >= 0, () => `${this.path}: ${value} connections`);
    assert(this.isRunning || value === 0, () => `${this.path}: ${value} connections of a process that does not run`);
  }

  private get isReadOnlyAtStart(): boolean {
    return this.options.read_only ?? this.options.replicates !== undefined;
  }

  private started(): void {
    this.isRunning = true;
    this.readOnly.set(this.isReadOnlyAtStart, NONE);
    this.replication?.start();
  }

  private execute(request: RequestId, connection: ConnectionId): void {
    const verb = this.sim.requests.verb[request];
    if (verb === QUERY) return this.run(request, connection);
    if (verb === READ_ONLY) return this.tellReadOnly(request);
    if (verb === COMMIT) {
      this.beginStatement(request, connection);
      return this.executor.commitTransaction(request);
    }
    if (verb === BEGIN) this.sessions.beginTransaction(connection);
    else if (verb === ROLLBACK) this.executor.rollBack(connection);
    this.reply(request, OK);
  }

  private run(request: RequestId, connection: ConnectionId): void {
    const { rounds } = this.sim.requests;
    const kind = this.world.classes[this.sim.requests.kind[request]!];
    this.questions.add(rounds[request]!);
    if (kind?.writes === true && this.isReadOnly) return this.refuseToWrite(request);
    (kind?.writes === true ? this.inserts : this.selects)?.add(rounds[request]!);
    this.beginStatement(request, connection);
    this.executor.begin(request);
  }

  private beginStatement(request: RequestId, connection: ConnectionId): void {
    this.slowDown(request);
    this.sessions.statement[connection] = request;
  }

  private tellReadOnly(request: RequestId): void {
    this.sim.requests.because[request] = this.readOnly.because;
    this.reply(request, this.isReadOnly ? ER_OPTION_PREVENTS_STATEMENT : OK);
  }

  private refuseToWrite(request: RequestId): void {
    this.sim.requests.bytesOut[request] = ERROR_BYTES;
    this.refuse(request, ER_OPTION_PREVENTS_STATEMENT, this.readOnly.refuse(this.sim.requests.origin[request]!));
  }

  private admit(login: RequestId): void {
    if (this.connected.value > this.limit.max) {
      this.refused.add();
      return this.refuseLogin(login);
    }
    const { connection: connections, origin: origins } = this.sim.requests;
    const connection = connections[login]!;
    this.limit.latestOrigin = Math.max(this.limit.latestOrigin, origins[login]!);
    this.world.connections.accept(connection, this.id);
    this.sessions.begin(connection);
    this.sessions.login[connection] = login;
    this.connected.add(1);
    if (this.connected.value >= this.limit.max) this.limit.reach(this.connected.value);
    const { loginTime, connect_timeout } = this.options;
    const isInTime = loginTime < connect_timeout;
    const delay = isInTime ? loginTime : connect_timeout;
    this.sessions.timer[connection] = this.after(delay, isInTime ? LOGGED_IN : LOGIN_TIMED_OUT, login);
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
      return this.refuse(login, BROKEN, NONE);
    }
    this.world.connections.usedAt[connection] = this.now;
    this.sessions.timer[connection] = this.after(this.options.wait_timeout, IDLE_CHECK, connection);
    this.reply(login, OK);
  }

  private refuseLogin(login: RequestId): void {
    this.sim.requests.bytesOut[login] = ERROR_BYTES;
    this.refuse(login, ER_CON_COUNT_ERROR, this.limit.reach(this.connected.value));
  }

  /** Nobody is there: the answer is a reset. */
  private turnAway(request: RequestId, outcome: number): void {
    this.sim.requests.bytesOut[request] = 0;
    this.refuse(request, outcome, this.stoppedBy);
  }

  /** What made the request wait or fail before stays the cause. */
  private slowDown(request: RequestId): void {
    const { because } = this.sim.requests;
    if (because[request] === NONE) because[request] = this.slowedBy;
  }

  /** Frees the slot. A session that ended by itself is forgotten; a failed login is forgotten by whoever opened it. */
  private close(connection: ConnectionId, stood = true): void {
    this.release(connection);
    if (stood) this.world.connections.forget(connection);
  }

  private release(connection: ConnectionId): void {
    this.cancel(this.sessions.timer[connection]!);
    if (this.sessions.reads[connection] === 1) this.binlog!.unsubscribe(connection);
    this.world.connections.release(connection);
    this.connected.add(-1);
    if (this.isRunning) this.executor.rollBack(connection);
  }

  /** The process has ended under a session: whoever holds it is told, then who waits for a statement or a login. */
  private cut(connection: ConnectionId, because: JournalId): void {
    const { state, client } = this.world.connections;
    const statement = this.sessions.statement[connection]!;
    const login = this.sessions.login[connection]!;
    const isAbandoned = state[connection] === ABANDONED;
    this.sessions.statement[connection] = NOTHING;
    this.release(connection);
    if (login === NOTHING) {
      if (isAbandoned) this.world.connections.forget(connection);
      else (this.sim.components[client[connection]!] as SessionHolder).connectionLost(connection, because);
    }
    const waiting = statement === NOTHING ? login : statement;
    if (waiting !== NOTHING) this.refuse(waiting, BROKEN, because);
  }

  private closeIfIdle(connection: ConnectionId): void {
    const since = this.now - this.world.connections.usedAt[connection]!;
    const { statement, reads, timer } = this.sessions;
    const isIdle = statement[connection] === NOTHING && reads[connection] === 0 && !this.isFrozen;
    const left = isIdle ? this.options.wait_timeout - since : this.options.wait_timeout;
    if (left > 0) {
      timer[connection] = this.after(left, IDLE_CHECK, connection);
      return;
    }
    timer[connection] = NO_EVENT;
    const holder = this.sim.components[this.world.connections.client[connection]!] as SessionHolder;
    this.close(connection, false);
    holder.connectionLost(connection, NONE);
  }

  private keepWaiting(request: RequestId): void {
    this.slowDown(request);
    this.arrived.join(request);
  }

  /** It answers again: what it could not send goes out, and what has come meanwhile is looked at. */
  private thaw(): void {
    while (this.answers.length > 0) this.finished(this.answers.leave());
    const { server, state } = this.world.connections;
    for (let connection = 0; connection < this.sessions.statement.length; connection++) {
      const isLeft = server[connection] === this.id && state[connection] === ABANDONED;
      if (isLeft && this.sessions.statement[connection] === NOTHING) this.close(connection);
    }
    for (let waiting = this.arrived.length; waiting > 0; waiting--) this.receive(this.arrived.leave());
  }
}
