import { NOW } from "../sim/event-queue.ts";
import { Simulation } from "../sim/simulation.ts";
import { Workload } from "./workload.ts";

const ARRIVAL = 0;
const DEPARTURE = 1;

const BETWEEN_ARRIVALS = 1 / 0.9;
const SERVICE = 1;
const LINE = 1 << 20;

/** W1: one server, first come first served, Poisson arrivals at 0.9/s, exponential service of mean 1 s. Wq is 9 s. */
class Server extends Workload {
  arrived = 0;
  served = 0;
  readonly waited = new Float64Array(1);
  private readonly line = new Float64Array(LINE);
  private head = 0;
  private tail = 0;
  private busy = false;
  private readonly customers: number;

  constructor(sim: Simulation, customers: number) {
    super(sim, "server");
    this.customers = customers;
    this.afterExponential(BETWEEN_ARRIVALS, ARRIVAL);
  }

  override on(kind: number): void {
    if (kind === ARRIVAL) this.arrive();
    else this.depart();
  }

  private arrive(): void {
    if (++this.arrived < this.customers) this.afterExponential(BETWEEN_ARRIVALS, ARRIVAL);
    if (this.busy) this.line[this.tail++ & (LINE - 1)] = this.clock[NOW]!;
    else {
      this.busy = true;
      this.afterExponential(SERVICE, DEPARTURE);
    }
  }

  private depart(): void {
    this.served++;
    if (this.head === this.tail) this.busy = false;
    else {
      this.waited[0]! += this.clock[NOW]! - this.line[this.head++ & (LINE - 1)]!;
      this.afterExponential(SERVICE, DEPARTURE);
    }
  }
}

export function w1(customers: number) {
  const sim = new Simulation({ seed: "w1" });
  const server = new Server(sim, customers);
  sim.runUntil(Number.MAX_VALUE);
  return {
    done: server.served,
    events: sim.dispatched,
    Wq: server.waited[0]! / server.served,
    peakPending: sim.queue.peakSize,
  };
}
