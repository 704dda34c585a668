import { EventHeap } from "./event-heap.ts";
import { DAYS_PER_ROW, FEWEST_ROWS, KIND, NEXT, NOW, PREVIOUS, ROW_BITS, type Row, SEQUENCE } from "./event-rows.ts";

/** A day with more events than this is not searched but put into the heap. */
const SEARCHED = 8;
/** Fewer events than this are all put into one day: searching them costs less than telling them apart. */
const SPREAD = 8;

const FIRST_BIT = 0x80000000;
const ALL_BITS = 0xffffffff;

/**
 * A calendar of events: a page has as many days as events usually leave while it lasts, and a day holds those due in it.
 *
 * Scheduling puts an event into its day, unsorted; the next event is looked for in the first day that has any, which a
 * bitmap finds. With a day as long as the usual time between two events both cost O(1). Where the days are a poor fit
 * (many events at the same instant, or clusters far apart) a day's events go through a heap, so nothing ever costs
 * more than O(log n). What is due behind the last day waits in one more list, and a page that is used up or
 * crowded is turned: the next one takes its length from the pace at which events left. Either a quarter of all events
 * have left since the last turn, or the new page is made long enough for three quarters of what is pending:
 * so turning, which touches every event, costs O(1) for each event that leaves.
 *
 * After R. Brown, "Calendar queues" (CACM 31, 1988), and W. T. Tang, R. S. M. Goh and I. L. Thng, "Ladder queue"
 * (ACM TOMACS 15, 2005), from which the unsorted days come.
 */
export abstract class EventCalendar extends EventHeap {
  /** A set bit, from the highest bit of a word down, says that the day may have events; behind the last day it is set. */
  private marked = markedFor(FEWEST_ROWS);
  protected days = DAYS_PER_ROW * FEWEST_ROWS;
  private firstDay = FEWEST_ROWS << ROW_BITS;
  /** The first day that is not over; events due before it are in the heap. */
  protected today = 0;
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

  protected crowd(row: Row): void {
    if (this.patience >= 0) this.pushToday(row);
    else {
      this.turn();
      this.place(row);
    }
  }

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
      let best = words[(this.firstDay + day) | 0]!;
      if (best === 0) {
        set &= ~(FIRST_BIT >>> day);
        marked[at] = set;
        continue;
      }
      let bestDue = due[best >> ROW_BITS]!;
      let searched = 0;
      for (let row = words[best | NEXT]!; row !== 0; row = words[row | NEXT]!) {
        const rowDue = due[row >> ROW_BITS]!;
        if (rowDue < bestDue || (rowDue === bestDue && ((words[row | SEQUENCE]! - words[best | SEQUENCE]!) | 0) < 0)) {
          best = row;
          bestDue = rowDue;
        }
        searched = (searched + 1) | 0;
      }
      if (searched >= SEARCHED || words[best | KIND]! < 0) return 0;
      this.today = day;
      return best;
    }
  }

  protected first(): Row {
    while (this.heaped === 0) {
      const { words, marked } = this;
      let at = this.today >> 5;
      let set = marked[at]! & (ALL_BITS >>> this.today);
      while (set === 0) set = marked[++at]!;
      const day = (at << 5) + Math.clz32(set);
      if (day === this.days && words[this.firstDay + day] === 0) return 0;
      if (day === this.days || this.patience < 0) this.turn();
      else this.open(day);
    }
    return this.heap[0]!;
  }

  /** Takes a row out of wherever it is. */
  protected takeOut(row: Row): void {
    const next = this.words[row | NEXT]!;
    if (next < 0) this.removeAt(~next);
    else this.unlink(row);
  }

  /** Takes a row out of a linked list. */
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
    const { words, heap, marked } = this;
    let chain = 0;
    while (this.heaped > 0) {
      const row = heap[--this.heaped]!;
      words[row | NEXT] = chain;
      chain = row;
    }
    for (let at = 0; at <= this.days >> 5; at++) {
      for (let set = marked[at]!; set !== 0; ) {
        const bit = Math.clz32(set);
        set &= ~(FIRST_BIT >>> bit);
        chain = this.takeDay(this.firstDay + (at << 5) + bit, chain);
      }
    }
    return chain;
  }

  /** Places the rows of a chain. */
  protected placeAll(chain: Row): void {
    for (let row = chain; row !== 0; ) {
      const next = this.words[row | NEXT]!;
      this.place(row);
      row = next;
    }
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

  private pushToday(row: Row): void {
    this.patience--;
    this.push(row);
  }

  /** The row of a day that leaves first, or 0 when the day has too many to search. */
  private search(first: Row): Row {
    const words = this.words;
    let best = first;
    let searched = 0;
    for (let row = words[best | NEXT]!; row !== 0; row = words[row | NEXT]!) {
      if (++searched === SEARCHED) return 0;
      if (this.isBefore(row, best)) best = row;
    }
    return best;
  }

  /** Moves a day into the heap. */
  private open(day: number): void {
    const { words } = this;
    const list = this.firstDay + day;
    for (let row = words[list]!; row !== 0; ) {
      const next = words[row | NEXT]!;
      this.pushToday(row);
      row = next;
    }
    words[list] = 0;
    this.today = day + 1;
  }

  private takeDay(list: number, before: Row): Row {
    const words = this.words;
    let chain = before;
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
    const pace = elapsed > 0 && 4 * departed >= count ? departed / elapsed : count / (sum / count - soonest);
    const apart = count >= SPREAD && pace > 0 && pace < Number.POSITIVE_INFINITY;
    this.begin(count, apart ? soonest : 0, apart ? pace : 0);
    this.placeAll(chain);
  }

  /** Begins an empty page. */
  protected begin(count: number, start: number, daysPerTime: number): void {
    this.marked.fill(0, 0, (this.days >> 5) + 1);
    this.days = DAYS_PER_ROW * Math.max(FEWEST_ROWS, powerOfTwo(count));
    this.marked[this.days >> 5] = FIRST_BIT;
    this.today = 0;
    this.start = start;
    this.daysPerTime = daysPerTime;
    this.patience = 2 * Math.max(count, 32);
    this.turnedAt = this.cell[NOW]!;
    this.departedAtTurn = this.departed;
  }
}

function markedFor(capacity: number): Int32Array {
  return new Int32Array(((DAYS_PER_ROW * capacity) >> 5) + 1);
}

/** The least power of two that is not less than a count above 1. */
function powerOfTwo(count: number): number {
  return 1 << (32 - Math.clz32(count - 1));
}
