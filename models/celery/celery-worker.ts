import { assert } from "../../sim/assert.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REFUSED } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { Host } from "../host.ts";
import type { Container } from "../kubernetes/container.ts";
import type { RedisServer } from "../redis/redis-server.ts";
import type { ServiceGroup } from "../service/service-group.ts";
import { ServicePod } from "../service/service-pod.ts";
import { CALL, COMMAND } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import type { CeleryApp } from "./celery-app.ts";
import type { CeleryOptions } from "./kind.ts";
import type { MessageId } from "./messages.ts";

const TRY_AGAIN = 0;

/** What a request of a worker is for, in the note that it travels with; the rest of the note is the message. */
const TASK = 0;
const RESULT = 1;
const FETCH = 2;
const ACKNOWLEDGE = 3;
/** The result of a task that has failed: its exception. */
const EXCEPTION = 4;
const PURPOSES = 5;

/** Commands of kombu's Redis transport: BRPOP with ZADD and HSET; ZREM and HDEL. Of the backend: SETEX and PUBLISH. */
const FETCH_COMMANDS = 3;
const ACKNOWLEDGE_COMMANDS = 2;
const RESULT_COMMANDS = 2;
const COMMAND_BYTES = 200;
const RESULT_BYTES = 400;

/** Pause before the n-th attempt to reach a broker again: 2 s, 4 s ... 30 s (kombu connection.py, ensure_connection). */
const RETRY_STEP: Micros = 2 * SECOND;
const RETRY_MAX: Micros = 30 * SECOND;

/**
 * One worker: a main process that fetches messages from the broker, and child processes (prefork) that each run one
 * task at a time.
 *
 * It fetches one message after the other as long as it holds fewer unacknowledged ones than prefetch multiplier times
 * concurrency; what it has reserved no other worker gets. What a task does is up to its request class, as in a service.
 */
export class CeleryWorker extends Host implements Container {
  readonly number: number;
  /** How often it has ended. */
  life = 0;
  private readonly app: CeleryApp;
  private readonly children: ServicePod;
  private readonly concurrency: number;
  private readonly prefetch: number;
  private readonly acksLate: boolean;
  /** Messages that wait for a child. */
  private readonly reserved = new WaitingLine();
  private running = false;
  private busy = 0;
  private unacknowledged = 0;
  private isFetching = false;
  private isHungry = false;
  private failures = 0;

  constructor(world: World, path: string, options: CeleryOptions, app: CeleryApp, group: ServiceGroup) {
    super(world, path, ELSEWHERE);
    this.app = app;
    this.children = new ServicePod(world, `${path}/children`, group);
    this.concurrency = options.concurrency ?? options.cores;
    const { worker_prefetch_multiplier: multiplier } = options;
    this.prefetch = multiplier === 0 ? Number.POSITIVE_INFINITY : multiplier * this.concurrency;
    this.acksLate = options.task_acks_late;
    this.number = app.enlist(this);
  }

  start(because: JournalId): void {
    this.running = true;
    this.origin = because;
    this.failures = 0;
    this.children.node = this.node;
    this.children.start(because);
    this.app.staff(this.concurrency);
    this.fetch();
  }

  /** It ends at once, as by kill -9: nobody puts back what it had reserved. */
  stop(because: JournalId): void {
    if (!this.running) return;
    this.running = false;
    this.life++;
    this.busy = 0;
    this.unacknowledged = 0;
    this.isFetching = false;
    this.isHungry = false;
    this.app.staff(-this.concurrency);
    while (this.reserved.length > 0) this.app.abandon(this.reserved.leave(), false);
    this.children.stop(because);
  }

  /** Nobody calls a worker. */
  receive(request: RequestId): void {
    this.refuse(request, REFUSED, this.origin);
  }

  /** A message has come that it may have; false if it does not wait for one any more. */
  wake(): boolean {
    if (!this.isHungry) return false;
    this.isHungry = false;
    this.fetch();
    return true;
  }

  override on(_kind: typeof TRY_AGAIN, life: number): void {
    if (life !== this.life) return;
    this.isFetching = false;
    this.fetch();
  }

  override resume(request: RequestId, outcome: Outcome, note: number): void {
    const isOfThisLife = this.sim.requests.tag[request] === this.life;
    const message = Math.floor(note / PURPOSES);
    const purpose = note % PURPOSES;
    this.sim.requests.close(request);
    if (!isOfThisLife) this.endTooLate(message, purpose);
    else if (purpose === FETCH) this.fetched(outcome);
    else if (purpose === TASK) this.finish(message, outcome === OK);
    else if (purpose !== ACKNOWLEDGE) this.end(message, purpose === RESULT);
  }

  override check(): void {
    const { busy, concurrency } = this;
    assert(busy <= concurrency, () => `${this.path}: ${busy} of ${concurrency} processes busy`);
    assert(this.reserved.length <= this.prefetch, () => `${this.path}: ${this.reserved.length} messages reserved`);
  }

  private fetch(): void {
    const waits = this.isFetching || this.isHungry || this.unacknowledged >= this.prefetch;
    if (!this.running || waits) return;
    this.isFetching = true;
    this.command(this.app.broker, FETCH_COMMANDS, COMMAND_BYTES, FETCH);
  }

  private fetched(outcome: Outcome): void {
    if (outcome !== OK) {
      this.failures++;
      this.after(Math.min(RETRY_MAX, this.failures * RETRY_STEP), TRY_AGAIN, this.life);
      return;
    }
    this.isFetching = false;
    this.failures = 0;
    const message = this.app.take(this);
    if (message < 0) {
      this.isHungry = true;
      return;
    }
    this.unacknowledged++;
    this.reserved.join(message);
    this.dispatch();
    this.fetch();
  }

  private dispatch(): void {
    while (this.reserved.length > 0 && this.busy < this.concurrency) this.begin(this.reserved.leave());
  }

  private begin(message: MessageId): void {
    const { requests } = this.sim;
    this.busy++;
    this.app.begin(message);
    if (!this.acksLate) this.acknowledge(message);
    const task = requests.open(this.now, CALL);
    this.app.messages.read(message, task, requests);
    requests.tag[task] = this.life;
    this.call(this.children, task, message * PURPOSES + TASK);
  }

  private finish(message: MessageId, isGood: boolean): void {
    const { results } = this.app;
    if (results === undefined) return this.end(message, isGood);
    this.command(results, RESULT_COMMANDS, RESULT_BYTES, message * PURPOSES + (isGood ? RESULT : EXCEPTION));
  }

  private end(message: MessageId, isGood: boolean): void {
    this.busy--;
    if (this.acksLate) this.acknowledge(message);
    this.app.end(message, isGood);
    this.dispatch();
    this.fetch();
  }

  /** The worker that this was for has crashed meanwhile. */
  private endTooLate(message: MessageId, purpose: number): void {
    if (purpose !== FETCH && purpose !== ACKNOWLEDGE) this.app.abandon(message, true);
  }

  private acknowledge(message: MessageId): void {
    this.unacknowledged--;
    this.app.acknowledge(message);
    this.command(this.app.broker, ACKNOWLEDGE_COMMANDS, COMMAND_BYTES, ACKNOWLEDGE);
    this.fetch();
  }

  private command(to: RedisServer, commands: number, bytes: number, note: number): void {
    const { requests } = this.sim;
    const request = requests.open(this.now, COMMAND);
    requests.batch[request] = commands;
    requests.bytesIn[request] = bytes;
    requests.bytesOut[request] = COMMAND_BYTES;
    requests.origin[request] = this.origin;
    requests.tag[request] = this.life;
    this.send(to, request, note);
  }
}
