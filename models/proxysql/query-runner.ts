import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, LOST, OK, type Outcome } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId, Connections } from "../connection/connections.ts";
import type { Host, SessionServer } from "../host.ts";
import { BEGIN, COMMIT, PING, ROLLBACK } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { CHANGING_USER, RUNNING } from "./client-sessions.ts";
import { NOBODY } from "./connection-columns.ts";
import { KeptConnections } from "./kept-connections.ts";
import type { Process } from "./process.ts";

const KEPT_LONG_ENOUGH = 1;
const RUNS_TOO_LONG = 2;

/** Bytes of a COM_CHANGE_USER or a COM_PING and its OK, each with the headers below it. */
export const COMMAND_BYTES = 71;
/** A time limit of a day, which is the default, is none. */
const DAY: Micros = 86_400 * SECOND;
/** Queries that are killed so soon after each other are one story. */
const CALM: Micros = 5 * SECOND;

/**
 * Runs queries on connections that they have got, and decides whether the session keeps its connection afterwards
 * (lib/MySQL_Session.cpp, finishQuery).
 */
export class QueryRunner extends Component {
  private readonly process: Process;
  private readonly connections: Connections;
  private readonly kept: KeptConnections;
  private readonly multiplexes: boolean;
  /** Queries for which a session keeps its connection after an insert, the insert included; 0 for none. */
  private readonly keptAfterInsert: number;
  /** How long a connection is kept at most: after an insert, and after any other query; Infinity: without limit. */
  private readonly delayAfterInsert: Micros;
  private readonly delay: Micros;
  private readonly insertLane: number;
  private readonly delayLane: number;
  /** Where queries have a time limit: those that exceeded it. */
  private readonly killed: LingeringCondition | undefined;

  constructor(world: World, process: Process) {
    super(world.sim, `${process.path}/queries`);
    const { variables } = process;
    this.process = process;
    this.connections = world.connections;
    this.kept = new KeptConnections(process);
    this.multiplexes = variables["mysql-multiplexing"];
    const further = variables["mysql-auto_increment_delay_multiplex"];
    this.keptAfterInsert = further === 0 ? 0 : further + 1;
    this.delay = variables["mysql-connection_delay_multiplex_ms"];
    const afterInsert = variables["mysql-auto_increment_delay_multiplex_timeout_ms"];
    this.delayAfterInsert = afterInsert === 0 ? Number.POSITIVE_INFINITY : Math.max(this.delay, afterInsert);
    this.insertLane = world.sim.lane(Math.max(this.delay, afterInsert));
    this.delayLane = world.sim.lane(this.delay);
    const limited = variables["mysql-default_query_timeout"] || DAY;
    const isLimited = limited < DAY || process.catalog.rules.some(({ timeout }) => timeout !== undefined);
    if (isLimited) this.killed = new LingeringCondition(process, world.sim, "query-timeout", CALM);
  }

  /** Runs the query of a session on an idle connection. */
  lend(session: ConnectionId, server: BackendServer, connection: ConnectionId): void {
    server.take(connection);
    this.run(session, connection);
  }

  /** Runs the query of a session on a connection that is in use for it. */
  run(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends } = this.process;
    clients.backend[session] = connection;
    backends.client[connection] = session;
    if (backends.user[connection] === clients.user[session]) this.send(session, connection);
    else this.changeUser(session, connection);
  }

  /** Runs the query of a session on a connection that it has kept in the hostgroup; false if there is none. */
  runOnKept(session: ConnectionId): boolean {
    const { clients } = this.process;
    const connection = this.kept.inHostgroup(session, clients.hostgroup[session]!);
    if (connection === NOBODY) return false;
    const server = this.serverOf(connection);
    this.unkeep(session, connection);
    if (!server.isGone) {
      this.run(session, connection);
      return true;
    }
    const isPinned = this.isPinned(connection);
    this.sim.requests.because[clients.request[session]!] = server.trouble;
    this.endTransaction(session, connection);
    server.destroy(connection);
    if (isPinned) this.process.finish(session, BROKEN);
    return isPinned;
  }

  /** The connection on which a session has a transaction, or NOBODY. */
  transactionOf(session: ConnectionId): ConnectionId {
    return this.kept.inTransaction(session);
  }

  /** Whether a session uses or keeps a connection. */
  holds(session: ConnectionId, connection: ConnectionId): boolean {
    return this.process.clients.backend[session] === connection || this.kept.has(session, connection);
  }

  /** Takes back all that a session has kept; what it has left on a connection is wiped off first. */
  takeBackAll(session: ConnectionId): void {
    const { clients, backends, idleKeeper } = this.process;
    while (clients.kept[session] !== NOBODY) {
      const connection = clients.kept[session]!;
      this.unkeep(session, connection);
      const isClean = this.multiplexes && !this.isPinned(connection) && backends.token[connection] === 0;
      if (isClean) this.serverOf(connection).giveBack(connection);
      else idleKeeper.reset(connection);
    }
  }

  /** A session leaves its connection with something under way on it, which closes the connection. */
  breakOff(session: ConnectionId): void {
    const { clients, backends } = this.process;
    const connection = clients.backend[session]!;
    const exchange = backends.exchange[connection]!;
    if (exchange !== NOBODY) this.sim.requests.abandoned[exchange] = 1;
    this.separate(session, connection);
    this.serverOf(connection).destroy(connection);
  }

  /** The server has closed a connection of a session. A query that runs on it learns of it when it is back. */
  bereave(session: ConnectionId, connection: ConnectionId, because: JournalId): void {
    const { clients } = this.process;
    const isPinned = this.isPinned(connection);
    if (clients.request[session] !== NOBODY) this.sim.requests.because[clients.request[session]!] = because;
    if (clients.backend[session] === connection) {
      this.forbidRetry(session, connection);
      this.separate(session, connection);
      if (clients.phase[session] === CHANGING_USER) this.giveUpChange(session, connection);
    } else {
      this.unkeep(session, connection);
      if (isPinned) clients.bereft[session] = because;
    }
    this.endTransaction(session, connection);
  }

  override on(kind: typeof KEPT_LONG_ENOUGH | typeof RUNS_TOO_LONG, connection: ConnectionId): void {
    const session = this.process.backends.client[connection]!;
    if (kind === RUNS_TOO_LONG) this.kill(session, connection);
    else {
      this.unkeep(session, connection);
      this.serverOf(connection).giveBack(connection);
    }
  }

  override resume(request: RequestId, outcome: Outcome, session: number): void {
    const { requests } = this.sim;
    if (requests.verb[request] === PING) this.userChanged(request, outcome, session);
    else if (this.process.clients.request[session] !== request) this.reply(request, BROKEN);
    else {
      requests.connection[request] = session;
      this.answered(session, request, outcome);
    }
  }

  private answered(session: ConnectionId, request: RequestId, outcome: Outcome): void {
    const { clients, hostgroups } = this.process;
    const connection = clients.backend[session]!;
    const hostgroup = hostgroups[clients.hostgroup[session]!]!;
    if (connection === NOBODY) return hostgroup.broke(session, BROKEN);
    const server = this.serverOf(connection);
    this.separate(session, connection);
    if (outcome === BROKEN || outcome === LOST || !server.isOnline) {
      this.forbidRetry(session, connection);
      this.endTransaction(session, connection);
      server.destroy(connection);
      hostgroup.broke(session, outcome === OK ? BROKEN : outcome);
    } else {
      this.noteState(session, connection, request, outcome);
      if (!this.keeps(session, connection)) server.giveBack(connection);
      this.process.finish(session, outcome);
    }
  }

  /** What the query leaves on its connection. */
  private noteState(session: ConnectionId, connection: ConnectionId, request: RequestId, outcome: Outcome): void {
    const { clients, backends, routes, users } = this.process;
    const statement = clients.statement[session]!;
    const verb = this.sim.requests.verb[request];
    if (outcome === OK) {
      if (verb === BEGIN) backends.inTransaction[connection] = 1;
      else if (verb === COMMIT || verb === ROLLBACK) this.endTransaction(session, connection);
      else if (routes.returnsId[statement] === 1) backends.token[connection] = this.keptAfterInsert;
    }
    backends.status[connection] = (backends.status[connection]! & ~routes.clears[statement]!) | routes.sets[statement]!;
    if (backends.token[connection]! > 0) backends.token[connection]!--;
    if (backends.inTransaction[connection] === 1 && users.isPersistent(clients.user[session]!)) {
      clients.transaction[session] = clients.hostgroup[session]!;
    }
  }

  /** Lets a session keep its connection, if it is to: for good, or until a time or a number of queries has passed. */
  private keeps(session: ConnectionId, connection: ConnectionId): boolean {
    const { backends } = this.process;
    if (!this.multiplexes || this.isPinned(connection)) {
      this.kept.add(session, connection);
      return true;
    }
    const follows = backends.token[connection]! > 0;
    const limit = follows ? this.delayAfterInsert : this.delay;
    if (limit === 0) return false;
    this.kept.add(session, connection);
    const lane = follows ? this.insertLane : this.delayLane;
    if (limit < Number.POSITIVE_INFINITY) {
      backends.timer[connection] = this.afterLane(lane, KEPT_LONG_ENOUGH, connection);
    }
    return true;
  }

  /** Whether nobody else may have a connection, however long its session sleeps. */
  private isPinned(connection: ConnectionId): boolean {
    return !this.process.backends.isReusable(connection) || !this.serverOf(connection).hostgroup.multiplexes;
  }

  private unkeep(session: ConnectionId, connection: ConnectionId): void {
    this.kept.remove(session, connection);
    this.endTimer(connection);
  }

  private separate(session: ConnectionId, connection: ConnectionId): void {
    this.process.clients.backend[session] = NOBODY;
    this.endTimer(connection);
  }

  private endTimer(connection: ConnectionId): void {
    const { timer } = this.process.backends;
    if (timer[connection] === NO_EVENT) return;
    this.cancel(timer[connection]!);
    timer[connection] = NO_EVENT;
  }

  private endTransaction(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends } = this.process;
    if (backends.inTransaction[connection] === 0) return;
    backends.inTransaction[connection] = 0;
    clients.transaction[session] = NOBODY;
  }

  /** What a transaction, or the insert before, has left on a connection that breaks cannot be had on another one. */
  private forbidRetry(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends } = this.process;
    if (this.isPinned(connection) || backends.token[connection]! > 0) clients.queryRetries[session] = 0;
  }

  private send(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends, routes } = this.process;
    const request = clients.request[session]!;
    const limit = routes.timeout[clients.statement[session]!]!;
    clients.phase[session] = RUNNING;
    if (limit < DAY) backends.timer[connection] = this.after(limit, RUNS_TOO_LONG, connection);
    this.sim.requests.connection[request] = connection;
    this.reach(request, connection, session);
  }

  /** KILL QUERY by a connection of its own: the query comes back with 1317. */
  private kill(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends, routes } = this.process;
    backends.timer[connection] = NO_EVENT;
    const { because: causes, origin } = this.sim.requests;
    const request = clients.request[session]!;
    const limit = routes.timeout[clients.statement[session]!]! / SECOND;
    const because = this.killed?.renew([causes[request]!, origin[request]!], () => ({ limit })) ?? NONE;
    (this.sim.components[this.connections.server[connection]!] as SessionServer).kill?.(connection, because);
  }

  /** The connection is another user's: COM_CHANGE_USER first, one round trip more. */
  private changeUser(session: ConnectionId, connection: ConnectionId): void {
    const { requests } = this.sim;
    const { clients, backends } = this.process;
    const change = requests.open(this.now, PING);
    requests.connection[change] = connection;
    requests.bytesIn[change] = COMMAND_BYTES;
    requests.bytesOut[change] = COMMAND_BYTES;
    clients.phase[session] = CHANGING_USER;
    backends.exchange[connection] = change;
    this.reach(change, connection, session);
  }

  private giveUpChange(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends, hostgroups } = this.process;
    this.sim.requests.abandoned[backends.exchange[connection]!] = 1;
    hostgroups[clients.hostgroup[session]!]!.broke(session, BROKEN);
  }

  private userChanged(change: RequestId, outcome: Outcome, session: number): void {
    const { requests } = this.sim;
    const { clients, backends, hostgroups } = this.process;
    const isWanted = requests.abandoned[change] === 0;
    requests.close(change);
    if (!isWanted) return;
    const connection = clients.backend[session]!;
    backends.exchange[connection] = NOBODY;
    if (outcome === OK) {
      backends.user[connection] = clients.user[session]!;
      this.send(session, connection);
      return;
    }
    this.separate(session, connection);
    this.serverOf(connection).destroy(connection);
    hostgroups[clients.hostgroup[session]!]!.broke(session, BROKEN);
  }

  private reach(request: RequestId, connection: ConnectionId, session: ConnectionId): void {
    const server = this.sim.components[this.connections.server[connection]!] as Host;
    this.sim.requests.push(request, this.id, session);
    server.reach(request, this.process.node);
  }

  private serverOf(connection: ConnectionId): BackendServer {
    return this.process.servers[this.process.backends.server[connection]!]!;
  }
}
