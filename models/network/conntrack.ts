import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";

/** How a node tracks the connections of its pods. */
export interface ConntrackOptions {
  readonly nf_conntrack_max: number;
  readonly nf_conntrack_tcp_timeout_established: Micros;
  readonly nf_conntrack_tcp_timeout_time_wait: Micros;
}

/** What a connection was in when it ended, for how long its entry stays. */
export type Ending = number;
export const TIME_WAIT: Ending = 0;
export const SYN_SENT: Ending = 1;
export const CLOSE: Ending = 2;

/** nf_conntrack_tcp_timeout_syn_sent and nf_conntrack_tcp_timeout_close. */
const SYN_SENT_TIMEOUT: Micros = 120 * SECOND;
const CLOSE_TIMEOUT: Micros = 10 * SECOND;
/** A table that overflows again within this time has not had room. */
const CALM: Micros = 5 * SECOND;
/** Silent connections of a full table are looked for this often at most. */
const SWEEP: Micros = SECOND;
const EXPIRE = 0;

/**
 * The table of connections of one node (nf_conntrack): an entry from a connection's first SYN until some time after its
 * end. When it is full, packets of new connections are dropped.
 *
 * What the kernel does before that is left out: it may evict unanswered entries, and closed ones at 95 %.
 * Source: Linux nf_conntrack-sysctl, net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_tcp.c.
 */
export class Conntrack extends Component {
  private readonly options: ConntrackOptions;
  private readonly node: Component;
  private readonly lanes: readonly number[];
  private readonly full: LingeringCondition;
  private readonly count: Gauge;
  private readonly dropped: Counter;
  private sweptAt: Micros = -SWEEP;

  constructor(sim: Simulation, node: Component, options: ConntrackOptions) {
    super(sim, `${node.path} conntrack`);
    this.options = options;
    this.node = node;
    const times = [options.nf_conntrack_tcp_timeout_time_wait, SYN_SENT_TIMEOUT, CLOSE_TIMEOUT];
    this.lanes = times.map((time) => sim.lane(time));
    this.full = new LingeringCondition(node, sim, "conntrack-table-full", CALM);
    this.count = sim.record.gauge(node, "nf_conntrack_count", "connections");
    this.dropped = sim.record.counter(node, "nf_conntrack_drop", "packets");
  }

  get isFull(): boolean {
    return this.count.value >= this.options.nf_conntrack_max;
  }

  /** How long a connection may be silent before its entry goes. */
  get patience(): Micros {
    return this.options.nf_conntrack_tcp_timeout_established;
  }

  /** Whether it is worth while to look for silent connections, if the answer is to be heeded. */
  maySweep(): boolean {
    if (!this.isFull || this.now < this.sweptAt + SWEEP) return false;
    this.sweptAt = this.now;
    return true;
  }

  /** Enters a connection. */
  enter(): void {
    this.count.add(1);
  }

  /** A packet of a new connection is dropped; returns the journal entry that says why. */
  drop(origin: JournalId): JournalId {
    this.dropped.add();
    return this.full.renew([this.node.origin, origin], () => ({
      connections: this.count.value,
      nf_conntrack_max: this.options.nf_conntrack_max,
    }));
  }

  /** A connection has ended; its entry stays for a while. */
  end(ending: Ending): void {
    this.afterLane(this.lanes[ending]!, EXPIRE);
  }

  /** The entry of a connection goes at once, as it has been silent for too long. */
  expire(): void {
    this.count.add(-1);
  }

  override on(_expire: typeof EXPIRE): void {
    this.expire();
  }

  override check(): void {
    const { value } = this.count;
    const { nf_conntrack_max: most } = this.options;
    assert(value >= 0 && value <= most, () => `${this.path}: ${value} entries in a table for ${most}`);
  }
}
