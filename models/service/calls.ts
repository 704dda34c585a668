import { NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";

/** A row of the table of calls in service. */
export type CallId = number;

/** Nobody's request. */
export const NOBODY: RequestId = -1;

/** The calls that the workers of one pod are busy with, one column per attribute. */
export class Calls {
  request = new Int32Array(0);
  /** Index of its class. */
  kind = new Int32Array(0);
  /** The worker that has it. */
  worker = new Int32Array(0);
  /** Which life of the worker took it in: a process that has ended answers for nothing any more. */
  life = new Int32Array(0);
  /** The step of its program that comes next. */
  step = new Int32Array(0);
  /** Loans of a connection or commands still to come in its step. */
  left = new Int32Array(0);
  /** Processor time that it waits for or takes now. */
  cpu = new Float64Array(0);
  /** What it ends with once its processor time is over; OK while it has work still ahead. */
  outcome = new Uint16Array(0);
  /** When it last went to the pool, or sent a command. */
  askedAt = new Float64Array(0);
  /** Its pending event. */
  timer = new Int32Array(0);
  /** Requests of its own that are not back yet, and the latest of them. */
  pending = new Int32Array(0);
  child = new Int32Array(0);
  /** What its statements usually need, while those of a step need something else. */
  work = new Float64Array(0);
  waits = new Float64Array(0);
  private place = new Uint8Array(0);
  private readonly free: number[] = [];

  take(request: RequestId, kind: number, worker: number, life: number): CallId {
    if (this.free.length === 0) this.grow();
    const call = this.free.pop()!;
    this.request[call] = request;
    this.kind[call] = kind;
    this.worker[call] = worker;
    this.life[call] = life;
    this.step[call] = 0;
    this.outcome[call] = OK;
    this.timer[call] = NO_EVENT;
    this.pending[call] = 0;
    this.child[call] = NOBODY;
    this.place[call] = HERE;
    return call;
  }

  /** A call is over. Its row stays taken until the last request of its own is back. */
  giveBack(call: CallId): void {
    this.request[call] = NOBODY;
    this.place[call] = this.pending[call] === 0 ? NOWHERE : OVER;
    if (this.pending[call] === 0) this.free.push(call);
  }

  /** A request of its own comes back to a call; false if the call is over. */
  expects(call: CallId): boolean {
    this.pending[call]!--;
    if (this.place[call] !== OVER) return true;
    if (this.pending[call] === 0) this.giveBack(call);
    return false;
  }

  /** It goes to the pool. */
  goAway(call: CallId, now: Micros): void {
    this.place[call] = AWAY;
    this.askedAt[call] = now;
  }

  comeBack(call: CallId): void {
    this.place[call] = HERE;
  }

  /** The call that a request is, or -1. O(calls). */
  of(request: RequestId): CallId {
    return this.request.indexOf(request);
  }

  /** Whether a call that is not over is with the process itself, and not with the pool. */
  isHere(call: CallId): boolean {
    return this.place[call] === HERE;
  }

  /** The calls of a worker that are not with the pool, in order of their rows. */
  here(worker: number): CallId[] {
    const calls: CallId[] = [];
    for (let call = 0; call < this.place.length; call++) {
      if (this.place[call] === HERE && this.worker[call] === worker) calls.push(call);
    }
    return calls;
  }

  /** A call that a worker has in hand, or -1. */
  anyOf(worker: number): CallId {
    return this.request.findIndex((request, call) => request !== NOBODY && this.worker[call] === worker);
  }

  private grow(): void {
    const from = this.place.length;
    const to = Math.max(16, from * 2);
    for (const column of INTS) this[column] = extended(this[column], to);
    for (const column of DOUBLES) this[column] = extended(this[column], to);
    this.outcome = extended(this.outcome, to);
    this.place = extended(this.place, to);
    for (let call = to - 1; call >= from; call--) this.free.push(call);
    this.request.fill(NOBODY, from);
  }
}

const INTS = ["request", "kind", "worker", "life", "step", "left", "timer", "pending", "child"] as const;
const DOUBLES = ["cpu", "askedAt", "work", "waits"] as const;

/** Where a call is: in no row, with the process itself, with the pool, or over while something of its own is out. */
const NOWHERE = 0;
const HERE = 1;
const AWAY = 2;
const OVER = 3;

type Column = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

function extended<C extends Column>(column: C, length: number): C {
  const longer = new (column.constructor as new (length: number) => C)(length);
  longer.set(column);
  return longer;
}
