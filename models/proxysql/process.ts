import type { Outcome } from "../../sim/service.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { Host } from "../host.ts";
import type { BackendConnections } from "./backend-connections.ts";
import type { BackendServer } from "./backend-server.ts";
import type { Catalog } from "./catalog.ts";
import type { ClientSessions } from "./client-sessions.ts";
import type { Connector } from "./connector.ts";
import type { Dialer } from "./dialer.ts";
import type { Hostgroup } from "./hostgroup.ts";
import type { IdleKeeper } from "./idle-keeper.ts";
import type { QueryRunner } from "./query-runner.ts";
import type { Routes } from "./routes.ts";
import type { Users } from "./users.ts";
import type { ModelOptions, Variables } from "./variables.ts";

/** What the parts of one ProxySQL process share. */
export interface Process extends Host {
  readonly variables: Variables;
  readonly model: ModelOptions;
  readonly clients: ClientSessions;
  readonly backends: BackendConnections;
  readonly hostgroups: readonly Hostgroup[];
  /** The servers of all hostgroups. */
  readonly servers: readonly BackendServer[];
  readonly dialer: Dialer;
  readonly connector: Connector;
  readonly runner: QueryRunner;
  readonly idleKeeper: IdleKeeper;
  readonly users: Users;
  readonly routes: Routes;
  readonly catalog: Catalog;
  /** The query of a session is over. */
  finish(session: ConnectionId, outcome: Outcome): void;
}
