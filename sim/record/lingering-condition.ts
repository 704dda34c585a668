import { Component } from "../component.ts";
import type { Simulation } from "../simulation.ts";
import type { Micros } from "../time.ts";
import { Condition } from "./condition.ts";
import type { Figures, JournalId } from "./journal.ts";

const LOOK = 0;

/**
 * A condition made of instants: it begins at the first, and ends when none has followed for a while.
 * It keeps a limit that is touched a hundred times a second from filling the journal.
 */
export class LingeringCondition extends Component {
  private readonly condition: Condition;
  private readonly calm: Micros;
  private renewedAt: Micros = 0;

  /** @param calm how long it must not be renewed before it counts as over. */
  constructor(owner: Component, sim: Simulation, fact: string, calm: Micros) {
    super(sim, `${owner.path}#${fact}`);
    this.condition = new Condition(sim, owner, fact);
    this.calm = calm;
  }

  /** It is so at this instant. Returns the journal entry. */
  renew(because: readonly JournalId[], figures: () => Figures): JournalId {
    this.renewedAt = this.now;
    if (!this.condition.holds) {
      this.condition.begin(because, figures());
      this.after(this.calm, LOOK);
    }
    return this.condition.id;
  }

  /** The entry that holds now, or NONE. */
  get current(): JournalId {
    return this.condition.current;
  }

  /** The entry of the current or latest time that it held, or NONE. */
  get latest(): JournalId {
    return this.condition.id;
  }

  override on(_kind: typeof LOOK): void {
    const over = this.renewedAt + this.calm;
    if (this.now >= over) this.condition.end();
    else this.after(over - this.now, LOOK);
  }
}
