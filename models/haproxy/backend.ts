import type { JournalId } from "../../sim/record/journal.ts";
import { isNamed } from "../proxy/endpoint.ts";
import { type ExchangeId, NOBODY } from "../proxy/exchanges.ts";
import type { World } from "../world.ts";
import { BackendQueue } from "./backend-queue.ts";
import { BackendServer } from "./backend-server.ts";
import { Balance, type ServerId } from "./balance.ts";
import type { HaproxyExchanges } from "./haproxy-exchanges.ts";
import type { HaproxyGroup } from "./haproxy-group.ts";

/** Whoever has streams to be brought to servers. */
export interface StreamOwner {
  /** A stream that has waited has a slot now. */
  dequeued(exchange: ExchangeId): void;
  /** A stream that has waited for one server has to look for another, as that one is down. */
  redistributed(exchange: ExchangeId): void;
}

/** What becomes of a stream that asks for a server. */
export type Assignment = "slot" | "queued" | "queue full" | "no server";

/** The servers of a backend as one process sees them, and who waits for them (src/backend.c, src/queue.c). */
export class Backend {
  readonly servers: readonly BackendServer[];
  readonly balance: Balance;
  private readonly group: HaproxyGroup;
  private readonly exchanges: HaproxyExchanges;
  private readonly owner: StreamOwner;
  private readonly queue: BackendQueue;
  /** Numbers of the servers that may be used: those that are up, or else the first backup server that is. */
  private usable: readonly ServerId[] = [];
  private isDequeuing = false;

  constructor(world: World, path: string, group: HaproxyGroup, exchanges: HaproxyExchanges, owner: StreamOwner) {
    const { balance } = group.options;
    this.group = group;
    this.exchanges = exchanges;
    this.owner = owner;
    this.queue = new BackendQueue(exchanges);
    this.servers = group.addresses.map((address) => new BackendServer(address));
    this.balance = new Balance(balance, this.servers.length, world.sim.streams.stream(path, "random"));
  }

  /** How many servers may be used. */
  get active(): number {
    return this.usable.length;
  }

  /** Streams that wait. */
  get waiting(): number {
    return this.servers.reduce((sum, { queue }) => sum + queue.length, this.queue.length);
  }

  /** The process starts, and looks names up once for all time; what has been there since long ago is known to be well. */
  configure(sinceLongAgo: boolean): void {
    for (const server of this.servers) {
      server.reset(isNamed(server.address.endpoint));
      if (sinceLongAgo) server.restSinceLongAgo();
    }
    this.review();
  }

  /** The process ends and forgets everything. */
  forget(): void {
    for (const server of this.servers) {
      const { stats } = server.address;
      if (server.isNamed && !server.isUp) stats.comeUp();
      stats.scur.add(-server.served);
      stats.qcur.add(-server.queue.length);
      server.reset(false);
    }
    this.group.qcur.add(-this.queue.length);
    this.queue.clear();
    this.review();
  }

  /** Finds a server for a stream, which keeps away from the one that it was last assigned to. */
  assign(exchange: ExchangeId, now: number): Assignment {
    const { target, queuedAt } = this.exchanges;
    if (this.usable.length === 0) return "no server";
    const isFull = this.queue.length > 0 && this.balance.queueMeansFull;
    const chosen = isFull ? NOBODY : this.balance.choose(this.usable, this.servers, target[exchange]!);
    target[exchange] = chosen;
    queuedAt[exchange] = now;
    if (chosen === NOBODY) {
      this.queue.join(exchange);
      this.group.qcur.add(1);
      return "queued";
    }
    const server = this.servers[chosen]!;
    if (!server.isFull) {
      this.take(exchange, chosen);
      return "slot";
    }
    server.queue.join(exchange);
    server.address.stats.qcur.add(1);
    return "queued";
  }

  /** A stream stops waiting. */
  leaveQueue(exchange: ExchangeId): void {
    const server = this.servers[this.exchanges.target[exchange]!];
    this.queue.remove(exchange, server);
    (server === undefined ? this.group : server.address.stats).qcur.add(-1);
  }

  /** A stream gives its slot back; whoever waits for it gets it. */
  release(exchange: ExchangeId): void {
    const id = this.exchanges.peer[exchange]!;
    const server = this.servers[id]!;
    this.exchanges.peer[exchange] = NOBODY;
    server.served--;
    server.address.stats.scur.add(-1);
    this.balance.reposition(id);
    this.dequeue();
  }

  /** A health check of a server has ended. */
  checked(id: ServerId, success: boolean, because: readonly JournalId[]): void {
    const server = this.servers[id]!;
    if (!server.isNamed || !server.checked(success)) return;
    const { stats, options } = server.address;
    this.review();
    if (server.isUp) stats.comeUp();
    else stats.goDown(because, options.fall);
    if (server.isUp) this.dequeue();
    else this.redistribute(server);
  }

  private take(exchange: ExchangeId, id: ServerId): void {
    const server = this.servers[id]!;
    this.exchanges.peer[exchange] = id;
    this.exchanges.target[exchange] = id;
    server.served++;
    server.address.stats.scur.add(1);
    this.balance.reposition(id);
  }

  /** One after the other, and not one inside the other: what takes no time would nest without bound. */
  private dequeue(): void {
    if (this.isDequeuing) return;
    this.isDequeuing = true;
    for (let id = 0; id < this.servers.length; id++) if (this.giveSlot(id)) id = -1;
    this.isDequeuing = false;
  }

  private giveSlot(id: ServerId): boolean {
    const server = this.servers[id]!;
    if (!this.usable.includes(id) || !server.hasSlot) return false;
    const own = server.queue.length;
    const exchange = this.queue.nextFor(server);
    if (exchange === NOBODY) return false;
    (server.queue.length < own ? server.address.stats : this.group).qcur.add(-1);
    this.take(exchange, id);
    this.owner.dequeued(exchange);
    return true;
  }

  private redistribute({ queue, address }: BackendServer): void {
    const all = Array.from({ length: queue.length }, () => queue.leave());
    address.stats.qcur.add(-all.length);
    for (const exchange of all) this.owner.redistributed(exchange);
  }

  private review(): void {
    const up = [...this.servers.keys()].filter((id) => this.servers[id]!.isUp);
    const [backups, active] = [up.filter((id) => this.isBackup(id)), up.filter((id) => !this.isBackup(id))];
    this.usable = active.length > 0 ? active : backups.slice(0, 1);
  }

  private isBackup(id: ServerId): boolean {
    return this.servers[id]!.address.options.backup;
  }
}
