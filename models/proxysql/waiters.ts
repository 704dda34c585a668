import { pow } from "../../sim/math.ts";
import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { ClientSessions } from "./client-sessions.ts";
import { DeadlineHeap } from "./deadline-heap.ts";

/**
 * Queries that wait for a connection. There is no queue: each asks again after every connect_retries_delay, and who
 * asks first after something has changed gets it (lib/MySQL_Session.cpp, CONNECTING_SERVER).
 *
 * Nothing can succeed before something changes. So a round of asking is played from then on only: the looks of n
 * waiters are spread uniformly over one delay, and the next of them comes after the smallest of n uniform times.
 */
export class Waiters {
  length = 0;
  private readonly clients: ClientSessions;
  private readonly delay: Micros;
  private readonly chance: Stream;
  /** One for each worker thread, which serves its sessions by deadline; a single one where any waiter may be first. */
  private readonly lines: readonly DeadlineHeap[];
  private readonly order: "edf" | "random";
  private roundEnds: Micros = 0;
  private left = 0;

  constructor(clients: ClientSessions, order: "edf" | "random", threads: number, delay: Micros, chance: Stream) {
    this.clients = clients;
    this.order = order;
    this.delay = delay;
    this.chance = chance;
    this.lines = Array.from({ length: order === "edf" ? threads : 1 }, () => new DeadlineHeap(clients));
  }

  join(session: ConnectionId): void {
    this.lineOf(session).add(session);
    this.length++;
  }

  leave(session: ConnectionId): void {
    this.lineOf(session).remove(session);
    this.length--;
  }

  /** Something has changed at `now`: everybody asks once within the delay. */
  beginRound(now: Micros): void {
    this.roundEnds = now + this.delay;
    this.left = this.length;
  }

  /** How long until the next of the waiters asks. */
  gap(now: Micros): Micros {
    if (this.left === 0) this.beginRound(now);
    const gap = (this.roundEnds - now) * this.smallestOf(this.left);
    this.left--;
    return Math.round(gap);
  }

  /** Who asks next. */
  next(): ConnectionId {
    if (this.order === "random") return this.lines[0]!.at(this.chance.integer(this.length));
    let busy = 0;
    for (const line of this.lines) if (line.length > 0) busy++;
    let chosen = busy === 1 ? 0 : this.chance.integer(busy);
    for (const line of this.lines) if (line.length > 0 && chosen-- === 0) return line.at(0);
    return this.lines[0]!.at(0);
  }

  /** Nobody waits any more: the process has ended. */
  clear(): void {
    for (const line of this.lines) line.clear();
    this.length = 0;
  }

  /** The smallest of n numbers that are uniform between 0 and 1. */
  private smallestOf(n: number): number {
    return 1 - pow(this.chance.next(), 1 / n);
  }

  private lineOf(session: ConnectionId): DeadlineHeap {
    return this.lines.length === 1 ? this.lines[0]! : this.lines[this.clients.thread[session]!]!;
  }
}
