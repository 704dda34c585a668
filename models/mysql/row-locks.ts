import type { RequestId } from "../../sim/requests.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";

/** Whoever holds a row: a session, or a statement that belongs to none. */
export type LockHolder = number;

/** A class of requests whose statements lock no row. */
export const NO_ROW = -1;

const FREE: LockHolder = -1;

/** Hot rows that one transaction holds at a time, from its statement to its commit; the others wait in order. */
export class RowLocks {
  /** By class of requests: the row that its statements lock, or NO_ROW. */
  readonly rowOf: readonly number[];
  private readonly lines: readonly WaitingLine[];
  /** Those who wait, as holders to be, in the order of the lines. */
  private readonly holdersToBe: readonly WaitingLine[];
  private readonly holder: Int32Array;

  /** @param names by class of requests: the row that its statements lock, "" for none. */
  constructor(names: readonly string[]) {
    const rows = [...new Set(names)].filter((name) => name !== "");
    this.rowOf = Object.freeze(names.map((name) => rows.indexOf(name)));
    this.lines = rows.map(() => new WaitingLine());
    this.holdersToBe = rows.map(() => new WaitingLine());
    this.holder = new Int32Array(rows.length).fill(FREE);
  }

  /** Takes the row at once (true; it may be held already), or joins the line for it (false). */
  acquire(row: number, holder: LockHolder, request: RequestId): boolean {
    if (this.holder[row] === FREE) this.holder[row] = holder;
    if (this.holder[row] === holder) return true;
    this.lines[row]!.join(request);
    this.holdersToBe[row]!.join(holder);
    return false;
  }

  /** Gives the row to the next in line and returns its request; -1 when nobody waits. */
  release(row: number): RequestId {
    if (this.lines[row]!.length === 0) {
      this.holder[row] = FREE;
      return -1;
    }
    this.holder[row] = this.holdersToBe[row]!.leave();
    return this.lines[row]!.leave();
  }

  /** A request leaves the line for a row. */
  withdraw(row: number, request: RequestId): void {
    const line = this.lines[row]!;
    let place = 0;
    while (line.at(place) !== request) place++;
    line.takeAt(place);
    this.holdersToBe[row]!.takeAt(place);
  }

  /** Nobody holds anything, and nobody waits. */
  clear(): void {
    this.holder.fill(FREE);
    for (const line of [...this.lines, ...this.holdersToBe]) while (line.length > 0) line.leave();
  }
}
