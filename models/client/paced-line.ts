import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import type { AdaptiveRate } from "./adaptive-rate.ts";

const NEXT_TOKEN = 0;

/** Whoever makes calls, told when one that was held back may go out. */
export interface Caller extends Component {
  letOut(caller: number): void;
}

/** Calls that a client holds back because it has learnt to send slower; each goes out when there is a token for it. */
export class PacedLine extends Component {
  private readonly owner: Caller;
  private readonly rate: AdaptiveRate;
  private readonly line = new WaitingLine();
  private readonly held: Gauge;
  private next: EventHandle = NO_EVENT;

  constructor(sim: Simulation, owner: Caller, rate: AdaptiveRate) {
    super(sim, `${owner.path}/held`);
    this.owner = owner;
    this.rate = rate;
    this.held = this.sim.record.gauge(owner, "held", "requests");
  }

  /** A call wants to go out: it does at once, or when those before it are out and there is a token. */
  join(caller: number): void {
    this.line.join(caller);
    this.held.add(1);
    this.review();
  }

  /** A call that may be held back is not to be made any more. */
  drop(caller: number): void {
    for (let place = 0; place < this.line.length; place++) {
      if (this.line.at(place) !== caller) continue;
      this.line.takeAt(place);
      this.held.add(-1);
      return;
    }
  }

  /** The rate may be another now: those who may go out do, and the next is looked at when its token is due. */
  review(): void {
    this.cancel(this.next);
    this.next = NO_EVENT;
    while (this.line.length > 0 && this.rate.acquire(this.now)) {
      this.held.add(-1);
      this.owner.letOut(this.line.leave());
    }
    if (this.line.length > 0 && this.next === NO_EVENT)
      this.next = this.after(this.rate.untilToken(this.now), NEXT_TOKEN);
  }

  override on(_kind: typeof NEXT_TOKEN): void {
    this.next = NO_EVENT;
    this.review();
  }
}
