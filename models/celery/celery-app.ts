import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { REDIS_OUT_OF_MEMORY } from "../error.ts";
import type { Address } from "../host.ts";
import type { ListOwner, RedisList } from "../redis/redis-list.ts";
import type { RedisServer } from "../redis/redis-server.ts";
import type { ServiceGroup } from "../service/service-group.ts";
import { CALL, COMMAND } from "../verb.ts";
import type { NodeId, World } from "../world.ts";
import { Backlog } from "./backlog.ts";
import type { CeleryWorker } from "./celery-worker.ts";
import type { CeleryOptions } from "./kind.ts";
import { type MessageId, Messages } from "./messages.ts";

const VISIBLE_AGAIN = 0;

/** Bytes of the answer to an LPUSH. */
const LENGTH_BYTES = 10;
const NONE_LEFT: MessageId = -1;

/**
 * A Celery app as those who send tasks know it: who calls it has a message put on the queue at the broker, and goes on.
 *
 * A message is in the queue until a worker fetches it, then with that worker until it is over. It is acknowledged when
 * the task begins, or with acks_late when it is over; what a worker that crashes had acknowledged is lost, the rest
 * comes back to the queue when its visibility timeout is over (kombu transport/redis.py, restore_visible).
 */
export class CeleryApp extends Component implements Address, ListOwner {
  readonly messages = new Messages();
  broker!: RedisServer;
  results: RedisServer | undefined;
  private readonly world: World;
  private readonly options: CeleryOptions;
  private readonly workers: CeleryWorker[] = [];
  /** Workers that wait for a message, by their numbers; some may have stopped to. */
  private readonly hungry = new WaitingLine();
  private readonly backlog: Backlog;
  private readonly visibility: number;
  private queue!: RedisList;
  private readonly queued: Gauge;
  private readonly reserved: Gauge;
  private readonly active: Gauge;
  private readonly unacked: Gauge;
  private readonly processes: Gauge;
  private readonly sent: Counter;
  private readonly succeeded: Counter;
  private readonly failed: Counter;
  private readonly lost: Counter;
  private readonly redelivered: Counter;
  private readonly copies: Counter;
  private readonly wait: Histogram;
  private readonly runtime: Histogram;

  constructor(world: World, path: string, options: CeleryOptions, group: ServiceGroup) {
    super(world.sim, `${path}/${options.queue}`);
    const { record } = world.sim;
    this.world = world;
    this.options = options;
    this.visibility = world.sim.lane(options.visibility_timeout);
    this.queued = record.gauge(path, "queued", "tasks");
    this.reserved = record.gauge(path, "reserved", "tasks");
    this.active = record.gauge(path, "active", "tasks");
    this.unacked = record.gauge(path, "unacked", "tasks");
    this.processes = record.gauge(path, "processes", "processes");
    this.sent = record.counter(path, "sent", "tasks");
    this.succeeded = record.counter(path, "succeeded", "tasks");
    this.failed = record.counter(path, "failed", "tasks");
    this.lost = record.counter(path, "lost", "tasks");
    this.redelivered = record.counter(path, "redelivered", "tasks");
    this.copies = record.counter(path, "run_twice", "tasks");
    this.wait = record.histogram(path, "queue_wait", "ms");
    this.runtime = record.histogram(path, "runtime", "ms");
    this.backlog = new Backlog(world, path, this, group);
  }

  /** A worker is one of its workers, from when the world is built; returns its number. */
  enlist(worker: CeleryWorker): number {
    return this.workers.push(worker) - 1;
  }

  /** Looks up the broker and the store of results. */
  connect(): void {
    const { broker, queue, message, result_backend } = this.options;
    this.broker = this.world.find(broker) as RedisServer;
    this.queue = this.broker.list(queue, message, this);
    if (result_backend !== undefined) this.results = this.world.find(result_backend) as RedisServer;
  }

  start(): void {
    this.backlog.start();
  }

  /** The library that sends a task runs in the process of the sender: the message goes from there to the broker. */
  reach(request: RequestId, from: NodeId): void {
    const { requests } = this.sim;
    const message = this.messages.write(request, requests, this.now);
    requests.verb[request] = COMMAND;
    requests.bytesIn[request] = this.options.message;
    requests.bytesOut[request] = LENGTH_BYTES;
    requests.push(request, this.id, message);
    this.broker.reach(request, from);
  }

  /** The broker has answered whoever sends a task. */
  override resume(request: RequestId, outcome: Outcome, message: MessageId): void {
    const { requests } = this.sim;
    requests.verb[request] = CALL;
    requests.bytesIn[request] = this.messages.bytesIn[message]!;
    requests.bytesOut[request] = this.messages.bytesOut[message]!;
    if (outcome === OK && this.queue.hasRoom) {
      this.sent.add();
      this.enqueue(message);
      return this.reply(request, OK);
    }
    this.messages.erase(message);
    if (outcome !== OK) return this.reply(request, outcome);
    this.refuse(request, REDIS_OUT_OF_MEMORY, this.broker.runOutOfMemory(request));
  }

  override on(_kind: typeof VISIBLE_AGAIN, message: MessageId): void {
    const { messages } = this;
    messages.timer[message] = NO_EVENT;
    const isKnown = messages.memory[message] === this.broker.memories;
    if (this.workers[messages.holder[message]!]!.life === messages.life[message]) {
      if (isKnown) this.runTwice(message);
      return;
    }
    this.unacked.add(-1);
    if (!isKnown) return this.lose(message);
    this.redelivered.add();
    this.enqueue(message);
  }

  /** A worker asks for a message; NONE_LEFT if there is none, and then it is woken when one comes. */
  take(worker: CeleryWorker): MessageId {
    const { messages } = this;
    if (this.queue.length === 0) {
      this.hungry.join(worker.number);
      return NONE_LEFT;
    }
    const message = this.queue.pop();
    this.queued.add(-1);
    messages.holder[message] = worker.number;
    messages.life[message] = worker.life;
    messages.memory[message] = this.broker.memories;
    messages.timer[message] = this.afterLane(this.visibility, VISIBLE_AGAIN, message);
    this.reserved.add(1);
    return message;
  }

  /** A process begins with a task. */
  begin(message: MessageId): void {
    this.reserved.add(-1);
    this.active.add(1);
    this.messages.beganAt[message] = this.now;
    this.wait.observe(this.now - this.messages.sentAt[message]!);
  }

  /** The broker may forget a message. */
  acknowledge(message: MessageId): void {
    this.cancel(this.messages.timer[message]!);
    this.messages.timer[message] = NO_EVENT;
  }

  /** A task is over. */
  end(message: MessageId, isGood: boolean): void {
    this.active.add(-1);
    this.runtime.observe(this.now - this.messages.beganAt[message]!);
    (isGood ? this.succeeded : this.failed).add();
    this.messages.erase(message);
  }

  /** The worker that had a task has crashed; what was acknowledged is lost. */
  abandon(message: MessageId, wasActive: boolean): void {
    (wasActive ? this.active : this.reserved).add(-1);
    if (this.messages.timer[message] === NO_EVENT) this.lose(message);
    else this.unacked.add(1);
  }

  /** So many processes run more, or fewer. */
  staff(difference: number): void {
    this.processes.add(difference);
  }

  vanished(message: MessageId): void {
    this.queued.add(-1);
    this.lose(message);
  }

  /** Figures that tell whether the workers keep up. */
  get state() {
    const { runtime } = this;
    return {
      queued: this.queue.length,
      sent: this.sent.count,
      finished: runtime.count,
      busy: runtime.sum,
      processes: this.processes.value,
      isBusy: this.active.value >= this.processes.value,
    };
  }

  /** Every message that was sent is queued, reserved, active, waiting for its visibility timeout, done or lost. */
  override check(): void {
    const sent = this.sent.count + this.copies.count;
    const here = this.queue.length + this.reserved.value + this.active.value + this.unacked.value;
    const over = this.succeeded.count + this.failed.count + this.lost.count;
    assert(sent === here + over, () => `${this.path}: ${sent} sent, but ${here} are here and ${over} over`);
  }

  private enqueue(message: MessageId): void {
    this.queue.push(message);
    this.queued.add(1);
    this.backlog.come(this.messages.origin[message]!);
    while (this.hungry.length > 0) {
      if (this.workers[this.hungry.leave()]!.wake()) break;
    }
  }

  /** Its worker is still at it, but the broker gives it out once more. */
  private runTwice(message: MessageId): void {
    this.redelivered.add();
    this.copies.add();
    this.enqueue(this.messages.copy(message));
  }

  private lose(message: MessageId): void {
    this.lost.add();
    this.messages.erase(message);
  }
}
