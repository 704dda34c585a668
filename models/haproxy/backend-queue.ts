import { assert } from "../../sim/assert.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import type { BackendServer } from "./backend-server.ts";
import type { HaproxyExchanges } from "./haproxy-exchanges.ts";

/** Streams that wait for a slot: on any server of the backend, or on one of them. */
export class BackendQueue {
  private readonly line = new WaitingLine();
  private readonly exchanges: HaproxyExchanges;

  constructor(exchanges: HaproxyExchanges) {
    this.exchanges = exchanges;
  }

  /** How many wait for any server. */
  get length(): number {
    return this.line.length;
  }

  join(exchange: ExchangeId): void {
    this.line.join(exchange);
  }

  /** Who gets a slot of this server: whoever has waited longest; NOBODY if no one waits. */
  nextFor({ queue }: BackendServer): ExchangeId {
    const { queuedAt } = this.exchanges;
    if (queue.length === 0) return this.length === 0 ? NOBODY : this.line.leave();
    const isOwnOlder = this.length === 0 || queuedAt[queue.at(0)]! <= queuedAt[this.line.at(0)]!;
    return isOwnOlder ? queue.leave() : this.line.leave();
  }

  /** Takes a stream out that waits here, or in the queue of the server that it was assigned to. */
  remove(exchange: ExchangeId, server: BackendServer | undefined): void {
    const line = server?.queue ?? this.line;
    let place = 0;
    while (place < line.length && line.at(place) !== exchange) place++;
    assert(place < line.length, "a stream left a queue that it was not in");
    line.takeAt(place);
  }

  clear(): void {
    while (this.length > 0) this.line.leave();
  }
}
