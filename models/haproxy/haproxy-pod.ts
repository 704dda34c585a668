import { assert } from "../../sim/assert.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import { BAD_GATEWAY, GATEWAY_TIMEOUT, SERVICE_UNAVAILABLE } from "../error.ts";
import { EventLoops } from "../proxy/event-loops.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import { NO_ANSWER, statusOf } from "../proxy/http-status.ts";
import { ReverseProxy } from "../proxy/reverse-proxy.ts";
import type { World } from "../world.ts";
import { Backend, type StreamOwner } from "./backend.ts";
import type { BackendServer } from "./backend-server.ts";
import { HaproxyExchanges } from "./haproxy-exchanges.ts";
import type { HaproxyGroup, RetryOn } from "./haproxy-group.ts";
import { type Checked, HealthCheck } from "./health-check.ts";

const WORKED = 1;
const QUEUE_TIMED_OUT = 2;
const TURNED_AROUND = 3;
const CONNECT_TIMED_OUT = 4;
const SERVER_TIMED_OUT = 5;

/** Stages of a stream: waiting for a slot, pausing before a retry, opening a connection, waiting for the answer. */
const QUEUED = 1;
const TURN_AROUND = 2;
const CONNECTING = 3;
const WAITING = 4;

/** A retry on the same server waits for so long, or for `timeout connect` if that is less. */
const TURN_AROUND_TIME: Micros = SECOND;
/** A wait for the processor that the journal calls a delay; nothing else hangs on it. */
const LONG_WAIT: Micros = 100 * MILLISECOND;

/**
 * One HAProxy: brings streams to the servers of a backend, at most `maxconn` at once to each, and lets the others wait.
 *
 * Who waits longer than `timeout queue` gets 503. A connection that fails is tried again, after a pause where it is the
 * same server, `retries` times; then the answer is 503. A server that breaks off gets 502, one that does not answer in
 * time 504. A client that hangs up is not noticed unless `abortonclose` is set. Source: src/backend.c, src/queue.c (2.6).
 */
export class HaproxyPod extends ReverseProxy implements StreamOwner, Checked {
  protected readonly exchanges = new HaproxyExchanges();
  private readonly group: HaproxyGroup;
  private readonly threads: EventLoops;
  private readonly cpuChance: Stream;
  private readonly requests: Counter;
  private readonly cpu: Counter;
  private backend!: Backend;
  private checks: readonly HealthCheck[] = [];
  private nextThread = 0;
  private isConfigured = false;
  /** Whether the process has been running since long before the start of the run, and all was well. */
  private isOld = false;

  constructor(world: World, path: string, group: HaproxyGroup) {
    super(world, path);
    const { record, streams } = world.sim;
    this.group = group;
    this.threads = new EventLoops(group.options.nbthread);
    this.cpuChance = streams.stream(path, "cpu");
    this.requests = record.counter(this, "req_tot", "requests");
    this.cpu = record.counter(this, "cpu", "microseconds");
  }

  /** The addresses of the servers are known. */
  connectBackend(): void {
    const { group, world, path, exchanges } = this;
    const { timeout } = group.options;
    this.backend = new Backend(world, path, group, exchanges, this);
    this.checks = group.addresses.flatMap((address, server) => {
      const { inter, check } = address.options;
      if (!check) return [];
      return [new HealthCheck(world, `${path}/check-${server}`, this, server, address, timeout.connect ?? inter)];
    });
  }

  override on(kind: number, exchange: ExchangeId): void {
    if (kind === WORKED) this.assign(exchange);
    else if (kind === QUEUE_TIMED_OUT) this.leaveQueue(exchange);
    else if (kind === TURNED_AROUND) this.retry(exchange);
    else if (kind === CONNECT_TIMED_OUT) this.failToConnect(exchange);
    else if (kind === SERVER_TIMED_OUT) this.failToAnswer(exchange, "response-timeout");
    else super.on(kind, exchange);
  }

  dequeued(exchange: ExchangeId): void {
    this.cancelTimer(exchange);
    this.group.qtime.observe(this.now - this.exchanges.queuedAt[exchange]!);
    this.open(exchange);
  }

  redistributed(exchange: ExchangeId): void {
    this.cancelTimer(exchange);
    this.assign(exchange);
  }

  checked(server: number, success: boolean, because: JournalId): void {
    this.configure();
    this.backend.checked(server, success, [because, this.origin]);
  }

  override check(): void {
    super.check();
    const { peer, stage } = this.exchanges;
    const all = this.exchanges.all();
    const queued = all.filter((exchange) => stage[exchange] === QUEUED).length;
    assert(queued === this.backend.waiting, () => `${this.path}: ${queued} wait, ${this.backend.waiting} in queues`);
    for (const [id, { served, address }] of this.backend.servers.entries()) {
      const { maxconn } = address.options;
      const slots = all.filter((exchange) => peer[exchange] === id).length;
      assert(slots === served, () => `${this.path}: ${slots} streams have ${served} slots of server ${id}`);
      assert(maxconn === 0 || served <= maxconn, () => `${this.path}: ${served} of maxconn ${maxconn}`);
    }
  }

  protected begin(): void {
    const named = this.checks.length;
    this.isConfigured = false;
    this.isOld = this.now === 0;
    this.threads.reset();
    for (const [at, check] of this.checks.entries()) check.start(this.node, check.pauseBefore(at, named), this.origin);
  }

  protected end(): void {
    for (const check of this.checks) check.stop();
    this.backend.forget();
  }

  protected ending(exchange: ExchangeId): void {
    if (this.exchanges.peer[exchange] !== NOBODY) this.backend.release(exchange);
  }

  protected override get noticesHangUps(): boolean {
    return this.group.options.abortonclose;
  }

  protected clientLeft(exchange: ExchangeId): void {
    if (this.exchanges.stage[exchange] === QUEUED) this.backend.leaveQueue(exchange);
    this.exchanges.stage[exchange] = 0;
    this.ending(exchange);
  }

  protected admit(request: RequestId): void {
    const { cpu } = this.group.options;
    this.configure();
    this.requests.add();
    const exchange = this.exchanges.take(request, this.now);
    const time = Math.round(cpu.draw(this.cpuChance));
    const delay = this.threads.work(this.nextThread, time, this.now);
    this.nextThread = (this.nextThread + 1) % this.group.options.nbthread;
    this.cpu.add(time);
    if (delay - time > LONG_WAIT) this.sim.requests.because[request] = this.group.wait(request, this.origin);
    if (delay === 0) this.assign(exchange);
    else this.exchanges.timer[exchange] = this.after(delay, WORKED, exchange);
  }

  protected connected(exchange: ExchangeId, outcome: Outcome): void {
    const { timeout } = this.group.options;
    if (outcome !== OK) return this.failToConnect(exchange);
    this.exchanges.stage[exchange] = WAITING;
    this.wait(exchange, timeout.server, SERVER_TIMED_OUT);
    this.ask(exchange);
  }

  protected answered(exchange: ExchangeId, outcome: Outcome): void {
    const status = statusOf(this.sim.requests, this.exchanges.request[exchange]!, outcome);
    if (status === NO_ANSWER) return this.failToAnswer(exchange, "empty-response");
    const retryOn = `${status}` as RetryOn;
    if (status >= 500 && this.mayRetry(exchange, retryOn)) this.failToAnswer(exchange, retryOn);
    else this.respond(exchange, outcome);
  }

  private configure(): void {
    if (!this.isConfigured) this.backend.configure(this.isOld);
    this.isConfigured = true;
  }

  private assign(exchange: ExchangeId): void {
    const { exchanges, group } = this;
    const request = exchanges.request[exchange]!;
    const before = exchanges.target[exchange]!;
    const assignment = this.backend.assign(exchange, this.now);
    if (assignment === "no server") {
      return this.fail(exchange, SERVICE_UNAVAILABLE, group.findNone(request, this.origin));
    }
    if (before !== NOBODY) this.countRetry(exchange, before);
    if (assignment === "slot") {
      group.qtime.observe(0);
      return this.open(exchange);
    }
    exchanges.stage[exchange] = QUEUED;
    this.sim.requests.because[request] = group.queue(request, this.origin);
    this.wait(exchange, group.options.timeout.queue ?? group.options.timeout.connect, QUEUE_TIMED_OUT);
  }

  private leaveQueue(exchange: ExchangeId): void {
    const request = this.exchanges.request[exchange]!;
    this.backend.leaveQueue(exchange);
    this.exchanges.stage[exchange] = 0;
    this.fail(exchange, SERVICE_UNAVAILABLE, this.group.leaveQueue(request));
  }

  /** Opens a connection to the server on which the stream has a slot. */
  private open(exchange: ExchangeId): void {
    const { address } = this.serverOf(exchange);
    this.exchanges.stage[exchange] = CONNECTING;
    address.stats.stot.add();
    this.wait(exchange, this.group.options.timeout.connect, CONNECT_TIMED_OUT);
    this.connect(exchange, address.endpoint.address);
  }

  /** The connection could not be opened (back_handle_st_cer). */
  private failToConnect(exchange: ExchangeId): void {
    const { group } = this;
    this.giveUp(exchange);
    this.serverOf(exchange).address.stats.econ.add();
    const because = group.failToConnect(this.exchanges.request[exchange]!, this.origin);
    if (!this.mayRetry(exchange, "conn-failure")) return this.fail(exchange, SERVICE_UNAVAILABLE, because);
    this.exchanges.tries[exchange]!++;
    group.retried.add();
    const redispatches = this.redispatches(exchange);
    const isElsewhere = redispatches && this.backend.balance.takesTurns && this.backend.active > 1;
    if (redispatches) this.backend.release(exchange);
    this.exchanges.stage[exchange] = TURN_AROUND;
    if (isElsewhere) return this.assign(exchange);
    const pause = Math.min(TURN_AROUND_TIME, group.options.timeout.connect ?? TURN_AROUND_TIME);
    this.wait(exchange, pause, TURNED_AROUND);
  }

  /** The pause before a retry is over. */
  private retry(exchange: ExchangeId): void {
    const server = this.exchanges.peer[exchange]!;
    if (server === NOBODY) return this.assign(exchange);
    this.countRetry(exchange, server);
    this.open(exchange);
  }

  /** The server that was reached does not answer, or with a failure that is to be retried. */
  private failToAnswer(exchange: ExchangeId, why: RetryOn): void {
    const { group, exchanges } = this;
    this.giveUp(exchange);
    this.serverOf(exchange).address.stats.eresp.add();
    const because = group.failToAnswer(exchanges.request[exchange]!, this.origin);
    const outcome = why === "response-timeout" ? GATEWAY_TIMEOUT : BAD_GATEWAY;
    if (!this.mayRetry(exchange, why)) return this.fail(exchange, outcome, because);
    exchanges.tries[exchange]!++;
    group.retried.add();
    if (!this.redispatches(exchange)) return this.retry(exchange);
    this.backend.release(exchange);
    exchanges.stage[exchange] = TURN_AROUND;
    this.assign(exchange);
  }

  private mayRetry(exchange: ExchangeId, why: RetryOn): boolean {
    const { retries, "retry-on": on } = this.group.options;
    return this.exchanges.tries[exchange]! < retries && on.includes(why);
  }

  /** Whether a retry leaves the server (stream_choose_redispatch). */
  private redispatches(exchange: ExchangeId): boolean {
    const { redispatch: every, retries } = this.group.options;
    const retry = this.exchanges.tries[exchange]!;
    if (every === 0) return false;
    const isDue = every > 0 ? retry % every === 0 : retry % (retries + 1 + every) === 0;
    const isDown = !this.serverOf(exchange).isUp;
    return isDue || isDown || (this.backend.active > 1 && this.backend.balance.takesTurns);
  }

  private countRetry(exchange: ExchangeId, before: number): void {
    const { stats } = this.group.addresses[before]!;
    if (this.exchanges.target[exchange] === before) stats.wretr.add();
    else stats.wredis.add();
  }

  private wait(exchange: ExchangeId, time: Micros | undefined, kind: number): void {
    this.exchanges.timer[exchange] = time === undefined ? NO_EVENT : this.after(time, kind, exchange);
  }

  /** The server on which a stream has a slot. */
  private serverOf(exchange: ExchangeId): BackendServer {
    return this.backend.servers[this.exchanges.peer[exchange]!]!;
  }
}
