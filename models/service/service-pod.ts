import { assert } from "../../sim/assert.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED, REJECTED } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { Host } from "../host.ts";
import type { Container } from "../kubernetes/container.ts";
import type { Pool } from "../pool/pool.ts";
import { createPool } from "../pool/pool-options.ts";
import { CONNECT } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { type CallId, Calls } from "./calls.ts";
import { NO_POOL, type ServiceGroup } from "./service-group.ts";

const COMPUTED = 0;
const WAITED = 1;
const ASK_AGAIN = 2;
const SERVE_LINE = 3;

/** Bytes of an answer that the process does not even make: a reset, or a bare 503. */
const REFUSAL_BYTES = 200;

/**
 * One pod of a stateless service: workers that take calls from a line, compute, run the calls' statements through the
 * pod's pools, and answer.
 *
 * Processor time is served first come first served by the pod's cores and does not end early when the client gives up;
 * a worker stays with its call until it is answered. A call that fails may cost processor time of its own (an error
 * page) and is answered in a size of its own.
 */
export class ServicePod extends Host implements Container {
  private readonly group: ServiceGroup;
  private readonly pools: readonly Pool[];
  private readonly calls = new Calls();
  private readonly line: WaitingLine;
  /** Calls that wait for a core. */
  private readonly ready = new WaitingLine();
  private running = false;
  private life = 0;
  private endedBecause: JournalId = NONE;
  private computing = 0;
  private servedAt: Micros = -1;
  private readonly busy: Gauge;
  private readonly waiting: Gauge;
  private readonly served: Counter;
  private readonly failed: Counter;
  private readonly rejected: Counter;
  private readonly cpu: Counter;

  constructor(world: World, path: string, group: ServiceGroup) {
    super(world, path, ELSEWHERE);
    const { options } = group;
    const { record } = world.sim;
    this.group = group;
    this.pools = group.pools.map((pool) => createPool(world, `${path}/${pool.to}`, pool, options.pool));
    this.line = new WaitingLine(options.queue);
    this.busy = record.gauge(this, "busy", "requests");
    this.waiting = record.gauge(this, "waiting", "requests");
    this.served = record.counter(this, "served", "requests");
    this.failed = record.counter(this, "failed", "requests");
    this.rejected = record.counter(this, "rejected", "requests");
    this.cpu = record.counter(this, "cpu", "microseconds");
  }

  start(because: JournalId): void {
    this.running = true;
    this.origin = because;
    for (const pool of this.pools) pool.start(this.node, because);
  }

  stop(because: JournalId): void {
    this.running = false;
    this.endedBecause = because;
    this.life++;
    this.computing = 0;
    this.busy.set(0);
    this.waiting.set(0);
    const cut: RequestId[] = [];
    while (this.line.length > 0) cut.push(this.line.leave());
    while (this.ready.length > 0) this.ready.leave();
    for (const call of this.calls.here()) cut.push(this.drop(call));
    for (const pool of this.pools) pool.stop(because);
    for (const request of cut) this.refuse(request, BROKEN, because);
  }

  receive(request: RequestId): void {
    if (!this.running) this.turnAway(request, REFUSED, this.endedBecause);
    else if (this.sim.requests.verb[request] === CONNECT) this.reply(request, OK);
    else if (this.line.length === 0 && this.busy.value < this.group.options.workers) this.serve(request);
    else this.queue(request);
  }

  override on(kind: typeof COMPUTED | typeof WAITED | typeof ASK_AGAIN | typeof SERVE_LINE, call: CallId): void {
    if (kind === COMPUTED) this.finishComputing(call);
    else if (kind === WAITED) this.finish(call, OK);
    else if (kind === ASK_AGAIN) this.ask(call);
    else this.serveLine();
  }

  override resume(request: RequestId, outcome: Outcome, call: CallId): void {
    const { calls } = this;
    const because = this.sim.requests.because[request]!;
    if (calls.life[call] !== this.life) {
      calls.giveBack(call);
      return this.refuse(request, BROKEN, because === NONE ? this.endedBecause : because);
    }
    calls.comeBack(call);
    calls.left[call]!--;
    this.group.latestTrouble = because;
    if (outcome !== OK) this.fail(call, outcome);
    else if (calls.left[call] === 0) this.finish(call, OK);
    else if (calls.askedAt[call]! < this.now) this.ask(call);
    else calls.timer[call] = this.after(0, ASK_AGAIN, call);
  }

  override check(): void {
    const { workers, queue, cores } = this.group.options;
    const { busy, line, computing } = this;
    assert(busy.value <= workers, () => `${this.path}: ${busy.value} of ${workers} workers busy`);
    assert(line.length <= queue, () => `${this.path}: ${line.length} in a line for ${queue}`);
    assert(computing <= cores, () => `${this.path}: ${computing} of ${cores} cores busy`);
  }

  private queue(request: RequestId): void {
    const because = this.group.runOutOfWorkers(request, this.origin);
    if (this.line.isFull) {
      this.rejected.add();
      return this.turnAway(request, REJECTED, this.group.runOutOfRoom(request));
    }
    this.sim.requests.because[request] = because;
    this.line.join(request);
    this.waiting.add(1);
  }

  private turnAway(request: RequestId, outcome: Outcome, because: JournalId): void {
    this.sim.requests.bytesOut[request] = REFUSAL_BYTES;
    this.refuse(request, outcome, because);
  }

  /** A worker takes a request. */
  private serve(request: RequestId): void {
    const { requests } = this.sim;
    const { queries } = this.world.classes[requests.kind[request]!]!;
    const inside = this.group.poolOf[requests.kind[request]!] === NO_POOL;
    const cpu = requests.cpu[request]! + (inside ? queries * requests.work[request]! : 0);
    const call = this.calls.take(request, this.life, this.group.loansOf[requests.kind[request]!]!, cpu);
    this.servedAt = this.now;
    this.busy.add(1);
    if (cpu > 0) this.compute(call);
    else this.proceed(call);
  }

  private compute(call: CallId): void {
    if (this.computing < this.group.options.cores) this.begin(call);
    else this.ready.join(call);
  }

  private begin(call: CallId): void {
    const cpu = this.calls.cpu[call]!;
    this.computing++;
    this.cpu.add(cpu);
    this.calls.timer[call] = this.after(cpu, COMPUTED, call);
  }

  private finishComputing(call: CallId): void {
    const outcome = this.calls.outcome[call]!;
    this.computing--;
    if (this.ready.length > 0) this.begin(this.ready.leave());
    if (outcome === OK) this.proceed(call);
    else this.finish(call, outcome);
  }

  /** The computing is done; what remains are the statements. */
  private proceed(call: CallId): void {
    const request = this.calls.request[call]!;
    const { kind, waits } = this.sim.requests;
    const pool = this.group.poolOf[kind[request]!]!;
    const time = waits[request]! * this.world.classes[kind[request]!]!.queries;
    if (this.calls.left[call] === 0) this.finish(call, OK);
    else if (pool >= 0) this.ask(call);
    else if (pool !== NO_POOL) this.fail(call, REFUSED);
    else if (time > 0) this.calls.timer[call] = this.after(time, WAITED, call);
    else this.finish(call, OK);
  }

  private ask(call: CallId): void {
    const request = this.calls.request[call]!;
    const pool = this.pools[this.group.poolOf[this.sim.requests.kind[request]!]!]!;
    this.calls.goAway(call, this.now);
    this.call(pool, request, call);
  }

  /** A call has gone wrong: saying so may take processor time. */
  private fail(call: CallId, outcome: Outcome): void {
    const { cpu } = this.group.options.failure;
    if (cpu === 0) return this.finish(call, outcome);
    this.calls.outcome[call] = outcome;
    this.calls.cpu[call] = cpu;
    this.compute(call);
  }

  private finish(call: CallId, outcome: Outcome): void {
    const request = this.calls.request[call]!;
    this.calls.giveBack(call);
    this.busy.add(-1);
    this.sim.requests.answered[request] = 1;
    if (outcome === OK) this.served.add();
    else {
      this.failed.add();
      this.sim.requests.bytesOut[request] = this.group.options.failure.bytes;
    }
    this.callNext();
    this.reply(request, outcome);
  }

  /** Who waits longest comes next: by an event where a call has begun at this very instant, or they would nest. */
  private callNext(): void {
    if (this.line.length === 0) return;
    if (this.servedAt === this.now) this.after(0, SERVE_LINE);
    else this.serveNext();
  }

  private serveLine(): void {
    while (this.line.length > 0 && this.busy.value < this.group.options.workers) this.serveNext();
  }

  private serveNext(): void {
    this.waiting.add(-1);
    this.serve(this.line.leave());
  }

  private drop(call: CallId): RequestId {
    this.cancel(this.calls.timer[call]!);
    this.calls.giveBack(call);
    return this.calls.request[call]!;
  }
}
