import type { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";

/** What the journal says of one VRRP instance, as the log of its keepalived would. */
export class VrrpJournal {
  /** When it last became MASTER. */
  becameMaster: JournalId = NONE;
  readonly lowered: Condition;
  readonly faulty: Condition;
  readonly discarding: Condition;
  private readonly sim: Simulation;
  private readonly host: Component;

  constructor(sim: Simulation, host: Component) {
    this.sim = sim;
    this.host = host;
    this.lowered = new Condition(sim, host, "priority-lowered");
    this.faulty = new Condition(sim, host, "fault-state");
    this.discarding = new Condition(sim, host, "adverts-discarded");
  }

  /** Its priority changes, to a lower one or back. */
  changePriority(from: number, to: number, because: JournalId): void {
    if (to < from) this.lowered.begin([because], { from, to });
    else this.lowered.end();
  }

  /** It takes the address: it has let its timer run, or nobody has advertised for `silence`. */
  takeOver(priority: number, silence: readonly JournalId[]): void {
    const causes = this.discarding.holds ? [this.discarding.current] : silence;
    this.becameMaster = this.sim.journal.event(this.host.id, "became-master", causes, { priority });
    this.discarding.end();
  }

  /** It gives the address to one with a higher priority. */
  giveWay(to: VrrpJournal, theirs: number, own: number): void {
    const causes = [to.becameMaster, this.lowered.current];
    this.sim.journal.event(this.host.id, "became-backup", causes, { theirs, own });
  }

  /** Keepalived does not run any more. */
  end(): void {
    this.lowered.end();
    this.faulty.end();
    this.discarding.end();
  }
}
