import type { Component } from "../../sim/component.ts";
import type { RequestId, Verb } from "../../sim/requests.ts";
import { type ConnectionId, type Connections, MONITOR } from "../connection/connections.ts";
import type { Host, SessionServer } from "../host.ts";
import { LOGIN } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";
import { COMMAND_BYTES } from "./query-runner.ts";

/** Sessions of the monitor to one server, which its checks share; whoever finds none opens another (My_Conn_Pool). */
export class MonitorSessions {
  private readonly world: World;
  private readonly connections: Connections;
  private readonly process: Process;
  /** Where logins go. */
  private readonly server: BackendServer;
  /** Those that no check uses, the one used last at the end. */
  private readonly idle: ConnectionId[] = [];

  constructor(world: World, process: Process, server: BackendServer) {
    this.world = world;
    this.connections = world.connections;
    this.process = process;
    this.server = server;
  }

  /** A session that stands, or NOBODY. */
  take(): ConnectionId {
    return this.idle.pop() ?? NOBODY;
  }

  put(session: ConnectionId): void {
    this.idle.push(session);
  }

  /** The server has closed an idle session. */
  lost(session: ConnectionId): void {
    const place = this.idle.indexOf(session);
    if (place < 0) return;
    this.idle.splice(place, 1);
    this.forget(session);
  }

  /** A check has lost the session that it used. */
  forget(session: ConnectionId): void {
    this.connections.forget(session, true);
  }

  closeAll(): void {
    for (const session of this.idle.splice(0)) this.hangUp(session);
  }

  /** Opens a session for a check, which gets the answer to its login and sees from it whether the session stands. */
  login(check: Component): RequestId {
    const { requests } = this.world.sim;
    const login = requests.open(this.world.sim.now, LOGIN);
    requests.connection[login] = this.connections.open(this.process.id, MONITOR, this.world.sim.now);
    requests.origin[login] = this.process.origin;
    requests.push(login, check.id, 0);
    return login;
  }

  /** Sends a login on its way. */
  dial(login: RequestId): void {
    this.process.dialer.dial(login, this.server);
  }

  /** A login has come back; returns its session, or NOBODY where there is none. Its request is closed. */
  loggedIn(login: RequestId): ConnectionId {
    const { requests } = this.world.sim;
    const session = requests.connection[login]!;
    const stands = this.connections.isAccepted(session);
    requests.close(login);
    if (!stands) this.connections.forget(session);
    return stands ? session : NOBODY;
  }

  /** Opens a question on a session, which is still to be sent. */
  question(verb: Verb, session: ConnectionId, check: Component): RequestId {
    const { requests } = this.world.sim;
    const question = requests.open(this.world.sim.now, verb);
    requests.connection[question] = session;
    requests.origin[question] = this.process.origin;
    requests.bytesIn[question] = COMMAND_BYTES;
    requests.bytesOut[question] = COMMAND_BYTES;
    requests.push(question, check.id, 0);
    return question;
  }

  send(question: RequestId): void {
    const session = this.world.sim.requests.connection[question]!;
    (this.world.sim.components[this.connections.server[session]!] as Host).reach(question, this.process.node);
  }

  hangUp(session: ConnectionId): void {
    (this.world.sim.components[this.connections.server[session]!] as SessionServer).hangUp(session);
  }
}
