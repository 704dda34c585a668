import type { JournalId } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { BackendServer } from "./backend-server.ts";
import type { Process } from "./process.ts";

/** The two places of one server in a pair of hostgroups. */
interface Places {
  readonly writer: BackendServer;
  readonly reader: BackendServer;
}

/**
 * Moves servers between the hostgroups of `mysql_replication_hostgroups`: one with read_only=0 becomes writer, and stays
 * reader unless mysql-monitor_writer_is_also_reader is off; one with read_only=1 is reader alone. Two servers with
 * read_only=0 are two writers (lib/MySQL_HostGroups_Manager.cpp, read_only_action_v2).
 */
export class ReplicationHostgroups {
  /** The servers that are in any pair, by name. */
  readonly hostnames: readonly string[];
  private readonly sim: Simulation;
  private readonly alsoReader: boolean;
  private readonly places: readonly Places[];

  constructor(process: Process, sim: Simulation) {
    const { servers, catalog, variables } = process;
    const at = (hostgroup: number, hostname: string) =>
      servers.find((server) => server.hostgroup.number === hostgroup && server.hostname === hostname);
    this.sim = sim;
    this.alsoReader = variables["mysql-monitor_writer_is_also_reader"];
    this.places = catalog.pairs.flatMap(({ writer_hostgroup, reader_hostgroup }) =>
      [...new Set(servers.map(({ hostname }) => hostname))].flatMap((hostname) => {
        const writer = at(writer_hostgroup, hostname);
        const reader = at(reader_hostgroup, hostname);
        return writer === undefined || reader === undefined ? [] : [{ writer, reader }];
      }),
    );
    this.hostnames = [...new Set(this.places.map(({ writer }) => writer.hostname))];
  }

  /** Whether one of the pairs has the server at present: only then is it checked. */
  has(hostname: string): boolean {
    return this.places.some(
      ({ writer, reader }) => writer.hostname === hostname && (writer.isOnline || reader.isOnline),
    );
  }

  /** A check has found a server's read_only, or so many checks have timed out that it counts as read-only. */
  found(hostname: string, isReadOnly: boolean, because: JournalId): void {
    for (const { writer, reader } of this.places) {
      if (writer.hostname !== hostname) continue;
      if (isReadOnly) this.demote(writer, reader, because);
      else this.promote(writer, reader, because);
    }
  }

  private promote(writer: BackendServer, reader: BackendServer, because: JournalId): void {
    if (writer.isOnline || !reader.isOnline) return;
    const event = this.sim.journal.event(writer.id, "became-writer", [because], {});
    writer.join(reader.weight, reader.maxConnections, reader.maxLatency);
    if (!this.alsoReader) reader.remove(event);
  }

  private demote(writer: BackendServer, reader: BackendServer, because: JournalId): void {
    if (!writer.isOnline) return;
    const event = this.sim.journal.event(writer.id, "became-reader", [because], {});
    if (!reader.isOnline) reader.join(writer.weight, writer.maxConnections, writer.maxLatency);
    writer.remove(event);
  }
}
