import type { Counter } from "../../sim/record/counter.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, LOST, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { BORROWED, CONNECTING, type ConnectionId, IDLE } from "../connection/connections.ts";
import { CONNECTION_RESET } from "../error.ts";
import { type Address, Host } from "../host.ts";
import { closeConnection, RESET } from "../network/sockets.ts";
import { CONNECT } from "../verb.ts";
import type { World } from "../world.ts";
import type { People, PersonId } from "./people.ts";

const NOBODY = -1;
const NO_CONNECTION: ConnectionId = -1;
/** A SYN and its answer. */
const SYN_BYTES = 60;
/** Failures that leave nothing of the connection that they happen on. */
const ENDINGS: readonly Outcome[] = [BROKEN, CONNECTION_RESET, LOST, REFUSED];

/** Whoever asks over connections. */
export interface Caller extends Host {
  /** The connection of a person stands. */
  connected(person: PersonId): void;
  /** It could not be opened. */
  connectFailed(person: PersonId, outcome: Outcome, because: JournalId): void;
}

/**
 * The TCP connections that the people of a load ask over, opened before their requests go out: one for each request, or
 * one for each user (VU of k6) that stands until something goes wrong on it.
 *
 * Opening one counts as `http_req_connecting`, and as `http_req_blocked` of the request that waits for it (k6
 * lib/netext/httpext/tracer.go). The client closes first, and whoever gives up closes at once.
 */
export class LoadConnections extends Host {
  private readonly caller: Caller;
  private readonly people: People;
  private readonly keepsAlive: boolean;
  /** By person: the connection of their request, or -1. */
  private connection = new Int32Array(0);
  /** By person: the handshake that is under way for it, or -1. */
  private handshake = new Int32Array(0);
  /** By person: when they asked for it, and how long they waited. */
  private askedAt = new Float64Array(0);
  private blocked = new Float64Array(0);
  /** By user: the idle connection that they keep, or -1. */
  private kept = new Int32Array(0);
  /** By connection: the component that it ends at, and the index of the address that it was opened to. */
  private peer = new Int32Array(0);
  private address = new Int32Array(0);
  private readonly opened: Counter;
  private readonly failed: Counter;
  private readonly blockedTime: Histogram;
  private readonly connecting: Histogram;
  private readonly wholeTime: Histogram;

  constructor(world: World, caller: Caller, people: People, keepsAlive: boolean) {
    super(world, `${caller.path}/connections`, caller.node);
    const { record } = world.sim;
    this.caller = caller;
    this.people = people;
    this.keepsAlive = keepsAlive;
    this.opened = record.counter(caller, "connections_opened", "connections");
    this.failed = record.counter(caller, "connections_failed", "connections");
    this.blockedTime = record.histogram(caller, "http_req_blocked", "ms");
    this.connecting = record.histogram(caller, "http_req_connecting", "ms");
    this.wholeTime = record.histogram(caller, "http_req_blocked_and_duration", "ms");
  }

  /** True if somebody has to wait for a connection: one is opened, and the caller hears of it. */
  opens(person: PersonId, to: Address): boolean {
    while (person >= this.connection.length) this.grow();
    if (this.connection[person] !== NO_CONNECTION) return false;
    this.askedAt[person] = this.now;
    this.blocked[person] = 0;
    const kept = this.takeKept(person);
    if (kept === NO_CONNECTION) this.open(person, to);
    else this.connection[person] = kept;
    return kept === NO_CONNECTION;
  }

  /** Puts a request on the connection of its person; returns where it ends. */
  assign(person: PersonId, request: RequestId): Address {
    const { connections } = this.world;
    const connection = this.connection[person]!;
    connections.become(connection, BORROWED);
    connections.usedAt[connection] = this.now;
    this.sim.requests.connection[request] = connection;
    this.blockedTime.observe(this.blocked[person]!);
    this.connecting.observe(this.blocked[person]!);
    return this.sim.components[this.peer[connection]!] as unknown as Address;
  }

  /** The request of a person has come back after so long: their connection is kept, or closed. */
  finish(person: PersonId, outcome: Outcome, took: Micros): void {
    const connection = this.connection[person]!;
    if (connection === NO_CONNECTION) return;
    const user = this.people.user[person]!;
    this.connection[person] = NO_CONNECTION;
    if (outcome === OK) this.wholeTime.observe(this.blocked[person]! + took);
    if (this.keepsAlive && user !== NOBODY && !ENDINGS.includes(outcome)) this.keep(user, connection);
    else closeConnection(this.world, connection);
  }

  /** Somebody does not wait any more: their connection is closed, or not opened. Returns what held it up. */
  giveUp(person: PersonId): JournalId {
    const connection = this.connection[person] ?? NO_CONNECTION;
    if (connection === NO_CONNECTION) return NONE;
    const handshake = this.handshake[person]!;
    this.connection[person] = NO_CONNECTION;
    if (handshake === NOBODY) {
      closeConnection(this.world, connection);
      return NONE;
    }
    this.handshake[person] = NOBODY;
    this.failed.add();
    this.sim.abandon(handshake);
    return this.sim.requests.because[handshake]!;
  }

  isOpening(person: PersonId): boolean {
    return this.handshakeOf(person) !== NOBODY;
  }

  /** The handshake that somebody's request waits for, or -1. */
  handshakeOf(person: PersonId): RequestId {
    return this.handshake[person] ?? NOBODY;
  }

  /** Users close the connections that they have kept. */
  closeKept(): void {
    for (const kept of this.kept) if (kept !== NO_CONNECTION) closeConnection(this.world, kept);
    this.kept.fill(NO_CONNECTION);
  }

  /** How long somebody's request had to wait for its connection. */
  blockedFor(person: PersonId): Micros {
    return this.blocked[person]!;
  }

  override resume(handshake: RequestId, outcome: Outcome, person: PersonId): void {
    const { requests } = this.sim;
    const connection = requests.connection[handshake]!;
    const because = requests.because[handshake]!;
    const abandoned = requests.abandoned[handshake] === 1;
    this.peer[connection] = requests.destination[handshake]!;
    requests.close(handshake);
    if (abandoned || outcome !== OK) closeConnection(this.world, connection);
    if (abandoned) return;
    this.handshake[person] = NOBODY;
    this.blocked[person] = this.now - this.askedAt[person]!;
    if (outcome === OK) {
      this.opened.add();
      this.caller.connected(person);
    } else {
      this.failed.add();
      this.connection[person] = NO_CONNECTION;
      this.caller.connectFailed(person, outcome, because);
    }
  }

  /** Nobody calls people. */
  receive(request: RequestId): void {
    this.refuse(request, REFUSED, NONE);
  }

  private open(person: PersonId, to: Address): void {
    const { requests } = this.sim;
    const { connections } = this.world;
    const connection = connections.open(this.id, CONNECTING, this.now);
    const handshake = requests.open(this.now, CONNECT);
    while (connection >= this.peer.length) this.growConnections();
    this.address[connection] = this.people.address[person]!;
    requests.connection[handshake] = connection;
    requests.bytesIn[handshake] = SYN_BYTES;
    requests.bytesOut[handshake] = SYN_BYTES;
    requests.zone[handshake] = this.people.zone[person]!;
    requests.origin[handshake] = this.caller.origin;
    this.origin = this.caller.origin;
    this.connection[person] = connection;
    this.handshake[person] = handshake;
    this.send(to, handshake, person);
  }

  private keep(user: number, connection: ConnectionId): void {
    while (user >= this.kept.length) this.kept = longer(this.kept, NO_CONNECTION);
    this.world.connections.become(connection, IDLE);
    this.kept[user] = connection;
  }

  /** The connection that somebody has kept, if it still stands and ends where they ask now; otherwise it is closed. */
  private takeKept(person: PersonId): ConnectionId {
    const user = this.people.user[person]!;
    const kept = this.kept[user] ?? NO_CONNECTION;
    if (kept === NO_CONNECTION) return NO_CONNECTION;
    this.kept[user] = NO_CONNECTION;
    const stands = this.world.network.sockets.stateOf(kept) !== RESET;
    if (stands && this.address[kept] === this.people.address[person]) return kept;
    closeConnection(this.world, kept);
    return NO_CONNECTION;
  }

  private grow(): void {
    this.connection = longer(this.connection, NO_CONNECTION);
    this.handshake = longer(this.handshake, NOBODY);
    this.askedAt = longer(this.askedAt, 0);
    this.blocked = longer(this.blocked, 0);
  }

  private growConnections(): void {
    this.peer = longer(this.peer, NOBODY);
    this.address = longer(this.address, NOBODY);
  }
}

type Column = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

function longer<C extends Column>(column: C, fill: number): C {
  const length = Math.max(64, 2 * column.length);
  const larger = new (column.constructor as new (length: number) => C)(length);
  larger.fill(fill);
  larger.set(column);
  return larger;
}
