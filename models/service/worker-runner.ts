import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, REJECTED } from "../../sim/service.ts";
import { MILLISECOND, type Micros } from "../../sim/time.ts";
import type { Processor } from "../machine/processor.ts";
import { QueuedCores, type WaitingOwner } from "../machine/queued-cores.ts";
import { linearThroughput, SharedCores, type Tenant } from "../machine/shared-cores.ts";
import { createPool } from "../pool/pool-options.ts";
import type { World } from "../world.ts";
import { CallRunner, OWN_EVENTS as FURTHER_EVENTS } from "./call-runner.ts";
import type { CallId } from "./calls.ts";
import type { ProcessShape } from "./process-options.ts";
import type { ServiceGroup } from "./service-group.ts";
import { ACCEPTING, IDLE, Worker } from "./worker.ts";

const SILENT = FURTHER_EVENTS;
const BOOTED = FURTHER_EVENTS + 1;
/** Event kinds from here on belong to what the runner is part of. */
export const OWN_EVENTS = FURTHER_EVENTS + 2;

/** An event loop that has had no pause for so long is what those wait for who come next. */
const LONG: Micros = 100 * MILLISECOND;

/**
 * The worker processes of a pod and the cores that they compute on: its own, or those of a machine that it shares.
 *
 * Processor time does not end early when the client gives up, unless the service `cancels`. Where a worker has an event
 * loop its calls compute one after the other, in the order in which they became ready, and answers of databases are
 * heard in between. A worker that is silent for too long is killed.
 */
export abstract class WorkerRunner extends CallRunner implements Tenant, WaitingOwner {
  protected override readonly workers: readonly Worker[];
  protected readonly shape: ProcessShape;
  private processor!: Processor;
  private readonly silenceLane: number;
  /** Why it does not run at its normal speed, or NONE. */
  private slowedBy: JournalId = NONE;
  private readonly cpu: Counter;
  private readonly timeouts: Counter | undefined;

  constructor(world: World, path: string, group: ServiceGroup) {
    super(world, path, group);
    const { options, shape } = group;
    const { record } = world.sim;
    this.shape = shape;
    this.workers = Array.from({ length: shape.workers }, (_, number) => {
      const at = shape.workers === 1 ? path : `${path}/worker-${number}`;
      return new Worker(
        number,
        group.pools.map((pool) => createPool(world, `${at}/${pool.to}`, pool, options.pool)),
      );
    });
    this.silenceLane = shape.silence === "never" ? -1 : world.sim.lane(shape.timeout);
    this.cpu = record.counter(this, "cpu", "microseconds");
    if (shape.silence !== "never") this.timeouts = record.counter(this, "worker_timeouts", "workers");
    if (options.machine === undefined) this.processor = this.ownCores();
    if (shape.isLoop) for (const worker of this.workers) for (const pool of worker.pools) pool.hearBy(worker);
  }

  /** A loop is about to turn to what is ready next. */
  protected abstract beforeTurn(worker: Worker): void;
  /** A loop has nothing to do. */
  protected abstract becameIdle(worker: Worker): void;
  /** A loop has come to the listening socket. */
  protected abstract acceptInTurn(worker: Worker): void;
  /** A worker is about to end with all that it has in hand. */
  protected abstract ending(worker: Worker): void;
  /** A worker is there in the place of one that ended. */
  protected abstract booted(worker: Worker): void;

  /** Finds its place on the machine, if it shares one. */
  connect(): void {
    const { machine } = this.group;
    if (machine !== undefined) this.processor = machine.admit(this);
  }

  override on(kind: number, subject: number): void {
    if (kind === SILENT && this.group.isWatching) this.kill(this.workers[subject]!);
    else if (kind === SILENT) this.workers[subject]!.timer = NO_EVENT;
    else if (kind === BOOTED) this.boot(this.workers[subject]!);
    else super.on(kind, subject);
  }

  /** Until the call has got on from here the loop is with it: what becomes ready meanwhile comes later. */
  computed(call: CallId): void {
    if (!this.shape.isLoop) return this.proceed(call);
    const worker = this.workers[this.calls.worker[call]!]!;
    if (this.shape.silence === "burst") this.cancel(worker.timer);
    this.proceed(call);
    this.beforeTurn(worker);
    worker.computing = IDLE;
    this.goOn(worker);
  }

  waitsLong(call: CallId): void {
    const { because } = this.sim.requests;
    const request = this.calls.request[call]!;
    if (because[request] === NONE) because[request] = this.group.runOutOfCores(request, this.origin);
  }

  /** What the process does itself takes longer, or stands still; what others do for it does not. */
  setPace(share: number, because: JournalId): void {
    this.slowedBy = share < 1 ? because : NONE;
    this.pauses.setPace(share);
    this.processor.setSpeed(share);
    for (const { number } of this.workers) for (const call of this.calls.here(number)) this.nameSlowness(call);
  }

  droppedByCores(call: CallId): void {
    const request = this.calls.request[call]!;
    this.sim.requests.because[request] = this.group.shed(request);
    if (this.calls.outcome[call] === OK) this.calls.outcome[call] = REJECTED;
    this.computed(call);
  }

  throughput(running: number, cores: number): number {
    return linearThroughput(running, cores);
  }

  protected override compute(call: CallId): void {
    const worker = this.workers[this.calls.worker[call]!]!;
    if (!this.shape.isLoop) this.run(call);
    else if (worker.computing === IDLE) this.turnTo(worker, call);
    else this.waitForTurn(worker, call);
  }

  /** A worker begins with a request. */
  protected begin(worker: Worker, request: RequestId): void {
    const call = this.calls.take(request, this.sim.requests.kind[request]!, worker.number, worker.life);
    worker.serving++;
    if (this.shape.silence === "call") this.watch(worker);
    this.nameSlowness(call);
    this.advance(call);
  }

  /** A worker is done with a call. */
  protected release(worker: Worker, call: CallId): void {
    this.letGo(call, this.calls.request[call]!);
    this.calls.giveBack(call);
    worker.serving--;
    if (this.shape.silence === "call") this.cancel(worker.timer);
  }

  /** A worker stops working on a call; false if that has to wait for a statement, or for what its loop is just at. */
  protected leaveOff(worker: Worker, call: CallId): boolean {
    if (!this.calls.isHere(call) || worker.computing === call) return false;
    this.processor.withdraw(call);
    worker.ready.takeOut(call);
    this.drop(call);
    worker.serving--;
    if (this.shape.silence === "call") this.cancel(worker.timer);
    return true;
  }

  /** What keeps the event loop of a worker from getting to what comes next, which exists under an action; or NONE. */
  protected loopTrouble({ busySince }: Worker, origin: JournalId): JournalId {
    if (busySince < 0 || this.now - busySince < LONG) return NONE;
    const { trouble } = this.processor;
    return trouble === NONE ? this.group.runOutOfLoop(this.origin, origin) : trouble;
  }

  /** The loop of a worker turns to what is ready next, or rests. */
  protected goOn(worker: Worker): void {
    const { ready } = worker;
    while (worker.computing === IDLE && ready.length > 0) this.turnTo(worker, ready.leave());
    if (worker.computing !== IDLE) return;
    worker.rest();
    this.becameIdle(worker);
  }

  /** The loop of a worker turns to a call, to an answer of a database, or to the listening socket. */
  protected turnTo(worker: Worker, call: CallId): void {
    if (worker.busySince < 0) worker.busySince = this.now;
    if (call === ACCEPTING) return this.acceptInTurn(worker);
    if (worker.hears(call)) return;
    worker.computing = call;
    if (this.shape.silence === "burst") this.watch(worker);
    this.run(call);
  }

  protected boot(worker: Worker): void {
    worker.isAlive = true;
    for (const pool of worker.pools) pool.start(this.node, this.origin);
    this.booted(worker);
  }

  /** A worker ends at once; returns the requests that nobody has answered yet. */
  protected end(worker: Worker, because: JournalId): RequestId[] {
    const cut: RequestId[] = [];
    this.cancel(worker.timer);
    worker.end(because);
    while (worker.accepted.length > 0) cut.push(worker.accepted.leave());
    for (const call of this.calls.here(worker.number)) {
      this.processor.withdraw(call);
      cut.push(this.drop(call));
    }
    for (const pool of worker.pools) pool.stop(because);
    while (worker.ready.length > 0) worker.hears(worker.ready.leave());
    return cut;
  }

  private waitForTurn(worker: Worker, call: CallId): void {
    const { because, origin } = this.sim.requests;
    const request = this.calls.request[call]!;
    if (because[request] === NONE) because[request] = this.loopTrouble(worker, origin[request]!);
    worker.ready.join(call);
  }

  private ownCores(): Processor {
    const { cores, cpuDiscipline } = this.group.options;
    const path = `${this.path}/cores`;
    if (cpuDiscipline === "ps") return new SharedCores(this.sim, path, cores).admit(this);
    return new QueuedCores(this.sim, path, cores, cpuDiscipline, this);
  }

  private nameSlowness(call: CallId): void {
    const { because } = this.sim.requests;
    const request = this.calls.request[call]!;
    if (because[request] === NONE) because[request] = this.slowedBy;
  }

  private run(call: CallId): void {
    const { because, origin } = this.sim.requests;
    const { trouble } = this.processor;
    const request = this.calls.request[call]!;
    const cpu = this.calls.cpu[call]!;
    if (because[request] === NONE) because[request] = trouble;
    this.cpu.add(cpu);
    this.processor.run(call, cpu, this.group.priorityOf(this.calls.kind[call]!), origin[request]!);
  }

  private proceed(call: CallId): void {
    const outcome = this.calls.outcome[call]!;
    if (outcome === OK) this.advance(call);
    else this.finish(call, outcome);
  }

  private watch(worker: Worker): void {
    worker.timer = this.afterLane(this.silenceLane, SILENT, worker.number);
  }

  /** The arbiter ends a worker that has been silent for too long, and starts another in its place. */
  private kill(worker: Worker): void {
    const call = worker.computing === IDLE ? this.calls.anyOf(worker.number) : worker.computing;
    const because = this.group.loseWorker(this.calls.request[call]!, this.origin);
    this.timeouts!.add();
    this.ending(worker);
    const cut = this.end(worker, because);
    worker.timer = this.after(this.shape.boot, BOOTED, worker.number);
    for (const request of cut) this.refuse(request, BROKEN, because);
  }
}
