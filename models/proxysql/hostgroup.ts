import { Component } from "../../sim/component.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LOST, type Outcome, TIMED_OUT } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { ER_USER_LIMIT_REACHED, PROXYSQL_CONNECT_FAILURE, PROXYSQL_CONNECT_TIMEOUT } from "../error.ts";
import type { World } from "../world.ts";
import { type BackendServer, OPEN } from "./backend-server.ts";
import { SEEKING } from "./client-sessions.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";
import { pick } from "./server-lottery.ts";
import type { HostgroupAttributes } from "./tables.ts";
import { Throttle } from "./throttle.ts";
import { Waiters } from "./waiters.ts";

const DEADLINE = 1;
const PAUSE_OVER = 2;
const ASK = 3;
const LOOK_AHEAD = 4;

/** Bytes of an ERR packet. */
const ERROR_BYTES = 100;
const NEVER: Micros = Number.POSITIVE_INFINITY;

/**
 * The servers that a query may go to, and the way of a query to a connection to one of them.
 *
 * It asks for a server and a connection; where there is none it asks again after connect_retries_delay, until
 * connect_timeout_server_max is over: then 9001. A connect that fails is tried again connect_retries_on_failure times,
 * each time with a new draw of the server; then the client gets the server's own error, or 9002 if there was no answer
 * (lib/MySQL_Session.cpp, handler_again___status_CONNECTING_SERVER).
 */
export class Hostgroup extends Component {
  readonly servers: BackendServer[] = [];
  /** Its number in the tables. */
  readonly number: number;
  /** Its row of mysql_hostgroup_attributes. */
  readonly attributes: HostgroupAttributes | undefined;
  /** Whether its connections may pass from client to client. */
  readonly multiplexes: boolean;
  private readonly process: Process;
  private readonly waiters: Waiters;
  private readonly throttle: Throttle;
  private readonly lottery: Stream;
  private readonly waiting: Gauge;
  private readonly timeouts: Counter;
  private readonly delayed: Counter;
  private readonly deadlineLane: number;
  private readonly retryLane: number;
  private readonly hasDeadline: boolean;
  private readonly mostOnline: number;
  private asking: EventHandle = NO_EVENT;
  private look: EventHandle = NO_EVENT;
  private lookAt: Micros = NEVER;

  constructor(world: World, process: Process, number: number) {
    super(world.sim, `${process.path}/hostgroup-${number}`);
    const { sim } = world;
    const { variables, model } = process;
    this.process = process;
    this.number = number;
    this.attributes = process.catalog.attributes.find(({ hostgroup_id }) => hostgroup_id === number);
    this.multiplexes = this.attributes?.multiplex !== 0;
    this.mostOnline = this.attributes?.max_num_online_servers ?? Number.POSITIVE_INFINITY;
    const delay = variables["mysql-connect_retries_delay"];
    const chance = sim.streams.stream(this.path, "waiters");
    this.waiters = new Waiters(process.clients, model.waiterOrder, variables["mysql-threads"], delay, chance);
    const throttle = variables["mysql-throttle_connections_per_sec_to_hostgroup"];
    this.throttle = new Throttle(this.attributes?.throttle_connections_per_sec ?? throttle);
    this.lottery = sim.streams.stream(this.path, "lottery");
    this.waiting = sim.record.gauge(this, "waiters", "queries");
    this.timeouts = sim.record.counter(this, "max_connect_timeouts", "queries");
    this.delayed = sim.record.counter(this, "server_connections_delayed", "connections");
    this.deadlineLane = sim.lane(variables["mysql-connect_timeout_server_max"]);
    this.retryLane = sim.lane(delay);
    this.hasDeadline = variables["mysql-connect_timeout_server_max"] > 0;
  }

  /** Gives the hostgroup one more server. */
  add(server: BackendServer): BackendServer {
    this.servers.push(server);
    return server;
  }

  /** The query of a session needs a connection. */
  ask(session: ConnectionId): void {
    if (this.serve(session)) return;
    this.startDeadline(session);
    this.process.clients.phase[session] = SEEKING;
    this.waiters.join(session);
    this.waiting.set(this.waiters.length);
    this.nothingToHave(session);
  }

  /** The session has its connection. */
  attached(session: ConnectionId): void {
    const { timer } = this.process.clients;
    if (timer[session] === NO_EVENT) return;
    this.cancel(timer[session]!);
    timer[session] = NO_EVENT;
  }

  /** The connection that was opened for a session did not come about. */
  connectFailed(session: ConnectionId, outcome: Outcome, because: JournalId): void {
    const { clients } = this.process;
    clients.backend[session] = NOBODY;
    this.sim.requests.because[clients.request[session]!] = because;
    if (outcome === ER_USER_LIMIT_REACHED || clients.connectRetries[session] === 0) {
      this.attached(session);
      this.fail(session, hasErrno(outcome) ? outcome : PROXYSQL_CONNECT_FAILURE, because);
    } else {
      clients.connectRetries[session]!--;
      this.pause(session);
    }
  }

  /** The connection broke under the query of a session, which may be sent once more. */
  broke(session: ConnectionId, outcome: Outcome): void {
    const { clients } = this.process;
    if (clients.queryRetries[session] === 0) {
      this.process.finish(session, outcome);
      return;
    }
    clients.queryRetries[session]!--;
    clients.since[session] = this.now;
    this.startDeadline(session);
    this.pause(session);
  }

  /** The session stops looking for a connection. */
  withdraw(session: ConnectionId): void {
    const { clients, connector } = this.process;
    this.attached(session);
    if (clients.rank[session] !== NOBODY) this.leave(session);
    else if (clients.backend[session] !== NOBODY) connector.abandon(clients.backend[session]!);
    else this.cancel(clients.step[session]!);
    clients.backend[session] = NOBODY;
  }

  /** A used connection has become free or has gone, or a server is better than it was: those who wait have a chance. */
  changed(): void {
    if (this.waiters.length === 0 || this.asking !== NO_EVENT) return;
    this.waiters.beginRound(this.now);
    this.asking = this.after(this.waiters.gap(this.now), ASK);
  }

  /** The process has ended. */
  stop(): void {
    this.waiters.clear();
    this.waiting.set(0);
    this.throttle.reset();
    this.cancel(this.asking);
    this.cancel(this.look);
    this.asking = NO_EVENT;
    this.lookAt = NEVER;
    for (const server of this.servers) server.stop();
  }

  override on(kind: number, session: ConnectionId): void {
    if (kind === PAUSE_OVER) this.ask(session);
    else if (kind === DEADLINE) this.timeOut(session);
    else if (kind === ASK) this.askNext();
    else {
      this.lookAt = NEVER;
      this.changed();
    }
  }

  /** Gets a connection to one of the servers for a query, or says that none is to be had now. */
  private serve(session: ConnectionId): boolean {
    const server = pick(this.servers, this.lottery, this.mostOnline);
    if (server === null) return false;
    const connection = server.choose(this.process.clients.user[session]!);
    if (connection >= 0) {
      this.leave(session);
      this.attached(session);
      this.process.runner.lend(session, server, connection);
      return true;
    }
    if (connection === OPEN && !this.throttle.admits(this.now)) {
      this.delayed.add();
      return false;
    }
    this.leave(session);
    this.startDeadline(session);
    this.process.clients.phase[session] = SEEKING;
    this.process.connector.open(session, server);
    return true;
  }

  /** The next of those who wait asks. If even that one gets nothing, nobody does before something changes again. */
  private askNext(): void {
    this.asking = NO_EVENT;
    if (this.waiters.length === 0) return;
    const session = this.waiters.next();
    if (!this.serve(session)) this.nothingToHave(session);
    else if (this.asking === NO_EVENT && this.waiters.length > 0)
      this.asking = this.after(this.waiters.gap(this.now), ASK);
  }

  private leave(session: ConnectionId): void {
    if (this.process.clients.rank[session] === NOBODY) return;
    this.waiters.leave(session);
    this.waiting.set(this.waiters.length);
  }

  /** Says why in the journal, and looks again when time itself changes something: a shun or a second is over. */
  private nothingToHave(session: ConnectionId): void {
    this.sim.requests.because[this.process.clients.request[session]!] = this.whyNone(session);
    let next = NEVER;
    if (this.throttle.isClosed(this.now)) next = (Math.floor(this.now / SECOND) + 1) * SECOND;
    else for (const { shun } of this.servers) if (shun.holds) next = Math.min(next, shun.liftedInDespairAt);
    if (next >= this.lookAt) return;
    this.cancel(this.look);
    this.lookAt = next;
    this.look = this.after(Math.max(0, next - this.now), LOOK_AHEAD);
  }

  private noteExhausted(session: ConnectionId): JournalId {
    const origin = this.sim.requests.origin[this.process.clients.request[session]!]!;
    let because = NONE;
    for (const server of this.servers) if (server.isFull) because = server.noteExhausted(origin);
    return because;
  }

  private startDeadline(session: ConnectionId): void {
    const { timer } = this.process.clients;
    if (timer[session] === NO_EVENT && this.hasDeadline) {
      timer[session] = this.afterLane(this.deadlineLane, DEADLINE, session);
    }
  }

  private pause(session: ConnectionId): void {
    const { clients } = this.process;
    clients.phase[session] = SEEKING;
    clients.step[session] = this.afterLane(this.retryLane, PAUSE_OVER, session);
  }

  private timeOut(session: ConnectionId): void {
    const because = this.whyNone(session);
    this.withdraw(session);
    this.fail(session, PROXYSQL_CONNECT_TIMEOUT, because);
  }

  /** Why a query has found no connection: a shun, a full pool, or what made its latest connect fail. */
  private whyNone(session: ConnectionId): JournalId {
    for (const { shun } of this.servers) if (shun.holds) return shun.because;
    const exhausted = this.noteExhausted(session);
    if (exhausted !== NONE) return exhausted;
    const own = this.sim.requests.because[this.process.clients.request[session]!]!;
    return own === NONE ? this.latestTrouble() : own;
  }

  /** What its servers suffered from latest, or why they have left. */
  private latestTrouble(): JournalId {
    for (const server of this.servers) if (server.isOnline) return server.trouble;
    return this.servers.reduce((latest, { trouble }) => Math.max(latest, trouble), NONE);
  }

  private fail(session: ConnectionId, outcome: Outcome, because: JournalId): void {
    const { requests } = this.sim;
    const request = this.process.clients.request[session]!;
    if (outcome === PROXYSQL_CONNECT_TIMEOUT || outcome === PROXYSQL_CONNECT_FAILURE) this.timeouts.add();
    requests.because[request] = because;
    requests.bytesOut[request] = ERROR_BYTES;
    this.process.finish(session, outcome);
  }
}

/** A server that answers nothing gives no error number. */
function hasErrno(outcome: Outcome): boolean {
  return outcome !== TIMED_OUT && outcome !== LOST;
}
