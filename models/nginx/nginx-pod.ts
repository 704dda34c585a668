import { assert } from "../../sim/assert.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome } from "../../sim/service.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import { BAD_GATEWAY, GATEWAY_TIMEOUT, INTERNAL_SERVER_ERROR } from "../error.ts";
import type { Machine } from "../machine/machine.ts";
import type { Processor } from "../machine/processor.ts";
import type { Tenant } from "../machine/shared-cores.ts";
import { EventLoops } from "../proxy/event-loops.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import { NO_ANSWER, statusOf } from "../proxy/http-status.ts";
import { ReverseProxy } from "../proxy/reverse-proxy.ts";
import type { World } from "../world.ts";
import { NginxExchanges } from "./nginx-exchanges.ts";
import type { NextUpstream, NginxGroup } from "./nginx-group.ts";
import { UpstreamView } from "./upstream-view.ts";
import { Worker } from "./worker.ts";

const WORKED = 1;
const TIMED_OUT = 2;

/** Stages of an exchange: with its worker, opening a connection to a server, waiting for the server's answer. */
const CONNECTING = 1;
const READING = 2;

/** A wait for the worker that the journal calls a delay; nothing else hangs on it. */
const LONG_WAIT: Micros = 100 * MILLISECOND;

/** The statuses that `proxy_next_upstream` can name. */
const BY_STATUS: Readonly<Record<number, NextUpstream>> = {
  500: "http_500",
  502: "http_502",
  503: "http_503",
  504: "http_504",
};

/**
 * One nginx: worker processes that pass requests to the servers of an upstream.
 *
 * A request takes a connection to its client and another to a server. A server that refuses, breaks off or does not
 * answer in time has failed, and the request goes to the next one as far as `proxy_next_upstream` allows: after errors
 * and time-outs unless it says otherwise, but not once it was sent if it is not idempotent. When a client hangs up, the
 * connection to the server is closed, and the server counts as working. Source: src/http/ngx_http_upstream.c.
 */
export class NginxPod extends ReverseProxy implements Tenant {
  protected readonly exchanges = new NginxExchanges();
  private readonly group: NginxGroup;
  private readonly workers: readonly Worker[];
  private readonly loops: EventLoops;
  /** What its workers have of a machine; undefined where each has a core of its own. */
  private processor: Processor | undefined = undefined;
  private readonly workerChance: Stream;
  private readonly cpuChance: Stream;
  /** Since when the current second of its clock has lasted at time zero: nginx counts in whole seconds (ngx_time). */
  private readonly clockPhase: Micros;
  private readonly connectLane: number;
  private readonly readLane: number;
  private readonly active: Gauge;
  private readonly accepted: Counter;
  private readonly handled: Counter;
  private readonly cpu: Counter;
  private upstream!: UpstreamView;
  /** Whether the configuration has been read: that is when the first request comes, once all pods are there. */
  private isConfigured = false;

  constructor(world: World, path: string, group: NginxGroup) {
    super(world, path);
    const { record, streams } = world.sim;
    const { options } = group;
    this.group = group;
    this.workers = Array.from({ length: options.worker_processes }, () => new Worker(options, this.connections));
    this.loops = new EventLoops(options.worker_processes);
    this.workerChance = streams.stream(path, "worker");
    this.cpuChance = streams.stream(path, "cpu");
    this.clockPhase = Math.floor(streams.stream(path, "clock").next() * SECOND);
    this.connectLane = world.sim.lane(options.proxy_connect_timeout);
    this.readLane = world.sim.lane(options.proxy_read_timeout);
    this.active = record.gauge(this, "connections_active", "connections");
    this.accepted = record.counter(this, "connections_accepted", "connections");
    this.handled = record.counter(this, "connections_handled", "connections");
    this.cpu = record.counter(this, "cpu", "microseconds");
  }

  /** The addresses of the upstream servers are known, and the machine is there. */
  wire(): void {
    const { machine } = this.group.options;
    if (machine !== undefined) this.processor = (this.world.find(machine) as Machine).admit(this);
    this.exchanges.setWidth(this.group.peers.length);
    this.upstream = new UpstreamView(this.group, this.exchanges);
  }

  override on(kind: number, exchange: ExchangeId): void {
    if (kind === WORKED) this.pass(exchange);
    else if (kind === TIMED_OUT) this.timeOut(exchange);
    else super.on(kind, exchange);
  }

  throughput(running: number, cores: number): number {
    return Math.min(running, cores, this.workers.length);
  }

  /** A worker has read a request on a core that is shared. */
  computed(exchange: ExchangeId): void {
    this.exchanges.reading[exchange] = 0;
    this.pass(exchange);
  }

  override check(): void {
    super.check();
    const connections = this.workers.reduce((sum, worker) => sum + worker.connections - worker.idle, 0);
    const { length, stage } = this.exchanges;
    const upstream = this.exchanges.all().filter((exchange) => stage[exchange]! >= CONNECTING).length;
    assert(
      connections === length + upstream,
      () => `${this.path}: ${connections} connections for ${length} clients and ${upstream} requests upstream`,
    );
  }

  protected begin(): void {
    this.isConfigured = false;
    this.loops.reset();
    for (const worker of this.workers) worker.reset();
  }

  protected end(): void {
    const { exchanges, workers, group } = this;
    for (const worker of workers) worker.reset();
    for (const exchange of exchanges.all()) {
      if (exchanges.stage[exchange]! >= CONNECTING) group.entries[exchanges.peer[exchange]!]!.active.add(-1);
    }
    this.active.set(0);
    this.upstream.forget();
  }

  protected ending(exchange: ExchangeId): void {
    this.workerOf(exchange).closed();
    this.active.add(-1);
  }

  protected admit(request: RequestId): void {
    if (!this.isConfigured) this.upstream.configure();
    this.isConfigured = true;
    this.accepted.add();
    const { length } = this.workers;
    const at = length === 1 ? 0 : this.workerChance.integer(length);
    if (!this.workers[at]!.open(this.now)) return this.refuse(request, BROKEN, this.noConnection(request));
    this.handled.add();
    this.active.add(1);
    const exchange = this.exchanges.take(request, this.now);
    this.exchanges.worker[exchange] = at;
    this.work(exchange);
  }

  protected connected(exchange: ExchangeId, outcome: Outcome): void {
    if (outcome === OK) this.sendOn(exchange);
    else this.tryNext(exchange, "error");
  }

  protected answered(exchange: ExchangeId, outcome: Outcome): void {
    const { requests } = this.sim;
    const { exchanges, group } = this;
    const status = statusOf(requests, exchanges.request[exchange]!, outcome);
    if (status === NO_ANSWER) return this.tryNext(exchange, "error");
    const named = BY_STATUS[status];
    if (named !== undefined && exchanges.tries[exchange]! > 1 && this.mayTry(exchange, named)) {
      return this.tryNext(exchange, named);
    }
    if (outcome === OK) group.entries[exchanges.peer[exchange]!]!.responses.add();
    this.upstream.free(exchange);
    this.close(exchange, true);
    this.respond(exchange, outcome);
  }

  protected clientLeft(exchange: ExchangeId): void {
    if (this.exchanges.stage[exchange]! < CONNECTING) return;
    this.upstream.free(exchange);
    this.close(exchange, false);
  }

  /** Its worker reads a request, which takes processor time, once it has done what came before. */
  private work(exchange: ExchangeId): void {
    const { cpu } = this.group.options;
    const at = this.exchanges.worker[exchange]!;
    const request = this.exchanges.request[exchange]!;
    const time = Math.round(cpu.draw(this.cpuChance));
    this.cpu.add(time);
    if (this.processor !== undefined && time > 0) return this.share(this.processor, exchange, time);
    const delay = this.loops.work(at, time, this.now);
    if (delay - time > LONG_WAIT) this.sim.requests.because[request] = this.group.wait(request, this.origin);
    if (delay === 0) this.pass(exchange);
    else this.exchanges.timer[exchange] = this.after(delay, WORKED, exchange);
  }

  private share(processor: Processor, exchange: ExchangeId, time: Micros): void {
    const { because, origin } = this.sim.requests;
    const request = this.exchanges.request[exchange]!;
    if (because[request] === NONE) because[request] = processor.trouble;
    this.exchanges.reading[exchange] = 1;
    processor.run(exchange, time, 0, origin[request]!);
  }

  protected override cancelTimer(exchange: ExchangeId): void {
    super.cancelTimer(exchange);
    if (this.exchanges.reading[exchange] === 0) return;
    this.exchanges.reading[exchange] = 0;
    this.processor!.withdraw(exchange);
  }

  private pass(exchange: ExchangeId): void {
    const { exchanges } = this;
    exchanges.timer[exchange] = NO_EVENT;
    exchanges.since[exchange] = this.now;
    exchanges.tries[exchange] = this.upstream.triesOf(exchange);
    this.next(exchange);
  }

  /** Sends a request to the server whose turn it is (ngx_http_upstream_connect). */
  private next(exchange: ExchangeId): void {
    const { exchanges, group } = this;
    const request = exchanges.request[exchange]!;
    const worker = this.workerOf(exchange);
    const peer = this.upstream.get(exchange, this.seconds);
    exchanges.peer[exchange] = peer;
    if (peer === NOBODY) return this.fail(exchange, BAD_GATEWAY, group.findNone(request, this.origin));
    const connection = worker.reuse(peer, this.now);
    const cached = connection !== NOBODY;
    if (!cached && !worker.open(this.now)) {
      this.upstream.free(exchange);
      return this.fail(exchange, INTERNAL_SERVER_ERROR, this.noConnection(request));
    }
    exchanges.connection[exchange] = connection;
    exchanges.cached[exchange] = cached ? 1 : 0;
    exchanges.stage[exchange] = CONNECTING;
    group.entries[peer]!.requests.add();
    group.entries[peer]!.active.add(1);
    this.countTry(exchange);
    if (cached) return this.sendOn(exchange);
    exchanges.timer[exchange] = this.afterLane(this.connectLane, TIMED_OUT, exchange);
    this.connect(exchange, group.endpoints[peer]!.address);
  }

  private sendOn(exchange: ExchangeId): void {
    const { exchanges } = this;
    exchanges.stage[exchange] = READING;
    exchanges.timer[exchange] = this.afterLane(this.readLane, TIMED_OUT, exchange);
    this.ask(exchange);
  }

  private timeOut(exchange: ExchangeId): void {
    this.giveUp(exchange);
    this.tryNext(exchange, "timeout");
  }

  /** The server has failed: the request goes to the next, or the client gets an error (ngx_http_upstream_next). */
  private tryNext(exchange: ExchangeId, why: NextUpstream): void {
    const { exchanges, group } = this;
    const request = exchanges.request[exchange]!;
    const because = why === "timeout" ? group.timeOut(request, this.origin) : group.fail(request, this.origin);
    this.upstream.fail(exchange, this.seconds, [because]);
    const isIdle = why === "error" && exchanges.cached[exchange] === 1;
    if (!isIdle) exchanges.tries[exchange]!--;
    const goesOn = this.mayTry(exchange, why);
    this.close(exchange, false);
    if (goesOn) this.next(exchange);
    else this.fail(exchange, why === "timeout" ? GATEWAY_TIMEOUT : BAD_GATEWAY, because);
  }

  /** Whether a request that has failed in this way may go to another server. */
  private mayTry(exchange: ExchangeId, why: NextUpstream): boolean {
    const { exchanges } = this;
    const { proxy_next_upstream: allowed, proxy_next_upstream_timeout: limit } = this.group.options;
    const wasSent = exchanges.stage[exchange] === READING;
    const { writes } = this.world.classes[this.sim.requests.kind[exchanges.request[exchange]!]!]!;
    if (exchanges.tries[exchange] === 0 || !allowed.includes(why)) return false;
    if (wasSent && writes && !allowed.includes("non_idempotent")) return false;
    return limit === 0 || this.now - exchanges.since[exchange]! < limit;
  }

  /** The connection to the server is closed, or kept for later if it may be. */
  private close(exchange: ExchangeId, mayKeep: boolean): void {
    const { exchanges } = this;
    const peer = exchanges.peer[exchange]!;
    const worker = this.workerOf(exchange);
    if (mayKeep) worker.keep(this.detach(exchange), peer, this.now);
    else {
      this.giveUp(exchange);
      worker.closed();
      if (exchanges.cached[exchange] === 1) worker.drop(peer);
    }
    this.group.entries[peer]!.active.add(-1);
    exchanges.stage[exchange] = 0;
    exchanges.peer[exchange] = NOBODY;
  }

  private countTry(exchange: ExchangeId): void {
    const tries = ++this.exchanges.asked[exchange]!;
    if (tries === 2) this.group.retried.add();
  }

  private noConnection(request: RequestId): JournalId {
    return this.group.runOutOfConnections(request, this.origin);
  }

  private workerOf(exchange: ExchangeId): Worker {
    return this.workers[this.exchanges.worker[exchange]!]!;
  }

  /** What its clock shows, in whole seconds. */
  private get seconds(): number {
    return Math.floor((this.now + this.clockPhase) / SECOND);
  }
}
