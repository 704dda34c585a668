import type { ConnectionId } from "../connection/connections.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";

/** The connections that sessions keep between their queries: for each session a chain, with few links. */
export class KeptConnections {
  private readonly process: Process;

  constructor(process: Process) {
    this.process = process;
  }

  add(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends } = this.process;
    backends.next[connection] = clients.kept[session]!;
    clients.kept[session] = connection;
  }

  remove(session: ConnectionId, connection: ConnectionId): void {
    const { clients, backends } = this.process;
    const next = backends.next[connection]!;
    if (clients.kept[session] === connection) clients.kept[session] = next;
    else {
      let before = clients.kept[session]!;
      while (backends.next[before] !== connection) before = backends.next[before]!;
      backends.next[before] = next;
    }
    backends.next[connection] = NOBODY;
  }

  has(session: ConnectionId, connection: ConnectionId): boolean {
    const { clients, backends } = this.process;
    let one = clients.kept[session]!;
    while (one !== NOBODY && one !== connection) one = backends.next[one]!;
    return one === connection;
  }

  /** The one that a session keeps in a hostgroup, or NOBODY. */
  inHostgroup(session: ConnectionId, hostgroup: number): ConnectionId {
    const { clients, backends, servers, hostgroups } = this.process;
    let one = clients.kept[session]!;
    while (one !== NOBODY && servers[backends.server[one]!]!.hostgroup !== hostgroups[hostgroup])
      one = backends.next[one]!;
    return one;
  }

  /** The one on which a session has a transaction, or NOBODY. */
  inTransaction(session: ConnectionId): ConnectionId {
    const { clients, backends } = this.process;
    let one = clients.kept[session]!;
    while (one !== NOBODY && backends.inTransaction[one] === 0) one = backends.next[one]!;
    return one;
  }
}
