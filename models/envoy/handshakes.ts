import { type EventHandle, NO_EVENT } from "../../sim/event-queue.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { HostId } from "./outlier-detection.ts";

/** The number of a connection that is being opened. */
export type HandshakeId = number;

const NONE: RequestId = -1;

/** The connections that one Envoy is opening. */
export class Handshakes {
  private readonly request: RequestId[] = [];
  private readonly host: HostId[] = [];
  readonly timer: EventHandle[] = [];
  private readonly free: HandshakeId[] = [];

  begin(request: RequestId, host: HostId): HandshakeId {
    const handshake = this.free.pop() ?? this.request.length;
    this.request[handshake] = request;
    this.host[handshake] = host;
    this.timer[handshake] = NO_EVENT;
    return handshake;
  }

  /** It is over, one way or another; returns the host. */
  end(handshake: HandshakeId): HostId {
    this.request[handshake] = NONE;
    this.free.push(handshake);
    return this.host[handshake]!;
  }

  requestOf(handshake: HandshakeId): RequestId {
    return this.request[handshake]!;
  }

  /** Those that are under way. */
  all(): HandshakeId[] {
    return [...this.request.keys()].filter((handshake) => this.request[handshake] !== NONE);
  }
}
