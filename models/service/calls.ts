import { NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";

/** A row of the table of calls in service. */
export type CallId = number;

/** The calls that the workers of one pod are busy with, one column per attribute. */
export class Calls {
  request = new Int32Array(0);
  /** Which life of the process took it in: a process that has ended answers for nothing any more. */
  life = new Int32Array(0);
  /** Loans of a connection still to come. */
  left = new Int32Array(0);
  /** Processor time that it waits for or takes now. */
  cpu = new Float64Array(0);
  /** What it ends with once its processor time is over; OK while it has its statements still ahead. */
  outcome = new Uint16Array(0);
  /** When it last went to the pool. */
  askedAt = new Float64Array(0);
  /** Its pending event. */
  timer = new Int32Array(0);
  /** 1 while the process itself has it, 2 while it is with the pool, 0 for an empty row. */
  private place = new Uint8Array(0);
  private readonly free: number[] = [];

  take(request: RequestId, life: number, left: number, cpu: Micros): CallId {
    if (this.free.length === 0) this.grow();
    const call = this.free.pop()!;
    this.request[call] = request;
    this.life[call] = life;
    this.left[call] = left;
    this.cpu[call] = cpu;
    this.outcome[call] = OK;
    this.timer[call] = NO_EVENT;
    this.place[call] = HERE;
    return call;
  }

  giveBack(call: CallId): void {
    this.place[call] = NOWHERE;
    this.free.push(call);
  }

  /** It goes to the pool. */
  goAway(call: CallId, now: Micros): void {
    this.place[call] = AWAY;
    this.askedAt[call] = now;
  }

  comeBack(call: CallId): void {
    this.place[call] = HERE;
  }

  /** The calls that are not with the pool, in order of their rows. */
  here(): CallId[] {
    const calls: CallId[] = [];
    for (let call = 0; call < this.place.length; call++) if (this.place[call] === HERE) calls.push(call);
    return calls;
  }

  private grow(): void {
    const from = this.place.length;
    const to = Math.max(16, from * 2);
    for (const column of ["request", "life", "left", "timer"] as const) {
      const longer = new Int32Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    for (const column of ["cpu", "askedAt"] as const) {
      const longer = new Float64Array(to);
      longer.set(this[column]);
      this[column] = longer;
    }
    const outcome = new Uint16Array(to);
    outcome.set(this.outcome);
    this.outcome = outcome;
    const place = new Uint8Array(to);
    place.set(this.place);
    this.place = place;
    for (let call = to - 1; call >= from; call--) this.free.push(call);
  }
}

const NOWHERE = 0;
const HERE = 1;
const AWAY = 2;
