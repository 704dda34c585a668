import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { MILLISECOND, SECOND } from "../../sim/time.ts";
import type { ServiceGroup } from "../service/service-group.ts";
import type { World } from "../world.ts";
import type { CeleryApp } from "./celery-app.ts";

const LOOK = 0;
/** Looks, one each second, that rates are taken over. */
const LOOKS = 5;

/** What the queue and its workers have come to by a moment. */
interface Tally {
  readonly queued: number;
  readonly sent: number;
  readonly finished: number;
  /** Time that tasks have kept processes busy, in microseconds. */
  readonly busy: number;
}

/**
 * Whether the workers keep up with the tasks that come, and how many processes would.
 *
 * Processes needed are the tasks that come per second times the seconds that a task keeps a process busy (Little's law):
 * enough if a task takes no longer when there are more of them, so not where the store that they write to is the limit.
 */
export class Backlog extends Component {
  private readonly app: CeleryApp;
  private readonly group: ServiceGroup;
  private readonly growing: Condition;
  private readonly needed: Gauge;
  private readonly lane: number;
  /** The last looks, the oldest first. */
  private readonly tallies: Tally[] = [];
  /** Why the tasks that came last exist. */
  private latestOrigin: JournalId = NONE;

  constructor(world: World, path: string, app: CeleryApp, group: ServiceGroup) {
    super(world.sim, `${path}/backlog`);
    this.app = app;
    this.group = group;
    this.growing = new Condition(world.sim, app, "backlog-grows");
    this.needed = world.sim.record.gauge(path, "processes_needed", "processes");
    this.lane = world.sim.lane(SECOND);
  }

  start(): void {
    this.tallies.push({ queued: 0, sent: 0, finished: 0, busy: 0 });
    this.afterLane(this.lane, LOOK);
  }

  /** A task comes; `origin` is the action that it exists under. */
  come(origin: JournalId): void {
    this.latestOrigin = Math.max(this.latestOrigin, origin);
  }

  override on(_kind: typeof LOOK): void {
    const [before] = this.tallies;
    const seconds = this.tallies.length;
    const { processes, isBusy, ...tally } = this.app.state;
    this.tallies.push(tally);
    if (seconds === LOOKS) this.tallies.shift();
    this.afterLane(this.lane, LOOK);
    this.judge(before!, tally, seconds, processes, isBusy);
  }

  private judge(before: Tally, now: Tally, seconds: number, processes: number, isBusy: boolean): void {
    const arriving = Math.round((now.sent - before.sent) / seconds);
    const done = Math.round((now.finished - before.finished) / seconds);
    const each = now.finished > before.finished ? meanOf(before, now) : meanOf(NOTHING, now);
    const needed = Math.ceil((arriving * each) / SECOND);
    this.needed.set(needed);
    if (now.queued > before.queued && isBusy) {
      const milliseconds = Math.round(each / MILLISECOND);
      const figures = { queued: now.queued, arriving, done, processes, milliseconds, needed };
      this.growing.begin([this.group.latestTrouble, this.latestOrigin], figures);
    } else if (now.queued < before.queued || now.queued === 0) this.growing.end();
  }
}

/** How long a task has kept a process busy, on average; 0 if none has. */
function meanOf(before: Tally, now: Tally): number {
  return (now.busy - before.busy) / Math.max(1, now.finished - before.finished);
}

const NOTHING: Tally = { queued: 0, sent: 0, finished: 0, busy: 0 };
