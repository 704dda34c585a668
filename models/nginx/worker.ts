import { assert } from "../../sim/assert.ts";
import type { Micros } from "../../sim/time.ts";
import { KeepaliveCache } from "./keepalive-cache.ts";
import type { NginxOptions } from "./nginx-group.ts";

/** The listening socket and the channel to the master take one each (ngx_event_process_init, ngx_add_channel_event). */
const RESERVED = 2;

/** The connections of one worker process. */
export class Worker {
  readonly cache: KeepaliveCache;
  /** Connections in use, to clients and to upstream servers, idle ones among them. */
  connections = 0;
  private readonly limit: number;

  constructor(options: NginxOptions) {
    this.limit = Math.max(0, options.worker_connections - RESERVED);
    this.cache = new KeepaliveCache(options.keepalive, options.keepalive_timeout);
  }

  /** Takes a connection; false if there is none left. */
  openConnection(now: Micros): boolean {
    if (this.connections >= this.limit) this.connections -= this.cache.expire(now);
    if (this.connections >= this.limit) return false;
    this.connections++;
    return true;
  }

  closeConnections(count: number): void {
    this.connections -= count;
    assert(this.connections >= this.cache.length, () => `${this.connections} connections of a worker`);
  }

  /** The process starts with nothing. */
  reset(): void {
    this.connections = 0;
    this.cache.clear();
  }
}
