import type { ConnectionId } from "../connection/connections.ts";
import type { ClientSessions } from "./client-sessions.ts";
import { NOBODY } from "./connection-columns.ts";

/** Waiting sessions, the one that has looked for longest on top: with one time limit for all, its deadline is first. */
export class DeadlineHeap {
  length = 0;
  private sessions = new Int32Array(16);
  private readonly clients: ClientSessions;

  constructor(clients: ClientSessions) {
    this.clients = clients;
  }

  /** The session at a place; 0 is the one whose deadline is first. */
  at(place: number): ConnectionId {
    return this.sessions[place]!;
  }

  add(session: ConnectionId): void {
    if (this.length === this.sessions.length) this.grow();
    this.siftUp(this.length++, session);
  }

  remove(session: ConnectionId): void {
    const { rank } = this.clients;
    const place = rank[session]!;
    const last = this.sessions[--this.length]!;
    rank[session] = NOBODY;
    if (last === session) return;
    if (place > 0 && this.isBefore(last, this.sessions[(place - 1) >> 1]!)) this.siftUp(place, last);
    else this.siftDown(place, last);
  }

  clear(): void {
    for (let place = 0; place < this.length; place++) this.clients.rank[this.sessions[place]!] = NOBODY;
    this.length = 0;
  }

  private isBefore(a: ConnectionId, b: ConnectionId): boolean {
    const { since } = this.clients;
    return since[a]! < since[b]! || (since[a]! === since[b]! && a < b);
  }

  private siftUp(from: number, session: ConnectionId): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.isBefore(session, this.sessions[parent]!)) break;
      this.put(place, this.sessions[parent]!);
      place = parent;
    }
    this.put(place, session);
  }

  private siftDown(from: number, session: ConnectionId): void {
    let place = from;
    for (let child = 2 * place + 1; child < this.length; child = 2 * place + 1) {
      if (child + 1 < this.length && this.isBefore(this.sessions[child + 1]!, this.sessions[child]!)) child++;
      if (!this.isBefore(this.sessions[child]!, session)) break;
      this.put(place, this.sessions[child]!);
      place = child;
    }
    this.put(place, session);
  }

  private put(place: number, session: ConnectionId): void {
    this.sessions[place] = session;
    this.clients.rank[session] = place;
  }

  private grow(): void {
    const larger = new Int32Array(this.sessions.length * 2);
    larger.set(this.sessions);
    this.sessions = larger;
  }
}
