import { assert } from "../assert.ts";
import type { ComponentId } from "../component.ts";
import type { RequestId, Requests } from "../requests.ts";
import { OK, type Outcome } from "../service.ts";
import type { Micros } from "../time.ts";
import { type JournalId, NONE } from "./journal.ts";

/** How many requests a run follows. */
export interface TraceOptions {
  /** Requests of people that are kept at most. Default 2000. */
  people?: number;
  /** Requests that no person asked for (probes, logins, pings) that are kept at most. Default 0. */
  probes?: number;
}

/** A request that has ended, in short. */
export interface Summary {
  readonly born: Micros;
  readonly duration: Micros;
  readonly outcome: Outcome;
  /** Index of its request class. */
  readonly kind: number;
  /** Index of its zone, or -1. */
  readonly zone: number;
  /** The journal entry that made it fail or wait, or NONE. */
  readonly because: JournalId;
}

const DEFAULT_PEOPLE = 2000;
/** Hops kept of one request: a call with five statements through proxy and network has 28. Further ones are counted. */
export const HOPS = 32;
/** Summaries kept of the slowest requests that ended well. */
const SLOWEST = 200;
/** Summaries kept of each way to fail: the first ones, which are nearest to the cause. */
const FAILURES_PER_OUTCOME = 50;
/** Of a time within a trace: it has not come yet. */
export const NOT_YET = 0xffffffff;
/** Beyond it thinning stops, and what finds no room is not followed. */
const THINNEST = 1 << 30;

interface Run {
  readonly now: Micros;
  readonly requests: Requests;
}

/**
 * The way of a sample of requests through the system, and the slowest and the first failed ones in short.
 *
 * Whoever opens requests says which of them count: every k-th person is followed, and when the room is full k doubles
 * and those that no longer fit are dropped. So the sample is spread evenly over the run, whatever its length, and
 * following a person does not depend on how he fares. Times within a trace are microseconds since the request was born.
 */
export class Traces {
  readonly people: Sample;
  readonly probes: Sample;
  /** One column per attribute, by slot: first those of people, then those of probes. */
  readonly slots: Slots;
  /** HOPS for each slot, in the order in which they were entered. */
  readonly hops: Hops;
  /** A heap whose first is the fastest of them. */
  readonly slowest: Summary[] = [];
  /** In order of ending. */
  readonly failures: Summary[] = [];
  private readonly failed = new Map<Outcome, number>();
  private readonly isOn: boolean;
  private readonly run: Run;
  private begun = 0;
  private probesSeen = 0;

  constructor(run: Run, isOn: boolean, options: TraceOptions) {
    const people = isOn ? (options.people ?? DEFAULT_PEOPLE) : 0;
    const probes = isOn ? (options.probes ?? 0) : 0;
    assert(people + probes <= 0xffff, `${people + probes} requests to be followed: at most 65535 are possible`);
    this.run = run;
    this.isOn = isOn;
    this.people = new Sample(0, people);
    this.probes = new Sample(people, probes);
    this.slots = slots(people + probes);
    this.hops = hops((people + probes) * HOPS);
  }

  /**
   * A request of a person has been opened and its attributes are set; called before it is sent.
   * @param person the number of the person, in order of coming. All attempts of one person are followed, or none.
   */
  begin(request: RequestId, person: number): void {
    this.follow(this.people, request, person);
  }

  /** The same for a request that somebody opens on behalf of another: it is followed if the other one is. */
  beginOnBehalf(request: RequestId, of: RequestId): void {
    const slot = this.run.requests.followed[of]! - 1;
    if (slot < 0) return;
    this.follow(slot < this.probes.from ? this.people : this.probes, request, this.slots.person[slot]!);
  }

  /** The same for a request that no person asked for. */
  beginProbe(request: RequestId): void {
    this.follow(this.probes, request, this.probesSeen++);
  }

  /** A request has ended for whoever opened it: it came back, or it was given up. Called once, for every request. */
  end(request: RequestId, outcome: Outcome): void {
    if (!this.isOn) return;
    this.endOnBehalf(request, outcome);
    if (this.run.requests.kind[request]! >= 0) this.sumUp(request, outcome);
  }

  /** The same for a request on behalf of another, which counts for the other one alone. */
  endOnBehalf(request: RequestId, outcome: Outcome): void {
    const { requests, now } = this.run;
    const slot = requests.followed[request]! - 1;
    if (slot < 0) return;
    this.slots.duration[slot] = sinceBirth(now, requests.born[request]!);
    this.slots.outcome[slot] = outcome;
    this.slots.because[slot] = requests.because[request]!;
  }

  /** Somebody passes a followed request on and waits, `depth` others waiting already. */
  enter(request: RequestId, by: ComponentId, depth: number): void {
    const slot = this.run.requests.followed[request]! - 1;
    const { hops, slots } = this;
    const outer = this.innermost(slot);
    if (outer >= 0 && hops.depth[outer] === depth) return;
    if (depth === 0) slots.opener[slot] = by;
    else if (outer >= 0 && hops.depth[outer] === depth - 1) hops.component[outer] = by;
    const count = slots.hops[slot]!;
    if (count === HOPS) {
      slots.dropped[slot] = Math.min(0xffff, slots.dropped[slot]! + 1);
      return;
    }
    const hop = slot * HOPS + count;
    slots.hops[slot] = count + 1;
    hops.component[hop] = -1;
    hops.depth[hop] = depth;
    hops.enter[hop] = this.elapsed(request);
    hops.leave[hop] = NOT_YET;
    hops.outcome[hop] = OK;
  }

  /** The request reaches whoever it was carried to. */
  arrive(request: RequestId): void {
    const { followed, depth } = this.run.requests;
    const hop = this.innermost(followed[request]! - 1);
    if (hop >= 0 && this.hops.depth[hop] === depth[request]! - 1) this.hops.enter[hop] = this.elapsed(request);
  }

  /** A followed request was answered, and its innermost waiting frame has just been taken off. */
  leave(request: RequestId, outcome: Outcome, by: ComponentId): void {
    const { hops } = this;
    const { followed, depth } = this.run.requests;
    const slot = followed[request]! - 1;
    for (let hop = this.innermost(slot); hop >= 0; hop = this.innermost(slot)) {
      const behind = hops.depth[hop]! - depth[request]!;
      if (behind < 0) return;
      if (behind === 0 && hops.component[hop] === -1) hops.component[hop] = by;
      hops.leave[hop] = this.elapsed(request);
      hops.outcome[hop] = outcome;
    }
  }

  /** The slots that hold a trace, in the order in which they were begun. */
  held(): number[] {
    const { person, sequence } = this.slots;
    const held = [...person.keys()].filter((slot) => person[slot] !== FREE);
    return held.sort((one, other) => sequence[one]! - sequence[other]!);
  }

  private follow(sample: Sample, request: RequestId, ordinal: number): void {
    if (sample.size === 0 || ordinal % sample.every !== 0) return;
    while (sample.freeCount === 0) {
      if (sample.every >= THINNEST) return;
      this.thin(sample);
    }
    if (ordinal % sample.every === 0) this.occupy(sample.free[--sample.freeCount]!, request, ordinal);
  }

  private occupy(slot: number, request: RequestId, ordinal: number): void {
    const { slots } = this;
    const { requests } = this.run;
    requests.followed[request] = slot + 1;
    slots.request[slot] = request;
    slots.person[slot] = ordinal;
    slots.sequence[slot] = this.begun++;
    slots.born[slot] = requests.born[request]!;
    slots.duration[slot] = NOT_YET;
    slots.outcome[slot] = OK;
    slots.kind[slot] = requests.kind[request]!;
    slots.zone[slot] = requests.zone[request]!;
    slots.because[slot] = NONE;
    slots.opener[slot] = -1;
    slots.hops[slot] = 0;
    slots.dropped[slot] = 0;
  }

  private thin(sample: Sample): void {
    sample.every *= 2;
    for (let slot = sample.from + sample.size - 1; slot >= sample.from; slot--) {
      if (this.slots.person[slot]! % sample.every !== 0) this.release(sample, slot);
    }
  }

  /** The request may have been closed long ago, and its number may belong to another that is followed as well. */
  private release(sample: Sample, slot: number): void {
    const { followed } = this.run.requests;
    const request = this.slots.request[slot]!;
    if (followed[request] === slot + 1) followed[request] = 0;
    this.slots.person[slot] = FREE;
    sample.free[sample.freeCount++] = slot;
  }

  /** The latest hop of a slot that has not been left, or -1. */
  private innermost(slot: number): number {
    const first = slot * HOPS;
    for (let hop = first + this.slots.hops[slot]! - 1; hop >= first; hop--) {
      if (this.hops.leave[hop] === NOT_YET) return hop;
    }
    return -1;
  }

  private elapsed(request: RequestId): number {
    return sinceBirth(this.run.now, this.run.requests.born[request]!);
  }

  private sumUp(request: RequestId, outcome: Outcome): void {
    const duration = this.run.now - this.run.requests.born[request]!;
    if (outcome === OK) {
      const isFull = this.slowest.length === SLOWEST;
      if (isFull && duration <= this.slowest[0]!.duration) return;
      if (isFull) replaceFirst(this.slowest, this.summaryOf(request, outcome, duration));
      else addToHeap(this.slowest, this.summaryOf(request, outcome, duration));
      return;
    }
    const before = this.failed.get(outcome) ?? 0;
    if (before === FAILURES_PER_OUTCOME) return;
    this.failed.set(outcome, before + 1);
    this.failures.push(this.summaryOf(request, outcome, duration));
  }

  private summaryOf(request: RequestId, outcome: Outcome, duration: Micros): Summary {
    const { born, kind, zone, because } = this.run.requests;
    return {
      born: born[request]!,
      duration,
      outcome,
      kind: kind[request]!,
      zone: zone[request]!,
      because: because[request]!,
    };
  }
}

const FREE = -1;

/** Room for requests of one sort, and how thinly they are picked. */
class Sample {
  /** One in so many is followed. */
  every = 1;
  readonly from: number;
  readonly size: number;
  readonly free: Int32Array;
  freeCount: number;

  constructor(from: number, size: number) {
    this.from = from;
    this.size = size;
    this.free = Int32Array.from({ length: size }, (_, at) => from + size - 1 - at);
    this.freeCount = size;
  }
}

type Slots = ReturnType<typeof slots>;
type Hops = ReturnType<typeof hops>;

function slots(length: number) {
  return {
    request: new Int32Array(length),
    /** The number of the person (of the probe), or -1 while the slot is free. */
    person: new Float64Array(length).fill(FREE),
    sequence: new Float64Array(length),
    born: new Float64Array(length),
    /** Until it ended for whoever opened it, or NOT_YET. What is behind may go on, for nobody. */
    duration: new Uint32Array(length),
    outcome: new Uint16Array(length),
    kind: new Int32Array(length),
    zone: new Int32Array(length),
    because: new Int32Array(length),
    /** The component that sent it. */
    opener: new Int32Array(length),
    hops: new Uint8Array(length),
    /** Hops that there was no room for; a message that is sent again counts again among them. */
    dropped: new Uint16Array(length),
  };
}

function hops(length: number) {
  return {
    /** Who had the request, or -1 where it is not known yet. */
    component: new Int32Array(length),
    /** How many others waited for the answer; the hop that this one is inside of is the latest before it with one less. */
    depth: new Uint8Array(length),
    enter: new Uint32Array(length),
    /** When it was answered, or NOT_YET. */
    leave: new Uint32Array(length),
    outcome: new Uint16Array(length),
  };
}

function sinceBirth(now: Micros, born: Micros): number {
  return Math.min(now - born, NOT_YET - 1);
}

/** Of two that took equally long, the one that came first counts as slower. */
function isSlower(one: Summary, other: Summary): boolean {
  return one.duration > other.duration || (one.duration === other.duration && one.born < other.born);
}

function addToHeap(heap: Summary[], added: Summary): void {
  let at = heap.push(added) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (isSlower(added, heap[above]!)) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = added;
}

function replaceFirst(heap: Summary[], added: Summary): void {
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below + 1 < heap.length && isSlower(heap[below]!, heap[below + 1]!)) below++;
    if (below >= heap.length || isSlower(heap[below]!, added)) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = added;
}
