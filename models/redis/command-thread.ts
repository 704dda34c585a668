import { Component } from "../../sim/component.ts";
import { Constant } from "../../sim/distribution/constant.ts";
import type { Distribution } from "../../sim/distribution.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { RequestId } from "../../sim/requests.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import type { World } from "../world.ts";
import type { RedisOptions } from "./kind.ts";

const EXECUTED = 0;
const NOBODY: RequestId = -1;

/** Whoever the thread works for. */
export interface ThreadOwner {
  executed(request: RequestId): void;
}

/**
 * The one thread that serves the commands of all clients, in the order in which their round trips arrive.
 *
 * A round trip costs a read and a write of its socket, however many commands travel in it, and each command costs its
 * own time: so a pipeline spreads the cost of the socket over its commands (redis.io, pipelining). What is lost or won
 * by ending at a whole microsecond is made up for by the next round trip, or 8.5 us would count as 9.
 */
export class CommandThread extends Component {
  /** What one round trip and one command take at normal speed, in microseconds. */
  readonly perRound: number;
  readonly perCommand: number;
  private readonly owner: ThreadOwner;
  private readonly cost: Distribution;
  private readonly stream: Stream;
  private readonly line = new WaitingLine();
  private readonly busy: Gauge;
  private readonly waiting: Gauge;
  private readonly processed: Counter;
  private current: RequestId = NOBODY;
  /** When the current round trip is over; not rounded. */
  private due = 0;
  /** How much later than it did the latest round trip should have ended. */
  private carry = 0;
  /** Work that the current round trip has left, while the thread stands still. */
  private left = 0;
  /** Work that those in the line will need, on average. */
  private queued = 0;
  private speed = 1;
  private timer: EventHandle = NO_EVENT;

  constructor(world: World, path: string, options: RedisOptions, owner: ThreadOwner) {
    super(world.sim, `${path}/thread`);
    const { record } = world.sim;
    const { single, pipelined, pipeline } = options.benchmark;
    // single: 1 / (round + command); pipelined: 1 / (round / pipeline + command).
    this.perCommand = (SECOND * (pipeline / pipelined - 1 / single)) / (pipeline - 1);
    this.perRound = SECOND / single - this.perCommand;
    this.owner = owner;
    this.cost = options.cost;
    this.stream = world.sim.streams.stream(path, "cost");
    this.busy = record.gauge(path, "busy", "threads");
    this.waiting = record.gauge(path, "waiting", "round trips");
    this.processed = record.counter(path, "total_commands_processed", "commands");
  }

  /** Round trips that wait for the thread. */
  get length(): number {
    return this.line.length;
  }

  /** How long a round trip that comes now has to wait, as far as can be foreseen; Infinity while the thread stands still. */
  get backlog(): Micros {
    if (this.current === NOBODY) return 0;
    if (this.speed === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.due - this.now) + this.queued / this.speed;
  }

  execute(request: RequestId): void {
    if (this.current === NOBODY) {
      this.busy.set(1);
      return this.begin(request);
    }
    this.queued += this.expected(request);
    this.line.join(request);
    this.waiting.add(1);
  }

  /** Everything runs at this multiple of its normal speed from now on; at 0 it stands still. */
  setSpeed(speed: number): void {
    if (this.current !== NOBODY) {
      if (this.speed > 0) this.left = Math.max(0, this.due - this.now) * this.speed;
      this.cancel(this.timer);
      if (speed > 0) this.plan(this.now + this.left / speed);
    }
    this.speed = speed;
  }

  /** Takes everything away from the thread and returns it. */
  clear(): RequestId[] {
    const cut: RequestId[] = [];
    if (this.current !== NOBODY) cut.push(this.current);
    while (this.line.length > 0) cut.push(this.line.leave());
    this.cancel(this.timer);
    this.timer = NO_EVENT;
    this.current = NOBODY;
    this.queued = 0;
    this.busy.set(0);
    this.waiting.set(0);
    return cut;
  }

  override on(_kind: typeof EXECUTED): void {
    const request = this.current;
    const { batch, rounds } = this.sim.requests;
    this.timer = NO_EVENT;
    this.current = NOBODY;
    this.carry = this.due - this.now;
    this.processed.add(batch[request]! * rounds[request]!);
    if (this.line.length > 0) this.beginNext();
    else this.busy.set(0);
    this.owner.executed(request);
  }

  private beginNext(): void {
    const next = this.line.leave();
    this.waiting.add(-1);
    this.queued = this.line.length > 0 ? this.queued - this.expected(next) : 0;
    this.begin(next);
  }

  private begin(request: RequestId): void {
    const { batch, rounds } = this.sim.requests;
    const factor = this.cost instanceof Constant ? this.cost.mean : this.cost.draw(this.stream);
    const work = rounds[request]! * (this.perRound + batch[request]! * this.perCommand * factor);
    this.current = request;
    if (this.speed > 0) this.plan(this.now + this.carry + work / this.speed);
    else this.left = work;
  }

  private plan(due: number): void {
    this.due = due;
    this.timer = this.after(Math.max(0, Math.round(due) - this.now), EXECUTED);
  }

  private expected(request: RequestId): number {
    const { batch, rounds } = this.sim.requests;
    return rounds[request]! * (this.perRound + batch[request]! * this.perCommand * this.cost.mean);
  }
}
