import { assert } from "../../sim/assert.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { ABANDONED, type ConnectionId, MONITOR } from "../connection/connections.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import type { Container } from "../kubernetes/container.ts";
import { ADMIN, LOGIN } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import type { BackendConnections } from "./backend-connections.ts";
import { BackendServer } from "./backend-server.ts";
import { type Catalog, type Configuration, MODULES, type Module, type RuntimeTables } from "./catalog.ts";
import { type ClientSessions, RUNNING, SEEKING, SLEEPING, WORKING } from "./client-sessions.ts";
import { Cluster } from "./cluster.ts";
import type { ClusterMember } from "./cluster-peer.ts";
import { NOBODY } from "./connection-columns.ts";
import { Connector } from "./connector.ts";
import { Dialer } from "./dialer.ts";
import { Frontend } from "./frontend.ts";
import { Hostgroup } from "./hostgroup.ts";
import { IdleKeeper } from "./idle-keeper.ts";
import { Monitor } from "./monitor.ts";
import type { Process } from "./process.ts";
import { isStatement, QueryRouter } from "./query-router.ts";
import { QueryRunner } from "./query-runner.ts";
import { ReplicationHostgroups } from "./replication-hostgroups.ts";
import { Routes } from "./routes.ts";
import { Users } from "./users.ts";
import type { ModelOptions, Variables } from "./variables.ts";
import { WorkerThreads } from "./worker-threads.ts";

const WORK_DONE = 1;
const IDLE_CHECK = 2;

/** Bytes of an ERR packet. */
const ERROR_BYTES = 100;

export interface ProxysqlOptions extends Configuration {
  readonly variables: Variables;
  readonly model: ModelOptions;
}

/** The tables of sessions. All pods of a deployment share them, since a connection is in one pod only. */
export interface SessionTables {
  readonly clients: ClientSessions;
  readonly backends: BackendConnections;
}

/**
 * A ProxySQL process: it lets client sessions in, and gives each query of theirs a connection to a server of its user's
 * hostgroup for as long as the query runs.
 */
export class ProxysqlPod extends Host implements Container, SessionServer, SessionHolder, Process, ClusterMember {
  readonly variables: Variables;
  readonly model: ModelOptions;
  readonly clients: ClientSessions;
  readonly backends: BackendConnections;
  readonly hostgroups: readonly Hostgroup[];
  readonly servers: readonly BackendServer[];
  readonly dialer: Dialer;
  readonly connector: Connector;
  readonly runner: QueryRunner;
  readonly idleKeeper: IdleKeeper;
  readonly users: Users;
  readonly routes: Routes;
  readonly catalog: Catalog;
  /** Its configuration as it is now. */
  readonly tables: RuntimeTables;
  private readonly cluster: Cluster | undefined;
  private readonly monitors: readonly Monitor[];
  private readonly replication: ReplicationHostgroups;
  private readonly frontend: Frontend;
  private readonly threads: WorkerThreads;
  private running = false;
  /** Why it ended last. */
  private stopped: JournalId = NONE;
  private idleCheck: EventHandle = NO_EVENT;
  private readonly router: QueryRouter;

  constructor(world: World, path: string, options: ProxysqlOptions, catalog: Catalog, sessions: SessionTables) {
    super(world, path, ELSEWHERE);
    const { variables } = options;
    this.variables = variables;
    this.model = options.model;
    this.clients = sessions.clients;
    this.backends = sessions.backends;
    this.catalog = catalog;
    this.tables = catalog.tablesOf(options);
    this.routes = new Routes(catalog, variables, this.tables);
    this.hostgroups = catalog.hostgroups.map((number) => new Hostgroup(world, this, number));
    this.servers = catalog.servers.map(({ hostgroup: number, hostname }, index) => {
      const hostgroup = this.hostgroups.find((one) => one.number === number)!;
      return hostgroup.add(new BackendServer(world, this, hostgroup, index, hostname));
    });
    this.dialer = new Dialer(world, this);
    this.connector = new Connector(world, this);
    this.runner = new QueryRunner(world, this);
    this.idleKeeper = new IdleKeeper(world, this);
    this.monitors = variables["mysql-monitor_enabled"] ? this.buildMonitors() : [];
    this.replication = new ReplicationHostgroups(world, this, this.monitors);
    this.users = new Users(this.tables.mysql_users, catalog.users.length);
    const limit = variables["mysql-max_connections"];
    this.frontend = new Frontend(world, this, sessions.clients, this.users, this.routes, limit);
    this.threads = new WorkerThreads(variables["mysql-threads"], world.sim.streams.stream(path, "thread"));
    this.router = new QueryRouter(world, this);
    if (catalog.proxies.length > 0) this.cluster = new Cluster(world, this);
    this.loadServers(NONE);
  }

  /** Finds its servers and the others of its cluster; called once, when all components exist. */
  connect(proxies: readonly (readonly ClusterMember[])[] = []): void {
    for (const server of this.servers) server.connect(this.world);
    this.cluster?.connect(proxies);
  }

  override adjust(variable: string, value: number): void {
    for (const server of this.servers) server.adjust(variable, value);
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** An operator changes rows of a table and loads it to runtime. */
  set(module: Module, rows: readonly number[], column: string, value: number, because: JournalId): void {
    const table = this.tables[module];
    for (const row of rows) table.columns[column]![row] = value;
    table.load(this.now, because);
    this.loaded(module, because);
  }

  loaded(module: Module, because: JournalId): void {
    if (module === "mysql_servers") this.loadServers(because);
    else if (module !== "proxysql_servers") this.routes.load(this.tables);
  }

  /** LOAD MYSQL SERVERS TO RUNTIME: each server is in the hostgroups that the table says, whatever its read_only. */
  private loadServers(because: JournalId): void {
    const { listed, weight, max_connections, max_latency_ms } = this.tables.mysql_servers.columns;
    for (const [row, server] of this.servers.entries()) {
      if (listed![row] === 1) server.join(weight![row]!, max_connections![row]!, max_latency_ms![row]!);
      else if (server.isOnline) server.remove(because);
    }
  }

  start(because: JournalId): void {
    this.origin = because;
    for (const module of MODULES) this.tables[module].restart(this.now);
    this.loadServers(because);
    for (const server of this.servers) server.setOrigin(because);
    this.running = true;
    this.idleKeeper.start();
    for (const monitor of this.monitors) monitor.start();
    this.replication.start();
    this.cluster?.start();
    this.idleCheck = this.after(this.variables["mysql-wait_timeout"], IDLE_CHECK);
  }

  stop(because: JournalId): void {
    const { sessions } = this.frontend;
    this.running = false;
    this.stopped = because;
    this.cancel(this.idleCheck);
    this.idleKeeper.stop();
    for (const monitor of this.monitors) monitor.stop();
    this.replication.stop();
    this.cluster?.stop();
    while (sessions.length > 0) this.cut(sessions.at(sessions.length - 1), because);
    for (const hostgroup of this.hostgroups) hostgroup.stop();
    this.dialer.stop();
    this.threads.stop();
  }

  override receive(request: RequestId): void {
    const { requests } = this.sim;
    const session = requests.connection[request]!;
    if (!this.running) this.refuse(request, REFUSED, this.stopped);
    else if (requests.verb[request] === LOGIN) this.accept(session, request);
    else if (requests.verb[request] === ADMIN) this.reply(request, OK);
    else if (!this.isSleeping(session)) this.refuse(request, BROKEN, this.stopped);
    else if (isStatement(requests.verb[request]!))
      this.work(session, request, requests.rounds[request]! * this.model.cpuPerQuery);
    else this.reply(request, OK);
  }

  override on(kind: number, session: ConnectionId): void {
    if (kind === IDLE_CHECK) this.closeIdleSessions();
    else this.workDone(session);
  }

  /** A client has gone. A query of its that is under way goes on as if it had not. */
  hangUp(session: ConnectionId): void {
    if (this.clients.request[session] === NOBODY) this.end(session);
    else this.world.connections.become(session, ABANDONED);
  }

  /** A server has closed a connection. */
  connectionLost(connection: ConnectionId, because: JournalId): void {
    if (this.world.connections.state[connection] === MONITOR) {
      this.replication.lost(connection);
      for (const monitor of this.monitors) monitor.lost(connection);
    } else this.servers[this.backends.server[connection]!]!.lost(connection, because);
  }

  /** Cuts a session: its client loses it. A query that is at a server comes back broken when the server is done. */
  cut(session: ConnectionId, because: JournalId): void {
    const { clients, world } = this;
    const { requests } = this.sim;
    const request = clients.request[session]!;
    const isHere = request !== NOBODY && clients.phase[session] !== RUNNING;
    const isLogin = isHere && requests.verb[request] === LOGIN;
    const isAbandoned = world.connections.state[session] === ABANDONED;
    const holder = this.sim.components[world.connections.client[session]!] as SessionHolder;
    if (request !== NOBODY) requests.because[request] = because;
    this.cancel(clients.step[session]!);
    this.letGo(session);
    clients.request[session] = NOBODY;
    this.frontend.leave(session);
    world.connections.release(session);
    if (!isLogin && isAbandoned) world.connections.forget(session);
    else if (!isLogin) holder.connectionLost(session, because);
    if (isHere) this.reply(request, BROKEN);
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
    const { length } = this.frontend.sessions;
    assert(held === length, () => `${this.path}: ${length} client sessions, but their owners sum to ${held}`);
    assert(this.running || length === 0, () => `${this.path}: ${length} sessions of a process that does not run`);
  }

  /** Whether a session is here and free for a query. */
  private isSleeping(session: ConnectionId): boolean {
    return this.world.connections.server[session] === this.id && this.clients.request[session] === NOBODY;
  }

  private accept(session: ConnectionId, login: RequestId): void {
    this.world.connections.accept(session, this.id);
    this.frontend.accept(session, this.threads.bind());
    this.work(session, login, this.model.cpuPerLogin);
  }

  private work(session: ConnectionId, request: RequestId, cost: Micros): void {
    const { clients } = this;
    clients.request[session] = request;
    clients.phase[session] = WORKING;
    if (cost === 0) this.workDone(session);
    else {
      const delay = this.threads.work(clients.thread[session]!, cost, this.now);
      clients.step[session] = this.after(delay, WORK_DONE, session);
    }
  }

  private workDone(session: ConnectionId): void {
    const request = this.clients.request[session]!;
    if (this.sim.requests.verb[request] === LOGIN) this.admit(session, request);
    else this.router.route(session, request);
  }

  private admit(session: ConnectionId, login: RequestId): void {
    const outcome = this.frontend.judge(session, login);
    this.clients.request[session] = NOBODY;
    this.clients.phase[session] = SLEEPING;
    this.world.connections.usedAt[session] = this.now;
    if (outcome !== OK) {
      this.frontend.leave(session);
      this.world.connections.release(session);
      this.sim.requests.bytesOut[login] = ERROR_BYTES;
    }
    this.reply(login, outcome);
  }

  /** A session stops looking for a connection, or leaves those that it has. */
  private letGo(session: ConnectionId): void {
    const { phase, backend, hostgroup } = this.clients;
    if (phase[session] === SEEKING) this.hostgroups[hostgroup[session]!]!.withdraw(session);
    else if (backend[session] !== NOBODY) this.runner.breakOff(session);
    this.runner.takeBackAll(session);
  }

  /** The session ends, and its client knows. */
  private end(session: ConnectionId): void {
    this.letGo(session);
    this.frontend.leave(session);
    this.world.connections.release(session);
    this.world.connections.forget(session);
  }

  /** Closes sessions that have slept for mysql-wait_timeout, and looks again when the next one may have. */
  private closeIdleSessions(): void {
    const { sessions } = this.frontend;
    const { usedAt } = this.world.connections;
    const timeout = this.variables["mysql-wait_timeout"];
    let next = this.now + timeout;
    for (let place = sessions.length - 1; place >= 0; place--) {
      const session = sessions.at(place);
      if (this.clients.request[session] !== NOBODY) continue;
      if (this.now - usedAt[session]! < timeout) next = Math.min(next, usedAt[session]! + timeout);
      else this.cut(session, NONE);
    }
    this.idleCheck = this.after(next - this.now, IDLE_CHECK);
  }

  private buildMonitors(): Monitor[] {
    const hostnames = [...new Set(this.servers.map(({ hostname }) => hostname))];
    return hostnames.map((hostname) => {
      const servers = this.servers.filter((server) => server.hostname === hostname);
      return new Monitor(this.world, this, servers);
    });
  }
}
