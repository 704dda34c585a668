import { WaitingLine } from "../../sim/waiting-line.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import type { UpstreamConnections } from "../proxy/upstream-connections.ts";
import type { CircuitBreakers } from "./circuit-breakers.ts";
import type { HostId } from "./outlier-detection.ts";

/** Whoever has requests for hosts. */
export interface PoolOwner {
  /** Opens one more connection to a host. */
  openConnection(host: HostId): void;
  /** A request has a connection. */
  attached(exchange: ExchangeId, host: HostId, connection: ConnectionId): void;
  /** A request waits for a connection. */
  pending(exchange: ExchangeId, host: HostId): void;
  /** A circuit breaker lets a request not pass. */
  overflowed(exchange: ExchangeId): void;
  /** The connection that a request has waited for could not be opened. */
  connectFailed(exchange: ExchangeId): void;
  /** A circuit breaker lets a connection not be opened. */
  connectionOverflowed(): void;
}

/**
 * Connections of HTTP/1.1 to the hosts of a cluster, a pool for each, and the requests that wait for one.
 *
 * A request takes an idle connection, or waits while one more is opened, as far as the circuit breakers allow; a host
 * without any connection gets one in any case. Source: source/common/conn_pool/conn_pool_base.cc.
 */
export class ConnectionPools {
  /** By host: connections that a request is on. */
  readonly busy: Int32Array<ArrayBuffer>;
  /** By host: connections that no request is on, the one that was used last at the end. */
  private readonly idle: ConnectionId[][];
  private readonly connecting: Int32Array<ArrayBuffer>;
  private readonly lines: readonly WaitingLine[];
  private readonly breakers: CircuitBreakers;
  private readonly connections: UpstreamConnections;
  private readonly owner: PoolOwner;
  /** By host: 1 while those who wait for it are being served. */
  private readonly serving: Uint8Array<ArrayBuffer>;

  constructor(hosts: number, breakers: CircuitBreakers, connections: UpstreamConnections, owner: PoolOwner) {
    this.busy = new Int32Array(hosts);
    this.idle = Array.from({ length: hosts }, () => []);
    this.connecting = new Int32Array(hosts);
    this.serving = new Uint8Array(hosts);
    this.lines = Array.from({ length: hosts }, () => new WaitingLine());
    this.breakers = breakers;
    this.connections = connections;
    this.owner = owner;
  }

  /** Requests that wait. */
  get pending(): number {
    return this.lines.reduce((sum, { length }) => sum + length, 0);
  }

  connectionsTo(host: HostId): number {
    return this.busy[host]! + this.idle[host]!.length + this.connecting[host]!;
  }

  newStream(exchange: ExchangeId, host: HostId): void {
    const { breakers, owner } = this;
    if (this.idle[host]!.length > 0 && !breakers.requests.canCreate) return owner.overflowed(exchange);
    const connection = this.takeIdle(host);
    if (connection !== NOBODY) return this.attach(exchange, host, connection);
    if (!breakers.pending.canCreate) return owner.overflowed(exchange);
    breakers.pending.inc();
    this.lines[host]!.join(exchange);
    owner.pending(exchange, host);
    this.openIfNeeded(host);
  }

  /** A connection stands. */
  connected(host: HostId, connection: ConnectionId): void {
    this.connecting[host]!--;
    this.idle[host]!.push(connection);
    this.serve(host);
  }

  /** A connection could not be opened: all who wait for the host fail with it. */
  connectFailed(host: HostId): void {
    const line = this.lines[host]!;
    this.connecting[host]!--;
    this.breakers.connections.dec();
    const purged = Array.from({ length: line.length }, () => line.leave());
    this.breakers.pending.dec(purged.length);
    for (const exchange of purged) this.owner.connectFailed(exchange);
    this.openIfNeeded(host);
  }

  /** A request is through. @param connection that it was on, or NOBODY if that had to be closed. */
  streamEnded(host: HostId, connection: ConnectionId): void {
    this.breakers.requests.dec();
    this.busy[host]!--;
    if (connection !== NOBODY) {
      this.idle[host]!.push(connection);
      return this.serve(host);
    }
    this.breakers.connections.dec();
    this.openIfNeeded(host);
  }

  /** A request waits no longer. */
  cancel(exchange: ExchangeId, host: HostId): void {
    const line = this.lines[host]!;
    let place = 0;
    while (line.at(place) !== exchange) place++;
    line.takeAt(place);
    this.breakers.pending.dec();
  }

  /** The host has left the cluster: connections that nobody uses are closed. */
  drain(host: HostId): void {
    const idle = this.idle[host]!;
    this.breakers.connections.dec(idle.length);
    while (idle.length > 0) this.connections.close(idle.pop()!);
  }

  reset(): void {
    for (const idle of this.idle) while (idle.length > 0) this.connections.close(idle.pop()!);
    for (const counts of [this.busy, this.connecting]) counts.fill(0);
    for (const line of this.lines) while (line.length > 0) line.leave();
  }

  private attach(exchange: ExchangeId, host: HostId, connection: ConnectionId): void {
    this.breakers.requests.inc();
    this.busy[host]!++;
    this.owner.attached(exchange, host, connection);
  }

  /** One after the other, and not one inside the other: what takes no time would nest without bound. */
  private serve(host: HostId): void {
    if (this.serving[host] === 1) return;
    this.serving[host] = 1;
    const line = this.lines[host]!;
    while (line.length > 0 && this.idle[host]!.length > 0) this.serveNext(line, host);
    this.serving[host] = 0;
  }

  private serveNext(line: WaitingLine, host: HostId): void {
    const { breakers } = this;
    const connection = breakers.requests.canCreate ? this.takeIdle(host) : NOBODY;
    if (connection === NOBODY && breakers.requests.canCreate) return this.openIfNeeded(host);
    const exchange = line.leave();
    breakers.pending.dec();
    if (connection === NOBODY) this.owner.overflowed(exchange);
    else this.attach(exchange, host, connection);
  }

  /** The connection that was used last; those that the host has closed meanwhile are not there any more. */
  private takeIdle(host: HostId): ConnectionId {
    const idle = this.idle[host]!;
    for (;;) {
      const connection = idle.pop() ?? NOBODY;
      if (connection === NOBODY || this.connections.reuse(connection)) return connection;
      this.breakers.connections.dec();
    }
  }

  private openIfNeeded(host: HostId): void {
    if (this.lines[host]!.length <= this.connecting[host]!) return;
    const { canCreate } = this.breakers.connections;
    if (!canCreate) this.owner.connectionOverflowed();
    if (!canCreate && this.connectionsTo(host) > 0) return;
    this.connecting[host]!++;
    this.breakers.connections.inc();
    this.owner.openConnection(host);
  }
}
