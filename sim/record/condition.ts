import type { Component } from "../component.ts";
import type { Simulation } from "../simulation.ts";
import { type Figures, type JournalId, NONE } from "./journal.ts";

/** Something that is the case for a while. Only its edges are written to the journal. */
export class Condition {
  /** The entry of the current or latest time that it held, or NONE. */
  id: JournalId = NONE;
  holds = false;
  private readonly sim: Simulation;
  private readonly component: Component;
  private readonly fact: string;

  constructor(sim: Simulation, component: Component, fact: string) {
    this.sim = sim;
    this.component = component;
    this.fact = fact;
  }

  /** Writes the beginning down, once; repeated calls while it holds do nothing. */
  begin(because: readonly JournalId[], figures: Figures = {}): void {
    if (this.holds) return;
    this.holds = true;
    this.id = this.sim.journal.begin(this.component.id, this.fact, because, figures);
  }

  /** Writes the end down, if it holds. `id` goes on naming the time that is over. */
  end(): void {
    if (!this.holds) return;
    this.holds = false;
    this.sim.journal.end(this.id);
  }

  /** The entry that holds now, or NONE. */
  get current(): JournalId {
    return this.holds ? this.id : NONE;
  }
}
