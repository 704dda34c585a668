import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { World } from "../world.ts";

/** What all processes of one HAProxy deployment count of a server, under the names of its statistics page. */
export class ServerStats extends Component {
  readonly scur: Gauge;
  readonly qcur: Gauge;
  readonly stot: Counter;
  readonly econ: Counter;
  readonly eresp: Counter;
  readonly wretr: Counter;
  readonly wredis: Counter;
  private readonly chkdown: Counter;
  private readonly down: Condition;
  /** Processes to which it is down. */
  private downTo = 0;

  constructor(world: World, path: string) {
    super(world.sim, path);
    const { record } = world.sim;
    this.scur = record.gauge(this, "scur", "sessions");
    this.qcur = record.gauge(this, "qcur", "requests");
    this.stot = record.counter(this, "stot", "sessions");
    this.econ = record.counter(this, "econ", "errors");
    this.eresp = record.counter(this, "eresp", "errors");
    this.wretr = record.counter(this, "wretr", "retries");
    this.wredis = record.counter(this, "wredis", "redispatches");
    this.chkdown = record.counter(this, "chkdown", "times");
    this.down = new Condition(world.sim, this, "server-down");
  }

  /** The latest time that it was down, or NONE. */
  get latest(): JournalId {
    return this.down.id;
  }

  /** A process has found it down. */
  goDown(because: readonly JournalId[], fall: number): void {
    this.chkdown.add();
    this.downTo++;
    this.down.begin(because, { fall });
  }

  /** A process has found it up, or forgets that it was down. */
  comeUp(): void {
    this.downTo--;
    if (this.downTo === 0) this.down.end();
  }
}
