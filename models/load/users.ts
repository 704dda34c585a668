import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Figures } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Micros } from "../../sim/time.ts";
import { Curve, type Point } from "./curve.ts";
import type { Load } from "./load.ts";

const ASK = 0;
const RESIZE = 1;
const CHANGE = 2;

/** The least that one round of a user takes, so that users who are refused in no time at all do not stop the clock. */
const SHORTEST_ROUND: Micros = 100;

/**
 * A fixed or changing number of users, each of whom asks, waits for the answer, thinks, and asks again (k6's
 * constant-vus and ramping-vus). All present at the start ask at once. One who is too many leaves after the answer.
 */
export class Users extends Component {
  readonly beginning = "users-begin";
  readonly changing = "users-change";
  private readonly load: Load;
  private readonly curve: Curve;
  private readonly thinkTime: Distribution;
  private readonly chance: Stream;
  private readonly vus: Gauge;
  /** How many there should be. */
  private wanted = 0;
  /** By user: 1 while somebody plays it. */
  private present = new Uint8Array(0);
  private next: EventHandle = NO_EVENT;
  private isSet = false;

  constructor(sim: Simulation, load: Load, users: readonly Point[], thinkTime: Distribution) {
    super(sim, `${load.path}/users`);
    this.load = load;
    this.curve = new Curve(users);
    this.thinkTime = thinkTime;
    this.chance = sim.streams.stream(load.path, "think");
    this.vus = sim.record.gauge(load, "vus", "users");
  }

  get figures(): Figures {
    return { users: Math.round(this.curve.valueAt(this.now)) };
  }

  start(): void {
    for (const [n, change] of this.curve.changes().entries()) this.after(change.at - this.now, CHANGE, n);
    this.resize();
  }

  setUsers(count: number, over: Micros): void {
    this.isSet = true;
    this.curve.replaceFrom(this.now, count, over);
    this.cancel(this.next);
    this.resize();
  }

  stop(): void {
    this.setUsers(0, 0);
  }

  /** A user's request is through, for good or ill, after so long. */
  answered(user: number, took: Micros): void {
    const pause = Math.max(0, Math.round(this.thinkTime.draw(this.chance)));
    this.after(Math.max(pause, SHORTEST_ROUND - took), ASK, user);
  }

  override on(kind: typeof ASK | typeof RESIZE | typeof CHANGE, subject: number): void {
    if (kind === ASK) this.ask(subject);
    else if (kind === RESIZE) this.resize();
    else this.change(subject);
  }

  private resize(): void {
    const before = this.wanted;
    this.wanted = Math.round(this.curve.valueAt(this.now));
    const at = this.curve.nextStep(this.now);
    if (at < Number.POSITIVE_INFINITY) this.next = this.after(at - this.now, RESIZE);
    while (this.present.length < this.wanted) this.grow();
    for (let user = before; user < this.wanted; user++) this.enter(user);
  }

  private enter(user: number): void {
    if (this.present[user] === 1) return;
    this.present[user] = 1;
    this.vus.add(1);
    this.after(0, ASK, user);
  }

  private ask(user: number): void {
    if (user < this.wanted) return this.load.bear(user);
    this.present[user] = 0;
    this.vus.add(-1);
  }

  private change(n: number): void {
    const change = this.curve.changes()[n];
    if (!this.isSet && change !== undefined) this.load.change(change.from, change.to, change.over);
  }

  private grow(): void {
    const longer = new Uint8Array(Math.max(64, 2 * this.present.length));
    longer.set(this.present);
    this.present = longer;
  }
}
