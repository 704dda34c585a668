import type { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId, Requests } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { ER_ACCESS_DENIED_ERROR, ER_CON_COUNT_ERROR, ER_USER_LIMIT_REACHED } from "../error.ts";
import { LOGIN } from "../verb.ts";
import type { World } from "../world.ts";
import type { ClientSessions } from "./client-sessions.ts";
import { NOBODY } from "./connection-columns.ts";
import { ConnectionList } from "./connection-list.ts";
import type { Routes } from "./routes.ts";
import type { Users } from "./users.ts";

/** A cap that is touched again within this time has not been left. */
const CALM: Micros = 5 * SECOND;

/**
 * Admits client sessions: up to mysql-max_connections in all, and up to the cap of each user.
 *
 * A client counts from accept on, but only after the login is a surplus one told so: 1040, or 1226 for its user's cap
 * (lib/MySQL_Thread.cpp, lib/MySQL_Session.cpp).
 */
export class Frontend {
  readonly sessions: ConnectionList;
  private readonly clients: ClientSessions;
  private readonly requests: Requests;
  private readonly users: Users;
  private readonly routes: Routes;
  private readonly cap: number;
  private readonly owner: Component;
  private readonly connected: Gauge;
  private readonly denied: Counter;
  private readonly deniedUsers: Counter;
  private readonly full: LingeringCondition;

  constructor(world: World, owner: Component, clients: ClientSessions, users: Users, routes: Routes, cap: number) {
    const { sim } = world;
    this.sessions = new ConnectionList(clients);
    this.clients = clients;
    this.requests = sim.requests;
    this.users = users;
    this.routes = routes;
    this.cap = cap;
    this.owner = owner;
    this.connected = sim.record.gauge(owner, "Client_Connections_connected", "connections");
    this.denied = sim.record.counter(owner, "Access_Denied_Max_Connections", "connections");
    this.deniedUsers = sim.record.counter(owner, "Access_Denied_Max_User_Connections", "connections");
    this.full = new LingeringCondition(owner, sim, "frontend-full", CALM);
  }

  /** A client has connected. */
  accept(session: ConnectionId, thread: number): void {
    this.clients.begin(session, thread);
    this.sessions.add(session);
    this.connected.set(this.sessions.length);
    this.clients.isSurplus[session] = this.sessions.length > this.cap ? 1 : 0;
  }

  /** How the login of a client ends; why it fails is noted in it. */
  judge(session: ConnectionId, login: RequestId): Outcome {
    const user = this.routes.user[this.routes.of(this.requests.kind[login]!, LOGIN)]!;
    if (user === NOBODY) return ER_ACCESS_DENIED_ERROR;
    if (this.clients.isSurplus[session] === 1) {
      this.denied.add();
      this.noteFull(login, this.sessions.length - 1, this.cap);
      return ER_CON_COUNT_ERROR;
    }
    if (!this.users.enter(user)) {
      this.deniedUsers.add();
      this.noteFull(login, this.users.capOf(user), this.users.capOf(user));
      return ER_USER_LIMIT_REACHED;
    }
    this.clients.account[session] = user;
    return OK;
  }

  /** A session has ended. */
  leave(session: ConnectionId): void {
    this.users.leave(this.clients.account[session]!);
    this.sessions.remove(session);
    this.connected.set(this.sessions.length);
  }

  private noteFull(login: RequestId, connections: number, max_connections: number): void {
    const causes = [this.requests.origin[login]!, this.owner.origin];
    this.requests.because[login] = this.full.renew(causes, () => ({ connections, max_connections }));
  }
}
