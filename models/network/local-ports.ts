import { assert } from "../../sim/assert.ts";
import { Component, type ComponentId } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";

/** What the kernels of the hosts allow a client that opens connections. */
export interface PortOptions {
  /** First and last local port (net.ipv4.ip_local_port_range). */
  readonly ip_local_port_range: readonly [first: number, last: number];
  /** 1: a port in TIME_WAIT serves again after a second; 0 and 2: it does not (2 is for the loopback interface). */
  readonly tcp_tw_reuse: 0 | 1 | 2;
  /** Connections of a host in TIME_WAIT at once; what comes beyond is forgotten at once. */
  readonly tcp_max_tw_buckets: number;
}

/** The ports of one client towards one destination; a row of the table. */
export type PortsId = number;

/** TCP_TIMEWAIT_LEN in include/net/tcp.h; no setting changes it. */
const TIME_WAIT: Micros = 60 * SECOND;
/** With tcp_tw_reuse the timestamps must have moved on by one second (tcp_twsk_unique). */
const REUSE_AFTER: Micros = SECOND;
/** A shortage that comes back within this time has not ended. */
const CALM: Micros = 5 * SECOND;

const USABLE = 0;
const BUCKET_FREE = 1;
const LOOK = 2;

/** There are fewer components. */
const IDS = 1 << 26;

/**
 * The local ports of every client, for each destination by itself: a connection has one until it is closed, and whoever
 * closes first keeps it in TIME_WAIT for 60 s.
 *
 * 28,232 ports (32768 to 60999) that are held for 60 s allow 470 new connections per second towards one destination.
 * Source: Linux ip-sysctl; net/ipv4/inet_hashtables.c (__inet_hash_connect), tcp_minisocks.c (tcp_time_wait).
 */
export class LocalPorts extends Component {
  private readonly options: PortOptions;
  private readonly total: number;
  /** The row of each client and destination. */
  private readonly rows = new Map<number, PortsId>();
  /** By row. */
  private readonly client: ComponentId[] = [];
  private readonly inUse: number[] = [];
  private readonly blocked: number[] = [];
  private readonly entry: JournalId[] = [];
  private readonly shortAt: Micros[] = [];
  private readonly isShort: boolean[] = [];
  /** By client: its connections in TIME_WAIT. */
  private readonly buckets = new Map<ComponentId, number>();
  private readonly usableLane: number;
  private readonly bucketLane: number;
  private readonly calmLane: number;
  private readonly timeWait: Gauge;
  private readonly overflows: Counter;
  private readonly refused: Counter;

  constructor(sim: Simulation, path: string, options: PortOptions) {
    super(sim, path);
    const [first, last] = options.ip_local_port_range;
    this.options = options;
    this.total = last - first + 1;
    this.usableLane = sim.lane(options.tcp_tw_reuse === 1 ? REUSE_AFTER : TIME_WAIT);
    this.bucketLane = sim.lane(TIME_WAIT);
    this.calmLane = sim.lane(CALM);
    this.timeWait = sim.record.gauge(this, "sockstat_TCP_tw", "sockets");
    this.overflows = sim.record.counter(this, "TcpExt_TCPTimeWaitOverflow", "sockets");
    this.refused = sim.record.counter(this, "EADDRNOTAVAIL", "connects");
  }

  /** Takes a port for a connection; returns its row, or -1 when none is left: see `shortageOf`. */
  take(client: ComponentId, destination: ComponentId, origin: JournalId): PortsId {
    const row = this.rowFor(client, destination);
    if (this.inUse[row]! + this.blocked[row]! >= this.total) {
      this.runShort(row, origin);
      return -1;
    }
    this.inUse[row]!++;
    return row;
  }

  /** The journal entry that says that a client has no port left for a destination. */
  shortageOf(client: ComponentId, destination: ComponentId): JournalId {
    return this.entry[this.rowFor(client, destination)]!;
  }

  /** A connection is closed; its port stays in TIME_WAIT if its client has closed first. */
  giveBack(row: PortsId, clientClosed: boolean): void {
    this.inUse[row]!--;
    if (!clientClosed) return;
    const client = this.client[row]!;
    const buckets = this.buckets.get(client) ?? 0;
    if (buckets >= this.options.tcp_max_tw_buckets) return this.overflows.add();
    this.buckets.set(client, buckets + 1);
    this.timeWait.add(1);
    this.blocked[row]!++;
    this.afterLane(this.usableLane, USABLE, row);
    this.afterLane(this.bucketLane, BUCKET_FREE, client);
  }

  override on(kind: typeof USABLE | typeof BUCKET_FREE | typeof LOOK, subject: PortsId | ComponentId): void {
    if (kind === USABLE) this.blocked[subject]!--;
    else if (kind === LOOK) this.look(subject);
    else {
      this.buckets.set(subject, this.buckets.get(subject)! - 1);
      this.timeWait.add(-1);
    }
  }

  override check(): void {
    for (const [row, inUse] of this.inUse.entries()) {
      const taken = inUse + this.blocked[row]!;
      assert(inUse >= 0 && taken <= this.total, () => `${this.path}: ${taken} of ${this.total} ports taken`);
    }
  }

  private rowFor(client: ComponentId, destination: ComponentId): PortsId {
    const key = client * IDS + destination;
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const row = this.client.push(client) - 1;
    this.rows.set(key, row);
    this.inUse.push(0);
    this.blocked.push(0);
    this.entry.push(NONE);
    this.shortAt.push(0);
    this.isShort.push(false);
    return row;
  }

  private runShort(row: PortsId, origin: JournalId): void {
    const client = this.client[row]!;
    this.refused.add();
    this.shortAt[row] = this.now;
    if (this.isShort[row]) return;
    const figures = { ports: this.total, inUse: this.inUse[row]!, timeWait: this.blocked[row]! };
    const causes = [this.sim.components[client]!.origin, origin];
    this.isShort[row] = true;
    this.entry[row] = this.sim.journal.begin(client, "no-ephemeral-ports", causes, figures);
    this.afterLane(this.calmLane, LOOK, row);
  }

  private look(row: PortsId): void {
    const left = this.shortAt[row]! + CALM - this.now;
    if (left > 0) {
      this.after(left, LOOK, row);
      return;
    }
    this.isShort[row] = false;
    this.sim.journal.end(this.entry[row]!);
  }
}
