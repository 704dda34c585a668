import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, LOST, OK, type Outcome } from "../../sim/service.ts";
import type { ConnectionId, Connections } from "../connection/connections.ts";
import type { Host } from "../host.ts";
import type { RequestClass } from "../load/request-class.ts";
import { PING } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { CHANGING_USER, RUNNING } from "./client-sessions.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";

const KEPT_LONG_ENOUGH = 1;

/** Bytes of a COM_CHANGE_USER or a COM_PING and its OK, each with the headers below it. */
export const COMMAND_BYTES = 71;

/** Runs queries on connections that they have got, and decides whether the session keeps its connection afterwards. */
export class QueryRunner extends Component {
  private readonly process: Process;
  private readonly connections: Connections;
  private readonly classes: readonly RequestClass[];
  private readonly keepLane: number;
  /** Queries for which a session keeps its connection after a write, the write included; 0 for none. */
  private readonly keptAfterWrite: number;
  private readonly multiplexes: boolean;

  constructor(world: World, process: Process) {
    super(world.sim, `${process.path}/queries`);
    const { variables } = process;
    this.process = process;
    this.connections = world.connections;
    this.classes = world.classes;
    this.keepLane = world.sim.lane(variables["mysql-auto_increment_delay_multiplex_timeout_ms"]);
    const further = variables["mysql-auto_increment_delay_multiplex"];
    this.keptAfterWrite = further === 0 ? 0 : further + 1;
    this.multiplexes = variables["mysql-multiplexing"];
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

  /** Runs the query of a session on the connection that it has kept; false if that one is of no use any more. */
  runOnKept(session: ConnectionId): boolean {
    const { clients } = this.process;
    const server = this.serverOf(clients.backend[session]!);
    if (server.shun.killsUsed || server.hostgroup !== this.process.hostgroups[clients.hostgroup[session]!]) {
      this.takeBack(session);
      return false;
    }
    this.cancel(clients.timer[session]!);
    clients.timer[session] = NO_EVENT;
    this.run(session, clients.backend[session]!);
    return true;
  }

  /** Takes back the connection that a session has kept. */
  takeBack(session: ConnectionId): void {
    const { clients } = this.process;
    const connection = clients.backend[session]!;
    this.leave(session);
    this.serverOf(connection).giveBack(connection);
  }

  /** A session leaves its connection with something under way on it, which closes the connection. */
  breakOff(session: ConnectionId): void {
    const { clients, backends } = this.process;
    const connection = clients.backend[session]!;
    const exchange = backends.exchange[connection]!;
    if (exchange !== NOBODY) this.sim.requests.abandoned[exchange] = 1;
    this.leave(session);
    this.serverOf(connection).destroy(connection);
  }

  /** A session has lost its connection to the server's own doing; a query that runs on it learns of it when it is back. */
  leave(session: ConnectionId): void {
    const { clients } = this.process;
    clients.backend[session] = NOBODY;
    clients.keeps[session] = 0;
    this.cancel(clients.timer[session]!);
    clients.timer[session] = NO_EVENT;
  }

  override on(_keptLongEnough: number, session: ConnectionId): void {
    this.takeBack(session);
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
    if (connection === NOBODY) hostgroup.broke(session, BROKEN);
    else if (outcome === BROKEN || outcome === LOST) {
      this.leave(session);
      this.serverOf(connection).destroy(connection);
      hostgroup.broke(session, outcome);
    } else {
      if (!this.keeps(session, request, outcome)) this.takeBack(session);
      else if (this.multiplexes) clients.timer[session] = this.afterLane(this.keepLane, KEPT_LONG_ENOUGH, session);
      this.process.finish(session, outcome);
    }
  }

  /** After a write the session keeps its connection for some more queries: LAST_INSERT_ID() must find the same one. */
  private keeps(session: ConnectionId, request: RequestId, outcome: Outcome): boolean {
    if (!this.multiplexes) return true;
    const { keeps } = this.process.clients;
    const kind = this.sim.requests.kind[request]!;
    if (kind >= 0 && outcome === OK && this.classes[kind]!.writes) keeps[session] = this.keptAfterWrite;
    if (keeps[session]! > 0) keeps[session]!--;
    return keeps[session]! > 0;
  }

  private send(session: ConnectionId, connection: ConnectionId): void {
    const { clients } = this.process;
    const request = clients.request[session]!;
    clients.phase[session] = RUNNING;
    this.sim.requests.connection[request] = connection;
    this.reach(request, connection, session);
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

  private userChanged(change: RequestId, outcome: Outcome, session: ConnectionId): void {
    const { requests } = this.sim;
    const { clients, backends, hostgroups } = this.process;
    const isWanted = requests.abandoned[change] === 0;
    requests.close(change);
    if (!isWanted) return;
    const connection = clients.backend[session]!;
    if (connection !== NOBODY && outcome === OK) {
      backends.exchange[connection] = NOBODY;
      backends.user[connection] = clients.user[session]!;
      this.send(session, connection);
      return;
    }
    if (connection !== NOBODY) this.serverOf(connection).destroy(connection);
    this.leave(session);
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
