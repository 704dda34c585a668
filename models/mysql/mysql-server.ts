import { assert } from "../../sim/assert.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { ABANDONED, type ConnectionId } from "../connection/connections.ts";
import { ER_OPTION_PREVENTS_STATEMENT, ER_QUERY_INTERRUPTED } from "../error.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import { ListenRecord } from "../network/listen-record.ts";
import { Listener } from "../network/listener.ts";
import { BEGIN, COMMIT, CONNECT, LOGIN, QUERY, READ_ONLY, ROLLBACK } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { BinlogDump } from "./binlog-dump.ts";
import { ConnectionHandler, type SessionsOwner } from "./connection-handler.ts";
import { Executor, type StatementOwner } from "./executor.ts";
import type { MysqlOptions } from "./options.ts";
import { ReadOnly } from "./read-only.ts";
import { Replication } from "./replication.ts";
import { NOTHING, Sessions } from "./sessions.ts";

const STARTED = 0;

/** Bytes of an ERR packet. */
const ERROR_BYTES = 100;

/**
 * A MySQL server: it gives a slot to every session, runs statements on them, and may replicate another server.
 *
 * Where its process has ended whoever comes is refused at once; where its host is frozen nobody gets any answer.
 */
export class MysqlServer extends Host implements SessionServer, SessionsOwner, StatementOwner {
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
  private readonly handler: ConnectionHandler;
  /** The socket that logins come in through; undefined where it is not modelled. */
  private readonly listener: Listener | undefined;
  private readonly readOnly: ReadOnly;
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
    const { listen } = options;
    this.listener = listen && new Listener(world, this, listen, new ListenRecord(sim, this, path, listen));
    this.handler = new ConnectionHandler(world, this, options, this.sessions);
    this.questions = sim.record.counter(this, "Questions", "statements");
    if (world.classes.some(({ writes }) => writes)) {
      this.selects = sim.record.counter(this, "Com_select", "statements");
      this.inserts = sim.record.counter(this, "Com_insert", "statements");
    }
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
    if (this.listener?.takes(request)) return;
    if (verb === LOGIN) return this.handler.admit(request);
    if (verb === CONNECT) return this.reply(request, OK);
    const { server, usedAt } = this.world.connections;
    const connection = requests.connection[request]!;
    if (server[connection] !== this.id) return this.refuse(request, BROKEN, this.stoppedBy);
    usedAt[connection] = this.now;
    this.execute(request, connection);
  }

  override on(_kind: typeof STARTED): void {
    this.isRunning = true;
    this.readOnly.set(this.isReadOnlyAtStart, NONE);
    this.replication?.start();
  }

  committing(request: RequestId): void {
    if (this.sim.requests.connection[request]! >= 0) this.binlog?.log.prepare(request);
  }

  committed(request: RequestId): void {
    const { connection, kind, work, rounds } = this.sim.requests;
    const session = connection[request]!;
    if (session < 0 || this.binlog === undefined) return;
    const alone = rounds[request]! * work[request]!;
    const needed = this.sessions.isInTransaction(session) ? this.sessions.work[session]! : alone;
    this.binlog.log.write(request, this.now, kind[request]!, needed);
    this.binlog.wake();
  }

  finished(request: RequestId): void {
    const connection = this.sim.requests.connection[request]!;
    if (connection < 0) return this.reply(request, OK);
    if (this.isFrozen) return this.answers.join(request);
    this.end(request, connection, OK);
  }

  /** A session whose statement still runs keeps its slot until the statement ends: the server does not look earlier. */
  hangUp(connection: ConnectionId): void {
    if (this.sessions.statement[connection] === NOTHING && !this.isFrozen) this.handler.close(connection);
    else this.world.connections.become(connection, ABANDONED);
  }

  /** KILL QUERY: the statement on a session ends, unless it commits already. */
  kill(connection: ConnectionId, because: JournalId): void {
    const request = this.sessions.statement[connection]!;
    if (request === NOTHING || this.isFrozen) return;
    this.sim.requests.because[request] = because;
    this.executor.kill(request);
  }

  interrupted(request: RequestId): void {
    this.sim.requests.bytesOut[request] = ERROR_BYTES;
    this.end(request, this.sim.requests.connection[request]!, ER_QUERY_INTERRUPTED);
  }

  sessionEnds(connection: ConnectionId): void {
    if (this.sessions.reads[connection] === 1) this.binlog!.unsubscribe(connection);
    if (this.isRunning) this.executor.rollBack(connection);
  }

  /** A replica reads the binary log on this session from now on. */
  readBinlog(connection: ConnectionId): void {
    this.sessions.reads[connection] = 1;
  }

  /** Changes a setting while the server runs: `max_connections`. */
  override adjust(parameter: string, value: number): void {
    if (parameter === "max_connections") this.handler.limit.max = value;
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
    this.listener?.stop(because);
    const { statement } = this.sessions;
    this.replication?.stop();
    this.executor.stop([
      ...statement.filter((each) => each !== NOTHING),
      ...(this.replication?.applier.statements() ?? []),
    ]);
    this.replication?.applier.stop();
    while (this.answers.length > 0) this.answers.leave();
    this.handler.cutAll(because);
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
    assert(this.isRunning || held === 0, () => `${this.path}: ${held} connections of a process that does not run`);
  }

  private get isReadOnlyAtStart(): boolean {
    return this.options.read_only ?? this.options.replicates !== undefined;
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

  /** A statement has come to its end. */
  private end(request: RequestId, connection: ConnectionId, outcome: Outcome): void {
    this.sessions.statement[connection] = NOTHING;
    this.world.connections.usedAt[connection] = this.now;
    if (this.world.connections.state[connection] === ABANDONED) this.handler.close(connection);
    this.reply(request, outcome);
  }

  private keepWaiting(request: RequestId): void {
    const { verb, connection } = this.sim.requests;
    this.slowDown(request);
    this.arrived.join(request);
    if (verb[request] !== LOGIN) return;
    const holder = this.sim.components[this.world.connections.client[connection[request]!]!] as SessionHolder;
    holder.loginHeldUp?.(connection[request]!, this.slowedBy);
  }

  /** It answers again: what it could not send goes out, and what has come meanwhile is looked at. */
  private thaw(): void {
    while (this.answers.length > 0) this.finished(this.answers.leave());
    this.handler.closeAbandoned();
    for (let waiting = this.arrived.length; waiting > 0; waiting--) this.receive(this.arrived.leave());
  }
}
