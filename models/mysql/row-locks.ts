import type { RequestId } from "../../sim/requests.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";

/** Hot rows that one transaction holds at a time, from its statement to its commit; the others wait in order. */
export class RowLocks {
  private readonly lines: Record<string, WaitingLine> = {};
  private readonly holders: Record<string, RequestId> = {};

  /** Each name in `rows` is one hot row. */
  constructor(rows: readonly string[]) {
    for (const row of rows) {
      this.lines[row] = new WaitingLine();
      this.holders[row] = FREE;
    }
  }

  /** Takes the row at once (true), or joins the line for it (false). */
  acquire(row: string, request: RequestId): boolean {
    if (this.holders[row] === FREE) {
      this.holders[row] = request;
      return true;
    }
    this.lines[row]!.join(request);
    return false;
  }

  /** Gives the row to the next in line and returns it; -1 when nobody waits. */
  release(row: string): RequestId {
    const line = this.lines[row]!;
    const next = line.length > 0 ? line.leave() : FREE;
    this.holders[row] = next;
    return next;
  }
}

const FREE: RequestId = -1;
