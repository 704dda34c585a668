import { assert } from "../../sim/assert.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK, REFUSED } from "../../sim/service.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { MAX_CLIENTS_REACHED } from "../error.ts";
import { Host, type SessionHolder, type SessionServer } from "../host.ts";
import { CONNECT, LOGIN } from "../verb.ts";
import { ELSEWHERE, type World } from "../world.ts";
import { CommandThread, type ThreadOwner } from "./command-thread.ts";
import type { RedisOptions } from "./kind.ts";
import { type ListOwner, RedisList } from "./redis-list.ts";

/** A round trip that waits longer than what Redis itself logs as slow (slowlog-log-slower-than 10000). */
const SLOW: Micros = 10 * MILLISECOND;
/** A limit that is touched again within this time has not been left. */
const CALM: Micros = 5 * SECOND;
/** Bytes of an error line. */
const ERROR_BYTES = 40;

/**
 * A Redis server: one thread that serves the commands of all clients, a limit on clients, and lists in its memory.
 *
 * A client beyond maxclients is accepted, told "max number of clients reached" and closed (redis networking.c,
 * acceptCommonHandler). A command may come on a session that was opened before, or on none: then its sender is taken to
 * have kept one open all along, which is not counted. QUERY, as pools say it, means the same as COMMAND here.
 */
export class RedisServer extends Host implements SessionServer, ThreadOwner {
  /** How often its memory was lost. */
  memories = 0;
  private readonly options: RedisOptions;
  private readonly thread: CommandThread;
  private readonly lists: RedisList[] = [];
  private readonly connected: Gauge;
  private readonly memory: Gauge;
  private readonly rejected: Counter;
  private readonly full: LingeringCondition;
  private readonly saturated: LingeringCondition;
  private readonly exhausted: LingeringCondition;
  private maxclients: number;
  private running = true;
  private endedBecause: JournalId = NONE;
  /** Why it does not run at its normal speed, or NONE. */
  private slowedBy: JournalId = NONE;

  constructor(world: World, path: string, options: RedisOptions) {
    super(world, path, ELSEWHERE);
    const { sim } = world;
    this.options = options;
    this.maxclients = options.maxclients;
    this.thread = new CommandThread(world, path, options, this);
    this.connected = sim.record.gauge(this, "connected_clients", "clients");
    this.memory = sim.record.gauge(this, "used_memory", "bytes");
    this.rejected = sim.record.counter(this, "rejected_connections", "connections");
    this.full = new LingeringCondition(this, sim, "client-limit-reached", CALM);
    this.saturated = new LingeringCondition(this, sim, "command-thread-saturated", CALM);
    this.exhausted = new LingeringCondition(this, sim, "out-of-memory", CALM);
  }

  /** Keeps a list for somebody; called while the world is wired. `bytes` is the size of one message. */
  list(name: string, bytes: number, owner: ListOwner): RedisList {
    const maxmemory = this.options.maxmemory === 0 ? Number.POSITIVE_INFINITY : this.options.maxmemory;
    const list = new RedisList(this.world, `${this.path}/${name}`, this.memory, maxmemory, bytes, owner);
    this.lists.push(list);
    return list;
  }

  override receive(request: RequestId): void {
    const { requests } = this.sim;
    const verb = requests.verb[request];
    if (!this.running) return this.turnAway(request, REFUSED, this.endedBecause);
    if (verb === LOGIN || verb === CONNECT) return this.admit(request);
    const connection = requests.connection[request]!;
    if (connection >= 0 && this.world.connections.server[connection] !== this.id) {
      return this.turnAway(request, BROKEN, NONE);
    }
    this.holdUp(request);
    this.thread.execute(request);
  }

  executed(request: RequestId): void {
    this.reply(request, OK);
  }

  /** The slot is free at once; a command that is still in the line is executed all the same. */
  hangUp(connection: ConnectionId): void {
    this.release(connection);
    this.world.connections.forget(connection);
  }

  /** A list has no room for a message; returns the journal entry that says so. */
  runOutOfMemory(request: RequestId): JournalId {
    const figures = () => ({ used_memory: this.memory.value, maxmemory: this.options.maxmemory });
    return this.exhausted.renew([this.sim.requests.origin[request]!], figures);
  }

  /** It works at this share of its normal speed from now on; at 0 it stands still. */
  setPace(share: number, because: JournalId): void {
    this.slowedBy = share < 1 ? because : NONE;
    this.thread.setSpeed(share);
  }

  /** The process ends: every client is cut off, and its memory is gone unless it was written to a file. */
  stop(because: JournalId): void {
    if (!this.running) return;
    this.running = false;
    this.endedBecause = because;
    const sessions = this.sessions();
    for (const connection of sessions) this.release(connection);
    for (const request of this.thread.clear()) this.turnAway(request, BROKEN, because);
    for (const connection of sessions) this.holderOf(connection).connectionLost(connection, because);
    if (this.options.appendonly === "yes") return;
    this.memories++;
    for (const list of this.lists) list.clear();
  }

  start(because: JournalId): void {
    this.running = true;
    this.origin = because;
  }

  /** Changes a setting while the server runs: `maxclients`. */
  override adjust(parameter: string, value: number): void {
    if (parameter === "maxclients") this.maxclients = value;
    else super.adjust(parameter, value);
  }

  override check(): void {
    const held = this.world.connections.heldAt(this.id);
    assert(held === this.connected.value, () => `${this.path}: ${this.connected.value} clients, ${held} in the table`);
    assert(this.running || this.thread.length === 0, () => `${this.path}: commands wait for a process that has ended`);
  }

  private admit(login: RequestId): void {
    const connection = this.sim.requests.connection[login]!;
    if (this.connected.value >= this.maxclients) {
      this.rejected.add();
      return this.turnAway(login, MAX_CLIENTS_REACHED, this.reachLimit(login));
    }
    this.world.connections.accept(connection, this.id);
    this.connected.add(1);
    this.reply(login, OK);
  }

  private reachLimit(login: RequestId): JournalId {
    const figures = () => ({ connected_clients: this.connected.value, maxclients: this.maxclients });
    return this.full.renew([this.sim.requests.origin[login]!], figures);
  }

  /** A round trip that has to wait for long says why. What made it wait before stays the cause. */
  private holdUp(request: RequestId): void {
    const { because, origin } = this.sim.requests;
    const wait = this.thread.backlog;
    let cause = this.slowedBy;
    if (wait >= SLOW && wait < Number.POSITIVE_INFINITY) {
      const figures = () => ({ waiting: this.thread.length, milliseconds: Math.round(wait / MILLISECOND) });
      cause = this.saturated.renew([this.slowedBy, origin[request]!], figures);
    }
    if (because[request] === NONE) because[request] = cause;
  }

  private turnAway(request: RequestId, outcome: number, because: JournalId): void {
    this.sim.requests.bytesOut[request] = ERROR_BYTES;
    this.refuse(request, outcome, because);
  }

  private release(connection: ConnectionId): void {
    this.world.connections.release(connection);
    this.connected.add(-1);
  }

  private holderOf(connection: ConnectionId): SessionHolder {
    return this.sim.components[this.world.connections.client[connection]!] as SessionHolder;
  }

  private sessions(): ConnectionId[] {
    const { server } = this.world.connections;
    const sessions: ConnectionId[] = [];
    for (let connection = 0; connection < server.length; connection++) {
      if (server[connection] === this.id) sessions.push(connection);
    }
    return sessions;
  }
}
