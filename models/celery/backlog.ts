import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { World } from "../world.ts";
import type { CeleryApp } from "./celery-app.ts";

const LOOK = 0;
/** How often the queue is looked at. */
const EVERY: Micros = 5 * SECOND;

/**
 * Whether the workers keep up with the tasks that come, and how many processes would.
 *
 * Processes needed are the tasks that come per second times the seconds that a task keeps a process busy (Little's law).
 */
export class Backlog extends Component {
  private readonly app: CeleryApp;
  private readonly growing: Condition;
  private readonly needed: Gauge;
  private readonly lane: number;
  private queued = 0;
  private sent = 0;
  private finished = 0;
  /** Why the tasks that came last exist. */
  private latestOrigin: JournalId = NONE;

  constructor(world: World, path: string, app: CeleryApp) {
    super(world.sim, `${path}/backlog`);
    this.app = app;
    this.growing = new Condition(world.sim, app, "backlog-grows");
    this.needed = world.sim.record.gauge(path, "processes_needed", "processes");
    this.lane = world.sim.lane(EVERY);
  }

  start(): void {
    this.afterLane(this.lane, LOOK);
  }

  /** A task comes; `origin` is the action that it exists under. */
  come(origin: JournalId): void {
    this.latestOrigin = Math.max(this.latestOrigin, origin);
  }

  override on(_kind: typeof LOOK): void {
    this.afterLane(this.lane, LOOK);
    const { queued, sent, finished, busy, processes, isBusy } = this.app.state;
    const arriving = ((sent - this.sent) * SECOND) / EVERY;
    const done = ((finished - this.finished) * SECOND) / EVERY;
    const needed = finished === 0 ? 0 : Math.ceil((arriving * busy) / finished / SECOND);
    this.needed.set(needed);
    if (queued > this.queued && isBusy) {
      this.growing.begin([this.latestOrigin], { queued, arriving, done, processes, needed });
    } else if (queued < this.queued || queued === 0) this.growing.end();
    this.queued = queued;
    this.sent = sent;
    this.finished = finished;
  }
}
