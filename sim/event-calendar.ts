import { EventHeap } from "./event-heap.ts";
import { DAYS_PER_ROW, FEWEST_ROWS, KIND, NEXT, NOW, PREVIOUS, ROW_BITS, type Row } from "./event-rows.ts";

/** A day with more events than this is not searched but put into the heap. */
const SEARCHED = 8;
/** Fewer events than this are all put into one day: searching them costs less than telling them apart. */
const SPREAD = 8;

const FIRST_BIT = 0x80000000;
const ALL_BITS = 0xffffffff;

/**
 * A calendar of events: each day holds, unsorted, what is due in it, and a page has as many days as there are events.
 *
 * A day is as long as the usual time between two events. Scheduling puts an event into its day; the next one is looked
 * for in the first day that has any, which a bitmap finds: both cost O(1). A day with many events (all at one instant,
 * or a sudden crowd) goes through the heap, so that an event never costs more than O(log n).
 *
 * What is due behind the last day waits in one list more. A page that is used up or crowded is turned: the days of the
 * next one follow the pace at which events left. If fewer than a quarter left, it is made long enough for three quarters
 * of what is pending instead: so each turn, which touches every event, is paid for by the events that came and went.
 *
 * After R. Brown, "Calendar queues" (CACM 31, 1988), and W. T. Tang, R. S. M. Goh and I. L. Thng, "Ladder queue"
 * (ACM TOMACS 15, 2005), from which the unsorted days come.
 */
export abstract class EventCalendar extends EventHeap {
  /** Whether a day may have events, from the highest bit of a word down; the bit behind the last day is always set. */
  private marked = markedFor(FEWEST_ROWS);
  protected days = DAYS_PER_ROW * FEWEST_ROWS;
  /** Where in `words` the list of day 0 begins: its head is the place of NEXT in a row. */
  private firstDay = FEWEST_ROWS << ROW_BITS;
  /** The first day that is not over; events due before it are in the heap. */
  protected today = 0;
  /** The time at which day 0 begins. */
  protected start = 0;
  protected daysPerTime = 0;
  /** Events that may still go through the heap before the page counts as crowded. */
  private patience = 0;
  private turnedAt = 0;
  private departedAtTurn = 0;

  constructor() {
    super();
    this.begin(0, 0, 0);
  }

  /** Enters a row, which is not in the calendar, at its due time. */
  protected place(row: Row): void {
    const day = (this.due[row >> ROW_BITS]! - this.start) * this.daysPerTime;
    if (day >= this.today) this.enter(row, day < this.days ? day | 0 : this.days);
    else this.crowd(row);
  }

  /** Enters a row on a day that is not over. */
  protected enter(row: Row, day: number): void {
    const { words, marked } = this;
    const list = this.firstDay + day;
    const next = words[list]!;
    words[row | NEXT] = next;
    words[row | PREVIOUS] = list;
    words[next | PREVIOUS] = row;
    words[list] = row;
    marked[day >> 5] = marked[day >> 5]! | (FIRST_BIT >>> day);
  }

  /** Enters a row that is due before today. */
  protected crowd(row: Row): void {
    if (this.patience >= 0) this.heapUp(row);
    else {
      this.turn();
      this.place(row);
    }
  }

  /**
   * The row that leaves first, left in its place, while the heap is empty. 0 where it takes more than a look at one day
   * (see `first`): the page is used up, the day is crowded, or the marker of a lane comes first.
   *
   * Nearly all events leave through here; hence it is written out, and keeps due times in registers.
   */
  protected searchNextDay(): Row {
    const { words, marked, due } = this;
    let at = this.today >> 5;
    let set = marked[at]! & (ALL_BITS >>> this.today);
    for (;;) {
      while (set === 0) {
        at = (at + 1) | 0;
        set = marked[at]!;
      }
      const day = ((at << 5) + Math.clz32(set)) | 0;
      if (day === this.days) return 0;
      let best = words[this.firstDay + day]!;
      if (best === 0) {
        set &= ~(FIRST_BIT >>> day);
        marked[at] = set;
        continue;
      }
      let bestDue = due[best >> ROW_BITS]!;
      let searched = 1;
      for (let row = words[best | NEXT]!; row !== 0; row = words[row | NEXT]!) {
        if (++searched > SEARCHED) return 0;
        const rowDue = due[row >> ROW_BITS]!;
        if (rowDue < bestDue || (rowDue === bestDue && this.isBefore(row, best))) {
          best = row;
          bestDue = rowDue;
        }
      }
      this.today = day;
      return words[best | KIND]! < 0 ? 0 : best;
    }
  }

  /** The row that leaves first, left in its place, by way of the heap; 0 when there is none. */
  protected first(): Row {
    while (this.heaped === 0) {
      const { words, marked } = this;
      let at = this.today >> 5;
      let set = marked[at]! & (ALL_BITS >>> this.today);
      while (set === 0) set = marked[++at]!;
      const day = (at << 5) + Math.clz32(set);
      if (day < this.days) this.open(day);
      else if (words[this.firstDay + day] !== 0) this.turn();
      else return 0;
    }
    return this.heap[0]!;
  }

  /** Takes a row out of wherever it is. */
  protected takeOut(row: Row): void {
    const next = this.words[row | NEXT]!;
    if (next < 0) this.removeAt(~next);
    else this.unlink(row);
  }

  /** Takes a row out of a linked list. What is written into row 0 at the end of a list is never read. */
  protected unlink(row: Row): void {
    const { words } = this;
    const next = words[row | NEXT]!;
    const previous = words[row | PREVIOUS]!;
    words[previous | NEXT] = next;
    words[next | PREVIOUS] = previous;
  }

  /** The rows that are in the calendar, in no order. */
  protected entered(): Row[] {
    const rows: Row[] = [];
    const chain = this.takeAll();
    for (let row = chain; row !== 0; row = this.words[row | NEXT]!) rows.push(row);
    this.placeAll(chain);
    return rows;
  }

  /** Enters rows into an empty calendar. */
  protected enterAll(rows: readonly Row[]): void {
    this.begin(rows.length, 0, 0);
    for (const row of rows) this.place(row);
  }

  /** Takes everything out; the rows come chained by NEXT. */
  protected takeAll(): Row {
    const { heap, marked } = this;
    let chain = 0;
    while (this.heaped > 0) {
      const row = heap[--this.heaped]!;
      this.words[row | NEXT] = chain;
      chain = row;
    }
    for (let at = 0; at <= this.days >> 5; at++) {
      for (let set = marked[at]!; set !== 0; ) {
        const bit = Math.clz32(set);
        set &= ~(FIRST_BIT >>> bit);
        chain = this.takeDay((at << 5) + bit, chain);
      }
    }
    return chain;
  }

  protected override enlarge(capacity: number): void {
    const chain = this.takeAll();
    this.resize(capacity);
    this.turnTo(chain);
  }

  protected override resize(capacity: number): void {
    super.resize(capacity);
    this.marked = markedFor(capacity);
    this.firstDay = capacity << ROW_BITS;
  }

  private heapUp(row: Row): void {
    this.patience--;
    this.push(row);
  }

  /** Moves a day into the heap. */
  private open(day: number): void {
    let chain = this.takeDay(day, 0);
    this.today = day + 1;
    while (chain !== 0) {
      const next = this.words[chain | NEXT]!;
      this.heapUp(chain);
      chain = next;
    }
  }

  /** Takes a day's rows out, in the order they were entered, and chains them before others. */
  private takeDay(day: number, others: Row): Row {
    const { words } = this;
    const list = this.firstDay + day;
    let chain = others;
    for (let row = words[list]!; row !== 0; ) {
      const next = words[row | NEXT]!;
      words[row | NEXT] = chain;
      chain = row;
      row = next;
    }
    words[list] = 0;
    return chain;
  }

  private turn(): void {
    this.turnTo(this.takeAll());
  }

  /** Begins a page that suits the rows of a chain, and places them. */
  private turnTo(chain: Row): void {
    let count = 0;
    let sum = 0;
    let soonest = Number.POSITIVE_INFINITY;
    for (let row = chain; row !== 0; row = this.words[row | NEXT]!) {
      const due = this.due[row >> ROW_BITS]!;
      count++;
      sum += due;
      soonest = Math.min(soonest, due);
    }
    const elapsed = this.cell[NOW]! - this.turnedAt;
    const departed = (this.departed - this.departedAtTurn) | 0;
    // The mean wait is n times the gap between events when they come evenly; a page is four times as long or more, and
    // at most a quarter of anything lies beyond four times its mean (Markov).
    const pace = elapsed > 0 && 4 * departed >= count ? departed / elapsed : count / (sum / count - soonest);
    const apart = count >= SPREAD && pace > 0 && pace < Number.POSITIVE_INFINITY;
    this.begin(count, apart ? soonest : 0, apart ? pace : 0);
    this.placeAll(chain);
  }

  /** Places the rows of a chain. */
  private placeAll(chain: Row): void {
    for (let row = chain; row !== 0; ) {
      const next = this.words[row | NEXT]!;
      this.place(row);
      row = next;
    }
  }

  /** Begins an empty page. */
  private begin(count: number, start: number, daysPerTime: number): void {
    this.marked.fill(0, 0, (this.days >> 5) + 1);
    this.days = DAYS_PER_ROW * Math.max(FEWEST_ROWS, powerOfTwo(count));
    this.marked[this.days >> 5] = FIRST_BIT;
    this.today = 0;
    this.start = start;
    this.daysPerTime = daysPerTime;
    this.patience = 2 * Math.max(count, FEWEST_ROWS);
    this.turnedAt = this.cell[NOW]!;
    this.departedAtTurn = this.departed;
  }
}

function markedFor(capacity: number): Int32Array {
  return new Int32Array(((DAYS_PER_ROW * capacity) >> 5) + 1);
}

/** The least power of two that is not less than a count. */
function powerOfTwo(count: number): number {
  return 1 << (32 - Math.clz32(count - 1));
}
