import { Component } from "../../sim/component.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, type Outcome, TIMED_OUT } from "../../sim/service.ts";
import { passOnCause } from "../cause.ts";
import { BORROWED, CONNECTING, type ConnectionId, type Connections } from "../connection/connections.ts";
import type { SessionServer } from "../host.ts";
import { LOGIN } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";

const CONNECT_TIMEOUT = 1;

/** Opens connections to servers for queries that need one. */
export class Connector extends Component {
  private readonly process: Process;
  private readonly connections: Connections;
  private readonly timeoutLane: number;

  constructor(world: World, process: Process) {
    super(world.sim, `${process.path}/connector`);
    this.process = process;
    this.connections = world.connections;
    this.timeoutLane = world.sim.lane(process.variables["mysql-connect_timeout_server"]);
  }

  /** Opens a connection for the query of a session. It takes up a slot of the proxy's from now on. */
  open(session: ConnectionId, server: BackendServer): void {
    const { requests } = this.sim;
    const { clients, backends, dialer } = this.process;
    const connection = this.connections.open(this.process.id, CONNECTING, this.now);
    const login = requests.open(this.now, LOGIN);
    backends.begin(connection, server.index, clients.user[session]!, session);
    backends.exchange[connection] = login;
    backends.timer[connection] = this.afterLane(this.timeoutLane, CONNECT_TIMEOUT, connection);
    clients.backend[session] = connection;
    server.add(connection);
    requests.connection[login] = connection;
    requests.origin[login] = Math.max(this.process.origin, requests.origin[clients.request[session]!]!);
    requests.push(login, this.id, connection);
    dialer.dial(login, server);
    if (backends.exchange[connection] === login) passOnCause(requests, login, clients.request[session]!);
  }

  /** The connection is no longer wanted. Its login is still under way, and closes it when it is back. */
  abandon(connection: ConnectionId): void {
    const { backends } = this.process;
    this.sim.requests.abandoned[backends.exchange[connection]!] = 1;
    this.cancel(backends.timer[connection]!);
    this.serverOf(connection).drop(connection);
  }

  /** The server has closed a connection whose login was under way. */
  lost(connection: ConnectionId, because: JournalId): void {
    this.abandon(connection);
    this.failed(connection, BROKEN, because);
  }

  override on(_timeout: number, connection: ConnectionId): void {
    const login = this.process.backends.exchange[connection]!;
    this.abandon(connection);
    this.failed(connection, TIMED_OUT, this.sim.requests.because[login]!);
  }

  override resume(login: RequestId, outcome: Outcome, connection: number): void {
    const { requests } = this.sim;
    const because = requests.because[login]!;
    const isWanted = requests.abandoned[login] === 0;
    requests.close(login);
    if (!isWanted) this.discard(connection);
    else {
      this.cancel(this.process.backends.timer[connection]!);
      this.process.backends.exchange[connection] = NOBODY;
      if (outcome === OK) this.connected(connection);
      else {
        this.serverOf(connection).drop(connection);
        this.connections.forget(connection);
        this.failed(connection, outcome, because);
      }
    }
  }

  private connected(connection: ConnectionId): void {
    const { backends, runner } = this.process;
    const server = this.serverOf(connection);
    const session = backends.client[connection]!;
    server.stats.connOk.add();
    this.connections.become(connection, BORROWED);
    server.hostgroup.attached(session);
    runner.run(session, connection);
  }

  /** The action that the query exists under for which the connection was opened; NONE when it has left. */
  private originOf(connection: ConnectionId): JournalId {
    const { backends, clients } = this.process;
    return this.sim.requests.origin[clients.request[backends.client[connection]!]!] ?? NONE;
  }

  private failed(connection: ConnectionId, outcome: Outcome, because: JournalId): void {
    const server = this.serverOf(connection);
    this.process.dialer.evict(server);
    server.connectError(outcome, because === NONE ? this.originOf(connection) : because);
    server.hostgroup.connectFailed(this.process.backends.client[connection]!, outcome, because);
  }

  /** Nobody has waited for this connection; if the server has let it in, it is closed. */
  private discard(connection: ConnectionId): void {
    const server = this.connections.server[connection]!;
    if (server === NOBODY) this.connections.forget(connection);
    else (this.sim.components[server] as SessionServer).hangUp(connection);
  }

  private serverOf(connection: ConnectionId): BackendServer {
    return this.process.servers[this.process.backends.server[connection]!]!;
  }
}
