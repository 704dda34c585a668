import { assert } from "../../sim/assert.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { ABANDONED, type ConnectionId, MONITOR } from "../connection/connections.ts";
import { ER_CON_COUNT_ERROR, ER_USER_LIMIT_REACHED } from "../error.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import type { Container } from "../kubernetes/container.ts";
import { LOGIN, QUERY } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { BackendConnections } from "./backend-connections.ts";
import { BackendServer } from "./backend-server.ts";
import { ClientSessions, RUNNING, SLEEPING, WORKING } from "./client-sessions.ts";
import { NOBODY } from "./connection-columns.ts";
import { ConnectionList } from "./connection-list.ts";
import { Connector } from "./connector.ts";
import { Hostgroup } from "./hostgroup.ts";
import { IdleKeeper } from "./idle-keeper.ts";
import { Monitor } from "./monitor.ts";
import type { Process } from "./process.ts";
import { QueryRunner } from "./query-runner.ts";
import type { ServerOptions, UserOptions } from "./tables.ts";
import { Users } from "./users.ts";
import type { ModelOptions, Variables } from "./variables.ts";
import { WorkerThreads } from "./worker-threads.ts";

const WORK_DONE = 1;
const IDLE_CHECK = 2;

/** Bytes of an ERR packet. */
const ERROR_BYTES = 100;
/** A cap that is touched again within this time has not been left. */
const CALM: Micros = 5 * SECOND;
/** ER_ACCESS_DENIED_ERROR: `mysql_users` has no such user. */
const ACCESS_DENIED: Outcome = 1045;

export interface ProxysqlOptions {
  readonly variables: Variables;
  readonly model: ModelOptions;
  readonly mysql_servers: readonly ServerOptions[];
  readonly mysql_users: readonly UserOptions[];
}

/** The tables of sessions, which all pods of a deployment share: a connection is in one pod only. */
export class SessionTables {
  readonly clients = new ClientSessions();
  readonly backends = new BackendConnections();
}

/**
 * A ProxySQL process: it lets client sessions in up to its cap, and gives each query of theirs a connection to a server
 * of the hostgroup of its user, for as long as the query runs.
 *
 * A client counts from accept on; one too many learns of it only after its login (lib/MySQL_Session.cpp).
 */
export class ProxysqlPod extends Host implements Container, SessionServer, SessionHolder, Process {
  readonly variables: Variables;
  readonly model: ModelOptions;
  readonly clients: ClientSessions;
  readonly backends: BackendConnections;
  readonly hostgroups: readonly Hostgroup[];
  readonly servers: readonly BackendServer[];
  readonly connector: Connector;
  readonly runner: QueryRunner;
  stopped: JournalId = NONE;
  private readonly idleKeeper: IdleKeeper;
  private readonly monitors: readonly Monitor[];
  private readonly users: Users;
  private readonly threads: WorkerThreads;
  private readonly sessions: ConnectionList;
  private readonly connected: Gauge;
  private readonly questions: Counter;
  private readonly denied: Counter;
  private readonly deniedUsers: Counter;
  private readonly full: LingeringCondition;
  private running = false;
  private idleCheck: EventHandle = NO_EVENT;

  constructor(world: World, path: string, options: ProxysqlOptions, tables: SessionTables) {
    super(world, path, ELSEWHERE);
    const { sim } = world;
    this.variables = options.variables;
    this.model = options.model;
    this.clients = tables.clients;
    this.backends = tables.backends;
    const numbers = hostgroupsOf(options);
    this.hostgroups = numbers.map((number) => new Hostgroup(world, this, number));
    this.servers = options.mysql_servers.map((server, index) => {
      return this.hostgroups[numbers.indexOf(server.hostgroup)]!.add(world, index, server);
    });
    this.connector = new Connector(world, this);
    this.runner = new QueryRunner(world, this);
    this.idleKeeper = new IdleKeeper(world, this);
    this.monitors = monitorsOf(world, this);
    this.users = new Users(options.mysql_users, numbers, world.classes);
    this.threads = new WorkerThreads(options.variables["mysql-threads"], sim.streams.stream(path, "thread"));
    this.sessions = new ConnectionList(tables.clients);
    this.connected = sim.record.gauge(this, "Client_Connections_connected", "connections");
    this.questions = sim.record.counter(this, "Questions", "queries");
    this.denied = sim.record.counter(this, "Access_Denied_Max_Connections", "connections");
    this.deniedUsers = sim.record.counter(this, "Access_Denied_Max_User_Connections", "connections");
    this.full = new LingeringCondition(this, sim, "frontend-full", CALM);
  }

  /** Finds its servers; called once, when all components exist. */
  connect(): void {
    for (const server of this.servers) server.connect(this.world);
  }

  override start(because: JournalId): void {
    this.origin = because;
    for (const part of [...this.hostgroups, ...this.servers]) part.origin = because;
    this.running = true;
    this.idleKeeper.start();
    for (const monitor of this.monitors) monitor.start();
    this.idleCheck = this.after(this.variables["mysql-wait_timeout"], IDLE_CHECK);
  }

  override stop(because: JournalId): void {
    this.running = false;
    this.stopped = because;
    this.cancel(this.idleCheck);
    this.idleKeeper.stop();
    for (const monitor of this.monitors) monitor.stop();
    for (const hostgroup of this.hostgroups) hostgroup.stop();
    this.threads.stop();
    while (this.sessions.length > 0) this.cut(this.sessions.at(this.sessions.length - 1), because);
  }

  override receive(request: RequestId): void {
    const { requests } = this.sim;
    const session = requests.connection[request]!;
    if (!this.running) this.refuse(request, REFUSED, this.stopped);
    else if (requests.verb[request] === LOGIN) this.accept(session, request);
    else if (!this.isSleeping(session)) this.refuse(request, BROKEN, this.stopped);
    else if (requests.verb[request] === QUERY) this.work(session, request, this.model.cpuPerQuery);
    else this.reply(request, OK);
  }

  override on(kind: number, session: ConnectionId): void {
    if (kind === IDLE_CHECK) this.closeIdleSessions();
    else this.workDone(session);
  }

  /** A client has gone. A query of its that is under way goes on as if it had not. */
  override hangUp(session: ConnectionId): void {
    if (this.clients.request[session] === NOBODY) this.end(session);
    else this.world.connections.become(session, ABANDONED);
  }

  /** A server has closed a connection. */
  override connectionLost(connection: ConnectionId, because: JournalId): void {
    if (this.world.connections.state[connection] !== MONITOR) {
      this.servers[this.backends.server[connection]!]!.lost(connection, because);
    } else {
      for (const monitor of this.monitors) monitor.lost(connection);
      this.world.connections.forget(connection);
    }
  }

  finish(session: ConnectionId, outcome: Outcome): void {
    const { clients } = this;
    const request = clients.request[session]!;
    clients.request[session] = NOBODY;
    clients.phase[session] = SLEEPING;
    this.world.connections.usedAt[session] = this.now;
    if (this.world.connections.state[session] === ABANDONED) this.end(session);
    this.reply(request, outcome);
  }

  override check(): void {
    const held = this.world.connections.heldAt(this.id);
    const { length } = this.sessions;
    assert(held === length, () => `${this.path}: ${length} client sessions, but their owners sum to ${held}`);
    assert(this.running || length === 0, () => `${this.path}: ${length} sessions of a process that does not run`);
  }

  /** A session that nothing runs on, and that belongs here. */
  private isSleeping(session: ConnectionId): boolean {
    return this.world.connections.server[session] === this.id && this.clients.request[session] === NOBODY;
  }

  private accept(session: ConnectionId, login: RequestId): void {
    this.world.connections.accept(session, this.id);
    this.clients.begin(session, this.threads.bind());
    this.sessions.add(session);
    this.connected.set(this.sessions.length);
    this.clients.isSurplus[session] = this.sessions.length > this.variables["mysql-max_connections"] ? 1 : 0;
    this.work(session, login, this.model.cpuPerLogin);
  }

  private work(session: ConnectionId, request: RequestId, cost: Micros): void {
    const { clients } = this;
    clients.request[session] = request;
    clients.phase[session] = WORKING;
    if (cost === 0) this.workDone(session);
    else clients.step[session] = this.after(this.threads.work(clients.thread[session]!, cost, this.now), WORK_DONE, session);
  }

  private workDone(session: ConnectionId): void {
    const request = this.clients.request[session]!;
    if (this.sim.requests.verb[request] === QUERY) this.route(session, request);
    else this.admit(session, request);
  }

  private admit(session: ConnectionId, login: RequestId): void {
    const { clients } = this;
    const user = this.users.of(this.sim.requests.kind[login]!);
    clients.request[session] = NOBODY;
    clients.phase[session] = SLEEPING;
    if (user === NOBODY) this.turnAway(session, login, ACCESS_DENIED, NONE);
    else if (clients.isSurplus[session] === 1) {
      this.denied.add();
      this.turnAway(session, login, ER_CON_COUNT_ERROR, this.noteFull(login));
    } else if (this.users.enter(user)) {
      clients.account[session] = user;
      this.world.connections.usedAt[session] = this.now;
      this.reply(login, OK);
    } else {
      this.deniedUsers.add();
      this.turnAway(session, login, ER_USER_LIMIT_REACHED, this.noteFull(login));
    }
  }
