import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { log } from "../../sim/math.ts";
import type { Stream } from "../../sim/random.ts";
import type { Figures } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { Curve, type Point } from "./curve.ts";
import type { Load } from "./load.ts";

const ARRIVE = 0;
const CHANGE = 1;

/**
 * People who arrive at a rate that may change over time.
 *
 * The next one comes when the integral of the rate has grown by one (constant) or by an exponential with mean one
 * (Poisson), which is solved exactly: a ramp needs no time slices (k6 lib/executor/ramping_arrival_rate.go).
 */
export class Arrivals extends Component {
  readonly beginning = "load-begins";
  readonly changing = "load-changes";
  private readonly load: Load;
  private readonly curve: Curve;
  private readonly chance: Stream | undefined;
  /** The integral still to grow, counted from a time that need not be whole. */
  private gap = 0;
  private since: Micros = 0;
  private due: Micros = 0;
  private next: EventHandle = NO_EVENT;
  private isSet = false;

  constructor(sim: Simulation, load: Load, rate: readonly Point[], spacing: "poisson" | "constant") {
    super(sim, `${load.path}/arrivals`);
    this.load = load;
    this.curve = new Curve(rate.map(({ at, is }) => ({ at, is: is / SECOND })));
    this.chance = spacing === "poisson" ? sim.streams.stream(load.path, "arrivals") : undefined;
  }

  get figures(): Figures {
    return { rate: this.curve.valueAt(this.now) * SECOND };
  }

  start(): void {
    this.since = this.now;
    for (const [n, change] of this.curve.changes().entries()) this.after(change.at - this.now, CHANGE, n);
    this.plan(this.drawGap());
  }

  /** Who is on their way already comes sooner or later by as much as the rate changes. */
  setRate(perSecond: number, over: Micros): void {
    const left = Math.max(0, this.gap - this.curve.area(this.since, Math.max(this.since, this.now)));
    this.isSet = true;
    this.since = Math.max(this.since, this.now);
    this.curve.replaceFrom(this.now, perSecond / SECOND, over);
    this.cancel(this.next);
    this.plan(left);
  }

  stop(): void {
    this.setRate(0, 0);
  }

  override on(kind: typeof ARRIVE | typeof CHANGE, subject: number): void {
    if (kind === CHANGE) return this.change(subject);
    this.since = this.due;
    this.plan(this.drawGap());
    this.load.bear();
  }

  private plan(gap: number): void {
    this.gap = gap;
    this.due = this.curve.reach(this.since, gap);
    const never = this.due === Number.POSITIVE_INFINITY;
    this.next = never ? NO_EVENT : this.after(Math.max(0, Math.round(this.due) - this.now), ARRIVE);
  }

  private drawGap(): number {
    return this.chance === undefined ? 1 : -log(this.chance.next());
  }

  private change(n: number): void {
    const change = this.curve.changes()[n];
    if (this.isSet || change === undefined) return;
    this.load.change(change.from * SECOND, change.to * SECOND, change.over);
  }
}
