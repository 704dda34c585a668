import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Figures } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import type { Load } from "./load.ts";

const ARRIVE = 0;
const UNKNOWN = -1;

/** What was recorded of one person. */
export interface Recorded {
  readonly at: Micros;
  readonly class?: string | undefined;
  readonly work?: Micros | undefined;
  readonly waits?: Micros | undefined;
}

/** People who arrive, and want, what was recorded: the same run as a measurement, person by person. */
export class Recording extends Component {
  readonly beginning = "recording-begins";
  readonly changing = "load-changes";
  private readonly load: Load;
  private readonly at: Float64Array;
  private readonly kind: Int32Array;
  private readonly work: Float64Array;
  private readonly waits: Float64Array;
  private next = 0;
  private arrival: EventHandle = NO_EVENT;

  /** @param people in order of time. @param classes names of the classes of the load. */
  constructor(sim: Simulation, load: Load, people: readonly Recorded[], classes: readonly string[]) {
    super(sim, `${load.path}/arrivals`);
    this.load = load;
    this.at = Float64Array.from(people, (person) => person.at);
    this.kind = Int32Array.from(people, (person) => classes.indexOf(person.class ?? ""));
    this.work = Float64Array.from(people, (person) => person.work ?? UNKNOWN);
    this.waits = Float64Array.from(people, (person) => person.waits ?? UNKNOWN);
  }

  get figures(): Figures {
    return { people: this.at.length };
  }

  start(): void {
    this.plan();
  }

  stop(): void {
    this.cancel(this.arrival);
  }

  override on(_arrive: typeof ARRIVE): void {
    const row = this.next++;
    this.plan();
    this.load.bear(-1, this.kind[row], this.work[row], this.waits[row]);
  }

  private plan(): void {
    if (this.next >= this.at.length) return;
    this.arrival = this.after(Math.max(0, this.at[this.next]! - this.now), ARRIVE);
  }
}
