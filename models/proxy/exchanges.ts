import { NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Micros } from "../../sim/time.ts";

/** A row of the table of exchanges. */
export type ExchangeId = number;

export const NOBODY = -1;

/** The requests that a proxy has in hand, each with what it does upstream on their behalf; one column per attribute. */
export class Exchanges {
  /** What the client sent. */
  request = new Int32Array(0);
  /** What is open upstream on its behalf, or NOBODY. */
  attempt = new Int32Array(0);
  /** The connection to a server that it has, or NOBODY. */
  connection = new Int32Array(0);
  /** The upstream server that it has to do with now, or NOBODY. */
  peer = new Int32Array(0);
  /** When it came. */
  since = new Float64Array(0);
  /** Where it stands; every proxy has its own stages, 0 being none. */
  stage = new Uint8Array(0);
  /** How often it has been, or may still be, sent upstream. */
  tries = new Int32Array(0);
  /** The event that ends what it waits for now. */
  timer = new Int32Array(0);
  /** The event that ends all of it. */
  deadline = new Int32Array(0);
  /** Rows in use. */
  length = 0;
  private readonly free: number[] = [];
  /** By request: 1 more than its row, or 0. */
  private rows = new Int32Array(0);

  take(request: RequestId, now: Micros): ExchangeId {
    if (this.free.length === 0) this.grow(Math.max(16, 2 * this.request.length));
    const exchange = this.free.pop()!;
    this.request[exchange] = request;
    this.attempt[exchange] = NOBODY;
    this.connection[exchange] = NOBODY;
    this.peer[exchange] = NOBODY;
    this.since[exchange] = now;
    this.stage[exchange] = 0;
    this.tries[exchange] = 0;
    this.timer[exchange] = NO_EVENT;
    this.deadline[exchange] = NO_EVENT;
    while (request >= this.rows.length) this.rows = longer(this.rows, Math.max(64, 2 * this.rows.length));
    this.rows[request] = exchange + 1;
    this.length++;
    return exchange;
  }

  giveBack(exchange: ExchangeId): void {
    this.rows[this.request[exchange]!] = 0;
    this.request[exchange] = NOBODY;
    this.free.push(exchange);
    this.length--;
  }

  /** The row of a client's request, or NOBODY. */
  of(request: RequestId): ExchangeId {
    return (this.rows[request] ?? 0) - 1;
  }

  /** The rows in use, in ascending order. */
  all(): ExchangeId[] {
    return [...this.request.keys()].filter((exchange) => this.request[exchange] !== NOBODY);
  }

  protected grow(to: number): void {
    const from = this.request.length;
    for (const column of ["request", "attempt", "connection", "peer", "tries", "timer", "deadline"] as const) {
      this[column] = longer(this[column], to);
    }
    this.since = longer(this.since, to);
    this.stage = longer(this.stage, to);
    this.request.fill(NOBODY, from);
    for (let exchange = to - 1; exchange >= from; exchange--) this.free.push(exchange);
  }
}

type Column = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A column with the same values and room for more. */
export function longer<C extends Column>(column: C, length: number): C {
  const result = new (column.constructor as new (length: number) => C)(length);
  result.set(column);
  return result;
}
