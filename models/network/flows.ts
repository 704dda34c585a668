import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REFUSED } from "../../sim/service.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { ConnectionId, Connections } from "../connection/connections.ts";
import type { NodeId } from "../world.ts";
import { CLOSE, type Conntrack, SYN_SENT, TIME_WAIT } from "./conntrack.ts";
import { LocalPorts, type PortOptions } from "./local-ports.ts";
import type { NetworkNode } from "./node.ts";

const NOWHERE = -1;
/** How far a connection has come. */
const OPENING = 0;
const STANDS = 1;
/** The server has ended it, or the answer was RST. */
const ENDED = 2;
const RESET = 3;

/** What the client's kernel and the nodes on the way remember of each connection: its port, its conntrack entries. */
export class Flows {
  private readonly sim: Simulation;
  private readonly connections: Connections;
  private readonly nodes: readonly NetworkNode[];
  private readonly ports: LocalPorts | undefined;
  /** By connection: its row of ports, and the nodes that have an entry for it; -1 for none. */
  private port = new Int32Array(0);
  private near = new Int32Array(0);
  private far = new Int32Array(0);
  private state = new Uint8Array(0);

  constructor(
    sim: Simulation,
    connections: Connections,
    nodes: readonly NetworkNode[],
    ports: PortOptions | undefined,
  ) {
    this.sim = sim;
    this.connections = connections;
    this.nodes = nodes;
    this.ports = ports && new LocalPorts(sim, "ports", ports);
    connections.flows = this;
  }

  /** A client opens a connection towards a destination; false if it has no port for it, and the request says why. */
  open(request: RequestId, destination: number): boolean {
    const { connection: connections, because, origin } = this.sim.requests;
    const connection = connections[request]!;
    if (connection < 0) return true;
    while (connection >= this.port.length) this.grow();
    this.state[connection] = OPENING;
    if (this.ports === undefined) return true;
    const client = this.connections.client[connection]!;
    this.port[connection] = this.ports.take(client, destination, origin[request]!);
    if (this.port[connection] !== NOWHERE) return true;
    because[request] = this.ports.shortageOf(client, destination);
    return false;
  }

  /** A SYN passes both nodes on its way; false if one has no room for another connection, and the request says why. */
  track(request: RequestId, from: NodeId, to: NodeId): boolean {
    const connection = this.sim.requests.connection[request]!;
    if (connection < 0) return true;
    const isNear = this.enter(this.near, connection, from, request);
    return isNear && (from === to || this.enter(this.far, connection, to, request));
  }

  /** The server has answered a client that opens a connection. */
  answered(connection: ConnectionId, outcome: Outcome): void {
    if (connection < 0) return;
    this.state[connection] = outcome === OK ? STANDS : outcome === REFUSED ? RESET : ENDED;
  }

  /** The row of a connection is given back: it is over. */
  close(connection: ConnectionId, byServer: boolean): void {
    if (connection >= this.port.length) return;
    const state = this.state[connection]!;
    const row = this.port[connection]!;
    if (row !== NOWHERE) this.ports!.giveBack(row, state === STANDS && !byServer);
    this.port[connection] = NOWHERE;
    const ending = state === OPENING ? SYN_SENT : state === RESET ? CLOSE : TIME_WAIT;
    for (const column of [this.near, this.far]) {
      if (column[connection] !== NOWHERE) this.tableOf(column[connection]!)!.end(ending);
      column[connection] = NOWHERE;
    }
  }

  private enter(column: Int32Array, connection: ConnectionId, node: NodeId, request: RequestId): boolean {
    const table = this.tableOf(node);
    if (table === undefined || column[connection] === node) return true;
    if (table.maySweep()) this.sweep(node, table);
    if (table.isFull) {
      const { because, origin } = this.sim.requests;
      because[request] = table.drop(origin[request]!);
      return false;
    }
    table.enter();
    column[connection] = node;
    return true;
  }

  private tableOf(node: NodeId): Conntrack | undefined {
    return this.nodes[node]?.conntrack;
  }

  /** Takes out the entries of connections that have been silent for too long. */
  private sweep(node: NodeId, table: Conntrack): void {
    const { now } = this.sim;
    const { usedAt } = this.connections;
    for (const column of [this.near, this.far]) {
      for (let connection = 0; connection < column.length; connection++) {
        const isIdle = column[connection] === node && now - usedAt[connection]! >= table.patience;
        if (!isIdle) continue;
        table.expire();
        column[connection] = NOWHERE;
      }
    }
  }

  private grow(): void {
    const length = Math.max(256, 2 * this.port.length);
    this.port = longer(this.port, length);
    this.near = longer(this.near, length);
    this.far = longer(this.far, length);
    const state = new Uint8Array(length);
    state.set(this.state);
    this.state = state;
  }
}

function longer(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length).fill(NOWHERE);
  larger.set(column);
  return larger;
}
