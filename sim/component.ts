import { InvariantError } from "./assert.ts";
import { DUE, type EventHandle } from "./event-queue.ts";
import { type JournalId, NONE } from "./record/journal.ts";
import type { RequestId } from "./requests.ts";
import type { Outcome, Service } from "./service.ts";
import type { Simulation } from "./simulation.ts";
import type { Micros } from "./time.ts";

/** The number of a component in its simulation, in order of registration. */
export type ComponentId = number;

/**
 * One named part of the system. It owns its state; the only way to touch it is to call it.
 *
 * Time passes only through `after` and lanes; everything else is a direct call. Fields are plain data (numbers, typed
 * arrays, plain objects) and other components are wired once, when the world is built: so a run can be saved and
 * restored (see snapshot.ts).
 */
export abstract class Component {
  readonly id: ComponentId;
  readonly path: string;
  protected readonly sim: Simulation;
  /** The journal entry of the action that brought this component to what it is now, or NONE. */
  origin: JournalId = NONE;

  constructor(sim: Simulation, path: string) {
    this.sim = sim;
    this.path = path;
    this.id = sim.register(this);
  }

  /** An event that this component scheduled for itself has fallen due. */
  on(kind: number, _subject: number): void {
    throw new InvariantError(`${this.path} got an event of kind ${kind} that it does not know`);
  }

  /** A request that this component passed on has come back; `note` is what it wrote down when it passed it on. */
  resume(request: RequestId, _outcome: Outcome, _note: number): void {
    throw new InvariantError(`${this.path} got request ${request} back that it did not send`);
  }

  /** Whoever sent a request here has stopped waiting and has hung up; most servers do not notice before they answer. */
  abandoned(_request: RequestId): void {}

  /** Changes a live parameter while the run goes on. */
  adjust(parameter: string, _value: number): void {
    throw new Error(`${this.path} has no live parameter "${parameter}"`);
  }

  /** Checks what must always hold of this component; throws an InvariantError where it does not. */
  check(): void {}

  get now(): Micros {
    return this.sim.now;
  }

  /** Schedules an event for this component. */
  after(delay: Micros, kind: number, subject = 0): EventHandle {
    const queue = this.sim.queue;
    queue.cell[DUE] = this.sim.now + delay;
    return queue.schedule(this.id, kind, subject);
  }

  /** Schedules an event at the end of a constant delay, in O(1); see `Simulation.lane`. */
  protected afterLane(lane: number, kind: number, subject = 0): EventHandle {
    return this.sim.queue.scheduleInLane(lane, this.id, kind, subject);
  }

  protected cancel(event: EventHandle): void {
    this.sim.queue.cancel(event);
  }

  /** Passes a request on and will be resumed with the answer and `note`. */
  protected call(service: Service, request: RequestId, note = 0): void {
    this.sim.requests.push(request, this.id, note);
    service.receive(request);
  }

  /** Gives a request back to whoever passed it on. */
  protected reply(request: RequestId, outcome: Outcome): void {
    this.sim.reply(request, outcome, this.id);
  }

  /** Gives a request back as failed, with the journal entry that made it fail. */
  protected refuse(request: RequestId, outcome: Outcome, because: JournalId): void {
    this.sim.requests.because[request] = because;
    this.sim.reply(request, outcome, this.id);
  }
}
