import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { RequestClass } from "../load/request-class.ts";
import type { World } from "../world.ts";
import { type Committer, GroupCommit } from "./group-commit.ts";
import type { MysqlOptions } from "./kind.ts";
import { ProcessorSharing } from "./processor-sharing.ts";
import { RowLocks } from "./row-locks.ts";

const COMPUTED = 0;
const WAITED = 1;

/** Whoever runs statements. */
export interface StatementOwner {
  finished(request: RequestId): void;
}

/**
 * Runs statements: the row lock first where there is one, then processor time in equal shares, then the time that a
 * statement merely takes (`SLEEP`), then the commit.
 */
export class Executor extends Component implements Committer {
  /** Statements that have begun and not ended, whatever they wait for. */
  readonly running: Gauge;
  private readonly world: World;
  private readonly owner: StatementOwner;
  private readonly processors: ProcessorSharing;
  private readonly locks: RowLocks;
  private readonly logs: readonly GroupCommit[];
  private next: EventHandle = NO_EVENT;

  constructor(world: World, path: string, options: MysqlOptions, owner: StatementOwner) {
    super(world.sim, path);
    this.world = world;
    this.owner = owner;
    this.running = world.sim.record.gauge(path, "Threads_running", "threads");
    this.processors = new ProcessorSharing(options.cores, options.contention);
    this.locks = new RowLocks(world.classes.map((kind) => kind.locks).filter((row) => row !== ""));
    this.logs = logsOf(options).map(
      (log, stage) => new GroupCommit(world, `${path}/${log}`, options.fsync, this, stage),
    );
  }

  begin(request: RequestId): void {
    this.running.add(1);
    const locks = this.classOf(request)?.locks ?? "";
    if (locks === "" || this.locks.acquire(locks, request)) this.compute(request);
  }

  /** Everything runs at this multiple of its normal speed from now on. */
  setSpeed(speed: number): void {
    this.processors.setSpeed(speed, this.now);
    this.scheduleNext();
  }

  override on(kind: typeof COMPUTED | typeof WAITED, request: RequestId): void {
    if (kind === WAITED) return this.commit(request, 0);
    this.next = NO_EVENT;
    for (let done = this.processors.takeDone(this.now); done >= 0; done = this.processors.takeDone(this.now)) {
      this.wait(done);
    }
    this.scheduleNext();
  }

  committed(request: RequestId, stage: number): void {
    this.commit(request, stage + 1);
  }

  private compute(request: RequestId): void {
    const work = this.sim.requests.work[request]!;
    if (work <= 0) return this.wait(request);
    this.processors.join(request, work, this.now);
    this.scheduleNext();
  }

  private wait(request: RequestId): void {
    const waits = this.sim.requests.waits[request]!;
    if (waits > 0) this.after(waits, WAITED, request);
    else this.commit(request, 0);
  }

  /** Passes the logs that have to be synced one after the other, then is done. */
  private commit(request: RequestId, stage: number): void {
    const kind = this.classOf(request);
    if (kind?.writes && stage < this.logs.length) return this.logs[stage]!.commit(request);
    const next = kind === undefined || kind.locks === "" ? -1 : this.locks.release(kind.locks);
    if (next >= 0) this.compute(next);
    this.running.add(-1);
    this.owner.finished(request);
  }

  private scheduleNext(): void {
    this.cancel(this.next);
    const due = this.processors.nextDue(this.now);
    this.next = due === Number.POSITIVE_INFINITY ? NO_EVENT : this.after(due - this.now, COMPUTED);
  }

  private classOf(request: RequestId): RequestClass | undefined {
    return this.world.classes[this.sim.requests.kind[request]!];
  }
}

/** The logs that a commit waits for, in order: one sync each for the redo log and the binary log. */
function logsOf(options: MysqlOptions): string[] {
  const logs: string[] = [];
  if (options.innodb_flush_log_at_trx_commit === 1) logs.push("redo");
  if (options.sync_binlog === 1) logs.push("binlog");
  return logs;
}
