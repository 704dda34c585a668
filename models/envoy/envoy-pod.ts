import { assert } from "../../sim/assert.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { MILLISECOND, type Micros } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { GATEWAY_TIMEOUT, SERVICE_UNAVAILABLE } from "../error.ts";
import { EventLoops } from "../proxy/event-loops.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import { NO_ANSWER, statusOf } from "../proxy/http-status.ts";
import { ReverseProxy } from "../proxy/reverse-proxy.ts";
import type { World } from "../world.ts";
import { type ClusterUser, EnvoyCluster } from "./envoy-cluster.ts";
import { EnvoyExchanges } from "./envoy-exchanges.ts";
import type { EnvoyGroup } from "./envoy-group.ts";
import type { RetryOn, RetryPolicyOptions } from "./envoy-options.ts";
import { retryPause } from "./retry-back-off.ts";

const WORKED = 1;
const TRY_TIMED_OUT = 2;
const TIMED_OUT = 3;
const TRY_AGAIN = 4;

/** Stages of a request: pausing before a retry, waiting for a connection, waiting for the answer of a host. */
const PAUSING = 1;
const PENDING = 2;
const ACTIVE = 3;

/** A wait for the processor that the journal calls a delay; nothing else hangs on it. */
const LONG_WAIT: Micros = 100 * MILLISECOND;

/** What makes a try fail, and which entries of `retry_on` cover it. */
const RETRIED_BY = {
  "connect-failure": ["5xx", "gateway-error", "connect-failure", "reset"],
  reset: ["5xx", "gateway-error", "reset"],
  timeout: ["5xx", "gateway-error"],
  "gateway-error": ["5xx", "gateway-error"],
  "5xx": ["5xx"],
} as const satisfies Record<string, readonly RetryOn[]>;
type Failure = keyof typeof RETRIED_BY;

/**
 * One Envoy: routes requests to the hosts of a cluster, with retries, circuit breakers and outlier detection.
 *
 * A request that a circuit breaker lets not pass gets 503 at once and is not tried again. Whatever else fails is tried
 * again as the retry policy says, after a pause, while fewer retries than allowed are under way. A time-out gets 504, a
 * host that refuses or breaks off 503. Source: source/common/router/router.cc, retry_state_impl.cc.
 */
export class EnvoyPod extends ReverseProxy implements ClusterUser {
  protected readonly exchanges = new EnvoyExchanges();
  private readonly group: EnvoyGroup;
  private readonly retryPolicy: RetryPolicyOptions | undefined;
  private readonly workers: EventLoops;
  private readonly workerChance: Stream;
  private readonly cpuChance: Stream;
  private readonly retryChance: Stream;
  private readonly deadlineLane: number;
  private readonly tryLane: number;
  private readonly requests: Counter;
  private readonly cpu: Counter;
  private cluster!: EnvoyCluster;

  constructor(world: World, path: string, group: EnvoyGroup) {
    super(world, path);
    const { record, streams } = world.sim;
    const { concurrency, timeout, retry_policy } = group.options;
    this.group = group;
    this.retryPolicy = retry_policy === "off" ? undefined : retry_policy;
    this.workers = new EventLoops(concurrency);
    this.workerChance = streams.stream(path, "worker");
    this.cpuChance = streams.stream(path, "cpu");
    this.retryChance = streams.stream(path, "retry");
    this.deadlineLane = world.sim.lane(timeout);
    this.tryLane = world.sim.lane(this.retryPolicy?.per_try_timeout ?? timeout);
    this.requests = record.counter(this, "downstream_rq_total", "requests");
    this.cpu = record.counter(this, "cpu", "microseconds");
  }

  /** The hosts of the cluster are known. */
  connectCluster(): void {
    this.cluster = new EnvoyCluster(this.world, `${this.path}/cluster`, this.group, this, this.connections);
  }

  override on(kind: number, exchange: ExchangeId): void {
    if (kind === WORKED || kind === TRY_AGAIN) this.try(exchange);
    else if (kind === TRY_TIMED_OUT) this.endTry(exchange);
    else if (kind === TIMED_OUT) this.timeOut(exchange);
    else super.on(kind, exchange);
  }

  attached(exchange: ExchangeId, connection: ConnectionId): void {
    this.exchanges.stage[exchange] = ACTIVE;
    this.exchanges.connection[exchange] = connection;
    if (this.retryPolicy?.per_try_timeout !== undefined) {
      this.exchanges.timer[exchange] = this.afterLane(this.tryLane, TRY_TIMED_OUT, exchange);
    }
    this.ask(exchange);
  }

  pending(exchange: ExchangeId): void {
    const { because } = this.sim.requests;
    const request = this.exchanges.request[exchange]!;
    this.exchanges.stage[exchange] = PENDING;
    if (!this.cluster.breakers.connections.canCreate) because[request] = this.group.overflowBy(request, this.origin);
  }

  overflowed(exchange: ExchangeId): void {
    const request = this.exchanges.request[exchange]!;
    this.exchanges.stage[exchange] = 0;
    this.fail(exchange, SERVICE_UNAVAILABLE, this.group.overflowBy(request, this.origin));
  }

  connectFailed(exchange: ExchangeId, because: JournalId): void {
    const { exchanges, cluster } = this;
    const request = exchanges.request[exchange]!;
    if (because !== NONE) this.sim.requests.because[request] = because;
    exchanges.stage[exchange] = 0;
    cluster.hostUnreachable(exchanges.peer[exchange]!);
    const trouble = this.group.fail(request, this.origin);
    if (!this.retries(exchange, "connect-failure")) this.fail(exchange, SERVICE_UNAVAILABLE, trouble);
  }

  override check(): void {
    super.check();
    const { stage, isRetry } = this.exchanges;
    const { breakers, waiting } = this.cluster;
    const all = this.exchanges.all();
    const count = (one: number) => all.filter((exchange) => stage[exchange] === one).length;
    const retries = all.filter((exchange) => isRetry[exchange] === 1).length;
    assert(count(ACTIVE) === breakers.requests.count, () => `${this.path}: ${breakers.requests.count} active requests`);
    assert(count(PENDING) === breakers.pending.count, () => `${this.path}: ${breakers.pending.count} pending requests`);
    assert(waiting === breakers.pending.count, () => `${this.path}: ${waiting} requests wait for connections`);
    assert(retries === breakers.retries.count, () => `${this.path}: ${breakers.retries.count} retries`);
  }

  protected begin(): void {
    this.workers.reset();
    this.cluster.start(this.node, this.origin);
  }

  protected end(): void {
    this.cluster.stop();
  }

  protected admit(request: RequestId): void {
    const { concurrency, cpu, timeout } = this.group.options;
    this.requests.add();
    const exchange = this.exchanges.take(request, this.now);
    if (timeout > 0) this.exchanges.deadline[exchange] = this.afterLane(this.deadlineLane, TIMED_OUT, exchange);
    const time = Math.round(cpu.draw(this.cpuChance));
    const delay = this.workers.work(this.workerChance.integer(concurrency), time, this.now);
    this.cpu.add(time);
    if (delay - time > LONG_WAIT) this.sim.requests.because[request] = this.group.wait(request, this.origin);
    if (delay === 0) this.try(exchange);
    else this.exchanges.timer[exchange] = this.after(delay, WORKED, exchange);
  }

  /** Connections are opened by the cluster and belong to no request. */
  protected connected(): void {}

  protected answered(exchange: ExchangeId, outcome: Outcome): void {
    const { requests } = this.sim;
    const request = this.exchanges.request[exchange]!;
    const status = statusOf(requests, request, outcome);
    const isReset = status === NO_ANSWER;
    if (isReset) this.giveUp(exchange);
    this.leaveHost(exchange, isReset ? 503 : status);
    if (outcome === OK || (status > NO_ANSWER && status < 500)) return this.respond(exchange, outcome);
    const because = this.group.fail(request, this.origin);
    const failure = isReset ? "reset" : status >= 502 && status <= 504 ? "gateway-error" : "5xx";
    if (this.retries(exchange, failure)) return;
    if (isReset) this.fail(exchange, SERVICE_UNAVAILABLE, because);
    else this.respond(exchange, outcome);
  }

  protected clientLeft(exchange: ExchangeId): void {
    this.withdraw(exchange, 0);
    this.ending(exchange);
  }

  protected ending(exchange: ExchangeId): void {
    const { isRetry } = this.exchanges;
    if (isRetry[exchange] === 1) this.cluster.breakers.retries.dec();
    isRetry[exchange] = 0;
  }

  /** Sends a request to a host, for the first time or once more. */
  private try(exchange: ExchangeId): void {
    const { exchanges, cluster } = this;
    const request = exchanges.request[exchange]!;
    exchanges.timer[exchange] = NO_EVENT;
    exchanges.stage[exchange] = 0;
    const host = cluster.choose(request);
    exchanges.peer[exchange] = host;
    if (host !== NOBODY) return cluster.newStream(exchange, host);
    this.group.counts.upstream_cx_none_healthy.add();
    this.fail(exchange, SERVICE_UNAVAILABLE, this.group.findNone(request, this.origin));
  }

  /** A try takes longer than per_try_timeout. */
  private endTry(exchange: ExchangeId): void {
    const request = this.exchanges.request[exchange]!;
    this.group.counts.upstream_rq_per_try_timeout.add();
    this.giveUp(exchange);
    const because = this.group.timeOut(request, this.origin);
    this.leaveHost(exchange, 504);
    if (!this.retries(exchange, "timeout")) this.fail(exchange, GATEWAY_TIMEOUT, because);
  }

  /** The request and its retries take longer than the timeout of the route. */
  private timeOut(exchange: ExchangeId): void {
    const request = this.exchanges.request[exchange]!;
    this.exchanges.deadline[exchange] = NO_EVENT;
    this.group.counts.upstream_rq_timeout.add();
    this.giveUp(exchange);
    const because = this.group.timeOut(request, this.origin);
    this.withdraw(exchange, 504);
    this.fail(exchange, GATEWAY_TIMEOUT, because);
  }

  /** Takes a request away from wherever it stands. @param status what counts as the answer of the host; 0: nothing. */
  private withdraw(exchange: ExchangeId, status: number): void {
    const stage = this.exchanges.stage[exchange]!;
    if (stage === ACTIVE) this.leaveHost(exchange, status);
    else if (stage === PENDING) {
      this.exchanges.stage[exchange] = 0;
      this.cluster.cancelPending(exchange, this.exchanges.peer[exchange]!);
    }
  }

  /** A host is done with a request; the connection is free, unless it had to be closed. */
  private leaveHost(exchange: ExchangeId, status: number): void {
    const { exchanges } = this;
    const connection = exchanges.connection[exchange] === NOBODY ? NOBODY : this.detach(exchange);
    exchanges.stage[exchange] = 0;
    this.cluster.streamEnded(exchanges.peer[exchange]!, connection, status);
  }

  /** Has a request that has failed tried again; false if that may not be (RetryStateImpl::shouldRetry). */
  private retries(exchange: ExchangeId, failure: Failure): boolean {
    const { exchanges, retryPolicy, group } = this;
    const { breakers } = this.cluster;
    this.ending(exchange);
    if (retryPolicy === undefined || !retryPolicy.retry_on.some((on) => this.covers(failure, on))) return false;
    if (exchanges.tries[exchange]! >= group.num_retries) {
      group.counts.upstream_rq_retry_limit_exceeded.add();
      return false;
    }
    if (!breakers.canRetry) {
      group.counts.upstream_rq_retry_overflow.add();
      group.overflowByRetry(exchanges.request[exchange]!, this.origin);
      return false;
    }
    breakers.retries.inc();
    group.counts.upstream_rq_retry.add();
    exchanges.isRetry[exchange] = 1;
    exchanges.stage[exchange] = PAUSING;
    const pause = retryPause(retryPolicy, exchanges.tries[exchange]!++, this.retryChance);
    exchanges.timer[exchange] = this.after(pause, TRY_AGAIN, exchange);
    return true;
  }

  private covers(failure: Failure, on: RetryOn): boolean {
    return (RETRIED_BY[failure] as readonly RetryOn[]).includes(on);
  }
}
