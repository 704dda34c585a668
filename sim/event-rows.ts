import { LimitError } from "./assert.ts";

/** A scheduled event: slot and generation in one int32, so that cancelling an event that has gone is a no-op. */
export type EventHandle = number;
/** The handle of no event; cancelling it does nothing. */
export const NO_EVENT: EventHandle = -1;

/** Places in the queue's `cell`. */
export const DUE = 0;
export const NOW = 1;
export const UNTIL = 2;

/** Where an event's row begins in `words`; 0 is no row, and the end of every list. */
export type Row = number;

/** Columns of a row of eight words; a row begins at a multiple of eight, so a column's place is `row | COLUMN`. */
export const NEXT = 0;
export const PREVIOUS = 1;
export const HANDLE = 2;
export const SEQUENCE = 3;
export const TARGET = 4;
export const KIND = 5;
export const SUBJECT = 6;

/** The due time of a row is at `due[row >> ROW_BITS]`. */
export const ROW_BITS = 3;

/** Days of the calendar for each row, see event-calendar.ts. */
export const DAYS_PER_ROW = 4;
export const FEWEST_ROWS = 128;

/** A handle keeps to 30 bits, which every engine holds as a small integer: a slot, and above it 1024 generations. */
const SLOT_BITS = 20;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const GENERATION = 1 << SLOT_BITS;
const HANDLE_MASK = (1 << 30) - 1;

const MOST_ROWS = 1 << SLOT_BITS;
const PENDING_LIMIT = 1_000_000;

/**
 * The table of events: a row for each that is pending, used again as soon as it has left.
 *
 * All integers of a row, and the heads of the calendar's lists behind the last row, are in one array, because V8 checks
 * an array and loads its length and address before it reads from it: so it does that once for all columns. For the same
 * reason the parts of the queue extend one another (rows, heap, calendar, queue) instead of holding one another: their
 * fields are then one load away.
 */
export abstract class EventRows {
  /**
   * Times go in and out through these cells, because V8 allocates a double that is passed to a call it does not inline:
   * `cell[DUE]` is the due time for the next `schedule`, `cell[NOW]` that of the event popped last, and no event due
   * after `cell[UNTIL]` is popped.
   */
  readonly cell = new Float64Array(3);
  protected capacity = FEWEST_ROWS;
  protected due = new Float64Array(FEWEST_ROWS);
  protected words = new Int32Array(wordsFor(FEWEST_ROWS));
  /** Rows ever in use at the same time, with row 0. */
  protected used = 1;
  protected scheduled = 0;
  protected departed = 0;
  protected free: Row = 0;
  /** Rows whose generations are used up, chained by NEXT from the one that has rested longest. */
  protected restedFirst: Row = 0;
  protected restedLast: Row = 0;
  protected rested = 0;

  constructor() {
    this.words[HANDLE] = NO_EVENT;
  }

  /** Events that are pending. The counters may wrap: their difference does not. */
  get size(): number {
    return (this.scheduled - this.departed) | 0;
  }

  /** Enlarges the table, and places what is pending anew. */
  protected abstract enlarge(capacity: number): void;

  protected take(target: number, kind: number, subject: number): Row {
    const row = this.free === 0 ? this.freshRow() : this.free;
    const words = this.words;
    this.free = words[row | NEXT]!;
    words[row | TARGET] = target;
    words[row | KIND] = kind;
    words[row | SUBJECT] = subject;
    this.scheduled = (this.scheduled + 1) | 0;
    words[row | SEQUENCE] = this.scheduled;
    return row;
  }

  /** A row that was never used before. */
  protected freshRow(): Row {
    if (this.used === this.capacity) {
      if (this.capacity === MOST_ROWS) return this.wake();
      this.enlarge(2 * this.capacity);
    }
    const slot = this.used++;
    const row = slot << ROW_BITS;
    this.words[row | HANDLE] = slot;
    return row;
  }

  /** Gives a row back; handles to it are stale from now on. */
  protected release(row: Row): void {
    const words = this.words;
    const handle = (words[row | HANDLE]! + GENERATION) & HANDLE_MASK;
    this.departed = (this.departed + 1) | 0;
    if (handle < GENERATION) {
      this.rest(row);
      return;
    }
    words[row | HANDLE] = handle;
    words[row | NEXT] = this.free;
    this.free = row;
  }

  /**
   * Lays a row aside after its last generation. If it began with the first again at once, a stale handle from a thousand
   * events ago would name an event of somebody else. It is used again when there is no other row left.
   */
  private rest(row: Row): void {
    const words = this.words;
    words[row | HANDLE] = NO_EVENT;
    words[row | NEXT] = 0;
    if (this.rested++ === 0) this.restedFirst = row;
    else words[this.restedLast | NEXT] = row;
    this.restedLast = row;
  }

  /** The row that has rested longest, a thousand million events by then. */
  private wake(): Row {
    const row = this.restedFirst;
    if (row === 0) throw new LimitError(`more than ${PENDING_LIMIT} pending events`);
    this.restedFirst = this.words[row | NEXT]!;
    this.rested--;
    this.words[row | NEXT] = 0;
    this.words[row | HANDLE] = row >> ROW_BITS;
    return row;
  }

  /** The row of a pending event, or 0 when it has left. */
  protected rowOf(handle: EventHandle): Row {
    const row = (handle & SLOT_MASK) << ROW_BITS;
    return row < this.capacity << ROW_BITS && this.words[row | HANDLE] === handle ? row : 0;
  }

  /** True when `a` leaves before `b`: it is due sooner, or at the same instant and was scheduled first. */
  protected isBefore(a: Row, b: Row): boolean {
    const dueA = this.due[a >> ROW_BITS]!;
    const dueB = this.due[b >> ROW_BITS]!;
    return dueA < dueB || (dueA === dueB && ((this.words[a | SEQUENCE]! - this.words[b | SEQUENCE]!) | 0) < 0);
  }

  /** Takes over the rows of another table. */
  protected fill(due: Float64Array, words: Int32Array): void {
    this.used = due.length;
    let capacity = this.capacity;
    while (capacity < this.used) capacity *= 2;
    if (capacity > this.capacity) this.resize(capacity);
    this.due.set(due);
    this.words.set(words);
  }

  protected resize(capacity: number): void {
    const due = new Float64Array(capacity);
    const words = new Int32Array(wordsFor(capacity));
    due.set(this.due.subarray(0, this.used));
    words.set(this.words.subarray(0, this.used << ROW_BITS));
    this.due = due;
    this.words = words;
    this.capacity = capacity;
  }
}

/** Words of a table: its rows, the heads of the days, and the head of the list of what is due later. */
function wordsFor(capacity: number): number {
  return (capacity << ROW_BITS) + DAYS_PER_ROW * capacity + 1;
}
