const CAPACITY = 1 << 16;
const NOBODY = -1;

export const State = { WAITING: 1, HOLDING: 2, QUEUED: 3, SERVED: 4, DRAINING: 5 } as const;

/** The customers inside W2, one column per attribute; a row is used again when its customer has left. */
export class Customers {
  /** When the customer joined the line it is in. */
  readonly since = new Float64Array(CAPACITY);
  readonly requestTimeout = new Int32Array(CAPACITY);
  readonly waitTimeout = new Int32Array(CAPACITY);
  readonly drainEnd = new Int32Array(CAPACITY);
  readonly state = new Uint8Array(CAPACITY);
  /** 1 when the request has timed out while it could not be stopped. */
  readonly late = new Uint8Array(CAPACITY);
  /** Neighbours in line; `next` also chains the free rows. */
  readonly next = new Int32Array(CAPACITY);
  readonly previous = new Int32Array(CAPACITY);
  private used = 0;
  private free = NOBODY;

  open(): number {
    let customer = this.free;
    if (customer === NOBODY) customer = this.used++;
    else this.free = this.next[customer]!;
    this.late[customer] = 0;
    return customer;
  }

  close(customer: number): void {
    this.next[customer] = this.free;
    this.free = customer;
  }
}

/** Customers in line: first come first served, but each may leave from where it stands. */
export class CustomerList {
  length = 0;
  private first = NOBODY;
  private last = NOBODY;
  private readonly customers: Customers;

  constructor(customers: Customers) {
    this.customers = customers;
  }

  join(customer: number): void {
    const { next, previous } = this.customers;
    next[customer] = NOBODY;
    previous[customer] = this.last;
    if (this.last === NOBODY) this.first = customer;
    else next[this.last] = customer;
    this.last = customer;
    this.length++;
  }

  leave(): number {
    const customer = this.first;
    this.take(customer);
    return customer;
  }

  take(customer: number): void {
    const { next, previous } = this.customers;
    const before = previous[customer]!;
    const after = next[customer]!;
    if (before === NOBODY) this.first = after;
    else next[before] = after;
    if (after === NOBODY) this.last = before;
    else previous[after] = before;
    this.length--;
  }
}
