import type { Stream } from "../../sim/random.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import type { Monitor } from "./monitor.ts";
import type { Process } from "./process.ts";
import { ReadOnlyCheck, type ServerMover } from "./read-only-check.ts";

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
export class ReplicationHostgroups implements ServerMover {
  private readonly sim: Simulation;
  private readonly process: Process;
  private readonly alsoReader: boolean;
  private readonly places: readonly Places[];
  private readonly checks: readonly ReadOnlyCheck[];
  private readonly phase: Stream;

  constructor(world: World, process: Process, monitors: readonly Monitor[]) {
    const { servers, catalog, variables } = process;
    const at = (hostgroup: number, hostname: string) =>
      servers.find((server) => server.hostgroup.number === hostgroup && server.hostname === hostname);
    this.sim = world.sim;
    this.process = process;
    this.phase = world.sim.streams.stream(process.path, "read-only phase");
    this.alsoReader = variables["mysql-monitor_writer_is_also_reader"];
    this.places = catalog.pairs.flatMap(({ writer_hostgroup, reader_hostgroup }) =>
      [...new Set(servers.map(({ hostname }) => hostname))].flatMap((hostname) => {
        const writer = at(writer_hostgroup, hostname);
        const reader = at(reader_hostgroup, hostname);
        return writer === undefined || reader === undefined ? [] : [{ writer, reader }];
      }),
    );
    const hostnames = this.places.map(({ writer }) => writer.hostname);
    this.checks = monitors
      .filter(({ hostname }) => hostnames.includes(hostname))
      .map((monitor) => new ReadOnlyCheck(world, process, monitor, this));
  }

  /** All servers are checked together: at once, or somewhere within the interval if the process has run for long. */
  start(): void {
    if (this.checks.length === 0) return;
    const share = this.sim.now === 0 ? this.phase.next() : 0;
    const delay = Math.floor(share * this.process.variables["mysql-monitor_read_only_interval"]);
    for (const check of this.checks) check.start(delay);
  }

  stop(): void {
    for (const check of this.checks) check.stop();
  }

  /** A server has closed a session of the monitor. */
  lost(session: ConnectionId): void {
    for (const check of this.checks) check.lost(session);
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
