import type { Micros } from "../../sim/time.ts";

/**
 * Those who wait for something that is taken, as small numbers, up to a limit.
 *
 * Who comes next is the discipline's choice. Joining a full room is refused by the caller, who asks `isFull` first.
 */
export abstract class WaitingRoom {
  /** How many wait. */
  length = 0;
  limit: number;
  /**
   * Those whom the discipline has turned away instead of letting them wait any longer. Whoever calls `leave` takes them
   * out and tells them.
   */
  readonly dropped: number[] = [];

  /** @param limit how many may wait; Infinity for no limit. */
  constructor(limit: number) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.length >= this.limit;
  }

  /** Somebody begins to wait. Greater priorities go first, where the discipline heeds them. */
  abstract join(who: number, now: Micros, priority: number): void;

  /** Takes whoever is next; -1 when nobody is left, which can be because the last ones were dropped. */
  abstract leave(now: Micros): number;

  /** Takes somebody out of turn; false if they do not wait here. O(length). */
  abstract remove(who: number): boolean;

  /** Takes everybody out, in the order in which they joined (by priority where that decides). */
  abstract vacate(): number[];
}
