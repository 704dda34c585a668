import type { Component } from "../../sim/component.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
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
  /** The same as a level, for a server that begins as read-only. */
  private readonly level: Gauge | undefined;

  constructor(server: Component, sim: Simulation, isOn: boolean) {
    this.isOn = isOn;
    if (isOn) this.level = sim.record.gauge(server, "read_only", "servers");
    this.level?.set(1);
    this.refused = new LingeringCondition(server, sim, "writes-refused", CALM);
  }

  /** SET GLOBAL read_only. */
  set(isOn: boolean, because: JournalId): void {
    this.isOn = isOn;
    this.because = because;
    this.level?.set(isOn ? 1 : 0);
  }

  /** A write is refused that exists under an action; returns the journal entry that says so. */
  refuse(origin: JournalId): JournalId {
    return this.refused.renew([this.because, origin], () => ({}));
  }
}
