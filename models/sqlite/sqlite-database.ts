import { assert } from "../../sim/assert.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome } from "../../sim/service.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { SQLITE_BUSY } from "../error.ts";
import { Host, type SessionServer } from "../host.ts";
import { LOGIN, QUERY } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { pauseBefore } from "./busy-handler.ts";
import { type FileId, FileLocks } from "./file-locks.ts";
import {
  FileSessions,
  NO_STATEMENT,
  READS,
  WAITS_TO_COMMIT,
  WAITS_TO_READ,
  WAITS_TO_WRITE,
  WRITES,
} from "./file-sessions.ts";
import type { SqliteOptions } from "./kind.ts";
import { syncsPerCheckpoint, syncsPerCommit } from "./syncs.ts";

const ASK = 0;
const POLL = 1;
const COMPUTED = 2;
const COMMITTED = 3;
const CHECKPOINTED = 4;
const CUT = 5;

/** A lock that is waited for again within this time has not been left alone. */
const CALM: Micros = 5 * SECOND;
/** usleep takes this much longer than asked for (timer slack and waking up; p5 and p95 measured on Linux). */
const OVERSLEEP: readonly [Micros, Micros] = [73, 132];

/**
 * A database in a file, used by the processes that open it: no network, no limit on sessions, one writer at a time.
 *
 * Each statement is a transaction of its own. Who finds a lock taken sleeps and tries again, for longer and longer up to
 * 100 ms, and is told "database is locked" once it has slept for the timeout: whoever happens to try right after the
 * lock was released gets it, so it is not first come first served. A session whose process ends is rolled back at once.
 */
export class SqliteDatabase extends Host implements SessionServer {
  private readonly options: SqliteOptions;
  private readonly locks: FileLocks;
  private readonly sessions = new FileSessions();
  private readonly syncs: number;
  private readonly fsync: Stream;
  private readonly chance: Stream;
  /** By component that opens sessions: its file, where each pod has one of its own; 1 more, 0 for none yet. */
  private fileOf = new Int32Array(0);
  /** By file: pages in its log, and rows that were written to it. */
  private readonly pages: number[] = [];
  private readonly rows: number[] = [];
  private allRows = 0;
  private readonly open: Gauge;
  private readonly polling: Gauge;
  private readonly files: Gauge;
  private readonly wait: Histogram;
  private readonly commits: Counter;
  private readonly reads: Counter;
  private readonly notFound: Counter;
  private readonly polls: Counter;
  private readonly locked: Counter;
  private readonly synced: Counter;
  private readonly contended: LingeringCondition;

  constructor(world: World, path: string, options: SqliteOptions) {
    super(world, path, ELSEWHERE);
    const { record, streams } = world.sim;
    this.options = options;
    this.locks = new FileLocks(options.journal_mode === "wal");
    this.syncs = syncsPerCommit(options);
    this.fsync = streams.stream(path, "fsync");
    this.chance = streams.stream(path, "client");
    this.open = record.gauge(this, "open", "sessions");
    this.polling = record.gauge(this, "polling", "sessions");
    this.files = record.gauge(this, "files", "files");
    this.wait = record.histogram(this, "lock_wait", "ms");
    this.commits = record.counter(this, "commits", "transactions");
    this.reads = record.counter(this, "reads", "statements");
    this.notFound = record.counter(this, "rows_not_found", "statements");
    this.polls = record.counter(this, "polls", "attempts");
    this.locked = record.counter(this, "SQLITE_BUSY", "statements");
    this.synced = record.counter(this, "syncs", "syncs");
    this.contended = new LingeringCondition(this, world.sim, "write-lock-contended", CALM);
  }

  /** It is part of the process that asks: there is no way to go. */
  override reach(request: RequestId): void {
    this.receive(request);
  }

  override receive(request: RequestId): void {
    const { verb, connection } = this.sim.requests;
    const session = connection[request]!;
    if (verb[request] === LOGIN) return this.openFile(request, session);
    if (this.world.connections.server[session] !== this.id) return this.refuse(request, BROKEN, -1);
    if (verb[request] !== QUERY) return this.reply(request, OK);
    this.sessions.begin(session, request, this.sim.requests.rounds[request]!);
    this.prepare(session);
  }

  /** The process that had it open has closed it, or has ended; then what it was about is rolled back. */
  hangUp(session: ConnectionId): void {
    const { sessions } = this;
    const request = sessions.statement[session]!;
    if (request !== NO_STATEMENT) {
      this.cancel(sessions.timer[session]!);
      this.release(session);
      sessions.end(session);
      this.after(0, CUT, request);
    }
    this.open.add(-1);
    this.world.connections.release(session);
    this.world.connections.forget(session);
  }

  override on(kind: number, subject: number): void {
    if (kind === CUT) this.reply(subject, BROKEN);
    else if (kind === ASK) this.ask(subject);
    else if (kind === POLL) this.attempt(subject);
    else if (kind === COMPUTED) this.finishComputing(subject);
    else if (kind === COMMITTED) this.finishCommit(subject);
    else this.nextRound(subject);
  }

  override check(): void {
    const held = this.world.connections.heldAt(this.id);
    assert(held === this.open.value, () => `${this.path}: ${this.open.value} sessions, ${held} in the table`);
    const writers = new Array<number>(this.locks.length).fill(0);
    for (const session of this.sessions.writing()) writers[this.sessions.file[session]!]!++;
    for (const [file, count] of writers.entries()) {
      assert(count <= 1, () => `${this.path}: ${count} writers of one file`);
      assert(
        (count === 1) === this.locks.isWritten(file),
        () => `${this.path}: the lock and the writer of a file differ`,
      );
    }
  }

  private openFile(login: RequestId, session: ConnectionId): void {
    const { connections } = this.world;
    connections.accept(session, this.id);
    this.open.add(1);
    this.sessions.open(session, this.fileFor(this.options.perPod ? connections.client[session]! : 0));
    this.reply(login, OK);
  }

  private fileFor(client: number): FileId {
    if (client >= this.fileOf.length) {
      const longer = new Int32Array(Math.max(64, 2 * client));
      longer.set(this.fileOf);
      this.fileOf = longer;
    }
    if (this.fileOf[client] === 0) {
      this.fileOf[client] = this.locks.add() + 1;
      this.pages.push(0);
      this.rows.push(0);
      this.files.add(1);
    }
    return this.fileOf[client]! - 1;
  }

  private prepare(session: ConnectionId): void {
    this.schedule(session, draw(this.options.between, this.chance), ASK);
  }

  private ask(session: ConnectionId): void {
    const { requests } = this.sim;
    const kind = this.world.classes[requests.kind[this.sessions.statement[session]!]!];
    this.waitFor(session, kind?.writes ? WAITS_TO_WRITE : WAITS_TO_READ);
    this.attempt(session);
  }

  private waitFor(session: ConnectionId, state: number): void {
    this.sessions.state[session] = state;
    this.sessions.polls[session] = 0;
    this.sessions.since[session] = this.now;
  }

  /** Takes the lock that a session needs, or lets it sleep. */
  private attempt(session: ConnectionId): void {
    const { sessions, locks } = this;
    const state = sessions.state[session];
    const file = sessions.file[session]!;
    const granted =
      state === WAITS_TO_READ
        ? locks.read(file)
        : state === WAITS_TO_WRITE
          ? locks.write(file, session)
          : locks.close(file);
    if (!granted) return this.sleep(session);
    if (sessions.polls[session]! > 0) {
      this.polling.add(-1);
      this.wait.observe(this.now - sessions.since[session]!);
    }
    if (state === WAITS_TO_COMMIT) this.commit(session);
    else this.compute(session, state === WAITS_TO_READ ? READS : WRITES);
  }

  private sleep(session: ConnectionId): void {
    const { sessions } = this;
    const polls = sessions.polls[session]!++;
    const pause = pauseBefore(polls, this.options.timeout);
    const { because, origin } = this.sim.requests;
    const request = sessions.statement[session]!;
    if (polls === 0) this.polling.add(1);
    const milliseconds = Math.round(this.options.timeout / MILLISECOND);
    const cause = this.contended.renew([origin[request]!], () => ({ waiting: this.polling.value, milliseconds }));
    if (because[request] === -1) because[request] = cause;
    if (pause === 0) return this.giveUp(session);
    this.polls.add();
    this.schedule(session, pause + this.oversleep(), POLL);
  }

  private giveUp(session: ConnectionId): void {
    this.locked.add();
    this.release(session);
    this.finishStatement(session, SQLITE_BUSY);
  }

  private compute(session: ConnectionId, state: number): void {
    const { work, waits } = this.sim.requests;
    const request = this.sessions.statement[session]!;
    this.sessions.state[session] = state;
    this.schedule(session, work[request]! + waits[request]!, COMPUTED);
  }

  private finishComputing(session: ConnectionId): void {
    if (this.sessions.state[session] === WRITES) {
      this.waitFor(session, WAITS_TO_COMMIT);
      return this.attempt(session);
    }
    this.release(session);
    this.look(session);
    this.nextRound(session);
  }

  private commit(session: ConnectionId): void {
    const { journal_mode, journal } = this.options;
    this.sessions.state[session] = WRITES;
    const files = journal_mode === "wal" ? 0 : draw(journal, this.fsync);
    this.schedule(session, files + this.sync(this.syncs), COMMITTED);
  }

  private finishCommit(session: ConnectionId): void {
    const file = this.sessions.file[session]!;
    const { journal_mode, wal_autocheckpoint, pages } = this.options;
    this.release(session);
    this.commits.add();
    this.rows[file]!++;
    this.allRows++;
    if (journal_mode === "wal") {
      this.pages[file]! += pages;
      if (this.pages[file]! >= wal_autocheckpoint) return this.checkpoint(session, file);
    }
    this.nextRound(session);
  }

  /** The commit that fills the log copies it back before it returns; others may write meanwhile. */
  private checkpoint(session: ConnectionId, file: FileId): void {
    this.pages[file] = 0;
    this.schedule(session, this.sync(syncsPerCheckpoint(this.options)), CHECKPOINTED);
  }

  private nextRound(session: ConnectionId): void {
    if (--this.sessions.left[session]! > 0) this.prepare(session);
    else this.finishStatement(session, OK);
  }

  private finishStatement(session: ConnectionId, outcome: Outcome): void {
    const request = this.sessions.statement[session]!;
    this.sessions.end(session);
    if (outcome === OK) this.reply(request, OK);
    else this.refuse(request, outcome, this.contended.latest);
  }

  /** Gives up whatever lock a session has, and its wait for another. */
  private release(session: ConnectionId): void {
    const { sessions, locks } = this;
    const state = sessions.state[session]!;
    const file = sessions.file[session]!;
    if (state === READS) locks.stopReading(file);
    else if (state === WRITES || state === WAITS_TO_COMMIT) locks.open(file);
    const sleeps = state === WAITS_TO_READ || state === WAITS_TO_WRITE || state === WAITS_TO_COMMIT;
    if (sleeps && sessions.polls[session]! > 0) this.polling.add(-1);
    sessions.state[session] = 0;
  }

  /** A read asks for any row there is: one that another pod wrote to its own file is not found. */
  private look(session: ConnectionId): void {
    this.reads.add();
    if (this.locks.length < 2 || this.allRows === 0) return;
    const own = this.rows[this.sessions.file[session]!]!;
    if (this.chance.next() * this.allRows >= own) this.notFound.add();
  }

  private sync(times: number): Micros {
    let took = 0;
    for (let n = 0; n < times; n++) took += draw(this.options.fsync, this.fsync);
    this.synced.add(times);
    return took;
  }

  private oversleep(): Micros {
    const [least, most] = OVERSLEEP;
    return Math.round(least + (most - least) * this.chance.next());
  }

  private schedule(session: ConnectionId, delay: Micros, kind: number): void {
    this.sessions.timer[session] = this.after(delay, kind, session);
  }
}

function draw(distribution: Distribution, stream: Stream): Micros {
  return Math.max(0, Math.round(distribution.draw(stream)));
}
