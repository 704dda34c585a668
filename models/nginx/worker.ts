import { assert } from "../../sim/assert.ts";
import type { Micros } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { NOBODY } from "../proxy/exchanges.ts";
import type { UpstreamConnections } from "../proxy/upstream-connections.ts";
import { KeepaliveCache } from "./keepalive-cache.ts";
import type { NginxOptions } from "./nginx-group.ts";
import type { PeerId } from "./round-robin.ts";

/** The listening socket and the channel to the master take one each (ngx_event_process_init, ngx_add_channel_event). */
const RESERVED = 2;

/** The connections of one worker process. */
export class Worker {
  /** In use, to clients and to upstream servers, idle ones among them. */
  connections = 0;
  private readonly limit: number;
  private readonly cache: KeepaliveCache;
  private readonly upstream: UpstreamConnections;

  constructor(options: NginxOptions, upstream: UpstreamConnections) {
    this.limit = Math.max(0, options.worker_connections - RESERVED);
    this.cache = new KeepaliveCache(options.keepalive, options.keepalive_timeout);
    this.upstream = upstream;
  }

  /** Idle connections to servers. */
  get idle(): number {
    return this.cache.length;
  }

  /** Takes a connection; false if there is none left. */
  open(now: Micros): boolean {
    if (this.connections >= this.limit) this.expire(now);
    if (this.connections >= this.limit) return false;
    this.connections++;
    return true;
  }

  /** A connection has been closed. */
  closed(): void {
    this.connections--;
    assert(this.connections >= this.idle, () => `${this.connections} connections of a worker`);
  }

  /** An idle connection to a server; NOBODY if there is none. */
  reuse(peer: PeerId, now: Micros): ConnectionId {
    this.expire(now);
    for (;;) {
      const connection = this.cache.take(peer);
      if (connection === NOBODY || this.upstream.reuse(connection)) return connection;
      this.closed();
    }
  }

  /** Keeps a connection to a server for later, as far as it may. */
  keep(connection: ConnectionId, peer: PeerId, now: Micros): void {
    this.close(this.cache.put(connection, peer, now));
  }

  /** Closes the idle connections to a server, which has closed them itself. */
  drop(peer: PeerId): void {
    while (this.close(this.cache.take(peer)));
  }

  /** The process ends; what it has in hand is closed already. */
  reset(): void {
    while (this.close(this.cache.takeAny()));
    this.connections = 0;
  }

  private expire(now: Micros): void {
    while (this.close(this.cache.takeExpired(now)));
  }

  private close(connection: ConnectionId): boolean {
    if (connection === NOBODY) return false;
    this.upstream.close(connection);
    this.closed();
    return true;
  }
}
