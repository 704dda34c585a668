import type { Gauge } from "../../sim/record/gauge.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import type { Machine } from "../machine/machine.ts";
import type { JobOwner } from "../machine/processor.ts";
import { type CoreShare, SharedCores, type Tenant } from "../machine/shared-cores.ts";
import type { World } from "../world.ts";
import { throughputOf } from "./contention.ts";
import type { MysqlOptions } from "./options.ts";

/**
 * The threads that statements compute on: one for every busy session, or as many as the thread pool lets run at once.
 *
 * A statement that waits for a lock, a page or a commit leaves its place in the pool to another and comes to its end
 * without it (MariaDB sql/threadpool_generic.cc, wait_begin).
 */
export class Threads implements Tenant {
  private readonly world: World;
  private readonly options: MysqlOptions;
  private readonly owner: JobOwner;
  private readonly size: number;
  private readonly line = new WaitingLine();
  private readonly queued: Gauge | undefined;
  private processors!: CoreShare;
  private running = 0;

  constructor(world: World, path: string, options: MysqlOptions, owner: JobOwner) {
    const { thread_pool_size = Number.POSITIVE_INFINITY, machine, cores } = options;
    this.world = world;
    this.options = options;
    this.owner = owner;
    this.size = thread_pool_size;
    if (this.size < Number.POSITIVE_INFINITY) {
      this.queued = world.sim.record.gauge(`${path}/thread-pool`, "QUEUE_LENGTH", "statements");
    }
    if (machine === undefined) this.processors = new SharedCores(world.sim, `${path}/cores`, cores).admit(this);
  }

  /** Looks up the machine whose cores they share, if they do not have cores of their own. */
  connect(): void {
    const { machine } = this.options;
    if (machine !== undefined) this.processors = (this.world.find(machine) as Machine).admit(this);
  }

  /** Why they are slower than they might be, or NONE. */
  get trouble(): JournalId {
    return this.processors.trouble;
  }

  /** Computes what a statement needs, as soon as a thread is free. */
  run(request: RequestId): void {
    if (this.running < this.size) return this.begin(request);
    this.line.join(request);
    this.count();
  }

  computed(request: RequestId): void {
    this.leave();
    this.owner.computed(request);
  }

  /** A statement is not to go on, whether it computes or waits for a thread. */
  withdraw(request: RequestId): void {
    for (let place = 0; place < this.line.length; place++) {
      if (this.line.at(place) !== request) continue;
      this.line.takeAt(place);
      return this.count();
    }
    this.processors.withdraw(request);
    this.leave();
  }

  throughput(running: number, cores: number): number {
    return throughputOf(running, cores, this.options.contention, running + this.line.length);
  }

  /** Everything runs at this multiple of its normal speed from now on. */
  setSpeed(speed: number): void {
    this.processors.setSpeed(speed);
  }

  /** Leaves all statements where they are; these may be among those that compute. */
  clear(requests: readonly RequestId[]): void {
    for (const request of requests) this.processors.withdraw(request);
    while (this.line.length > 0) this.line.leave();
    this.running = 0;
    this.count();
  }

  /** A thread is free for who waits longest. */
  private leave(): void {
    this.running--;
    if (this.line.length === 0) return;
    this.begin(this.line.leave());
    this.count();
  }

  private begin(request: RequestId): void {
    const { work, rounds, origin } = this.world.sim.requests;
    const time: Micros = rounds[request]! * work[request]!;
    this.running++;
    this.processors.run(request, time, 0, origin[request]!);
  }

  /** The more wait, the slower are those that run, where a crowd matters. */
  private count(): void {
    this.queued?.set(this.line.length);
    if (this.options.contention.crowd !== undefined) this.processors.setSpeed(this.processors.speed);
  }
}
