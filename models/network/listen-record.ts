import type { Component } from "../../sim/component.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ListenOptions } from "./listen-options.ts";

/** A queue that overflows again within this time has not had room. */
const CALM: Micros = 5 * SECOND;

/**
 * What is known from outside of the listening sockets of a component, in all of its pods: what ss and /proc/net/netstat
 * show, and the journal.
 */
export class ListenRecord {
  readonly waiting: Gauge;
  readonly underWay: Gauge;
  readonly overflows: Counter;
  readonly drops: Counter;
  readonly reqQFullDrop: Counter;
  readonly reqQFullDoCookies: Counter;
  readonly cookiesSent: Counter;
  readonly cookiesRecv: Counter;
  /** At its clients: calls that nobody has heard, sent again for the first time. */
  readonly lossProbes: Counter;
  readonly acceptQueueFull: LingeringCondition;
  private readonly synQueueFull: LingeringCondition;
  private readonly backlog: number;
  private readonly maxSynBacklog: number;

  /** @param owner who the journal speaks of. @param path what the metrics are of. */
  constructor(sim: Simulation, owner: Component, path: string, options: ListenOptions) {
    const { backlog, somaxconn, tcp_max_syn_backlog } = options;
    const counter = (name: string) => sim.record.counter(path, `TcpExt_${name}`, "segments");
    this.backlog = Math.min(backlog, somaxconn);
    this.maxSynBacklog = tcp_max_syn_backlog;
    this.acceptQueueFull = new LingeringCondition(owner, sim, "accept-queue-full", CALM);
    this.synQueueFull = new LingeringCondition(owner, sim, "syn-queue-full", CALM);
    this.waiting = sim.record.gauge(path, "accept_queue", "connections");
    this.underWay = sim.record.gauge(path, "syn_queue", "handshakes");
    this.overflows = counter("ListenOverflows");
    this.drops = counter("ListenDrops");
    this.reqQFullDrop = counter("TCPReqQFullDrop");
    this.reqQFullDoCookies = counter("TCPReqQFullDoCookies");
    this.cookiesSent = counter("SyncookiesSent");
    this.cookiesRecv = counter("SyncookiesRecv");
    this.lossProbes = counter("TCPLossProbes");
  }

  /** Somebody finds so many in an accept queue, which is full; returns the journal entry that says so. */
  runOutOfRoom(waiting: number, because: readonly JournalId[]): JournalId {
    return this.acceptQueueFull.renew(because, () => ({ waiting, backlog: this.backlog }));
  }

  /** Somebody finds so many in a SYN queue, which is full; returns the journal entry that says so. */
  runOutOfHandshakes(underWay: number, pod: JournalId, origin: JournalId): JournalId {
    return this.synQueueFull.renew([this.acceptQueueFull.current, pod, origin], () => ({
      underWay,
      backlog: this.backlog,
      tcp_max_syn_backlog: this.maxSynBacklog,
    }));
  }
}
