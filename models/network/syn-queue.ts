import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { Host } from "../host.ts";
import type { World } from "../world.ts";
import type { KernelVersion, ListenOptions } from "./listen-options.ts";
import type { ListenRecord } from "./listen-record.ts";
import type { Listener } from "./listener.ts";
import { SYN_RECV } from "./sockets.ts";

/** From which Linux on the queue has the length of the backlog, not of a hash table (commit ef547f2ac16b). */
const BACKLOG_COUNTS: KernelVersion = 4004;
/** From which Linux on it takes one more, as the accept queue does (commit 3479c7549fb1, and stable kernels of 2025). */
const ONE_MORE: KernelVersion = 6014;
/** From which Linux on a full accept queue always drops SYNs (commit 5ea8ea2cb7f1). */
const DROPS_ALWAYS: KernelVersion = 4010;
const FEWEST = 8;
/** TCP_TIMEOUT_INIT and TCP_RTO_MAX in include/net/tcp.h. */
const FIRST_TIMEOUT: Micros = SECOND;
const RTO_MAX: Micros = 120 * SECOND;
const TIMEOUT = 0;

/**
 * The handshakes of a listening socket whose SYN has been answered and whose ACK has not come or has been ignored. The
 * SYN-ACK is sent again after 1, 3, 7 s; when old handshakes take more than half of the room, less often.
 *
 * Young are those whose SYN-ACK has not had to be sent again. Source: Linux net/ipv4/tcp_input.c (tcp_conn_request),
 * net/ipv4/inet_connection_sock.c (reqsk_timer_handler); 3.10: net/core/request_sock.c.
 */
export class SynQueue extends Component {
  length = 0;
  private young = 0;
  /** It is full with so many. */
  private readonly limit: number;
  private readonly backlog: number;
  private readonly world: World;
  private readonly host: Host;
  private readonly listener: Listener;
  private readonly options: ListenOptions;
  private readonly record: ListenRecord;

  constructor(world: World, host: Host, listener: Listener, options: ListenOptions, record: ListenRecord) {
    super(world.sim, `${listener.path}/handshakes`);
    this.world = world;
    this.host = host;
    this.listener = listener;
    this.options = options;
    this.record = record;
    this.backlog = Math.min(options.backlog, options.somaxconn);
    this.limit = limitOf(options, this.backlog);
  }

  get isFull(): boolean {
    return this.length >= this.limit;
  }

  /** Whether what is left of tcp_max_syn_backlog is kept for hosts that have been connected before. */
  get isReserved(): boolean {
    const { tcp_max_syn_backlog: most, tcp_syncookies } = this.options;
    return tcp_syncookies === 0 && most - this.length < most >> 2;
  }

  /** Whether a SYN is let in though the accept queue is full: once, unless others have come only just before. */
  get isWelcome(): boolean {
    return this.options.kernel < DROPS_ALWAYS && this.young <= 1;
  }

  join(connection: ConnectionId): void {
    const { network } = this.world;
    this.length++;
    this.young++;
    this.record.underWay.add(1);
    network.sockets.timer[connection] = this.after(network.timeLeft(FIRST_TIMEOUT), TIMEOUT, connection);
  }

  leave(connection: ConnectionId): void {
    const { timer, timeouts } = this.world.network.sockets;
    this.cancel(timer[connection]!);
    timer[connection] = NO_EVENT;
    this.length--;
    if (timeouts[connection] === 0) this.young--;
    this.record.underWay.add(-1);
  }

  /** Nobody has answered a SYN-ACK, or the answer was ignored. */
  override on(_timeout: typeof TIMEOUT, connection: ConnectionId): void {
    const { network, connections } = this.world;
    const { timer, timeouts } = network.sockets;
    const count = timeouts[connection]!;
    if (count >= this.retries || this.listener.isAbandoned(connection)) return this.listener.giveUp(connection);
    if (count === 0) this.young--;
    timeouts[connection] = count + 1;
    const timeout = Math.min(RTO_MAX, FIRST_TIMEOUT * (1 << Math.min(count + 1, 20)));
    timer[connection] = this.after(network.timeLeft(timeout), TIMEOUT, connection);
    const client = this.sim.components[connections.client[connection]!] as Host;
    network.askForAck(connection, this.host.node, client.node);
  }

  override check(): void {
    const { length, young } = this;
    const known = this.world.network.sockets.count(this.listener.id, SYN_RECV);
    assert(length === known, () => `${this.path}: ${length} handshakes, but ${known} known`);
    assert(young >= 0 && young <= length, () => `${this.path}: ${young} of ${length} handshakes are young`);
  }

  /** How often a SYN-ACK is sent again at the moment. */
  private get retries(): number {
    let retries = this.options.tcp_synack_retries;
    if (2 * this.length <= Math.max(FEWEST, this.backlog)) return retries;
    for (let young = 2 * this.young; retries > 2 && this.length >= young; young *= 2) retries--;
    return retries;
  }
}

function limitOf({ kernel, tcp_max_syn_backlog }: ListenOptions, backlog: number): number {
  if (kernel >= ONE_MORE) return backlog + 1;
  if (kernel >= BACKLOG_COUNTS) return backlog;
  const entries = Math.max(FEWEST, Math.min(backlog, tcp_max_syn_backlog)) + 1;
  let limit = 1;
  while (limit < entries) limit *= 2;
  return limit;
}
