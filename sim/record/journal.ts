import type { ComponentId } from "../component.ts";
import type { Micros } from "../time.ts";

/** The number of an entry in the journal, in order of time. */
export type JournalId = number;

/** No entry: the cause is unknown, or there is none. */
export const NONE: JournalId = -1;

/** Entries kept; what comes after is counted and reported, never silently lost. */
const ENTRY_LIMIT = 50_000;

/** Numbers that belong to a fact, by name; the unit is part of the name where it is not a plain count. */
export type Figures = Readonly<Record<string, number>>;

/**
 * Something that was the case for a while (a condition), that happened at an instant (an event), or that an operator
 * or the load did (an action), and what it was because of. The first cause is the main one.
 */
export interface Entry {
  readonly id: JournalId;
  readonly sort: "condition" | "event" | "action";
  readonly at: Micros;
  /** When it ended; undefined while it holds, equal to `at` for an event. */
  until: Micros | undefined;
  readonly component: ComponentId;
  /** The name of the fact, such as "connection-limit-reached"; the kind of the component knows it in words. */
  readonly fact: string;
  readonly because: readonly JournalId[];
  readonly figures: Figures;
  /** Why somebody did it, in the words of the scenario. */
  readonly remark?: string;
}

interface Clock {
  readonly now: Micros;
}

/** What was the case in a run, since when, and why: the layer that explanations are read from. */
export class Journal {
  readonly entries: Entry[] = [];
  /** Entries that were not kept because the limit was reached. */
  overflow = 0;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Writes down that something begins to be the case. */
  begin(component: ComponentId, fact: string, because: readonly JournalId[], figures: Figures): JournalId {
    return this.write("condition", component, fact, because, figures, undefined);
  }

  /** Writes down that something happened; `remark` is what numbers cannot say. */
  event(component: ComponentId, fact: string, because: readonly JournalId[], figures: Figures, remark = ""): JournalId {
    return this.write("event", component, fact, because, figures, this.clock.now, remark);
  }

  /** Writes down that somebody did something; `remark` says why, in the words of the scenario. */
  action(
    component: ComponentId,
    fact: string,
    because: readonly JournalId[],
    figures: Figures,
    remark = "",
  ): JournalId {
    return this.write("action", component, fact, because, figures, this.clock.now, remark);
  }

  /** Writes down that a condition is over. */
  end(id: JournalId): void {
    const entry = this.entries[id];
    if (entry !== undefined) entry.until = this.clock.now;
  }

  private write(
    sort: Entry["sort"],
    component: ComponentId,
    fact: string,
    because: readonly JournalId[],
    figures: Figures,
    until: Micros | undefined,
    remark = "",
  ): JournalId {
    if (this.entries.length >= ENTRY_LIMIT) {
      this.overflow++;
      return NONE;
    }
    const id = this.entries.length;
    const causes = because.filter((cause, at) => cause !== NONE && because.indexOf(cause) === at);
    const entry = { id, sort, at: this.clock.now, until, component, fact, because: causes, figures };
    this.entries.push(remark === "" ? entry : { ...entry, remark });
    return id;
  }
}
