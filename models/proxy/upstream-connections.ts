import type { Component } from "../../sim/component.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BORROWED, CONNECTING, type ConnectionId, IDLE } from "../connection/connections.ts";
import type { Address } from "../host.ts";
import { closeConnection, RESET } from "../network/sockets.ts";
import { CONNECT } from "../verb.ts";
import type { World } from "../world.ts";
import { longer } from "./exchanges.ts";

/** A SYN and its answer. */
const HANDSHAKE_BYTES = 60;

/** The TCP connections that a proxy opens to servers, each with where it ends. */
export class UpstreamConnections {
  private readonly world: World;
  private readonly owner: Component;
  /** By connection: the component that it ends at. */
  private end = new Int32Array(0);

  constructor(world: World, owner: Component) {
    this.world = world;
    this.owner = owner;
  }

  /** Begins a handshake; the request is to be sent where the connection shall lead. */
  open(origin: number, zone: number): RequestId {
    const { sim, connections } = this.world;
    const { requests, now } = sim;
    const handshake = requests.open(now, CONNECT);
    requests.connection[handshake] = connections.open(this.owner.id, CONNECTING, now);
    requests.bytesIn[handshake] = HANDSHAKE_BYTES;
    requests.bytesOut[handshake] = HANDSHAKE_BYTES;
    requests.origin[handshake] = origin;
    requests.zone[handshake] = zone;
    return handshake;
  }

  /** A handshake has gone well; returns the connection, which is in use from now on. */
  establish(handshake: RequestId): ConnectionId {
    const { connection: connections, destination } = this.world.sim.requests;
    const connection = connections[handshake]!;
    while (connection >= this.end.length) this.end = longer(this.end, Math.max(64, 2 * this.end.length));
    this.end[connection] = destination[handshake]!;
    this.world.connections.become(connection, BORROWED);
    return connection;
  }

  endOf(connection: ConnectionId): Address {
    return this.world.sim.components[this.end[connection]!] as Component & Address;
  }

  /** Nobody uses it for now. */
  keep(connection: ConnectionId): void {
    this.world.connections.become(connection, IDLE);
    this.world.connections.usedAt[connection] = this.world.sim.now;
  }

  /** Somebody uses it again; false if the server has closed it meanwhile, and then it is gone. */
  reuse(connection: ConnectionId): boolean {
    const { sockets } = this.world.network;
    const isListened = sockets.listenerOf(connection) >= 0;
    if (isListened && sockets.stateOf(connection) === RESET) {
      this.close(connection);
      return false;
    }
    this.world.connections.become(connection, BORROWED);
    return true;
  }

  close(connection: ConnectionId): void {
    closeConnection(this.world, connection);
  }

  /** A handshake is over that has failed, or that nobody waits for. */
  forget(handshake: RequestId): void {
    this.close(this.world.sim.requests.connection[handshake]!);
  }
}
