import { NO_EVENT } from "../../sim/event-queue.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { ConnectionColumns, NOBODY } from "./connection-columns.ts";
import { CLEAN } from "./session-status.ts";

/** What ProxySQL knows of each connection to a server (MySQL_Connection), by connection. */
export class BackendConnections extends ConnectionColumns {
  /** Place in the list of free or of used connections of its server. */
  place = new Int32Array(0);
  /** Index of its server in its pod. */
  server = new Int32Array(0);
  /** Index of the user it is logged in as. */
  user = new Int32Array(0);
  /** The client session that has it, or NOBODY. */
  client = new Int32Array(0);
  /** The proxy's own request that is under way on it (a login, a ping), or NOBODY. */
  exchange = new Int32Array(0);
  /** The pending time limit of that request, or of the query that runs on it, or the end of being kept. */
  timer = new Int32Array(0);
  /** The next connection that the same session keeps, or NOBODY. */
  next = new Int32Array(0);
  /** Further queries for which a session keeps it after an insert (auto_increment_delay_token). */
  token = new Int32Array(0);
  /** What its session has left on it. */
  status = new Uint8Array(0);
  /** 1 from BEGIN to COMMIT or ROLLBACK. */
  inTransaction = new Uint8Array(0);

  /** A connection to a server is opened for a client session. */
  begin(connection: ConnectionId, server: number, user: number, client: ConnectionId): void {
    this.reserve(connection);
    this.server[connection] = server;
    this.user[connection] = user;
    this.client[connection] = client;
    this.exchange[connection] = NOBODY;
    this.timer[connection] = NO_EVENT;
    this.next[connection] = NOBODY;
    this.wipe(connection);
  }

  /** Nothing of a session is left on it (COM_CHANGE_USER). */
  wipe(connection: ConnectionId): void {
    this.token[connection] = 0;
    this.status[connection] = CLEAN;
    this.inTransaction[connection] = 0;
  }

  /** Whether somebody else may use it: no transaction, no variables, no locks. */
  isReusable(connection: ConnectionId): boolean {
    return this.status[connection] === CLEAN && this.inTransaction[connection] === 0;
  }
}
