import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import { LingeringCondition } from "../../sim/record/lingering-condition.ts";
import type { Outcome } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { BORROWED, CONNECTING, type ConnectionId, type Connections, IDLE } from "../connection/connections.ts";
import type { Address, SessionServer } from "../host.ts";
import type { World } from "../world.ts";
import { NOBODY } from "./connection-columns.ts";
import { ConnectionList } from "./connection-list.ts";
import { ConnectionPoolStats } from "./connection-pool-stats.ts";
import type { Hostgroup } from "./hostgroup.ts";
import type { Process } from "./process.ts";
import { Shun } from "./shun.ts";

/** In place of an idle connection: open a new one. */
export const OPEN: ConnectionId = -1;
/** In place of an idle connection: open a new one whatever the throttle says. */
const OPEN_UNTHROTTLED: ConnectionId = -2;

/** A pool that is exhausted again within this time has not recovered. */
const CALM: Micros = 5 * SECOND;

/**
 * A server as one hostgroup of one ProxySQL process sees it (MySrvC): its connections, free and used, and whether it
 * is shunned. The same server in a second hostgroup is a second one of these, with a cap and a pool of its own.
 *
 * A connection is used from before it is connected until it is given back, and only used ones count against
 * max_connections: with the idle ones there may be more, until a purge (lib/MyHGC.cpp, lib/MySrvConnList.cpp,
 * lib/MySQL_HostGroups_Manager.cpp).
 */
export class BackendServer extends Component {
  readonly hostname: string;
  readonly hostgroup: Hostgroup;
  address!: Address;
  readonly free: ConnectionList;
  readonly used: ConnectionList;
  readonly shun: Shun;
  readonly stats: ConnectionPoolStats;
  /** Average of the monitor's latest pings. */
  latency: Micros = 0;
  /** Its row of mysql_servers as it is now. */
  weight = 0;
  maxConnections = 0;
  maxLatency: Micros = 0;
  /** False while the hostgroup does not have it (OFFLINE_HARD). */
  isOnline = true;
  /** Why it is not in the hostgroup. */
  removed: JournalId = NONE;
  /** Place among the servers of its process. */
  readonly index: number;
  private readonly process: Process;
  private readonly connections: Connections;
  private readonly exhausted: LingeringCondition;
  private readonly chance: Stream;
  /** mysql-free_connections_pct, or that of the hostgroup. */
  private retainedPercent: number;
  private readonly warms: boolean;
  private age: Micros;
  private readonly defaultMaxLatency: Micros;

  constructor(world: World, process: Process, hostgroup: Hostgroup, index: number, hostname: string) {
    super(world.sim, `${hostgroup.path}/${hostname}`);
    const { variables } = process;
    const { attributes } = hostgroup;
    this.process = process;
    this.connections = world.connections;
    this.hostgroup = hostgroup;
    this.index = index;
    this.hostname = hostname;
    this.free = new ConnectionList(process.backends);
    this.used = new ConnectionList(process.backends);
    this.chance = world.sim.streams.stream(this.path, "idle connection");
    this.retainedPercent = attributes?.free_connections_pct ?? variables["mysql-free_connections_pct"];
    this.warms = attributes ? attributes.connection_warming === 1 : variables["mysql-connection_warming"];
    this.age = variables["mysql-connection_max_age_ms"] || Number.POSITIVE_INFINITY;
    this.defaultMaxLatency = variables["mysql-default_max_latency_ms"];
    this.shun = new Shun(world.sim, this, variables);
    this.stats = new ConnectionPoolStats(world.sim.record, this);
    this.exhausted = new LingeringCondition(this, world.sim, "pool-at-max_connections", CALM);
  }

  /** Finds the server that it stands for, once all components exist. */
  connect(world: World): void {
    this.address = world.find(this.hostname) as unknown as Address;
  }

  /** It is in the hostgroup, on the terms of a row of mysql_servers. */
  join(weight: number, maxConnections: number, maxLatency: Micros): void {
    this.weight = weight;
    this.maxConnections = maxConnections;
    this.maxLatency = maxLatency;
    this.isOnline = true;
    this.removed = NONE;
    this.hostgroup.changed();
  }

  /** It is not in the hostgroup any more: idle connections close now, used ones at their next use (OFFLINE_HARD). */
  remove(because: JournalId): void {
    this.isOnline = false;
    this.removed = because;
    this.shun.reset();
    this.shrinkTo(0);
  }

  /** Whether connections in use are to be replaced at their next use. */
  get isGone(): boolean {
    return !this.isOnline || this.shun.killsUsed;
  }

  /** Why it is of no use now, or was of none latest. */
  get trouble(): JournalId {
    return this.isOnline ? this.shun.because : this.removed;
  }

  /** SET and LOAD MYSQL VARIABLES TO RUNTIME: the next purge heeds it. */
  override adjust(variable: string, value: number): void {
    if (variable === "mysql-connection_max_age_ms") this.age = value || Number.POSITIVE_INFINITY;
    else if (variable !== "mysql-free_connections_pct") super.adjust(variable, value);
    else if (this.hostgroup.attributes === undefined) this.retainedPercent = value;
  }

  /** The process starts because of this. */
  setOrigin(because: JournalId): void {
    this.origin = because;
    this.shun.origin = because;
  }

  /** Whether a query may be sent here. Idle connections do not matter. */
  get isCandidate(): boolean {
    if (this.shun.holds || !this.isOnline || this.used.length >= this.maxConnections) return false;
    return this.latency < (this.maxLatency || this.defaultMaxLatency);
  }

  get isFull(): boolean {
    return !this.shun.holds && this.isOnline && this.used.length >= this.maxConnections;
  }

  /** Idle connections kept at a purge, which is also how many connections warming opens. */
  private get retained(): number {
    return Math.floor((this.retainedPercent * this.maxConnections) / 100);
  }

  /** The idle connection that suits a user's query best, or how a new one is to be opened. */
  choose(user: number): ConnectionId {
    const { free, used } = this;
    if (free.length === 0 || (this.warms && free.length + used.length < this.retained)) return OPEN;
    const { user: loggedInAs } = this.process.backends;
    const start = free.length === 1 ? 0 : this.chance.integer(free.length);
    for (let step = 0; step < free.length; step++) {
      const connection = free.at((start + step) % free.length);
      if (loggedInAs[connection] === user) return connection;
    }
    const isRoomy = Math.floor(free.length / 2) + Math.floor(used.length / 2) < this.maxConnections;
    return used.length > free.length && isRoomy ? OPEN_UNTHROTTLED : free.at(start);
  }

  /** A connection is about to be opened: it is used from now on. */
  add(connection: ConnectionId): void {
    this.used.add(connection);
    this.count();
  }

  /** Takes an idle connection into use. */
  take(connection: ConnectionId): void {
    this.free.remove(connection);
    this.used.add(connection);
    this.connections.become(connection, BORROWED);
    this.count();
  }

  /** Takes a connection back; it stays open only if the server is ONLINE and the connection is not too old. */
  giveBack(connection: ConnectionId): void {
    if (this.shun.holds || !this.isOnline || this.isTooOld(connection)) {
      this.destroy(connection);
      return;
    }
    this.used.remove(connection);
    this.free.add(connection);
    this.process.backends.client[connection] = NOBODY;
    this.process.backends.token[connection] = 0;
    this.connections.become(connection, IDLE);
    this.connections.usedAt[connection] = this.now;
    this.count();
    this.hostgroup.changed();
  }

  /** Closes a connection that was in use; one that its server has released is about to be reported lost. */
  destroy(connection: ConnectionId): void {
    this.drop(connection);
    if (this.connections.isAccepted(connection)) this.hangUp(connection);
  }

  /** A connection in use has gone. */
  drop(connection: ConnectionId): void {
    this.used.remove(connection);
    this.count();
    this.hostgroup.changed();
  }

  /** The server itself has closed a connection. */
  lost(connection: ConnectionId, because: JournalId): void {
    const state = this.connections.state[connection]!;
    if (state === CONNECTING) {
      this.process.connector.lost(connection, because);
      return;
    }
    if (this.process.backends.place[connection] !== NOBODY) {
      if (state === IDLE) this.free.remove(connection);
      else this.detach(connection, because);
      this.count();
    }
    this.connections.forget(connection, true);
    this.hostgroup.changed();
  }

  /** A connect has failed. */
  connectError(outcome: Outcome, because: JournalId): void {
    this.stats.connErr.add();
    this.shun.connectError(outcome, because);
  }

  /** The monitor has missed too many pings. Idle connections close now, used ones at their next use. */
  shunAndKillAll(because: JournalId, missed: number): void {
    this.shun.killAll(because, missed);
    this.shrinkTo(0);
  }

  /** A query had to wait because max_connections connections are used. Returns the journal entry. */
  noteExhausted(because: JournalId): JournalId {
    return this.exhausted.renew([Math.max(because, this.origin)], () => ({
      ConnUsed: this.used.length,
      max_connections: this.maxConnections,
    }));
  }

  /** Closes idle connections as a worker thread does once per ping_interval (drop_all_idle_connections). */
  purge(): void {
    const { free, used } = this;
    if (this.shun.holds || !this.isOnline) this.shrinkTo(0);
    else this.shrinkTo(Math.min(this.retained, Math.max(0, this.maxConnections - used.length)));
    for (let place = free.length - 1; place >= 0; place--) {
      if (this.isTooOld(free.at(place))) this.closeFree(free.at(place));
    }
    this.count();
  }

  /** The process has ended, and its connections with it; a login under way closes its own when it is back. */
  stop(): void {
    const { exchange, timer } = this.process.backends;
    this.shrinkTo(0);
    while (this.used.length > 0) {
      const connection = this.used.at(this.used.length - 1);
      this.used.remove(connection);
      this.cancel(timer[connection]!);
      if (exchange[connection] !== NOBODY) this.sim.requests.abandoned[exchange[connection]!] = 1;
      if (this.connections.state[connection] === BORROWED) this.hangUp(connection);
    }
    this.latency = 0;
    this.shun.reset();
    this.count();
  }

  override check(): void {
    const { backends, runner } = this.process;
    for (let place = 0; place < this.used.length; place++) {
      const connection = this.used.at(place);
      const client = backends.client[connection]!;
      const isHeld = client === NOBODY ? backends.exchange[connection] !== NOBODY : runner.holds(client, connection);
      assert(isHeld, () => `${this.path}: nobody uses connection ${connection}, but it counts as used`);
    }
    for (let place = 0; place < this.free.length; place++) {
      const isIdle = this.connections.state[this.free.at(place)] === IDLE;
      assert(isIdle, () => `${this.path}: connection ${this.free.at(place)} counts as free, but is not idle`);
    }
  }

  /** Takes a lost connection from whoever uses it: a session, whose query then comes back to none, or a ping. */
  private detach(connection: ConnectionId, because: JournalId): void {
    const { backends, runner } = this.process;
    const session = backends.client[connection]!;
    this.used.remove(connection);
    this.cancel(backends.timer[connection]!);
    if (session === NOBODY) this.sim.requests.abandoned[backends.exchange[connection]!] = 1;
    else runner.bereave(session, connection, because);
  }

  private isTooOld(connection: ConnectionId): boolean {
    return this.now - this.connections.openedAt[connection]! > this.age;
  }

  private shrinkTo(length: number): void {
    while (this.free.length > length) this.closeFree(this.free.at(0));
    this.count();
  }

  private closeFree(connection: ConnectionId): void {
    this.free.remove(connection);
    this.hangUp(connection);
  }

  private hangUp(connection: ConnectionId): void {
    (this.sim.components[this.connections.server[connection]!] as SessionServer).hangUp(connection);
  }

  private count(): void {
    this.stats.count(this.used.length, this.free.length);
  }
}
