import type { Micros } from "../../sim/time.ts";
import type { PeerId } from "./round-robin.ts";

/**
 * Idle connections of one worker to its upstream servers, the one that was used last first.
 *
 * A connection that comes back to a full cache takes the place of the one that has been idle longest.
 * Source: src/http/modules/ngx_http_upstream_keepalive_module.c.
 */
export class KeepaliveCache {
  private readonly limit: number;
  private readonly timeout: Micros;
  /** By place, the newest last. */
  private readonly peers: PeerId[] = [];
  private readonly idleSince: Micros[] = [];

  constructor(limit: number, timeout: Micros) {
    this.limit = limit;
    this.timeout = timeout;
  }

  get length(): number {
    return this.peers.length;
  }

  /** Takes a connection to a server out of the cache; false if there is none. */
  take(peer: PeerId): boolean {
    const place = this.peers.lastIndexOf(peer);
    if (place < 0) return false;
    this.peers.splice(place, 1);
    this.idleSince.splice(place, 1);
    return true;
  }

  /** Keeps a connection to a server for later; returns how many connections that closes. */
  put(peer: PeerId, now: Micros): number {
    if (this.limit === 0) return 1;
    const closed = this.length === this.limit ? 1 : 0;
    if (closed === 1) this.dropOldest();
    this.peers.push(peer);
    this.idleSince.push(now);
    return closed;
  }

  /** Closes what has been idle for too long; returns how many connections that is. */
  expire(now: Micros): number {
    let closed = 0;
    for (; this.length > 0 && now - this.idleSince[0]! >= this.timeout; closed++) this.dropOldest();
    return closed;
  }

  /** Closes all connections to a server, which has closed them itself; returns how many that is. */
  drop(peer: PeerId): number {
    let closed = 0;
    while (this.take(peer)) closed++;
    return closed;
  }

  clear(): void {
    this.peers.length = 0;
    this.idleSince.length = 0;
  }

  private dropOldest(): void {
    this.peers.shift();
    this.idleSince.shift();
  }
}
