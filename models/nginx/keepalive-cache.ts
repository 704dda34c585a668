import type { Micros } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { NOBODY } from "../proxy/exchanges.ts";
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
  private readonly connections: ConnectionId[] = [];
  private readonly peers: PeerId[] = [];
  private readonly idleSince: Micros[] = [];

  constructor(limit: number, timeout: Micros) {
    this.limit = limit;
    this.timeout = timeout;
  }

  get length(): number {
    return this.connections.length;
  }

  /** Takes a connection to a server out of the cache; NOBODY if there is none. */
  take(peer: PeerId): ConnectionId {
    const place = this.peers.lastIndexOf(peer);
    return place < 0 ? NOBODY : this.remove(place);
  }

  /** Keeps a connection to a server for later; returns the one that is to be closed for it, or NOBODY. */
  put(connection: ConnectionId, peer: PeerId, now: Micros): ConnectionId {
    if (this.limit === 0) return connection;
    const oldest = this.length === this.limit ? this.remove(0) : NOBODY;
    this.connections.push(connection);
    this.peers.push(peer);
    this.idleSince.push(now);
    return oldest;
  }

  /** Takes out one that has been idle for too long; NOBODY if there is none. */
  takeExpired(now: Micros): ConnectionId {
    const isOver = this.length > 0 && now - this.idleSince[0]! >= this.timeout;
    return isOver ? this.remove(0) : NOBODY;
  }

  /** Takes out any; NOBODY if there is none. */
  takeAny(): ConnectionId {
    return this.length > 0 ? this.remove(this.length - 1) : NOBODY;
  }

  private remove(place: number): ConnectionId {
    this.peers.splice(place, 1);
    this.idleSince.splice(place, 1);
    return this.connections.splice(place, 1)[0]!;
  }
}
