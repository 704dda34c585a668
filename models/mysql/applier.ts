import { Component, type ComponentId } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Outcome } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { QUERY } from "../verb.ts";
import type { World } from "../world.ts";
import type { BinaryLog, Position } from "./binary-log.ts";
import type { BinlogDump } from "./binlog-dump.ts";
import type { Executor } from "./executor.ts";
import type { MysqlServer } from "./mysql-server.ts";
import type { MysqlOptions } from "./options.ts";

const TICK = 0;
const FREE = -1;

/**
 * The workers of a replica, which apply the transactions of its relay log through its own executor: so they compete
 * with what people read there, wait for its logs and its rows, and fall behind when the server has no time for them.
 *
 * They begin in the order of the log. Several are at work at once only on transactions that committed together on the
 * source (replica_parallel_type LOGICAL_CLOCK): each waits until all that had committed when it began to are applied.
 */
export class Applier extends Component {
  /** The next transaction that no worker has. */
  next: Position = 0;
  /** All before this has been read from the source. */
  private received: Position = 0;
  /** Whose log it is. What has been read of it is in the relay log here, whatever becomes of the source. */
  private source: ComponentId = FREE;
  private readonly server: MysqlServer;
  private readonly executor: Executor;
  private readonly multiple: number;
  private readonly secondsBehind: Gauge;
  /** By worker: the transaction that it applies, or FREE, and the statement that does. */
  private readonly position: Float64Array;
  private readonly statement: Int32Array;
  private busy = 0;
  private isAssigning = false;
  private tick: EventHandle = NO_EVENT;

  constructor(world: World, server: MysqlServer, options: MysqlOptions, executor: Executor) {
    super(world.sim, `${server.path}/applier`);
    this.server = server;
    this.executor = executor;
    this.multiple = options.applyWork;
    this.secondsBehind = world.sim.record.gauge(server, "Seconds_Behind_Source", "s");
    this.position = new Float64Array(options.replica_parallel_workers).fill(FREE);
    this.statement = new Int32Array(options.replica_parallel_workers).fill(FREE);
  }

  /** From now on it applies what is read from this log. */
  follow(source: BinlogDump): void {
    this.source = source.id;
    this.next = Math.min(this.next, source.log.end);
    this.received = this.next;
  }

  /** All before a position has been read. */
  read(until: Position): void {
    this.received = Math.max(this.received, until);
    this.assign();
    this.show();
  }

  /** What has been read and not begun is forgotten (relay logs are deleted). */
  forget(): void {
    this.received = this.next;
    this.show();
  }

  /** How long ago the oldest transaction committed that is read and not applied; 0 when there is none. */
  get behind(): Micros {
    return this.isUpToDate ? 0 : Math.max(0, this.now - this.relay.committedAt(this.applied));
  }

  /** Whether all that was read is applied. */
  get isUpToDate(): boolean {
    return this.applied >= this.received;
  }

  /** Transactions that are read and not applied. */
  get waiting(): number {
    return Math.max(0, this.received - this.applied);
  }

  override resume(statement: RequestId, _outcome: Outcome, worker: number): void {
    this.sim.requests.close(statement);
    this.position[worker] = FREE;
    this.statement[worker] = FREE;
    this.busy--;
    this.advance();
    this.assign();
    this.show();
  }

  /** The statements of its workers. */
  statements(): RequestId[] {
    return [...this.statement].filter((statement) => statement !== FREE);
  }

  /** The server has ended: what was not committed will be applied again. */
  stop(): void {
    const { requests } = this.sim;
    for (const statement of this.statements()) {
      requests.pop(statement);
      requests.close(statement);
    }
    this.position.fill(FREE);
    this.statement.fill(FREE);
    this.busy = 0;
    this.next = this.applied;
    this.cancel(this.tick);
    this.tick = NO_EVENT;
  }

  override on(_kind: typeof TICK): void {
    this.tick = NO_EVENT;
    this.show();
  }

  private get relay(): BinaryLog {
    return (this.sim.components[this.source] as BinlogDump).log;
  }

  private get applied(): Position {
    return this.server.binlog!.log.end;
  }

  /** Gives free workers what they may begin with; a worker that takes no time is free again while it goes on. */
  private assign(): void {
    if (this.isAssigning) return;
    this.isAssigning = true;
    while (this.next < this.received && this.busy < this.position.length) {
      if (this.relay.parentAt(this.next) > this.applied) break;
      this.apply(this.position.indexOf(FREE));
    }
    this.isAssigning = false;
  }

  private apply(worker: number): void {
    const { requests } = this.sim;
    const statement = requests.open(this.now, QUERY);
    requests.kind[statement] = this.relay.kindAt(this.next);
    requests.work[statement] = Math.round(this.relay.workAt(this.next) * this.multiple);
    requests.origin[statement] = this.server.origin;
    this.position[worker] = this.next++;
    this.statement[worker] = statement;
    this.busy++;
    requests.push(statement, this.id, worker);
    this.executor.begin(statement);
  }

  /** Writes to the server's own log what is applied without a gap (replica_preserve_commit_order). */
  private advance(): void {
    const { log } = this.server.binlog!;
    let first = this.next;
    for (const position of this.position) if (position !== FREE) first = Math.min(first, position);
    if (log.end >= first) return;
    while (log.end < first) log.copy(this.relay);
    this.server.binlog!.wake();
  }

  private show(): void {
    const { behind } = this;
    this.secondsBehind.set(Math.floor(behind / SECOND));
    if (this.tick === NO_EVENT && !this.isUpToDate) this.tick = this.after(SECOND, TICK);
  }
}
