import { assert } from "../../sim/assert.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED, TIMED_OUT } from "../../sim/service.ts";
import { passOnCause } from "../cause.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { type Address, Host } from "../host.ts";
import type { Container } from "../kubernetes/container.ts";
import { CALL, CONNECT } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { type ExchangeId, type Exchanges, NOBODY } from "./exchanges.ts";
import { UpstreamConnections } from "./upstream-connections.ts";

/** A kind of event: a client that hung up is done with. Proxies number their own kinds from 1 on. */
const CLIENT_GONE = 0;
/** An error page of the proxy itself. */
const ERROR_PAGE_BYTES = 500;

/**
 * A process that takes requests in and sends each on to an upstream server, under its own name and as often as it likes.
 *
 * What it sends on is a request of its own, so that it can stop waiting for it, answer, or ask another server, while
 * what it asked for goes on behind. A client that hangs up is noticed at once, and what is open for it is given up.
 */
export abstract class ReverseProxy extends Host implements Container {
  protected running = false;
  protected abstract readonly exchanges: Exchanges;
  protected readonly connections: UpstreamConnections;
  private endedBecause: JournalId = NONE;

  constructor(world: World, path: string) {
    super(world, path, ELSEWHERE);
    this.connections = new UpstreamConnections(world, this);
  }

  start(because: JournalId): void {
    this.running = true;
    this.origin = because;
    this.begin();
  }

  stop(because: JournalId): void {
    const all = this.exchanges.all();
    const cut = all.map((exchange) => this.exchanges.request[exchange]!);
    this.running = false;
    this.endedBecause = because;
    for (const exchange of all) this.abort(exchange);
    this.end();
    for (const exchange of all) this.exchanges.giveBack(exchange);
    for (const request of cut) this.refuse(request, BROKEN, because);
  }

  receive(request: RequestId): void {
    const verb = this.sim.requests.verb[request];
    if (!this.running) this.refuse(request, REFUSED, this.endedBecause);
    else if (verb === CONNECT) this.reply(request, OK);
    else if (verb === CALL) this.admit(request);
    else this.refuse(request, BROKEN, this.origin);
  }

  override resume(attempt: RequestId, outcome: Outcome, exchange: ExchangeId): void {
    const { requests, traces } = this.sim;
    const { exchanges } = this;
    const isHandshake = requests.verb[attempt] === CONNECT;
    if (requests.abandoned[attempt] === 1) return this.bury(attempt);
    traces.endOnBehalf(attempt, outcome);
    exchanges.attempt[exchange] = NOBODY;
    this.cancelTimer(exchange);
    const request = exchanges.request[exchange]!;
    passOnCause(requests, attempt, request);
    if (isHandshake && outcome === OK) exchanges.connection[exchange] = this.connections.establish(attempt);
    else if (isHandshake) this.connections.forget(attempt);
    else {
      requests.bytesOut[request] = requests.bytesOut[attempt]!;
      requests.answered[request] = requests.answered[attempt]!;
    }
    requests.close(attempt);
    if (isHandshake) this.connected(exchange, outcome);
    else this.answered(exchange, outcome);
  }

  override abandoned(request: RequestId): void {
    const { exchanges } = this;
    const exchange = exchanges.of(request);
    if (exchange === NOBODY) return;
    const attempt = exchanges.attempt[exchange]!;
    if (attempt !== NOBODY) passOnCause(this.sim.requests, attempt, request);
    if (!this.noticesHangUps) return;
    this.abort(exchange);
    this.clientLeft(exchange);
    exchanges.timer[exchange] = this.after(0, CLIENT_GONE, exchange);
  }

  override on(kind: number, exchange: number): void {
    if (kind === CLIENT_GONE) this.respond(exchange, BROKEN);
    else super.on(kind, exchange);
  }

  override check(): void {
    const { request, attempt } = this.exchanges;
    for (const exchange of this.exchanges.all()) {
      assert(this.exchanges.of(request[exchange]!) === exchange, () => `${this.path}: exchange ${exchange} is lost`);
      const open = attempt[exchange]!;
      assert(open < 0 || this.sim.requests.abandoned[open] === 0, () => `${this.path}: it waits for what it gave up`);
    }
  }

  /** The process starts with nothing in its memory. */
  protected abstract begin(): void;

  /** The process ends; what it has in hand is given up already, and is about to be cut. */
  protected abstract end(): void;

  /** An exchange ends and is about to be answered. */
  protected abstract ending(exchange: ExchangeId): void;

  /** Takes a request in. */
  protected abstract admit(request: RequestId): void;

  /** The handshake of a connection upstream has ended. */
  protected abstract connected(exchange: ExchangeId, outcome: Outcome): void;

  /** The upstream server has answered, or the connection has ended without an answer. */
  protected abstract answered(exchange: ExchangeId, outcome: Outcome): void;

  /** Whether it stops working for clients that have hung up. */
  protected get noticesHangUps(): boolean {
    return true;
  }

  /** The client has hung up; what was open for it is given up already. */
  protected abstract clientLeft(exchange: ExchangeId): void;

  /** Opens a connection to a server. */
  protected connect(exchange: ExchangeId, to: Address): void {
    const { origin, zone } = this.sim.requests;
    const request = this.exchanges.request[exchange]!;
    const handshake = this.connections.open(origin[request]!, zone[request]!);
    this.exchanges.attempt[exchange] = handshake;
    this.send(to, handshake, exchange);
  }

  /** Sends on what the client asked for, on the connection that the exchange has. */
  protected ask(exchange: ExchangeId): void {
    const { requests, traces } = this.sim;
    const { exchanges } = this;
    const request = exchanges.request[exchange]!;
    const attempt = requests.openLike(request, this.now);
    requests.connection[attempt] = exchanges.connection[exchange]!;
    exchanges.attempt[exchange] = attempt;
    traces.beginOnBehalf(attempt, request);
    this.send(this.connections.endOf(exchanges.connection[exchange]!), attempt, exchange);
  }

  /** Takes the connection away from an exchange, to keep it for others. */
  protected detach(exchange: ExchangeId): ConnectionId {
    const connection = this.exchanges.connection[exchange]!;
    this.exchanges.connection[exchange] = NOBODY;
    this.connections.keep(connection);
    return connection;
  }

  /**
   * Stops waiting for what is open upstream and closes the connection, so that nothing comes on it any more. What it
   * waited for becomes what the request waited for.
   */
  protected giveUp(exchange: ExchangeId): void {
    const { requests, traces } = this.sim;
    const attempt = this.exchanges.attempt[exchange]!;
    this.cancelTimer(exchange);
    if (attempt !== NOBODY) {
      this.exchanges.attempt[exchange] = NOBODY;
      this.sim.abandon(attempt);
      passOnCause(requests, attempt, this.exchanges.request[exchange]!);
      traces.endOnBehalf(attempt, TIMED_OUT);
    }
    this.hangUp(exchange);
  }

  /** Answers the client with what came from upstream. */
  protected respond(exchange: ExchangeId, outcome: Outcome): void {
    const request = this.exchanges.request[exchange]!;
    this.forget(exchange);
    this.reply(request, outcome);
  }

  /** Answers the client with an error of its own. */
  protected fail(exchange: ExchangeId, outcome: Outcome, because: JournalId): void {
    const { bytesOut, answered } = this.sim.requests;
    const request = this.exchanges.request[exchange]!;
    bytesOut[request] = ERROR_PAGE_BYTES;
    answered[request] = 1;
    this.forget(exchange);
    this.refuse(request, outcome, because);
  }

  protected cancelTimer(exchange: ExchangeId): void {
    const { timer } = this.exchanges;
    this.cancel(timer[exchange]!);
    timer[exchange] = NO_EVENT;
  }

  private hangUp(exchange: ExchangeId): void {
    const connection = this.exchanges.connection[exchange]!;
    if (connection === NOBODY) return;
    this.exchanges.connection[exchange] = NOBODY;
    this.connections.close(connection);
  }

  /** What was given up has come back. */
  private bury(attempt: RequestId): void {
    const { requests } = this.sim;
    if (requests.verb[attempt] === CONNECT) this.connections.forget(attempt);
    requests.close(attempt);
  }

  private forget(exchange: ExchangeId): void {
    this.abort(exchange);
    this.ending(exchange);
    this.exchanges.giveBack(exchange);
  }

  private abort(exchange: ExchangeId): void {
    const { deadline } = this.exchanges;
    this.giveUp(exchange);
    this.cancel(deadline[exchange]!);
    deadline[exchange] = NO_EVENT;
  }
}
