import { assert } from "../../sim/assert.ts";
import type { ComponentId } from "../../sim/component.ts";
import type { Micros } from "../../sim/time.ts";
import type { Flows } from "../network/flows.ts";

/** A row of the table of sessions between a client (a pool, a probe) and a server (a MySQL server, a ProxySQL pod). */
export type ConnectionId = number;

/** What the owner of a connection is doing with it: the states of the connection ledger. */
export type ConnectionState = number;
export const CONNECTING: ConnectionState = 0;
export const IDLE: ConnectionState = 1;
export const BORROWED: ConnectionState = 2;
export const PROBE: ConnectionState = 3;
export const MONITOR: ConnectionState = 4;
/** The client has gone, the server has not noticed yet or is still at work. */
export const ABANDONED: ConnectionState = 5;
export const STATES = ["connecting", "idle", "borrowed", "probe", "monitor", "abandoned"] as const;

const NOBODY = -1;

/**
 * Every connection in the world: who opened it, where it ends, what it is used for at the moment.
 * From accept to close it is in its server's ledger, so the owners of connections always sum to the server's count.
 */
export class Connections {
  client = new Int32Array(0);
  /** The component that it ends at, or -1 before it is accepted and after it is closed. */
  server = new Int32Array(0);
  state = new Uint8Array(0);
  openedAt = new Float64Array(0);
  usedAt = new Float64Array(0);
  /** Told when a connection is over; undefined where nobody counts ports and tracked connections. */
  flows: Flows | undefined;
  /** By server: how many it has given a slot. */
  private held = new Int32Array(256);
  private free = new Int32Array(0);
  private freeCount = 0;

  /** Opens a row. It is not in any ledger before `accept`. */
  open(client: ComponentId, state: ConnectionState, now: Micros): ConnectionId {
    if (this.freeCount === 0) this.grow();
    const connection = this.free[--this.freeCount]!;
    this.client[connection] = client;
    this.server[connection] = NOBODY;
    this.state[connection] = state;
    this.openedAt[connection] = now;
    this.usedAt[connection] = now;
    return connection;
  }

  /** The server has given it a slot. */
  accept(connection: ConnectionId, server: ComponentId): void {
    assert(this.server[connection] === NOBODY, "a connection was accepted twice");
    this.server[connection] = server;
    if (server >= this.held.length) this.held = longer(this.held, 2 * server);
    this.held[server] = this.held[server]! + 1;
  }

  isAccepted(connection: ConnectionId): boolean {
    return this.server[connection] !== NOBODY;
  }

  /** Changes what the connection is used for. Probes and monitors stay what they are until they are abandoned. */
  become(connection: ConnectionId, state: ConnectionState): void {
    const before = this.state[connection]!;
    if ((before === PROBE || before === MONITOR) && state !== ABANDONED) return;
    this.state[connection] = state;
  }

  /** The server has taken its slot back. The row stays until `forget`. */
  release(connection: ConnectionId): void {
    const server = this.server[connection]!;
    if (server !== NOBODY) this.held[server] = this.held[server]! - 1;
    this.server[connection] = NOBODY;
  }

  /**
   * Gives the row back. The connection must not be in a ledger any more.
   * @param byServer whether the server has closed it first, so that the client need not remember it in TIME_WAIT.
   */
  forget(connection: ConnectionId, byServer = false): void {
    assert(this.server[connection] === NOBODY, "a connection was forgotten while its server still counts it");
    this.flows?.close(connection, byServer);
    this.free[this.freeCount++] = connection;
  }

  /**
   * Connections of a server by owner and state: the cell of owner o and state s is at `o * STATES.length + s`.
   * Counted when asked for, in O(connections): to keep the ledgers of all servers would take servers times owners.
   */
  ledgerOf(server: ComponentId): Int32Array {
    let owners = 0;
    for (let row = 0; row < this.server.length; row++) {
      if (this.server[row] === server) owners = Math.max(owners, this.client[row]! + 1);
    }
    const ledger = new Int32Array(owners * STATES.length);
    for (let row = 0; row < this.server.length; row++) {
      if (this.server[row] === server) ledger[this.client[row]! * STATES.length + this.state[row]!]!++;
    }
    return ledger;
  }

  /** How many connections the ledger of a server holds. */
  heldAt(server: ComponentId): number {
    return this.held[server] ?? 0;
  }

  private grow(): void {
    const from = this.client.length;
    const to = Math.max(256, from * 2);
    this.client = longer(this.client, to);
    this.server = longer(this.server, to);
    this.free = longer(this.free, to);
    const state = new Uint8Array(to);
    state.set(this.state);
    this.state = state;
    for (const column of ["openedAt", "usedAt"] as const) {
      const times = new Float64Array(to);
      times.set(this[column]);
      this[column] = times;
    }
    for (let connection = to - 1; connection >= from; connection--) this.free[this.freeCount++] = connection;
  }
}

function longer(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(column);
  return larger;
}
