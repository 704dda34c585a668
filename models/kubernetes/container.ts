import type { JournalId } from "../../sim/record/journal.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { Host } from "../host.ts";

/** What runs inside a pod: a ProxySQL process, a service. Its pod starts and stops it. */
export interface Container extends Host {
  /** The process starts on `node` with nothing in its memory: no connections, no counters of failures. */
  start(because: JournalId): void;
  /** The process ends at once: every session that it holds or serves is cut. */
  stop(because: JournalId): void;
  /** Pods beside it are taken away, and it has their work: what it runs short of from now on goes back to that. */
  inherit?(because: JournalId): void;
  /** One session that it serves is cut from outside, as by RST of a load balancer: it frees it and tells the holder. */
  cut?(connection: ConnectionId, because: JournalId): void;
}
