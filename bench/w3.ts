import { Component } from "../sim/component.ts";
import { DUE, NOW } from "../sim/event-queue.ts";
import { Simulation } from "../sim/simulation.ts";
import { Xoshiro } from "./xoshiro.ts";

const DELAYS = 1 << 16;

/** W3: the classic hold model. Each event that leaves is scheduled again, later by an exponential delay of mean 1 s. */
class Hold extends Component {
  private readonly delays = new Float64Array(DELAYS);
  private drawn = 0;

  constructor(sim: Simulation, pending: number) {
    super(sim, "hold");
    const random = new Xoshiro(12345);
    for (let at = 0; at < DELAYS; at++) this.delays[at] = random.exponential(1);
    for (let event = 0; event < pending; event++) {
      this.after(this.delays[event & (DELAYS - 1)]! + (event >> 16) * 1e-9, 0, event);
    }
  }

  override on(kind: number, subject: number): void {
    const { cell } = this.sim.queue;
    cell[DUE] = cell[NOW]! + this.delays[this.drawn++ & (DELAYS - 1)]!;
    this.sim.queue.schedule(this.id, kind, subject);
  }
}

/** Fills the set and brings it to its steady state; what it gives back does the holds that are measured. */
export function w3(holds: number, pending: number) {
  const sim = new Simulation({ seed: "w3" });
  new Hold(sim, pending);
  sim.runUntil(Number.MAX_VALUE, 2 * pending);
  return () => {
    sim.runUntil(Number.MAX_VALUE, holds);
    return { events: holds, tEnd: sim.now, peakPending: sim.queue.peakSize };
  };
}
