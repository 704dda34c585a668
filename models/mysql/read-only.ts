import type { Component } from "../../sim/component.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { SECOND } from "../../sim/time.ts";

/** Writes that come again within this time come to the same server by the same mistake. */
const CALM = 5 * SECOND;

/** Whether sessions may write to a server (read_only). Replicated transactions are written all the same. */
export class ReadOnly {
  isOn: boolean;
  /** What made it so, or NONE for how the server was configured. */
  because: JournalId = NONE;
  private readonly refused: LingeringCondition;

  constructor(server: Component, sim: Simulation, isOn: boolean) {
    this.isOn = isOn;
    this.refused = new LingeringCondition(server, sim, "writes-refused", CALM);
  }

  /** SET GLOBAL read_only. */
  set(isOn: boolean, because: JournalId): void {
    this.isOn = isOn;
    this.because = because;
  }

  /** A write is refused that exists under an action; returns the journal entry that says so. */
  refuse(origin: JournalId): JournalId {
    return this.refused.renew([this.because, origin], () => ({}));
  }
}
