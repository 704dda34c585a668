import { type EventHandle, NOW } from "../sim/event-queue.ts";
import { Simulation } from "../sim/simulation.ts";
import { CustomerList, Customers, State } from "./customers.ts";
import { Workload } from "./workload.ts";

const ARRIVAL = 0;
const HOLD_END = 1;
const SERVICE_END = 2;
const WAIT_TIMEOUT = 3;
const REQUEST_TIMEOUT = 4;
const DRAIN_END = 5;

const BETWEEN_ARRIVALS = 1 / 2000;
const CONNECTIONS = 100;
const HOLD = 0.0475;
const POOL_LINE_LIMIT = 500;
const WAIT_LIMIT = 0.25;
const PROCESSORS = 8;
const SERVICE = 0.0036;
const REQUEST_LIMIT = 30;

/**
 * W2: Poisson arrivals at 2000/s to a pool of 100 connections (held 47.5 ms, a line of at most 500, at most 250 ms in
 * it), then 8 processors (3.6 ms), with a timeout of 30 s over all. W2L: before the response counts it drains to the
 * client for 5 s, so that 20 000 events are really pending.
 */
class Tier extends Workload {
  arrived = 0;
  left = 0;
  done = 0;
  rejected = 0;
  reneged = 0;
  timedOut = 0;
  holds = 0;
  /** Summed time in line for the pool and for a processor. */
  readonly waited = new Float64Array(2);
  private readonly customers = new Customers();
  private readonly poolLine = new CustomerList(this.customers);
  private readonly processorLine = new CustomerList(this.customers);
  private readonly waitLane: number;
  private readonly requestLane: number;
  private held = 0;
  private serving = 0;
  private readonly total: number;
  private readonly drain: number;

  constructor(sim: Simulation, total: number, drain: number) {
    super(sim, "tier");
    this.total = total;
    this.drain = drain;
    this.waitLane = sim.lane(WAIT_LIMIT);
    this.requestLane = sim.lane(REQUEST_LIMIT);
    this.afterExponential(BETWEEN_ARRIVALS, ARRIVAL);
  }

  override on(kind: number, customer: number): void {
    switch (kind) {
      case ARRIVAL:
        return this.arrive();
      case HOLD_END:
        return this.endHold(customer);
      case SERVICE_END:
        return this.endService(customer);
      case WAIT_TIMEOUT:
        return this.renege(customer);
      case REQUEST_TIMEOUT:
        return this.timeOut(customer);
      case DRAIN_END:
        return this.complete(customer);
    }
  }

  private arrive(): void {
    if (++this.arrived < this.total) this.afterExponential(BETWEEN_ARRIVALS, ARRIVAL);
    const { customers } = this;
    const customer = customers.open();
    customers.since[customer] = this.clock[NOW]!;
    customers.requestTimeout[customer] = this.afterLane(this.requestLane, REQUEST_TIMEOUT, customer);
    if (this.held < CONNECTIONS) this.hold(customer);
    else if (this.poolLine.length < POOL_LINE_LIMIT) {
      customers.state[customer] = State.WAITING;
      this.poolLine.join(customer);
      customers.waitTimeout[customer] = this.afterLane(this.waitLane, WAIT_TIMEOUT, customer);
    } else {
      this.rejected++;
      this.cancel(customers.requestTimeout[customer]!);
      this.leave(customer);
    }
  }

  private hold(customer: number): void {
    this.held++;
    this.holds++;
    this.customers.state[customer] = State.HOLDING;
    this.waited[0]! += this.clock[NOW]! - this.customers.since[customer]!;
    this.afterExponential(HOLD, HOLD_END, customer);
  }

  private endHold(customer: number): void {
    const { customers } = this;
    this.held--;
    if (this.poolLine.length > 0) {
      const next = this.poolLine.leave();
      this.cancel(customers.waitTimeout[next]!);
      this.hold(next);
    }
    customers.since[customer] = this.clock[NOW]!;
    if (this.serving < PROCESSORS) this.serve(customer);
    else {
      customers.state[customer] = State.QUEUED;
      this.processorLine.join(customer);
    }
  }

  private serve(customer: number): void {
    this.serving++;
    this.customers.state[customer] = State.SERVED;
    this.waited[1]! += this.clock[NOW]! - this.customers.since[customer]!;
    this.afterExponential(SERVICE, SERVICE_END, customer);
  }

  private endService(customer: number): void {
    const { customers } = this;
    this.serving--;
    if (this.processorLine.length > 0) this.serve(this.processorLine.leave());
    if (this.drain > 0 && customers.late[customer] === 0) {
      customers.state[customer] = State.DRAINING;
      customers.drainEnd[customer] = this.afterExponential(this.drain, DRAIN_END, customer);
    } else this.complete(customer);
  }

  private complete(customer: number): void {
    if (this.customers.late[customer] === 1) this.timedOut++;
    else {
      this.done++;
      this.cancel(this.customers.requestTimeout[customer]!);
    }
    this.leave(customer);
  }

  private renege(customer: number): void {
    this.reneged++;
    this.poolLine.take(customer);
    this.cancel(this.customers.requestTimeout[customer]!);
    this.leave(customer);
  }

  private timeOut(customer: number): void {
    const { customers } = this;
    const state = customers.state[customer];
    if (state === State.WAITING) {
      this.poolLine.take(customer);
      this.giveUp(customer, customers.waitTimeout[customer]!);
    } else if (state === State.DRAINING) this.giveUp(customer, customers.drainEnd[customer]!);
    else customers.late[customer] = 1;
  }

  private giveUp(customer: number, event: EventHandle): void {
    this.cancel(event);
    this.timedOut++;
    this.leave(customer);
  }

  private leave(customer: number): void {
    this.left++;
    this.customers.close(customer);
  }
}

export function w2(customers: number, drain: number) {
  const sim = new Simulation({ seed: "w2" });
  const tier = new Tier(sim, customers, drain);
  sim.runUntil(Number.MAX_VALUE);
  return {
    done: tier.done,
    rej: tier.rejected,
    reneg: tier.reneged,
    tout: tier.timedOut,
    events: sim.dispatched,
    Wpool: tier.waited[0]! / tier.holds,
    Wproc: tier.waited[1]! / tier.holds,
    peakPending: sim.queue.peakSize,
  };
}
