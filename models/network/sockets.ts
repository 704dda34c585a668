import type { ComponentId } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import { NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { MINUTE, type Micros } from "../../sim/time.ts";
import type { ConnectionId } from "../connection/connections.ts";
import type { World } from "../world.ts";
import type { Listener } from "./listener.ts";

/** Where a connection stands at the host that it was opened to. */
export type SocketState = number;
/** That host's kernel knows nothing of it. */
export const CLOSED: SocketState = 0;
/** Its SYN has been answered, and it waits for the ACK in the SYN queue. */
export const SYN_RECV: SocketState = 1;
/** Its SYN has been answered with a cookie; only the client knows of it. */
export const COOKIE: SocketState = 2;
/** In the accept queue. */
export const ESTABLISHED: SocketState = 3;
/** The process has it. */
export const ACCEPTED: SocketState = 4;
/** The host has answered with RST. */
export const RESET: SocketState = 5;

/** Cookies change each minute, and the last two are good (MAX_SYNCOOKIE_AGE). */
const COOKIE_PERIOD: Micros = MINUTE;
const COOKIE_PERIODS = 2;
const NOBODY = -1;
const NO_CALL: RequestId = -1;

/** The servers' ends of the connections that listening sockets have to do with: one column per attribute, by connection. */
export class Sockets {
  state = new Uint8Array(0);
  /** The listening socket that answered its SYN, or -1. */
  listener = new Int32Array(0);
  /** When its SYN was answered last. */
  answeredAt = new Float64Array(0);
  /** How often the SYN-ACK has been sent again. */
  timeouts = new Uint8Array(0);
  /** The pending timer of the SYN-ACK. */
  timer = new Int32Array(0);
  /** ACKs to a SYN-ACK that are on their way. */
  acks = new Uint8Array(0);
  /** What the client waits for an answer to before the process has accepted, or -1. */
  held = new Int32Array(0);
  /** The journal entry that the host has closed it for, or NONE. */
  because = new Int32Array(0);

  /** A SYN is answered. */
  answer(connection: ConnectionId, listener: ComponentId, state: SocketState, now: Micros): void {
    if (connection >= this.state.length) this.grow(connection + 1);
    this.state[connection] = state;
    this.listener[connection] = listener;
    this.answeredAt[connection] = now;
    this.timeouts[connection] = 0;
    this.timer[connection] = NO_EVENT;
    this.acks[connection] = 0;
    this.held[connection] = NO_CALL;
    this.because[connection] = NONE;
  }

  /** What the host knows of a connection. */
  stateOf(connection: ConnectionId): SocketState {
    return this.state[connection] ?? CLOSED;
  }

  /** The listening socket that a connection goes through, or -1. */
  listenerOf(connection: ConnectionId): ComponentId {
    return this.listener[connection] ?? NOBODY;
  }

  /** Whether the cookie that its SYN was answered with is not good any more. */
  isStale(connection: ConnectionId, now: Micros): boolean {
    const age = Math.floor(now / COOKIE_PERIOD) - Math.floor(this.answeredAt[connection]! / COOKIE_PERIOD);
    return age >= COOKIE_PERIODS;
  }

  /** The row of the connection is about to be given back. */
  clear(connection: ConnectionId): void {
    if (connection >= this.state.length) return;
    this.state[connection] = CLOSED;
    this.listener[connection] = NOBODY;
  }

  /** How many connections of a listening socket are in a state. */
  count(listener: ComponentId, state: SocketState): number {
    let count = 0;
    for (let connection = 0; connection < this.state.length; connection++) {
      if (this.listener[connection] === listener && this.state[connection] === state) count++;
    }
    return count;
  }

  private grow(needed: number): void {
    const length = Math.max(256, needed * 2);
    this.state = longer(this.state, length);
    this.timeouts = longer(this.timeouts, length);
    this.acks = longer(this.acks, length);
    this.answeredAt = longer(this.answeredAt, length);
    this.listener = longer(this.listener, length, NOBODY);
    this.timer = longer(this.timer, length, NO_EVENT);
    this.held = longer(this.held, length, NO_CALL);
    this.because = longer(this.because, length, NONE);
  }
}

/** The client closes a connection that CONNECT has opened, or gives it up before it stands. */
export function closeConnection({ sim, network, connections }: World, connection: ConnectionId): void {
  const listener = network.sockets.listenerOf(connection);
  if (listener < 0) connections.forget(connection);
  else (sim.components[listener] as Listener).hangUp(connection);
}

type Column = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

function longer<C extends Column>(column: C, length: number, fill = 0): C {
  const larger = new (column.constructor as new (length: number) => C)(length);
  larger.fill(fill, column.length);
  larger.set(column);
  return larger;
}
