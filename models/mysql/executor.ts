import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { Disk } from "../disk/disk.ts";
import { abilitiesOf } from "../disk/disk-options.ts";
import type { RequestClass } from "../load/request-class.ts";
import type { JobOwner } from "../machine/processor.ts";
import type { World } from "../world.ts";
import { BufferPool, type PageReader } from "./buffer-pool.ts";
import { type Committer, GroupCommit } from "./group-commit.ts";
import type { MysqlOptions } from "./options.ts";
import { type LockHolder, NO_ROW, RowLocks } from "./row-locks.ts";
import type { Sessions } from "./sessions.ts";
import { Threads } from "./threads.ts";

const WAITED = 0;

/** What a statement is at, as far as it matters to who kills it. */
const AWAITING_ROW = 0;
const READING = 1;
const COMPUTING = 2;
const PASSING_TIME = 3;
const COMMITTING = 4;
/** It was killed while a page was on its way, and ends when that is there. */
const KILLED = 5;

/** Whoever runs statements. */
export interface StatementOwner {
  /** A transaction that has written begins to commit. */
  committing(request: RequestId): void;
  /** It has committed. */
  committed(request: RequestId): void;
  finished(request: RequestId): void;
  /** A statement has been killed. */
  interrupted(request: RequestId): void;
}

/**
 * Runs statements: the row lock first where there is one, then the pages that are not in memory, then processor time in
 * equal shares, then the time that a statement merely takes (`SLEEP`), then the commit. Within a transaction the commit
 * and the release of the row come with its end.
 */
export class Executor extends Component implements Committer, PageReader, JobOwner {
  /** Statements that have begun and not ended, whatever they wait for. */
  readonly running: Gauge;
  private readonly world: World;
  /** Path of the server. */
  private readonly server: string;
  private readonly owner: StatementOwner;
  private readonly options: MysqlOptions;
  private readonly sessions: Sessions;
  private readonly threads: Threads;
  private readonly locks: RowLocks;
  private readonly logs: readonly GroupCommit[];
  /** Statements that have got their row at this instant. */
  private readonly granted: RequestId[] = [];
  private pages: BufferPool | undefined;
  /** By statement: what it is at, and the end of the time that it merely takes. */
  private stage = new Uint8Array(0);
  private timer = new Int32Array(0);

  constructor(world: World, path: string, options: MysqlOptions, sessions: Sessions, owner: StatementOwner) {
    super(world.sim, `${path}/executor`);
    this.world = world;
    this.server = path;
    this.owner = owner;
    this.running = world.sim.record.gauge(this, "Threads_running", "threads");
    this.options = options;
    this.sessions = sessions;
    this.threads = new Threads(world, this.path, options, this);
    this.locks = new RowLocks(world.classes.map((kind) => kind.locks));
    this.logs = logsOf(options).map(
      (log, stage) => new GroupCommit(world, `${this.path}/${log}`, options.fsync, this, stage),
    );
    if (typeof options.disk === "object") this.use(new Disk(world, `${path}/disk`, abilitiesOf(options.disk)));
  }

  /** Looks up the machine and the disk that it shares with others, if it does. */
  connect(): void {
    this.threads.connect();
    if (typeof this.options.disk === "string") this.use(this.world.find(this.options.disk) as Disk);
  }

  begin(request: RequestId): void {
    if (request >= this.stage.length) this.grow(request);
    this.running.add(1);
    this.stage[request] = AWAITING_ROW;
    const row = this.rowOf(request);
    if (row === NO_ROW || this.locks.acquire(row, this.holderOf(request), request)) this.read(request);
  }

  /** COMMIT. */
  commitTransaction(request: RequestId): void {
    if (request >= this.stage.length) this.grow(request);
    this.running.add(1);
    this.stage[request] = COMMITTING;
    if (this.sessions.hasWritten(this.sim.requests.connection[request]!)) this.beginCommit(request);
    else this.complete(request);
  }

  /** KILL QUERY: the statement ends as soon as it can; one that commits already does. */
  kill(request: RequestId): void {
    const stage = this.stage[request];
    if (stage === READING) this.stage[request] = KILLED;
    if (stage === READING || stage === KILLED || stage === COMMITTING) return;
    if (stage === AWAITING_ROW) this.locks.withdraw(this.rowOf(request), request);
    else if (stage === COMPUTING) this.threads.withdraw(request);
    else this.cancel(this.timer[request]!);
    this.interrupt(request, stage !== AWAITING_ROW);
  }

  /** A transaction ends without having done anything. */
  rollBack(session: ConnectionId): void {
    this.release(this.sessions.endTransaction(session));
  }

  /** Everything runs at this multiple of its normal speed from now on. */
  setSpeed(speed: number): void {
    this.threads.setSpeed(speed);
  }

  /** The server has ended: these statements do not go on. */
  stop(statements: readonly RequestId[]): void {
    for (const request of statements) {
      this.cancel(this.timer[request]!);
      this.timer[request] = NO_EVENT;
    }
    this.threads.clear(statements);
    this.locks.clear();
    for (const log of this.logs) log.clear();
    this.pages?.clear();
    this.running.set(0);
  }

  override on(_kind: typeof WAITED, request: RequestId): void {
    this.timer[request] = NO_EVENT;
    this.end(request);
  }

  loaded(request: RequestId): void {
    if (this.stage[request] === KILLED) this.interrupt(request, true);
    else this.compute(request);
  }

  computed(request: RequestId): void {
    this.wait(request);
  }

  committed(request: RequestId, stage: number): void {
    this.commit(request, stage + 1);
  }

  private use(disk: Disk): void {
    for (const log of this.logs) log.disk = disk;
    const { workingSet } = this.options;
    if (workingSet > 0) this.pages = new BufferPool(this.world, this.server, this.options, disk, this);
  }

  private read(request: RequestId): void {
    const { pages } = this;
    const each = pages === undefined ? 0 : (this.classOf(request)?.pageReads ?? 0);
    const needed = each * this.sim.requests.rounds[request]!;
    this.stage[request] = READING;
    if (needed === 0 || pages!.load(request, needed)) this.compute(request);
  }

  private compute(request: RequestId): void {
    const { work, because } = this.sim.requests;
    if (work[request]! <= 0) return this.wait(request);
    if (because[request] === NONE) because[request] = this.threads.trouble;
    this.stage[request] = COMPUTING;
    this.threads.run(request);
  }

  private wait(request: RequestId): void {
    const waits = this.sim.requests.rounds[request]! * this.sim.requests.waits[request]!;
    if (waits <= 0) return this.end(request);
    this.stage[request] = PASSING_TIME;
    this.timer[request] = this.after(waits, WAITED, request);
  }

  /** The statement has done all but commit. */
  private end(request: RequestId): void {
    const { connection, work, rounds } = this.sim.requests;
    const session = connection[request]!;
    const writes = this.classOf(request)?.writes ?? false;
    if (session >= 0 && this.sessions.isInTransaction(session)) {
      this.keepRow(request, session);
      if (writes) this.sessions.write(session, rounds[request]! * work[request]!);
      this.finish(request);
    } else if (writes) this.beginCommit(request);
    else this.complete(request);
  }

  private beginCommit(request: RequestId): void {
    this.stage[request] = COMMITTING;
    this.owner.committing(request);
    this.commit(request, 0);
  }

  /** Passes the logs that have to be synced one after the other, then is done. */
  private commit(request: RequestId, stage: number): void {
    if (stage < this.logs.length) return this.logs[stage]!.commit(request);
    this.owner.committed(request);
    this.complete(request);
  }

  /** The transaction is over, be it of this one statement. */
  private complete(request: RequestId): void {
    const session = this.sim.requests.connection[request]!;
    const isOpen = session >= 0 && this.sessions.isInTransaction(session);
    this.release(isOpen ? this.sessions.endTransaction(session) : this.rowOf(request));
    this.finish(request);
  }

  private finish(request: RequestId): void {
    this.running.add(-1);
    this.owner.finished(request);
  }

  /** A statement was killed. Its transaction, if it is part of one, goes on and keeps its row. */
  private interrupt(request: RequestId, holdsRow: boolean): void {
    const session = this.sim.requests.connection[request]!;
    if (holdsRow && this.sessions.isInTransaction(session)) this.keepRow(request, session);
    else if (holdsRow) this.release(this.rowOf(request));
    this.running.add(-1);
    this.owner.interrupted(request);
  }

  private keepRow(request: RequestId, session: ConnectionId): void {
    const row = this.rowOf(request);
    if (row !== NO_ROW) this.sessions.row[session] = row;
  }

  /** Statements that take no time release the row at once: they go on one after the other, not each within the last. */
  private release(row: number): void {
    const next = row === NO_ROW ? -1 : this.locks.release(row);
    if (next < 0) return;
    this.granted.push(next);
    if (this.granted.length > 1) return;
    for (; this.granted.length > 0; this.granted.shift()) this.read(this.granted[0]!);
  }

  /** A session keeps its row through a transaction; a replicated transaction belongs to no session. */
  private holderOf(request: RequestId): LockHolder {
    const session = this.sim.requests.connection[request]!;
    return session >= 0 ? session : -2 - request;
  }

  private rowOf(request: RequestId): number {
    const kind = this.sim.requests.kind[request]!;
    return kind < 0 ? NO_ROW : this.locks.rowOf[kind]!;
  }

  private classOf(request: RequestId): RequestClass | undefined {
    return this.world.classes[this.sim.requests.kind[request]!];
  }

  private grow(request: RequestId): void {
    const length = Math.max(256, 2 * request);
    const stage = new Uint8Array(length);
    const timer = new Int32Array(length).fill(NO_EVENT);
    stage.set(this.stage);
    timer.set(this.timer);
    this.stage = stage;
    this.timer = timer;
  }
}

/** The logs that a commit waits for, in order: one sync each for the redo log and the binary log. */
function logsOf(options: MysqlOptions): string[] {
  const logs: string[] = [];
  if (options.innodb_flush_log_at_trx_commit === 1) logs.push("redo");
  if (options.sync_binlog === 1) logs.push("binlog");
  return logs;
}
