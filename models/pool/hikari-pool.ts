import { assert } from "../../sim/assert.ts";
import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { Outcome } from "../../sim/service.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import { POOL_TIMEOUT } from "../error.ts";
import type { NodeId, World } from "../world.ts";
import { OWN_EVENTS, Pool } from "./pool.ts";
import type { PoolGroup } from "./pool-group.ts";
import type { HikariOptions } from "./pool-options.ts";
import type { Ticket } from "./tickets.ts";

const WAITED_TOO_LONG = OWN_EVENTS;
const GROW = OWN_EVENTS + 1;
const KEEP_HOUSE = OWN_EVENTS + 2;
const RETIRE = OWN_EVENTS + 3;

/** HikariPool.java: housekeepingPeriodMs, and the pauses of PoolEntryCreator after a failed attempt. */
const HOUSEKEEPING: Micros = 30 * SECOND;
const FIRST_PAUSE: Micros = 10 * MILLISECOND;
const LONGEST_PAUSE: Micros = 5 * SECOND;
/** HikariPool.java, createPoolEntry: maxLifetime is cut by up to 1/40, so that not all retire at once. */
const LIFETIME_VARIANCE = 1 / 40;

/**
 * HikariCP: whoever finds no idle connection waits up to connectionTimeout, while one connection after the other is
 * opened in the background; a connection that comes back goes straight to who has waited longest.
 *
 * A connection that cannot be opened is nobody's error: it is tried again after 10 ms, 20 ms, ... 5 s, and those who
 * wait notice nothing before their time is up (HikariPool.java, ConcurrentBag.java, HikariConfig.java).
 */
export class HikariPool extends Pool {
  private readonly options: HikariOptions;
  private readonly minimumIdle: number;
  private readonly waitLane: number;
  private readonly chance: Stream;
  /** True while a connection is being opened, or the pause after a failure runs: there is one thread for it. */
  private opening = false;
  private pause: Micros = FIRST_PAUSE;
  private grower: EventHandle = NO_EVENT;
  private housekeeper: EventHandle = NO_EVENT;
  /** Ends of life still to come, by connection. */
  private readonly retirements = new Map<ConnectionId, EventHandle>();
  /** Connections that were in use when their life ended. */
  private readonly retired = new Set<ConnectionId>();

  constructor(world: World, path: string, group: PoolGroup, options: HikariOptions) {
    super(world, path, group, options.connectionTimeout, options.acquire === "per-call");
    this.options = options;
    this.minimumIdle = options.minimumIdle ?? options.maximumPoolSize;
    this.waitLane = world.sim.lane(options.connectionTimeout);
    this.chance = world.sim.streams.stream(path, "lifetime");
  }

  override start(node: NodeId, because: JournalId): void {
    super.start(node, because);
    this.grower = this.after(0, GROW);
    this.housekeeper = this.after(HOUSEKEEPING, KEEP_HOUSE);
  }

  override stop(because: JournalId): void {
    this.cancel(this.grower);
    this.cancel(this.housekeeper);
    this.opening = false;
    this.pause = FIRST_PAUSE;
    super.stop(because);
    for (const retirement of this.retirements.values()) this.cancel(retirement);
    this.retirements.clear();
    this.retired.clear();
  }

  override on(kind: number, subject: number): void {
    if (kind === WAITED_TOO_LONG) this.sendAway(subject);
    else if (kind === GROW) this.growAgain();
    else if (kind === KEEP_HOUSE) this.keepHouse();
    else if (kind === RETIRE) this.retire(subject);
    else super.on(kind, subject);
  }

  override connectionLost(connection: ConnectionId, because: JournalId): void {
    this.spare(connection);
    super.connectionLost(connection, because);
  }

  protected override acquire(ticket: Ticket): void {
    if (this.idle.length > 0 && this.queue.length === 0) return this.lend(ticket, this.takeIdle());
    this.joinQueue(ticket);
    this.tickets.timer[ticket] = this.afterLane(this.waitLane, WAITED_TOO_LONG, ticket);
    this.grow();
  }

  protected override connected(ticket: Ticket, connection: ConnectionId): void {
    this.tickets.giveBack(ticket);
    this.opening = false;
    this.pause = FIRST_PAUSE;
    this.limitLife(connection);
    this.offer(connection);
    this.grow();
  }

  protected override connectFailed(ticket: Ticket, _outcome: Outcome, _because: JournalId): void {
    this.tickets.giveBack(ticket);
    this.grower = this.after(this.pause, GROW);
    this.pause = Math.min(LONGEST_PAUSE, 2 * this.pause);
  }

  protected override takeBack(connection: ConnectionId): void {
    if (this.retired.has(connection)) this.close(connection);
    else this.offer(connection);
  }

  protected override vacated(): void {
    this.grow();
  }

  protected override hangUp(connection: ConnectionId): void {
    this.spare(connection);
    super.hangUp(connection);
  }

  private grow(): void {
    const wanted = this.idle.length < this.minimumIdle || this.queue.length > this.idle.length;
    if (!wanted || this.opening || !this.running || this.size >= this.options.maximumPoolSize) return;
    this.opening = true;
    this.open(this.tickets.take(-1, this.now));
  }

  private growAgain(): void {
    this.opening = false;
    this.grow();
  }

  private sendAway(ticket: Ticket): void {
    const first = this.leaveQueue();
    assert(first === ticket, () => `${this.path}: ticket ${ticket} timed out before ${first}, which waits longer`);
    this.deny(ticket, POOL_TIMEOUT, NONE);
  }

  private keepHouse(): void {
    while (this.idle.length > this.minimumIdle && this.isOldestStale()) this.close(this.removeIdle(0));
    this.grow();
    this.housekeeper = this.after(HOUSEKEEPING, KEEP_HOUSE);
  }

  private isOldestStale(): boolean {
    return this.now - this.world.connections.usedAt[this.idle[0]!]! > this.options.idleTimeout;
  }

  private limitLife(connection: ConnectionId): void {
    const { maxLifetime } = this.options;
    if (maxLifetime === 0) return;
    const lifetime = Math.round(maxLifetime * (1 - LIFETIME_VARIANCE * this.chance.next()));
    this.retirements.set(connection, this.after(lifetime, RETIRE, connection));
  }

  private retire(connection: ConnectionId): void {
    const place = this.idle.indexOf(connection);
    this.retirements.delete(connection);
    if (place >= 0) this.close(this.removeIdle(place));
    else this.retired.add(connection);
  }

  /** The connection is about to go, so its end of life must not come. */
  private spare(connection: ConnectionId): void {
    this.cancel(this.retirements.get(connection) ?? NO_EVENT);
    this.retirements.delete(connection);
    this.retired.delete(connection);
  }
}
