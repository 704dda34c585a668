import { assert } from "../../sim/assert.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REFUSED } from "../../sim/service.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { Host } from "../host.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import type { UpstreamConnections } from "../proxy/upstream-connections.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import { CircuitBreakers } from "./circuit-breakers.ts";
import type { MemberListener } from "./cluster-members.ts";
import { ConnectionPools, type PoolOwner } from "./connection-pools.ts";
import type { EnvoyGroup } from "./envoy-group.ts";
import { type HandshakeId, Handshakes } from "./handshakes.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { type EjectionListener, type HostId, OutlierDetection } from "./outlier-detection.ts";

const CONNECT_TIMED_OUT = 0;
const SWEEP = 1;

/** Whoever routes requests to a cluster. */
export interface ClusterUser {
  readonly origin: JournalId;
  /** A request has a connection to its host. */
  attached(exchange: ExchangeId, connection: ConnectionId): void;
  /** A request waits for a connection. */
  pending(exchange: ExchangeId): void;
  /** A circuit breaker lets a request not pass. */
  overflowed(exchange: ExchangeId): void;
  /** The connection that a request has waited for could not be opened. */
  connectFailed(exchange: ExchangeId, because: JournalId): void;
}

/** A cluster as one Envoy sees it: which hosts it may use, its connections to them, and its circuit breakers. */
export class EnvoyCluster extends Host implements PoolOwner, EjectionListener, MemberListener {
  readonly breakers: CircuitBreakers;
  private readonly group: EnvoyGroup;
  private readonly user: ClusterUser;
  private readonly connections: UpstreamConnections;
  private readonly pools: ConnectionPools;
  private readonly outliers: OutlierDetection | undefined;
  private readonly balancer: LoadBalancer;
  private readonly handshakes = new Handshakes();
  private readonly connectLane: number;
  /** Numbers of all hosts of the cluster, and of those that are not ejected. */
  private hosts: readonly HostId[] = [];
  private healthy: readonly HostId[] = [];
  private isRunning = false;
  private nextSweep: EventHandle = NO_EVENT;
  /** Why the connection failed that is being given up now. */
  private connectTrouble: JournalId = NONE;
  /** What the statistics have of this Envoy. */
  private readonly reported = { connections: 0, pending: 0, requests: 0 };

  constructor(world: World, path: string, group: EnvoyGroup, user: ClusterUser, connections: UpstreamConnections) {
    super(world, path, ELSEWHERE);
    const { options, members } = group;
    const count = members.addresses.length;
    const stream = (purpose: string) => world.sim.streams.stream(path, purpose);
    this.group = group;
    this.user = user;
    this.breakers = new CircuitBreakers(options.circuit_breakers);
    this.connections = connections;
    this.pools = new ConnectionPools(count, this.breakers, connections, this);
    this.balancer = new LoadBalancer(options.lb_policy, stream("host"));
    this.connectLane = world.sim.lane(options.connect_timeout);
    if (options.outlier_detection !== "off") {
      this.outliers = new OutlierDetection(options.outlier_detection, count, this, stream("ejection"));
    }
    members.observe(this);
  }

  /** The process starts with nothing in its memory. */
  start(node: NodeId, because: JournalId): void {
    this.node = node;
    this.origin = because;
    this.isRunning = true;
    for (const host of this.group.members.all()) this.outliers?.add(host);
    this.review();
    this.scheduleSweep();
  }

  /** The process ends. */
  stop(): void {
    this.isRunning = false;
    this.cancel(this.nextSweep);
    for (const handshake of this.handshakes.all()) this.abandonHandshake(handshake);
    for (const host of this.hosts) this.outliers?.remove(host);
    this.pools.reset();
    this.breakers.reset();
    this.report();
  }

  /** The host for a request, NOBODY if there is none. In panic all hosts count as healthy. */
  choose(request: RequestId): HostId {
    const { hosts, healthy, group } = this;
    const isPanic = healthy.length * 100 < group.options.healthy_panic_threshold * hosts.length;
    if (isPanic) group.inPanic(request, this.origin);
    return this.balancer.choose(isPanic ? hosts : healthy, this.pools.busy);
  }

  newStream(exchange: ExchangeId, host: HostId): void {
    this.pools.newStream(exchange, host);
    this.report();
  }

  /**
   * A host is done with a request, or Envoy with the host.
   * @param connection that is free now, or NOBODY. @param status what counts as the answer of the host; 0: nothing.
   */
  streamEnded(host: HostId, connection: ConnectionId, status: number): void {
    if (status > 0) this.outliers?.put(host, status, this.now);
    if (status >= 500) this.group.hosts[host]!.rq_error.add();
    this.pools.streamEnded(host, connection);
    this.report();
  }

  /** A host could not be reached, which counts as an answer of its own. */
  hostUnreachable(host: HostId): void {
    this.outliers?.put(host, 503, this.now);
    this.group.hosts[host]!.rq_error.add();
  }

  /** A request waits no longer for a connection. */
  cancelPending(exchange: ExchangeId, host: HostId): void {
    this.pools.cancel(exchange, host);
    this.report();
  }

  get waiting(): number {
    return this.pools.pending;
  }

  override on(kind: typeof CONNECT_TIMED_OUT | typeof SWEEP, handshake: HandshakeId): void {
    if (kind === SWEEP) return this.sweep();
    const { because } = this.sim.requests;
    this.connectTrouble = because[this.handshakes.requestOf(handshake)]!;
    this.failHandshake(this.abandonHandshake(handshake));
  }

  override resume(request: RequestId, outcome: Outcome, handshake: HandshakeId): void {
    const { requests } = this.sim;
    const isWanted = requests.abandoned[request] === 0;
    const stands = isWanted && outcome === OK;
    const connection = stands ? this.connections.establish(request) : NOBODY;
    if (!stands) this.connections.forget(request);
    this.connectTrouble = requests.because[request]!;
    requests.close(request);
    if (!isWanted) return;
    this.cancel(this.handshakes.timer[handshake]!);
    const host = this.handshakes.end(handshake);
    if (stands) this.pools.connected(host, connection);
    else this.failHandshake(host);
    this.report();
  }

  /** Nobody calls it. */
  receive(request: RequestId): void {
    this.reply(request, REFUSED);
  }

  openConnection(host: HostId): void {
    const request = this.connections.open(this.origin, -1);
    const handshake = this.handshakes.begin(request, host);
    this.handshakes.timer[handshake] = this.afterLane(this.connectLane, CONNECT_TIMED_OUT, handshake);
    this.group.counts.upstream_cx_total.add();
    this.send(this.group.members.addresses[host]!, request, handshake);
  }

  attached(exchange: ExchangeId, host: HostId, connection: ConnectionId): void {
    this.group.counts.upstream_rq_total.add();
    this.group.hosts[host]!.rq_total.add();
    this.user.attached(exchange, connection);
  }

  pending(exchange: ExchangeId): void {
    this.user.pending(exchange);
  }

  overflowed(exchange: ExchangeId): void {
    this.group.counts.upstream_rq_pending_overflow.add();
    this.user.overflowed(exchange);
  }

  connectFailed(exchange: ExchangeId): void {
    this.user.connectFailed(exchange, this.connectTrouble);
  }

  connectionOverflowed(): void {
    this.group.counts.upstream_cx_overflow.add();
  }

  ejected(host: HostId): void {
    this.group.counts.ejections_enforced_total.add();
    this.group.ejections.add(1);
    this.group.hosts[host]!.eject([this.group.latestTrouble, this.user.origin]);
    this.review();
  }

  unejected(host: HostId): void {
    this.group.ejections.add(-1);
    this.group.hosts[host]!.uneject();
    this.review();
  }

  ejectionOverflowed(): void {
    this.group.counts.ejections_overflow.add();
  }

  memberAdded(host: HostId): void {
    if (!this.isRunning) return;
    this.outliers?.add(host);
    this.review();
  }

  memberRemoved(host: HostId): void {
    if (!this.isRunning) return;
    this.outliers?.remove(host);
    this.pools.drain(host);
    this.review();
    this.report();
  }

  override check(): void {
    const { connections } = this.breakers;
    const open = this.group.members.addresses.reduce((sum, _, host) => sum + this.pools.connectionsTo(host), 0);
    assert(open === connections.count, () => `${this.path}: ${open} connections, but ${connections.count} counted`);
  }

  private failHandshake(host: HostId): void {
    this.group.counts.upstream_cx_connect_fail.add();
    this.pools.connectFailed(host);
    this.report();
  }

  private abandonHandshake(handshake: HandshakeId): HostId {
    this.cancel(this.handshakes.timer[handshake]!);
    this.sim.abandon(this.handshakes.requestOf(handshake));
    return this.handshakes.end(handshake);
  }

  private sweep(): void {
    this.outliers!.sweep(this.now);
    this.scheduleSweep();
  }

  private scheduleSweep(): void {
    const { outlier_detection: options } = this.group.options;
    if (options !== "off") this.nextSweep = this.after(options.interval, SWEEP);
  }

  private review(): void {
    this.hosts = this.group.members.all();
    this.healthy = this.hosts.filter((host) => this.outliers?.isEjected(host) !== true);
  }

  private report(): void {
    const { reported, breakers, group } = this;
    group.cxActive.add(breakers.connections.count - reported.connections);
    group.rqPending.add(breakers.pending.count - reported.pending);
    group.rqActive.add(breakers.requests.count - reported.requests);
    reported.connections = breakers.connections.count;
    reported.pending = breakers.pending.count;
    reported.requests = breakers.requests.count;
  }
}
