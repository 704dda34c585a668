import type { Component } from "../../sim/component.ts";
import { type Figures, type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";

/** A shortage that comes back within this time has not ended. */
const CALM: Micros = 5 * SECOND;
/** How often a lasting shortage is written down again. */
const RENEWAL: Micros = SECOND;

/** Too little of something that many pods of one service have each for itself: one journal entry for all of them. */
export class Shortage {
  private readonly sim: Simulation;
  private readonly owner: Component;
  private readonly fact: string;
  private readonly condition: LingeringCondition;
  private figures: Figures;
  private renewedAt: Micros = 0;

  constructor(owner: Component, sim: Simulation, fact: string, figures: Figures) {
    this.sim = sim;
    this.owner = owner;
    this.fact = fact;
    this.condition = new LingeringCondition(owner, sim, fact, CALM);
    this.figures = figures;
  }

  /** What is said of it is this from now on. */
  adjust(figures: Figures): void {
    this.figures = figures;
  }

  /**
   * Somebody has to wait or is turned away; returns the journal entry that says so.
   * The causes are what went wrong elsewhere before (`trouble`), and the actions that brought the pod and the request.
   */
  strike(trouble: JournalId, pod: JournalId, request: JournalId): JournalId {
    const { fresh } = this;
    return fresh !== NONE ? fresh : this.renew([this.isOwn(trouble) ? NONE : trouble, pod, request]);
  }

  /** The entry that holds, unless it is time to write it down again; NONE then. */
  get fresh(): JournalId {
    return this.sim.now < this.renewedAt + RENEWAL ? this.condition.current : NONE;
  }

  /** The entry of the current or latest time, or NONE. */
  get latest(): JournalId {
    return this.condition.latest;
  }

  private renew(because: readonly JournalId[]): JournalId {
    this.renewedAt = this.sim.now;
    return this.condition.renew(because, () => this.figures);
  }

  private isOwn(id: JournalId): boolean {
    const entry = this.sim.journal.entries[id];
    return entry?.component === this.owner.id && entry.fact === this.fact;
  }
}
