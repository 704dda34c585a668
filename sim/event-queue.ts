/** A scheduled event: slot and generation in one int32, so that cancelling an event that has gone is a no-op. */
export type EventHandle = number;
export const NO_EVENT: EventHandle = -1;

/** Places in `EventQueue.cell`. */
export const DUE = 0;
export const NOW = 1;
export const UNTIL = 2;

/** Handles keep to 30 bits, so that every engine holds them as small integers. */
const SLOT_BITS = 20;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const GENERATION = 1 << SLOT_BITS;
const HANDLE_MASK = (1 << 30) - 1;
const PENDING_LIMIT = 1 << SLOT_BITS;

/** Kind of the entry that stands in the main set for the head of a lane; callers' kinds are not negative. */
const LANE_MARKER = -1;

/** Columns of an event. */
const TARGET = 0;
const KIND = 1;
const SUBJECT = 2;
const SEQUENCE = 3;

/** Columns of the ring node of a lane, in place of an event's. */
const MARKER = 0;
const ARMED = 1;

const DAYS_PER_SLOT = 8;
const FEWEST_SLOTS = 64;

/** The state of a queue, as plain data. */
export interface EventQueueState {
  readonly due: Float64Array;
  readonly event: Int32Array;
  readonly handles: Int32Array;
  readonly node: Int32Array;
  readonly main: Int32Array;
  readonly lanes: readonly number[];
  readonly cell: Float64Array;
  readonly free: number;
  readonly scheduled: number;
  readonly departed: number;
}

export class EventQueue {
  readonly cell = new Float64Array(3);
  target = 0;
  kind = 0;
  subject = 0;

  private due = new Float64Array(FEWEST_SLOTS);
  private event = new Int32Array(4 * FEWEST_SLOTS);
  private handles = new Int32Array(FEWEST_SLOTS);
  private node = rings(FEWEST_SLOTS);
  private heap = new Int32Array(FEWEST_SLOTS);
  private used = 0;
  private free = -1;
  private scheduled = 0;
  private departed = 0;
  private lanes: number[] = [];

  private heaped = 0;
  private days = 32;
  private dayBits = firstDays(FEWEST_SLOTS);
  private capacity = FEWEST_SLOTS;
  private tomorrow = 1;
  private origin = 0;
  private daysPerTime = 0;
  private crowding = 0;
  private turnedAt = 0;
  private departedAtTurn = 0;

  get size(): number {
    return (this.scheduled - this.departed) | 0;
  }

  get peakSize(): number {
    return this.used - 2 * this.lanes.length;
  }

  schedule(target: number, kind: number, subject: number): EventHandle {
    const slot = this.take(target, kind, subject);
    this.due[slot] = this.cell[DUE]!;
    this.place(slot);
    return this.handles[slot]!;
  }

  lane(delay: number): number {
    for (const ring of this.lanes) if (this.due[ring] === delay) return ring;
    const ring = this.freshSlot();
    const marker = this.freshSlot();
    this.due[ring] = delay;
    this.event[4 * ring + MARKER] = marker;
    this.event[4 * ring + ARMED] = 0;
    this.event[4 * marker + TARGET] = ring;
    this.event[4 * marker + KIND] = LANE_MARKER;
    this.node[2 * ring] = ring;
    this.node[2 * ring + 1] = ring;
    this.lanes.push(ring);
    return ring;
  }

  scheduleInLane(lane: number, target: number, kind: number, subject: number): EventHandle {
    const slot = this.take(target, kind, subject);
    this.due[slot] = this.cell[NOW]! + this.due[lane]!;
    this.append(slot, lane);
    if (this.event[4 * lane + ARMED] === 0) this.arm(lane);
    return this.handles[slot]!;
  }

  cancel(handle: EventHandle): boolean {
    const slot = handle & SLOT_MASK;
    if (handle < 0 || slot >= this.capacity || this.handles[slot] !== handle) return false;
    this.takeOut(slot);
    this.release(slot);
    return true;
  }

  pop(): boolean {
    let slot = this.front();
    if (slot < 0 || this.due[slot]! > this.cell[UNTIL]!) return false;
    const event = this.event;
    if (event[4 * slot + KIND] === LANE_MARKER) slot = this.node[2 * event[4 * slot + TARGET]!]!;
    this.takeOut(slot);
    this.target = event[4 * slot + TARGET]!;
    this.kind = event[4 * slot + KIND]!;
    this.subject = event[4 * slot + SUBJECT]!;
    this.cell[NOW] = this.due[slot]!;
    this.release(slot);
    return true;
  }

  nextDue(): number {
    const slot = this.front();
    return slot < 0 ? Number.POSITIVE_INFINITY : this.due[slot]!;
  }

  // ---- slots

  private take(target: number, kind: number, subject: number): number {
    let slot = this.free;
    if (slot < 0) slot = this.freshSlot();
    else this.free = this.node[2 * slot]!;
    const at = 4 * slot;
    const event = this.event;
    event[at + TARGET] = target;
    event[at + KIND] = kind;
    event[at + SUBJECT] = subject;
    this.scheduled = (this.scheduled + 1) | 0;
    event[at + SEQUENCE] = this.scheduled;
    return slot;
  }

  private freshSlot(): number {
    if (this.used === this.capacity) this.grow();
    const slot = this.used++;
    this.handles[slot] = slot;
    return slot;
  }

  private release(slot: number): void {
    this.handles[slot] = (this.handles[slot]! + GENERATION) & HANDLE_MASK;
    this.node[2 * slot] = this.free;
    this.free = slot;
    this.departed = (this.departed + 1) | 0;
  }

  private append(slot: number, ring: number): void {
    const node = this.node;
    const last = node[2 * ring + 1]!;
    node[2 * slot] = ring;
    node[2 * slot + 1] = last;
    node[2 * last] = slot;
    node[2 * ring + 1] = slot;
  }

  private takeOut(slot: number): void {
    const node = this.node;
    const next = node[2 * slot]!;
    if (next < 0) this.removeAt(~next);
    else {
      const previous = node[2 * slot + 1]!;
      node[2 * previous] = next;
      node[2 * next + 1] = previous;
    }
  }

  // ---- lanes

  private arm(lane: number): void {
    const head = this.node[2 * lane]!;
    const marker = this.event[4 * lane + MARKER]!;
    this.event[4 * lane + ARMED] = 1;
    this.due[marker] = this.due[head]!;
    this.event[4 * marker + SEQUENCE] = this.event[4 * head + SEQUENCE]!;
    this.place(marker);
  }

  /** The entry that leaves next, left in its place; -1 when nothing is pending. */
  private front(): number {
    for (;;) {
      const slot = this.heaped > 0 ? this.heap[0]! : this.frontDay();
      if (slot < 0 || this.event[4 * slot + KIND]! !== LANE_MARKER) return slot;
      const ring = this.event[4 * slot + TARGET]!;
      const head = this.node[2 * ring]!;
      if (head !== ring && this.event[4 * head + SEQUENCE] === this.event[4 * slot + SEQUENCE]) return slot;
      this.takeOut(slot);
      this.event[4 * ring + ARMED] = 0;
      if (head !== ring) this.arm(ring);
    }
  }

  // ---- calendar

  private place(slot: number): void {
    if (this.crowding < 0) this.turn(this.capacity);
    const x = (this.due[slot]! - this.origin) * this.daysPerTime;
    if (x < this.tomorrow) this.push(slot);
    else {
      const day = x < this.days ? x | 0 : this.later(slot);
      this.dayBits[day >> 5] = this.dayBits[day >> 5]! | (0x80000000 >>> day);
      this.append(slot, this.capacity + day);
    }
  }

  private later(slot: number): number {
    if (!(this.due[slot]! < Number.POSITIVE_INFINITY)) throw new RangeError(`an event cannot be due at ${this.due[slot]}`);
    return this.days;
  }

  private frontDay(): number {
    for (;;) {
      const bits = this.dayBits;
      let word = this.tomorrow >> 5;
      let set = bits[word]! & (0xffffffff >>> this.tomorrow);
      while (set === 0) set = bits[++word]!;
      const day = 32 * word + Math.clz32(set);
      this.tomorrow = day;
      if (day === this.days || this.crowding < 0) {
        if (!this.turn(this.capacity)) return -1;
        if (this.heaped > 0) return this.heap[0]!;
        continue;
      }
      const ring = this.capacity + day;
      const slot = this.node[2 * ring]!;
      if (this.node[2 * slot] === ring) {
        if (slot !== ring) return slot;
        bits[word] = bits[word]! & ~(0x80000000 >>> day);
      } else {
        this.open(ring);
        this.tomorrow = day + 1;
        return this.heap[0]!;
      }
    }
  }

  private open(ring: number): void {
    const node = this.node;
    let slot = node[2 * ring]!;
    while (slot !== ring) {
      const next = node[2 * slot]!;
      this.push(slot);
      slot = next;
    }
    node[2 * ring] = ring;
    node[2 * ring + 1] = ring;
  }

  /** All of the main set. */
  private gather(): Int32Array {
    const all = new Int32Array(this.used);
    let count = 0;
    for (let at = 0; at < this.heaped; at++) all[count++] = this.heap[at]!;
    for (let word = 0; word <= this.days >> 5; word++) {
      for (let set = this.dayBits[word]!; set !== 0; ) {
        const bit = Math.clz32(set);
        set &= ~(0x80000000 >>> bit);
        const ring = this.capacity + 32 * word + bit;
        for (let slot = this.node[2 * ring]!; slot !== ring; slot = this.node[2 * slot]!) all[count++] = slot;
      }
    }
    return all.subarray(0, count);
  }

  private turn(capacity: number): boolean {
    const all = this.gather();
    for (let word = 0; word <= this.days >> 5; word++) {
      for (let set = this.dayBits[word]!; set !== 0; ) {
        const bit = Math.clz32(set);
        set &= ~(0x80000000 >>> bit);
        const ring = this.capacity + 32 * word + bit;
        this.node[2 * ring] = ring;
        this.node[2 * ring + 1] = ring;
      }
      this.dayBits[word] = 0;
    }
    this.heaped = 0;
    if (capacity > this.capacity) this.resize(capacity);
    const n = all.length;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    for (const slot of all) {
      const due = this.due[slot]!;
      sum += due;
      if (due < min) min = due;
    }
    const elapsed = this.cell[NOW]! - this.turnedAt;
    const departed = (this.departed - this.departedAtTurn) | 0;
    this.days = n <= FEWEST_SLOTS ? 8 * FEWEST_SLOTS : 1 << (34 - Math.clz32(n - 1));
    const width = elapsed > 0 && 4 * departed >= n ? elapsed / departed : (sum / n - min) / n;
    this.dayBits[this.days >> 5] = 0x80000000;
    this.turnedAt = this.cell[NOW]!;
    this.departedAtTurn = this.departed;
    this.crowding = 2 * this.days;
    const daysPerTime = 1 / width;
    const spread = n >= 8 && daysPerTime > 0 && daysPerTime < Number.POSITIVE_INFINITY;
    this.daysPerTime = spread ? daysPerTime : 0;
    this.origin = spread ? min : 0;
    this.tomorrow = spread ? 0 : 1;
    for (const slot of all) this.place(slot);
    return n > 0;
  }

  private grow(): void {
    if (this.capacity === PENDING_LIMIT) throw new RangeError(`more than ${PENDING_LIMIT} pending events`);
    this.turn(2 * this.capacity);
  }

  private resize(capacity: number): void {
    this.due = extended(this.due, new Float64Array(capacity), this.used);
    this.event = extended(this.event, new Int32Array(4 * capacity), 4 * this.used);
    this.handles = extended(this.handles, new Int32Array(capacity), this.used);
    this.node = extended(this.node, rings(capacity), 2 * this.used);
    this.heap = new Int32Array(capacity);
    this.dayBits = new Int32Array((DAYS_PER_SLOT * capacity) / 32 + 1);
    this.capacity = capacity;
  }

  // ---- heap

  private push(slot: number): void {
    this.crowding--;
    this.siftUp(this.heaped++, slot);
  }

  private removeAt(place: number): void {
    const last = this.heap[--this.heaped]!;
    if (place === this.heaped) return;
    if (place > 0 && this.isBefore(last, this.heap[(place - 1) >> 2]!)) this.siftUp(place, last);
    else this.siftDown(place, last);
  }

  private isBefore(a: number, b: number): boolean {
    const dueA = this.due[a]!;
    const dueB = this.due[b]!;
    return dueA < dueB || (dueA === dueB && ((this.event[4 * a + SEQUENCE]! - this.event[4 * b + SEQUENCE]!) | 0) < 0);
  }

  private siftUp(place: number, slot: number): void {
    const { heap, node } = this;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const other = heap[parent]!;
      if (!this.isBefore(slot, other)) break;
      heap[place] = other;
      node[2 * other] = ~place;
      place = parent;
    }
    heap[place] = slot;
    node[2 * slot] = ~place;
  }

  private siftDown(place: number, slot: number): void {
    const { heap, node } = this;
    for (;;) {
      const first = 4 * place + 1;
      if (first >= this.heaped) break;
      const end = Math.min(first + 4, this.heaped);
      let best = first;
      for (let child = first + 1; child < end; child++) if (this.isBefore(heap[child]!, heap[best]!)) best = child;
      const other = heap[best]!;
      if (!this.isBefore(other, slot)) break;
      heap[place] = other;
      node[2 * other] = ~place;
      place = best;
    }
    heap[place] = slot;
    node[2 * slot] = ~place;
  }

  // ---- state

  pending(): { due: number; target: number; kind: number; subject: number }[] {
    const slots: number[] = [];
    for (const slot of this.gather()) if (this.event[4 * slot + KIND] !== LANE_MARKER) slots.push(slot);
    for (const ring of this.lanes) {
      for (let slot = this.node[2 * ring]!; slot !== ring; slot = this.node[2 * slot]!) slots.push(slot);
    }
    slots.sort((a, b) => (this.isBefore(a, b) ? -1 : 1));
    return slots.map((slot) => ({
      due: this.due[slot]!,
      target: this.event[4 * slot + TARGET]!,
      kind: this.event[4 * slot + KIND]!,
      subject: this.event[4 * slot + SUBJECT]!,
    }));
  }

  save(): EventQueueState {
    return {
      due: this.due.slice(0, this.used),
      event: this.event.slice(0, 4 * this.used),
      handles: this.handles.slice(0, this.used),
      node: this.node.slice(0, 2 * this.used),
      main: this.gather(),
      lanes: [...this.lanes],
      cell: this.cell.slice(),
      free: this.free,
      scheduled: this.scheduled,
      departed: this.departed,
    };
  }

  restore(state: EventQueueState): void {
    this.used = 0;
    this.resize(Math.max(FEWEST_SLOTS, 1 << (32 - Math.clz32(state.due.length - 1))));
    this.used = state.due.length;
    this.due.set(state.due);
    this.event.set(state.event);
    this.handles.set(state.handles);
    this.node.set(state.node);
    this.lanes = [...state.lanes];
    this.cell.set(state.cell);
    this.free = state.free;
    this.scheduled = state.scheduled;
    this.departed = state.departed;
    this.heaped = 0;
    this.days = 32;
    this.dayBits[1] = 0x80000000;
    this.origin = 0;
    this.daysPerTime = 0;
    this.tomorrow = 1;
    this.crowding = 64;
    this.turnedAt = this.cell[NOW]!;
    this.departedAtTurn = this.departed;
    for (const slot of state.main) this.place(slot);
  }
}

function rings(capacity: number): Int32Array {
  const node = new Int32Array(2 * (capacity + DAYS_PER_SLOT * capacity + 1));
  for (let ring = capacity; 2 * ring < node.length; ring++) {
    node[2 * ring] = ring;
    node[2 * ring + 1] = ring;
  }
  return node;
}

function firstDays(capacity: number): Int32Array {
  const bits = new Int32Array((DAYS_PER_SLOT * capacity) / 32 + 1);
  bits[1] = 0x80000000;
  return bits;
}

function extended<A extends Float64Array | Int32Array>(from: A, to: A, length: number): A {
  to.set(from.subarray(0, length));
  return to;
}
