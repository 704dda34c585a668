import { Component } from "../../sim/component.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { RequestClass } from "../load/request-class.ts";
import type { Machine } from "../machine/machine.ts";
import { type CoreShare, SharedCores, type Tenant } from "../machine/shared-cores.ts";
import type { World } from "../world.ts";
import { throughputOf } from "./contention.ts";
import { type Committer, GroupCommit } from "./group-commit.ts";
import type { MysqlOptions } from "./kind.ts";
import { RowLocks } from "./row-locks.ts";

const WAITED = 0;

/** Whoever runs statements. */
export interface StatementOwner {
  finished(request: RequestId): void;
}

/**
 * Runs statements: the row lock first where there is one, then processor time in equal shares, then the time that a
 * statement merely takes (`SLEEP`), then the commit.
 */
export class Executor extends Component implements Committer, Tenant {
  /** Statements that have begun and not ended, whatever they wait for. */
  readonly running: Gauge;
  private readonly world: World;
  private readonly owner: StatementOwner;
  private readonly options: MysqlOptions;
  private processors!: CoreShare;
  private readonly locks: RowLocks;
  private readonly logs: readonly GroupCommit[];

  constructor(world: World, path: string, options: MysqlOptions, owner: StatementOwner) {
    super(world.sim, path);
    this.world = world;
    this.owner = owner;
    this.running = world.sim.record.gauge(path, "Threads_running", "threads");
    this.options = options;
    if (options.machine === undefined)
      this.processors = new SharedCores(world.sim, `${path}/cores`, options.cores).admit(this);
    this.locks = new RowLocks(world.classes.map((kind) => kind.locks).filter((row) => row !== ""));
    this.logs = logsOf(options).map(
      (log, stage) => new GroupCommit(world, `${path}/${log}`, options.fsync, this, stage),
    );
  }

  /** Looks up the machine that it runs on, if it shares one. */
  connect(): void {
    const { machine } = this.options;
    if (machine !== undefined) this.processors = (this.world.find(machine) as Machine).admit(this);
  }

  begin(request: RequestId): void {
    this.running.add(1);
    const locks = this.classOf(request)?.locks ?? "";
    if (locks === "" || this.locks.acquire(locks, request)) this.compute(request);
  }

  /** Everything runs at this multiple of its normal speed from now on. */
  setSpeed(speed: number): void {
    this.processors.setSpeed(speed);
  }

  override on(_kind: typeof WAITED, request: RequestId): void {
    this.commit(request, 0);
  }

  computed(request: RequestId): void {
    this.wait(request);
  }

  throughput(running: number, cores: number): number {
    return throughputOf(running, cores, this.options.contention);
  }

  committed(request: RequestId, stage: number): void {
    this.commit(request, stage + 1);
  }

  private compute(request: RequestId): void {
    const { work, because, origin } = this.sim.requests;
    if (work[request]! <= 0) return this.wait(request);
    if (because[request] === NONE) because[request] = this.processors.trouble;
    this.processors.run(request, work[request]!, 0, origin[request]!);
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
