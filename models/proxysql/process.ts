import type { JournalId } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { Host } from "../host.ts";
import type { BackendConnections } from "./backend-connections.ts";
import type { ClientSessions } from "./client-sessions.ts";
import type { ModelOptions, Variables } from "./variables.ts";

/** What the parts of one ProxySQL process share. */
export interface Process extends Host {
  readonly clients: ClientSessions;
  readonly backends: BackendConnections;
  readonly variables: Variables;
  readonly model: ModelOptions;
  /** Why it ended last. */
  readonly stopped: JournalId;
  /** The query of a session is over. */
  finish(session: ConnectionId, outcome: Outcome): void;
}
