import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";

/** The place of a transaction in a log: how many come before it. Replicas number them as their source does. */
export type Position = number;

/** Transactions that a log keeps; a replica that is further behind has to be built anew. */
const KEPT = 1 << 20;

/** The transactions that a server has committed, as its replicas read them: one column per attribute, in a ring. */
export class BinaryLog {
  /** The position after the last. */
  end: Position = 0;
  /** By transaction: when it committed on the server that it was written on. */
  private at = new Float64Array(0);
  /** The class of requests that it was, and its processor time. */
  private kind = new Int32Array(0);
  private work = new Float64Array(0);
  /** How many had committed when it began to: it may be applied together with those after them (last_committed). */
  private parent = new Float64Array(0);
  /** By request that commits: how many had committed when it began to. */
  private begunAt = new Float64Array(0);

  /** The first position that is still there. */
  get start(): Position {
    return Math.max(0, this.end - KEPT);
  }

  /** A request begins to commit. */
  prepare(request: RequestId): void {
    if (request >= this.begunAt.length) this.begunAt = longer(this.begunAt, Math.max(256, 2 * request));
    this.begunAt[request] = this.end;
  }

  /** A request has committed. */
  write(request: RequestId, at: Micros, kind: number, work: Micros): void {
    this.append(at, kind, work, this.begunAt[request] ?? this.end);
  }

  /** A replica has applied the next transaction of the log that it reads. */
  copy(log: BinaryLog): void {
    const row = this.end % KEPT;
    this.append(log.at[row]!, log.kind[row]!, log.work[row]!, log.parent[row]!);
  }

  committedAt(position: Position): Micros {
    return this.at[position % KEPT]!;
  }

  kindAt(position: Position): number {
    return this.kind[position % KEPT]!;
  }

  workAt(position: Position): Micros {
    return this.work[position % KEPT]!;
  }

  parentAt(position: Position): Position {
    return this.parent[position % KEPT]!;
  }

  private append(at: Micros, kind: number, work: Micros, parent: Position): void {
    const row = this.end % KEPT;
    if (row >= this.at.length) this.grow();
    this.at[row] = at;
    this.kind[row] = kind;
    this.work[row] = work;
    this.parent[row] = parent;
    this.end++;
  }

  private grow(): void {
    const length = Math.max(256, 2 * this.at.length);
    for (const column of ["at", "work", "parent"] as const) this[column] = longer(this[column], length);
    const kind = new Int32Array(length);
    kind.set(this.kind);
    this.kind = kind;
  }
}

function longer(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(column);
  return larger;
}
