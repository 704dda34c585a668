import { Component } from "../sim/component.ts";
import type { JournalId } from "../sim/record/journal.ts";
import type { RequestId } from "../sim/requests.ts";
import type { Service } from "../sim/service.ts";
import type { ConnectionId } from "./connection/connections.ts";
import type { NodeId, World } from "./world.ts";

/** Something with an address: a host, or a load balancer in front of several. */
export interface Address {
  readonly path: string;
  /** Brings a request from a node to it. Whoever sends has pushed its own frame; the answer comes back the same way. */
  reach(request: RequestId, from: NodeId): void;
}

/** A server that sessions end at. */
export interface SessionServer extends Component {
  /** The client has closed the session, or has vanished. */
  hangUp(connection: ConnectionId): void;
  /** KILL QUERY: the statement that runs on the session, if any, ends with ER_QUERY_INTERRUPTED. Default: it runs on. */
  kill?(connection: ConnectionId, because: JournalId): void;
}

/** Whoever opened a session, told when the other side ends it. */
export interface SessionHolder extends Component {
  connectionLost(connection: ConnectionId, because: JournalId): void;
  /** A login that it is waiting for is held up by this. Default: it does not mind. */
  loginHeldUp?(connection: ConnectionId, because: JournalId): void;
}

/** A part of the system that runs on a node and talks to others over its network. */
export abstract class Host extends Component implements Service, Address {
  protected readonly world: World;
  /** The node it runs on; ELSEWHERE for a machine whose network is no limit, or a pod that is not scheduled yet. */
  node: NodeId;

  constructor(world: World, path: string, node: NodeId) {
    super(world.sim, path);
    this.world = world;
    this.node = node;
  }

  abstract receive(request: RequestId): void;

  reach(request: RequestId, from: NodeId): void {
    this.world.network.carry(request, from, this.node, this);
  }

  /** Sends a request over the network and will be resumed with the answer and `note`. */
  protected send(to: Address, request: RequestId, note = 0): void {
    this.sim.requests.push(request, this.id, note);
    to.reach(request, this.node);
  }
}
