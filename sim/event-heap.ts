import { EventRows, FEWEST_ROWS, NEXT, type Row } from "./event-rows.ts";

/**
 * An indexed heap with four children per node, for days on which many events are due: O(log n) whatever their times.
 *
 * A row in the heap keeps the complement of its place in NEXT, which is negative and so never a row.
 */
export abstract class EventHeap extends EventRows {
  protected heap = new Int32Array(FEWEST_ROWS);
  protected heaped = 0;

  protected push(row: Row): void {
    this.siftUp(this.heaped++, row);
  }

  /** Takes the row at a place out; the last row fills the gap, and may belong further up as well as further down. */
  protected removeAt(place: number): void {
    const last = this.heap[--this.heaped]!;
    if (place === this.heaped) return;
    if (place > 0 && this.isBefore(last, this.heap[(place - 1) >> 2]!)) this.siftUp(place, last);
    else this.siftDown(place, last);
  }

  protected override resize(capacity: number): void {
    super.resize(capacity);
    this.heap = new Int32Array(capacity);
  }

  private siftUp(from: number, row: Row): void {
    const { heap, words } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const above = heap[parent]!;
      if (!this.isBefore(row, above)) break;
      heap[place] = above;
      words[above | NEXT] = ~place;
      place = parent;
    }
    heap[place] = row;
    words[row | NEXT] = ~place;
  }

  private siftDown(from: number, row: Row): void {
    const { heap, words } = this;
    let place = from;
    for (;;) {
      const best = this.firstChild(place);
      if (best < 0) break;
      const below = heap[best]!;
      if (!this.isBefore(below, row)) break;
      heap[place] = below;
      words[below | NEXT] = ~place;
      place = best;
    }
    heap[place] = row;
    words[row | NEXT] = ~place;
  }

  /** The place of the child that leaves first, or -1 when there is none. */
  private firstChild(place: number): number {
    const heap = this.heap;
    const first = (place << 2) + 1;
    if (first >= this.heaped) return -1;
    const end = Math.min(first + 4, this.heaped);
    let best = first;
    for (let child = first + 1; child < end; child++) if (this.isBefore(heap[child]!, heap[best]!)) best = child;
    return best;
  }
}
