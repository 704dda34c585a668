import { EventCalendar } from "./event-calendar.ts";
import {
  DUE,
  type EventHandle,
  HANDLE,
  KIND,
  NEXT,
  NOW,
  PREVIOUS,
  ROW_BITS,
  type Row,
  SEQUENCE,
  SUBJECT,
  TARGET,
  UNTIL,
} from "./event-rows.ts";

export { DUE, type EventHandle, NO_EVENT, NOW, UNTIL } from "./event-rows.ts";

/** Kind of the row that stands in the calendar for the head of a lane; kinds of events are not negative. */
const LANE_MARKER = -1;
/** Columns of the row that a lane has, in place of an event's. */
const MARKER = TARGET;
const ARMED = KIND;
/** Rows of a lane that are not events. */
const ROWS_PER_LANE = 2;

/** A pending event, as one looks at it from outside. */
export interface PendingEvent {
  due: number;
  target: number;
  kind: number;
  subject: number;
}

/** The state of a queue, as plain data. */
export interface EventQueueState {
  readonly cell: Float64Array;
  readonly due: Float64Array;
  /** The rows of the table. */
  readonly words: Int32Array;
  /** The rows that are in the calendar. */
  readonly entered: readonly Row[];
  readonly lanes: readonly Row[];
  readonly free: Row;
  /** The first and the last of the rows that rest, and how many they are. */
  readonly rested: readonly [first: Row, last: Row, count: number];
  readonly scheduled: number;
  readonly departed: number;
}

/**
 * The pending events of a run, in the order of their due times; those due at the same instant leave in the order they
 * were scheduled.
 *
 * Scheduling, cancelling and popping an event cost O(1) for the usual mix of times and O(log n) for the worst. A
 * cancelled event is removed at once: a timeout of 30 s that nearly always is cancelled would otherwise leave a hundred
 * dead events for each one pending.
 *
 * Timers that share one constant delay have a lane: as time never goes back, each is due after all that are in its lane
 * already, so a linked list keeps them in order. Only a marker for the head of the lane is in the calendar. It stays
 * where it is when the head is cancelled, as nothing in the lane is due before it, and moves on when its time comes.
 */
export class EventQueue extends EventCalendar {
  /** The event popped last. */
  target = 0;
  kind = 0;
  subject = 0;
  private lanes: Row[] = [];

  /** The most events that were pending at the same time. */
  get peakSize(): number {
    return this.used - 1 - ROWS_PER_LANE * this.lanes.length - this.rested;
  }

  /**
   * Adds an event due at `cell[DUE]`, for a target, of a kind (not negative), about a subject.
   * Throws a RangeError when the due time is not finite, and beyond a million pending events.
   */
  schedule(target: number, kind: number, subject: number): EventHandle {
    const due = this.cell[DUE]!;
    if (!(due < Number.POSITIVE_INFINITY)) throw new RangeError(`an event cannot be due at ${due}`);
    const row = this.take(target, kind, subject);
    this.due[row >> ROW_BITS] = due;
    // `place`, written out: here the due time is in a register, and reading it back would cost a tenth of the whole.
    const day = (due - this.start) * this.daysPerTime;
    if (day >= this.today) this.enter(row, day < this.days ? day | 0 : this.days);
    else this.crowd(row);
    return this.words[row | HANDLE]!;
  }

  /** The lane for timers of one constant delay; the same delay gives the same lane. */
  lane(delay: number): number {
    if (!(delay >= 0 && delay < Number.POSITIVE_INFINITY))
      throw new RangeError(`a lane cannot have a delay of ${delay}`);
    for (const lane of this.lanes) if (this.due[lane >> ROW_BITS] === delay) return lane;
    const lane = this.freshRow();
    const marker = this.freshRow();
    const words = this.words;
    this.due[lane >> ROW_BITS] = delay;
    words[lane | NEXT] = lane;
    words[lane | PREVIOUS] = lane;
    words[lane | MARKER] = marker;
    words[lane | ARMED] = 0;
    words[marker | TARGET] = lane;
    words[marker | KIND] = LANE_MARKER;
    this.lanes.push(lane);
    return lane;
  }

  /** Adds an event due at `cell[NOW]` and the lane's delay, in O(1). */
  scheduleInLane(lane: number, target: number, kind: number, subject: number): EventHandle {
    const row = this.take(target, kind, subject);
    const { due, words } = this;
    due[row >> ROW_BITS] = this.cell[NOW]! + due[lane >> ROW_BITS]!;
    const last = words[lane | PREVIOUS]!;
    words[row | NEXT] = lane;
    words[row | PREVIOUS] = last;
    words[last | NEXT] = row;
    words[lane | PREVIOUS] = row;
    if (words[lane | ARMED] === 0) this.arm(lane);
    return words[row | HANDLE]!;
  }

  /** Removes an event. False when it has already left or was cancelled. */
  cancel(handle: EventHandle): boolean {
    const row = this.rowOf(handle);
    if (row === 0) return false;
    this.takeOut(row);
    this.release(row);
    return true;
  }

  /** Takes the earliest event due at or before `cell[UNTIL]`: see `target`, `kind`, `subject`. False when none is. */
  pop(): boolean {
    const row = this.heaped === 0 ? this.searchNextDay() : 0;
    if (row === 0) return this.popFromHeap();
    if (this.due[row >> ROW_BITS]! > this.cell[UNTIL]!) return false;
    this.unlink(row);
    this.deliver(row);
    return true;
  }

  /** When the next event is due, or Infinity. */
  nextDue(): number {
    for (;;) {
      const row = this.first();
      if (row === 0) return Number.POSITIVE_INFINITY;
      if (this.words[row | KIND] !== LANE_MARKER || this.headOfLane(row) !== 0) return this.due[row >> ROW_BITS]!;
    }
  }

  /** All pending events in the order they will leave, for inspection. */
  pending(): PendingEvent[] {
    const { words } = this;
    const rows = this.entered().filter((row) => words[row | KIND] !== LANE_MARKER);
    for (const lane of this.lanes) {
      for (let row = words[lane | NEXT]!; row !== lane; row = words[row | NEXT]!) rows.push(row);
    }
    rows.sort((a, b) => (this.isBefore(a, b) ? -1 : 1));
    return rows.map((row) => ({
      due: this.due[row >> ROW_BITS]!,
      target: words[row | TARGET]!,
      kind: words[row | KIND]!,
      subject: words[row | SUBJECT]!,
    }));
  }

  /** A copy of the state; a queue that restores it gives the same events and the same handles from there on. */
  save(): EventQueueState {
    const { cell, due, words, used, lanes, free, scheduled, departed } = this;
    return {
      cell: cell.slice(),
      due: due.slice(0, used),
      words: words.slice(0, used << ROW_BITS),
      entered: this.entered(),
      lanes: [...lanes],
      free,
      rested: [this.restedFirst, this.restedLast, this.rested],
      scheduled,
      departed,
    };
  }

  restore(state: EventQueueState): void {
    this.takeAll();
    this.fill(state.due, state.words);
    this.cell.set(state.cell);
    this.lanes = [...state.lanes];
    this.free = state.free;
    [this.restedFirst, this.restedLast, this.rested] = state.rested;
    this.scheduled = state.scheduled;
    this.departed = state.departed;
    this.enterAll(state.entered);
  }

  private popFromHeap(): boolean {
    for (;;) {
      const first = this.first();
      if (first === 0 || this.due[first >> ROW_BITS]! > this.cell[UNTIL]!) return false;
      const row = this.words[first | KIND] === LANE_MARKER ? this.headOfLane(first) : first;
      if (row === 0) continue;
      this.takeOut(row);
      this.deliver(row);
      return true;
    }
  }

  private deliver(row: Row): void {
    const words = this.words;
    this.target = words[row | TARGET]!;
    this.kind = words[row | KIND]!;
    this.subject = words[row | SUBJECT]!;
    this.cell[NOW] = this.due[row >> ROW_BITS]!;
    this.release(row);
  }

  /** Puts a lane's marker into the calendar where the head of the lane would be. */
  private arm(lane: Row): void {
    const words = this.words;
    const head = words[lane | NEXT]!;
    const marker = words[lane | MARKER]!;
    words[lane | ARMED] = 1;
    words[marker | SEQUENCE] = words[head | SEQUENCE]!;
    this.due[marker >> ROW_BITS] = this.due[head >> ROW_BITS]!;
    this.place(marker);
  }

  /** The event that a marker stands for; 0 when that has left, and the marker has moved on to the head there is now. */
  private headOfLane(marker: Row): Row {
    const words = this.words;
    const lane = words[marker | TARGET]!;
    const head = words[lane | NEXT]!;
    if (head !== lane && words[head | SEQUENCE] === words[marker | SEQUENCE]) return head;
    this.takeOut(marker);
    words[lane | ARMED] = 0;
    if (head !== lane) this.arm(lane);
    return 0;
  }
}
