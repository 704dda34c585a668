import { assert } from "../../sim/assert.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED, REJECTED } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import type { Container } from "../kubernetes/container.ts";
import { Limiter, type Taker } from "../limiter/limiter.ts";
import { type Acceptor, Listener } from "../network/listener.ts";
import { openRoom } from "../queue/discipline.ts";
import type { WaitingRoom } from "../queue/waiting-room.ts";
import { CONNECT } from "../verb.ts";
import type { World } from "../world.ts";
import type { CallId } from "./calls.ts";
import type { ServiceGroup } from "./service-group.ts";
import { ACCEPTING, IDLE, type Worker } from "./worker.ts";
import { OWN_EVENTS, WorkerRunner } from "./worker-runner.ts";

const SERVE_LINE = OWN_EVENTS;
const CLIENT_GONE = OWN_EVENTS + 1;

/** Bytes of an answer that the process does not even make: a reset, or a bare 503. */
const REFUSAL_BYTES = 200;

/**
 * One pod of a stateless service: calls wait in a line until a worker accepts them, which does for each what its class
 * says, and are answered.
 *
 * A worker stays with its call until it is answered. A call that fails may cost processor time of its own (an error
 * page) and is answered in a size of its own.
 */
export class ServicePod extends WorkerRunner implements Container, Acceptor, Taker {
  private readonly line: WaitingRoom;
  /** Undefined where calls need no connection. */
  private readonly listener: Listener | undefined;
  private readonly limiter: Limiter | undefined;
  /** The event loop will come to the listening socket. */
  private willAccept = false;
  /** Which of several workers that could accept a call does. */
  private readonly chance: Stream;
  private isRunning = false;
  private endedBecause: JournalId = NONE;
  private servedAt: Micros = -1;
  private readonly busy: Gauge;
  private readonly waiting: Gauge;
  private readonly served: Counter;
  private readonly failed: Counter;
  private readonly rejected: Counter;
  /** Calls dropped before any worker began with them, as their callers had hung up. */
  private readonly cancelled: Counter | undefined;

  constructor(world: World, path: string, group: ServiceGroup) {
    super(world, path, group);
    const { options, shape } = group;
    const { record, streams } = world.sim;
    this.line = openRoom(options.discipline, shape.backlog, streams, path);
    this.listener = group.sockets && new Listener(world, this, options.listen!, group.sockets, this);
    const { limiter } = options;
    this.limiter = limiter === "off" ? undefined : new Limiter(world.sim, this, limiter);
    this.chance = streams.stream(path, "accept");
    this.busy = record.gauge(this, "busy", "requests");
    this.waiting = record.gauge(this, "waiting", "requests");
    this.served = record.counter(this, "served", "requests");
    this.failed = record.counter(this, "failed", "requests");
    this.rejected = record.counter(this, "rejected", "requests");
    if (options.cancels) this.cancelled = record.counter(this, "cancelled", "requests");
    group.join(this);
  }

  start(because: JournalId): void {
    this.isRunning = true;
    this.origin = because;
    for (const worker of this.workers) this.boot(worker);
  }

  inherit(because: JournalId): void {
    this.origin = because;
    for (const { pools } of this.workers) for (const pool of pools) pool.origin = because;
  }

  stop(because: JournalId): void {
    this.isRunning = false;
    this.endedBecause = because;
    this.listener?.stop(because);
    this.busy.set(0);
    this.waiting.set(0);
    this.willAccept = false;
    const cut = this.line.vacate();
    for (const worker of this.workers) cut.push(...this.end(worker, because));
    for (const request of cut) this.refuse(request, BROKEN, because);
  }

  receive(request: RequestId): void {
    if (this.isRunning && this.listener?.takes(request)) return;
    if (this.isRunning && this.sim.requests.verb[request] === CONNECT) this.reply(request, OK);
    else this.take(request);
  }

  /** An event loop comes to the listening socket after what is ready already; other workers when they are free. */
  connectionWaits(): void {
    if (!this.acceptsInTurn) return this.acceptConnections();
    const worker = this.workers[0]!;
    if (this.willAccept) return;
    this.willAccept = true;
    worker.ready.join(ACCEPTING);
    if (worker.computing === IDLE) this.goOn(worker);
  }

  /** What keeps its event loop from getting to the connections that wait, or NONE. */
  whyLate(origin: JournalId): JournalId {
    return this.acceptsInTurn ? this.loopTrouble(this.workers[0]!, origin) : NONE;
  }

  callsWait(more: number): void {
    this.waiting.add(more);
  }

  /** So many may wait from now on; who waits already goes on waiting. */
  setQueue(limit: number): void {
    this.line.limit = limit;
  }

  /** The process takes in a call. */
  take(request: RequestId): void {
    if (this.limiter === undefined) this.enter(request);
    else this.limiter.receive(request);
  }

  enter(request: RequestId): void {
    if (!this.isRunning) return this.turnAway(request, REFUSED, this.endedBecause);
    const worker = this.line.length === 0 ? this.accepting() : undefined;
    if (worker === undefined) this.queue(request);
    else this.accept(worker, request);
  }

  override abandoned(request: RequestId): void {
    super.abandoned(request);
    if (this.group.cancels) this.after(0, CLIENT_GONE, request);
  }

  override on(kind: number, subject: number): void {
    if (kind === SERVE_LINE) this.serveLine();
    else if (kind === CLIENT_GONE) this.cancelCall(subject);
    else super.on(kind, subject);
  }

  override check(): void {
    const { slots } = this.shape;
    const { longestQueue } = this.group;
    for (const { serving, number } of this.workers) {
      assert(serving <= slots, () => `${this.path}: worker ${number} serves ${serving} calls, of ${slots}`);
    }
    const serving = this.workers.reduce((sum, worker) => sum + worker.serving, 0);
    assert(serving === this.busy.value, () => `${this.path}: ${this.busy.value} calls, but workers have ${serving}`);
    assert(this.line.length <= longestQueue, () => `${this.path}: ${this.line.length} in a line for ${longestQueue}`);
  }

  protected override finish(call: CallId, outcome: Outcome): void {
    const { calls } = this;
    const { bytesOut, answered } = this.sim.requests;
    const request = calls.request[call]!;
    const worker = this.workers[calls.worker[call]!]!;
    this.release(worker, call);
    this.busy.add(-1);
    if (outcome === OK) this.served.add();
    else {
      this.failed.add();
      bytesOut[request] = this.group.options.failure.bytes;
    }
    answered[request] = 1;
    this.callNext();
    this.reply(request, outcome);
  }

  protected override beforeTurn(worker: Worker): void {
    if (this.shape.acceptsWhenIdle && this.line.length > 0) this.acceptOne(worker);
  }

  protected override becameIdle(): void {
    if (this.shape.acceptsWhenIdle) this.acceptConnections();
  }

  /** The loop accepts a connection in each round (libuv src/unix/stream.c since 1.45), and goes on with what is ready. */
  protected override acceptInTurn(worker: Worker): void {
    const { listener } = this;
    let more = true;
    worker.computing = ACCEPTING;
    while (more && worker.ready.length === 0) more = listener!.isOpen && listener!.accept();
    worker.computing = IDLE;
    this.willAccept = more;
    if (more) worker.ready.join(ACCEPTING);
  }

  protected override ending(worker: Worker): void {
    this.busy.add(-worker.serving);
    this.waiting.add(-worker.accepted.length);
  }

  protected override booted(): void {
    if (this.waiting.value > 0 || this.listener?.isOpen) this.serveLine();
  }

  /** A worker that accepts calls at this moment: of several any, each equally likely. */
  private accepting(): Worker | undefined {
    const { workers } = this;
    if (workers.length === 1) return this.accepts(workers[0]!) ? workers[0] : undefined;
    let willing = 0;
    for (const worker of workers) if (this.accepts(worker)) willing++;
    if (willing === 0) return undefined;
    let skip = this.chance.integer(willing);
    return workers.find((worker) => this.accepts(worker) && skip-- === 0);
  }

  private accepts({ isAlive, serving, accepted, computing }: Worker): boolean {
    const { accepts, acceptsWhenIdle } = this.shape;
    return isAlive && serving + accepted.length < accepts && (!acceptsWhenIdle || computing === IDLE);
  }

  private queue(request: RequestId): void {
    const because = this.group.runOutOfWorkers(request, this.calls, this.origin);
    if (this.line.isFull) {
      this.rejected.add();
      return this.turnAway(request, REJECTED, this.group.runOutOfRoom(request));
    }
    this.sim.requests.because[request] = because;
    this.line.join(request, this.now, this.group.priorityOf(this.sim.requests.kind[request]!));
    this.waiting.add(1);
  }

  /** Whoever asked has hung up: the call makes room, for those who are left when all who hang up now have gone. */
  private cancelCall(request: RequestId): void {
    if (!this.isForNobody(request) || !this.takeOut(request)) return;
    if (this.waiting.value > 0 || this.listener?.isOpen) this.after(0, SERVE_LINE);
    this.refuse(request, BROKEN, this.sim.requests.because[request]!);
  }

  /** Takes a call out of where it waits, or from the worker that serves it; false if that cannot be now. */
  private takeOut(request: RequestId): boolean {
    const waited = this.line.remove(request) || this.workers.some(({ accepted }) => accepted.takeOut(request));
    if (waited) {
      this.waiting.add(-1);
      this.cancelled?.add();
      return true;
    }
    const call = this.calls.of(request);
    if (call < 0 || !this.leaveOff(this.workers[this.calls.worker[call]!]!, call)) return false;
    this.busy.add(-1);
    this.failed.add();
    return true;
  }

  private turnAway(request: RequestId, outcome: Outcome, because: JournalId): void {
    this.sim.requests.bytesOut[request] = REFUSAL_BYTES;
    this.refuse(request, outcome, because);
  }

  /** A worker accepts a request, and serves it unless all of its threads are busy. */
  private accept(worker: Worker, request: RequestId): void {
    if (worker.serving < this.shape.slots) return this.serve(worker, request);
    this.sim.requests.because[request] = this.group.runOutOfWorkers(request, this.calls, this.origin);
    worker.accepted.join(request);
    this.waiting.add(1);
  }

  private serve(worker: Worker, request: RequestId): void {
    this.servedAt = this.now;
    this.busy.add(1);
    this.begin(worker, request);
  }

  /** Those who wait come next: by an event where a call has begun at this very instant, or they would nest. */
  private callNext(): void {
    if (this.waiting.value === 0 && !this.listener?.isOpen) return;
    if (this.servedAt === this.now) this.after(0, SERVE_LINE);
    else this.serveLine();
  }

  private serveLine(): void {
    const { slots, accepts } = this.shape;
    if (slots < accepts) for (const worker of this.workers) this.serveAccepted(worker);
    while (this.line.length > 0) {
      const worker = this.accepting();
      if (worker === undefined) break;
      this.acceptOne(worker);
    }
    if (!this.acceptsInTurn) this.acceptConnections();
  }

  private serveAccepted(worker: Worker): void {
    while (worker.accepted.length > 0 && worker.serving < this.shape.slots) {
      this.waiting.add(-1);
      this.serve(worker, worker.accepted.leave());
    }
  }

  /** A worker accepts the next in line. */
  private acceptOne(worker: Worker): void {
    if (!worker.isAlive || worker.serving + worker.accepted.length >= this.shape.accepts) return;
    const next = this.line.leave(this.now);
    this.turnAwayLate();
    if (next < 0) return;
    this.waiting.add(-1);
    this.accept(worker, next);
  }

  /** Those who have waited too long for the discipline of the line are told. */
  private turnAwayLate(): void {
    const { dropped } = this.line;
    while (dropped.length > 0) {
      const request = dropped.pop()!;
      this.waiting.add(-1);
      this.rejected.add();
      this.turnAway(request, REJECTED, this.group.shed(request));
    }
  }

  /** Whether there is one event loop that accepts connections whatever else it has to do, as in Node. */
  private get acceptsInTurn(): boolean {
    const { isLoop, acceptsWhenIdle, workers } = this.shape;
    return isLoop && !acceptsWhenIdle && workers === 1;
  }

  /** Workers accept connections while they have room for a call on each. */
  private acceptConnections(): void {
    const { listener, line } = this;
    if (listener === undefined) return;
    while (listener.isOpen && line.length === 0 && this.freeSlots > listener.silent) listener.accept();
  }

  /** Calls that the workers could accept at this moment. */
  private get freeSlots(): number {
    let free = 0;
    for (const worker of this.workers) {
      if (this.accepts(worker)) free += this.shape.accepts - worker.serving - worker.accepted.length;
    }
    return free;
  }
}
