import { assert, LimitError } from "./assert.ts";
import type { ComponentId } from "./component.ts";
import type { Traces } from "./record/traces.ts";
import type { Outcome } from "./service.ts";
import type { Micros } from "./time.ts";

/** A row of the table of requests in flight. */
export type RequestId = number;

/** Tiers that a request can be inside of at once. Deeper nesting is a mistake in the wiring. */
const DEPTH_LIMIT = 24;
/** Requests in flight at once; beyond it the run stops with a message instead of eating all memory. */
const CAPACITY_LIMIT = 1 << 21;

/** What a request is for. Models may add verbs of their own from 8 on. */
export type Verb = number;

/**
 * Every request in flight, one column per attribute, and for each the stack of components that wait for its answer.
 *
 * What a request needs (work, bytes) is drawn once, when it is born, so that two configurations serve the same people.
 * Only who opened a request closes it, when it has come back; giving up marks it `abandoned` and does not unwind the
 * work behind it. Hence a request id inside an event is never stale.
 */
export class Requests {
  /** When it was opened. */
  born = new Float64Array(0);
  /** Processor time that the service that takes the call needs for it, in microseconds. */
  cpu = new Float64Array(0);
  /** Processor time that each statement needs at the database, in microseconds. */
  work = new Float64Array(0);
  /** Time that each statement occupies the database without a processor (`SELECT SLEEP`), in microseconds. */
  waits = new Float64Array(0);
  /** Size on the way in and on the way out, in bytes. */
  bytesIn = new Float64Array(0);
  bytesOut = new Float64Array(0);
  verb = new Uint8Array(0);
  /** Index into the request classes of the world; -1 for what no person asked for (probes, monitors, logins). */
  kind = new Int32Array(0);
  /** Index of the zone it belongs to, or -1. */
  zone = new Int32Array(0);
  /** The connection it travels on, or -1. */
  connection = new Int32Array(0);
  /** A number of the opener's own, for finding its way back (a user, a slot). */
  tag = new Int32Array(0);
  /** Where a carrier is bringing it at the moment. */
  destination = new Int32Array(0);
  /** The journal entry of the action that this request exists under, or NONE. */
  origin = new Int32Array(0);
  /** The journal entry that made this request fail or wait, or NONE. */
  because = new Int32Array(0);
  /** How many commands travel in it at once (a pipeline); 1 for most. */
  batch = new Int32Array(0);
  /**
   * How many like it, one after the other, it stands for: work, waits and bytes are those of each. More than 1 makes a
   * long series cheap to simulate.
   */
  rounds = new Int32Array(0);
  /** How it ended, while the answer travels back. */
  outcome = new Uint16Array(0);
  /** 1 once a server has made an answer to it, be it one that tells of a failure; 0 where the connection just ended. */
  answered = new Uint8Array(0);
  /** 1 once whoever opened it has stopped waiting. */
  abandoned = new Uint8Array(0);
  /** 1 more than its place in the traces, or 0 for a request that nobody follows. */
  followed = new Uint16Array(0);
  /** Where the way of followed requests is written down. */
  traces: Traces | undefined;
  opened = 0;
  closed = 0;
  /** How many components wait for its answer. */
  depth = new Uint8Array(0);
  private frames = new Int32Array(0);
  private free = new Int32Array(0);
  private freeCount = 0;
  private capacity = 0;

  /** Opens a request at `now`. All attributes stand at their neutral values. */
  open(now: Micros, verb: Verb): RequestId {
    if (this.freeCount === 0) this.grow();
    const request = this.free[--this.freeCount]!;
    this.opened++;
    this.born[request] = now;
    this.cpu[request] = 0;
    this.work[request] = 0;
    this.waits[request] = 0;
    this.bytesIn[request] = 0;
    this.bytesOut[request] = 0;
    this.verb[request] = verb;
    this.kind[request] = -1;
    this.zone[request] = -1;
    this.connection[request] = -1;
    this.tag[request] = 0;
    this.origin[request] = -1;
    this.because[request] = -1;
    this.batch[request] = 1;
    this.rounds[request] = 1;
    this.outcome[request] = 0;
    this.answered[request] = 0;
    this.abandoned[request] = 0;
    this.followed[request] = 0;
    this.destination[request] = -1;
    return request;
  }

  /** Opens a request on behalf of another, as a proxy does: it is of the same kind and asks for as much. */
  openLike(other: RequestId, now: Micros): RequestId {
    const request = this.open(now, this.verb[other]!);
    for (const column of DEMANDS) this[column][request] = this[column][other]!;
    return request;
  }

  /** Closes a request that has come back to its opener. */
  close(request: RequestId): void {
    assert(this.depth[request] === 0, "a request was closed while somebody still waits for its answer");
    this.closed++;
    this.free[this.freeCount++] = request;
  }

  get inFlight(): number {
    return this.opened - this.closed;
  }

  /** Notes that `component` waits for the answer; `note` is a number it gets back with it. */
  push(request: RequestId, component: ComponentId, note: number): void {
    const depth = this.depth[request]!;
    if (depth >= DEPTH_LIMIT) throw new Error(`a request passed more than ${DEPTH_LIMIT} tiers: is there a cycle?`);
    const at = (request * DEPTH_LIMIT + depth) * 2;
    this.frames[at] = component;
    this.frames[at + 1] = note;
    this.depth[request] = depth + 1;
    if (this.followed[request] !== 0) this.traces!.enter(request, component, depth);
  }

  /** Notes that a carrier, which has pushed its own frame, hands the request over at this moment. */
  arrive(request: RequestId): void {
    if (this.followed[request] !== 0) this.traces!.arrive(request);
  }

  /** Takes the innermost waiting component off the stack and returns it; its note is then in `poppedNote`. */
  pop(request: RequestId): ComponentId {
    const depth = this.depth[request]! - 1;
    const at = (request * DEPTH_LIMIT + depth) * 2;
    this.depth[request] = depth;
    this.poppedNote = this.frames[at + 1]!;
    return this.frames[at]!;
  }
  poppedNote = 0;

  /** True while a component other than the opener holds the request. */
  isUnderway(request: RequestId): boolean {
    return this.depth[request]! > 0;
  }

  /** Remembers how the request ended while the answer travels. */
  setOutcome(request: RequestId, outcome: Outcome): void {
    this.outcome[request] = outcome;
  }

  private grow(): void {
    const from = this.capacity;
    const to = from === 0 ? 256 : from * 2;
    if (to > CAPACITY_LIMIT)
      throw new LimitError(`more than ${CAPACITY_LIMIT} requests in flight: the load is beyond what can be simulated`);
    for (const column of DOUBLES) this[column] = extended(this[column], to);
    for (const column of INTS) this[column] = extended(this[column], to);
    this.verb = extended(this.verb, to);
    this.outcome = extended(this.outcome, to);
    this.followed = extended(this.followed, to);
    this.answered = extended(this.answered, to);
    this.abandoned = extended(this.abandoned, to);
    this.depth = extended(this.depth, to);
    this.frames = extended(this.frames, to * DEPTH_LIMIT * 2);
    this.free = extended(this.free, to);
    for (let request = to - 1; request >= from; request--) this.free[this.freeCount++] = request;
    this.capacity = to;
  }
}

const DOUBLES = ["born", "cpu", "work", "waits", "bytesIn", "bytesOut"] as const;
const INTS = ["kind", "zone", "connection", "tag", "destination", "origin", "because", "batch", "rounds"] as const;

/** What is the same for every attempt to get the same. */
const DEMANDS = ["cpu", "work", "waits", "bytesIn", "bytesOut", "kind", "zone", "origin"] as const;

type Column = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

function extended<C extends Column>(column: C, length: number): C {
  const longer = new (column.constructor as new (length: number) => C)(length);
  longer.set(column);
  return longer;
}
