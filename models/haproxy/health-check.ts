import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome, REFUSED } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { Host } from "../host.ts";
import { UpstreamConnections } from "../proxy/upstream-connections.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import type { ServerAddress } from "./haproxy-group.ts";

const BEGIN = 0;
const GIVE_UP = 1;
const NOBODY = -1;

/** Whoever has a server checked. */
export interface Checked {
  checked(server: number, success: boolean, because: JournalId): void;
}

/** Connects to a server every `inter` and says whether it could; a process that hangs can still be connected to. */
export class HealthCheck extends Host {
  private readonly owner: Checked;
  private readonly server: number;
  private readonly address: ServerAddress;
  private readonly timeout: Micros;
  private readonly connections: UpstreamConnections;
  private request: RequestId = NOBODY;
  private next: EventHandle = NO_EVENT;

  /** @param timeout for how long it waits for a connection, at most `inter`. */
  constructor(world: World, path: string, owner: Checked, server: number, address: ServerAddress, timeout: Micros) {
    super(world, path, ELSEWHERE);
    this.owner = owner;
    this.server = server;
    this.address = address;
    this.connections = new UpstreamConnections(world, this);
    this.timeout = Math.min(timeout, address.options.inter);
  }

  /** The checks of so many servers are spread over `inter`; this is when that of the n-th begins. */
  pauseBefore(n: number, of: number): Micros {
    return Math.round((this.address.options.inter * n) / of);
  }

  /** Begins; the first check comes after `delay`. */
  start(node: NodeId, delay: Micros, because: JournalId): void {
    this.node = node;
    this.origin = because;
    this.next = this.after(delay, BEGIN);
  }

  stop(): void {
    this.cancel(this.next);
    this.next = NO_EVENT;
    this.abandon();
  }

  override on(kind: typeof BEGIN | typeof GIVE_UP): void {
    if (kind === BEGIN) return this.begin();
    const { because } = this.sim.requests;
    const reason = because[this.request]!;
    this.abandon();
    this.conclude(false, reason);
  }

  override resume(request: RequestId, outcome: Outcome): void {
    const { requests } = this.sim;
    const because = requests.because[request]!;
    const isWanted = request === this.request;
    this.connections.forget(request);
    requests.close(request);
    if (!isWanted) return;
    this.request = NOBODY;
    this.cancel(this.next);
    this.conclude(outcome === OK, because);
  }

  /** Nobody calls it. */
  receive(request: RequestId): void {
    this.reply(request, REFUSED);
  }

  private begin(): void {
    const request = this.connections.open(this.origin, -1);
    this.request = request;
    this.next = this.after(this.timeout, GIVE_UP);
    this.send(this.address.endpoint.address, request);
  }

  private abandon(): void {
    if (this.request === NOBODY) return;
    this.sim.abandon(this.request);
    this.request = NOBODY;
  }

  private conclude(success: boolean, because: JournalId): void {
    this.next = this.after(this.address.options.inter, BEGIN);
    this.owner.checked(this.server, success, because);
  }
}
