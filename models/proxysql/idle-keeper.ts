import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import type { ConnectionId, Connections } from "../connection/connections.ts";
import type { Host } from "../host.ts";
import { PING, ROLLBACK } from "../verb.ts";
import type { World } from "../world.ts";
import type { BackendServer } from "./backend-server.ts";
import { NOBODY } from "./connection-columns.ts";
import type { Process } from "./process.ts";
import { COMMAND_BYTES } from "./query-runner.ts";

const PASS = 1;
const TIMEOUT = 2;

/** What is sent on a connection. */
const PING_IDLE = 0;
const RESET = 1;

/** Connections that one thread pings in one pass (lib/MySQL_Thread.cpp). */
const PINGS_PER_PASS = 64;

/**
 * Looks after idle connections: once per mysql-ping_interval_server_msec each worker thread closes those that are not
 * to be retained, then pings the oldest of those that have been idle for as long. A slow ping costs the connection.
 *
 * Connections that a client has left with something of its own on them are wiped before they are idle.
 */
export class IdleKeeper extends Component {
  private readonly process: Process;
  private readonly connections: Connections;
  private readonly interval: Micros;
  private readonly phase: Stream;
  private readonly passLane: number;
  private readonly pingLane: number;
  private readonly resetLane: number;
  private readonly mostResets: number;
  /** Connections that are being wiped. */
  private resets = 0;
  private readonly passes: Int32Array;

  constructor(world: World, process: Process) {
    super(world.sim, `${process.path}/idle-keeper`);
    const { variables } = process;
    this.process = process;
    this.connections = world.connections;
    this.interval = variables["mysql-ping_interval_server_msec"];
    this.phase = world.sim.streams.stream(this.path, "phase");
    this.passLane = world.sim.lane(this.interval);
    this.pingLane = world.sim.lane(variables["mysql-ping_timeout_server"]);
    this.resetLane = world.sim.lane(variables["mysql-connect_timeout_server"]);
    this.mostResets = variables["mysql-connpoll_reset_queue_length"];
    this.passes = new Int32Array(variables["mysql-threads"]).fill(NO_EVENT);
  }

  /** Each thread makes its first pass at a time of its own within the interval. */
  start(): void {
    for (let thread = 0; thread < this.passes.length; thread++) {
      this.passes[thread] = this.after(this.phase.integer(this.interval), PASS, thread);
    }
  }

  stop(): void {
    for (const pass of this.passes) this.cancel(pass);
  }

  /** Wipes a connection with COM_CHANGE_USER, which rolls back; as many at once as connpoll_reset_queue_length, others are closed. */
  reset(connection: ConnectionId): void {
    const server = this.serverOf(connection);
    this.process.backends.client[connection] = NOBODY;
    if (server.shun.holds || !server.isOnline || this.resets >= this.mostResets) server.destroy(connection);
    else {
      this.resets++;
      this.exchange(connection, this.resetLane, RESET);
    }
  }

  override on(kind: number, subject: number): void {
    if (kind === TIMEOUT) this.giveUp(subject);
    else {
      this.passes[subject] = this.afterLane(this.passLane, PASS, subject);
      for (const server of this.process.servers) server.purge();
      for (const connection of this.oldest()) this.ping(connection);
    }
  }

  override resume(exchange: RequestId, outcome: Outcome, purpose: number): void {
    const { backends } = this.process;
    const { abandoned, connection: connections } = this.sim.requests;
    const isWanted = abandoned[exchange] === 0;
    const connection = connections[exchange]!;
    this.sim.requests.close(exchange);
    if (purpose === RESET) this.resets--;
    if (!isWanted) return;
    this.cancel(backends.timer[connection]!);
    backends.exchange[connection] = NOBODY;
    backends.wipe(connection);
    if (outcome === OK) this.serverOf(connection).giveBack(connection);
    else this.serverOf(connection).destroy(connection);
  }

  /** Those that have been idle for the interval, the longest first. */
  private oldest(): ConnectionId[] {
    const { usedAt } = this.connections;
    const idle: ConnectionId[] = [];
    for (const { free } of this.process.servers) {
      for (let place = 0; place < free.length; place++) {
        if (this.now - usedAt[free.at(place)]! > this.interval) idle.push(free.at(place));
      }
    }
    return idle.sort((a, b) => usedAt[a]! - usedAt[b]! || a - b).slice(0, PINGS_PER_PASS);
  }

  /** A connection that is being pinged is used meanwhile. */
  private ping(connection: ConnectionId): void {
    this.serverOf(connection).take(connection);
    this.exchange(connection, this.pingLane, PING_IDLE);
  }

  private exchange(connection: ConnectionId, timeoutLane: number, purpose: number): void {
    const { requests } = this.sim;
    const { backends } = this.process;
    const exchange = requests.open(this.now, purpose === RESET ? ROLLBACK : PING);
    requests.connection[exchange] = connection;
    requests.bytesIn[exchange] = COMMAND_BYTES;
    requests.bytesOut[exchange] = COMMAND_BYTES;
    backends.exchange[connection] = exchange;
    backends.timer[connection] = this.afterLane(timeoutLane, TIMEOUT, connection);
    requests.push(exchange, this.id, purpose);
    (this.sim.components[this.connections.server[connection]!] as Host).reach(exchange, this.process.node);
  }

  private giveUp(connection: ConnectionId): void {
    const { backends } = this.process;
    this.sim.requests.abandoned[backends.exchange[connection]!] = 1;
    backends.exchange[connection] = NOBODY;
    this.serverOf(connection).destroy(connection);
  }

  private serverOf(connection: ConnectionId): BackendServer {
    return this.process.servers[this.process.backends.server[connection]!]!;
  }
}
