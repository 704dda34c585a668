import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, OK } from "../../sim/service.ts";
import { WaitingLine } from "../../sim/waiting-line.ts";
import { ABANDONED, type ConnectionId, PROBE } from "../connection/connections.ts";
import { CONNECTION_RESET } from "../error.ts";
import type { Host } from "../host.ts";
import { CONNECT, LOGIN } from "../verb.ts";
import type { World } from "../world.ts";
import { AcceptInterval } from "./accept-interval.ts";
import type { ListenOptions } from "./listen-options.ts";
import type { ListenRecord } from "./listen-record.ts";
import { ACCEPTED, CLOSED, COOKIE, ESTABLISHED, RESET, type SocketState, SYN_RECV } from "./sockets.ts";
import { SynQueue } from "./syn-queue.ts";

const SYN_ACK_BYTES = 60;
/** What is held of an accepted connection that no call has come on. */
const SILENT: RequestId = -2;
const NO_CALL: RequestId = -1;

/** A process that decides for itself when it accepts connections. */
export interface Acceptor {
  /** A connection waits to be accepted; the process calls `accept` once it gets to it. */
  connectionWaits(): void;
  /** What keeps the process from getting to connections that wait, the next of which came under an action; or NONE. */
  whyLate(origin: JournalId): JournalId;
  /** So many more calls wait on connections that are not accepted yet; negative for fewer. */
  callsWait(more: number): void;
}

/**
 * A listening socket of Linux: handshakes under way in its SYN queue, and those that are through in its accept queue
 * until the process takes them.
 *
 * The accept queue is full when it is longer than min(backlog, net.core.somaxconn), so one more fits. A full one drops
 * SYNs, which clients send again after 1, 3, 7 s, and ignores the last ACK of a handshake: then the client believes that
 * it is connected, and what it sends goes unheard until there is room (or is answered with RST). With too many
 * handshakes under way a SYN is dropped, or answered with a cookie, of which the host remembers nothing.
 * Source: net/ipv4/tcp_input.c (tcp_conn_request), tcp_ipv4.c (tcp_v4_syn_recv_sock), tcp_minisocks.c (tcp_check_req),
 * syncookies.c, inet_connection_sock.c (reqsk_timer_handler).
 */
export class Listener extends Component {
  private readonly world: World;
  private readonly host: Host;
  private readonly acceptor: Acceptor | undefined;
  /** Who is told of connections that wait. */
  private readonly process: Pick<Acceptor, "connectionWaits">;
  private readonly options: ListenOptions;
  private readonly handshakes: SynQueue;
  private readonly queue = new WaitingLine();
  /** The accept queue is full when it is longer. */
  private readonly limit: number;
  /** Connections that the process has accepted and that no call has come on. */
  silent = 0;
  /** What is being handed over to the process, or -1. */
  private passing = NO_CALL;
  private readonly record: ListenRecord;

  /** @param acceptor undefined for a process that accepts whenever it can. */
  constructor(world: World, host: Host, options: ListenOptions, record: ListenRecord, acceptor?: Acceptor) {
    super(world.sim, `${host.path}/listener`);
    this.world = world;
    this.host = host;
    this.options = options;
    const { acceptInterval } = options;
    const isPaced = acceptInterval !== undefined || acceptor === undefined;
    this.acceptor = acceptor;
    this.process = isPaced ? new AcceptInterval(world, this, acceptInterval ?? 0) : acceptor;
    this.handshakes = new SynQueue(world, host, this, options, record);
    this.limit = Math.min(options.backlog, options.somaxconn);
    this.record = record;
    world.network.expectDrops();
  }

  /** Connections that wait to be accepted. */
  get length(): number {
    return this.queue.length;
  }

  /** Whether a connection waits that the process may accept as soon as it likes. */
  get isOpen(): boolean {
    return this.queue.length > 0 && this.options.acceptInterval === undefined;
  }

  /** True if it is not for the process yet: a SYN, a login, a call on a connection that has not been accepted. */
  takes(request: RequestId): boolean {
    const { verb, connection } = this.sim.requests;
    if (request === this.passing) return false;
    if (verb[request] === CONNECT) this.synchronize(request);
    else if (verb[request] === LOGIN) this.admitLogin(request);
    else if (this.isOurs(connection[request]!)) return this.hear(request);
    else return false;
    return true;
  }

  /** An ACK has come for a SYN-ACK. */
  acknowledge(connection: ConnectionId): void {
    const state = this.sockets.stateOf(connection);
    if (state === SYN_RECV) this.establish(connection);
    else if (state === COOKIE) this.checkCookie(connection);
    this.forgetIfOver(connection);
  }

  /** The process takes the connection that has waited longest, and what has come on it; true if more wait. */
  accept(): boolean {
    const { sockets } = this;
    const connection = this.queue.leave();
    this.record.waiting.add(-1);
    const request = this.takeHeld(connection);
    if (this.isLogin(request)) sockets.clear(connection);
    else if (this.isAbandoned(connection)) {
      if (request >= 0) this.sim.requests.connection[request] = -1;
      this.close(connection);
    } else {
      sockets.state[connection] = ACCEPTED;
      this.world.connections.accept(connection, this.host.id);
      if (request < 0) this.fallSilent(connection);
    }
    if (request >= 0) this.pass(request);
    return this.queue.length > 0;
  }

  /** The client closes a connection, or has given it up. In the accept queue it stays: only the process can take it out. */
  hangUp(connection: ConnectionId): void {
    const { sockets } = this;
    const { connections } = this.world;
    const state = sockets.state[connection];
    connections.become(connection, ABANDONED);
    if (state === ACCEPTED) {
      this.release(connection);
      return this.close(connection);
    }
    const held = state === ESTABLISHED ? NO_CALL : this.takeHeld(connection);
    this.forgetIfOver(connection);
    if (held >= 0) this.reply(held, BROKEN);
  }

  /** The process ends: every connection is answered with RST from now on. */
  stop(because: JournalId): void {
    const { sockets } = this;
    const held: RequestId[] = [];
    this.record.waiting.add(-this.queue.length);
    while (this.queue.length > 0) this.queue.leave();
    for (let connection = 0; connection < sockets.listener.length; connection++) {
      if (sockets.listener[connection] !== this.id) continue;
      const request = sockets.held[connection]!;
      if (request >= 0) held.push(this.takeHeld(connection));
      if (this.isLogin(request)) sockets.clear(connection);
      else this.reset(connection, because);
    }
    for (const request of held) this.refuse(request, BROKEN, because);
  }

  override check(): void {
    const { queue, limit } = this;
    assert(queue.length <= limit + 1, () => `${this.path}: ${queue.length} in an accept queue for ${limit + 1}`);
  }

  private get sockets() {
    return this.world.network.sockets;
  }

  private get isFull(): boolean {
    return this.queue.length > this.limit;
  }

  private isLogin(request: RequestId): boolean {
    return request >= 0 && this.sim.requests.verb[request] === LOGIN;
  }

  /** Answers a SYN, or drops it. */
  private synchronize(request: RequestId): void {
    const { options, handshakes, record } = this;
    const connection = this.sim.requests.connection[request]!;
    if (this.sockets.stateOf(connection) === SYN_RECV) return this.answer(request, SYN_RECV);
    const wantCookie = options.tcp_syncookies === 2 || handshakes.isFull;
    if (wantCookie && options.tcp_syncookies === 0) {
      record.reqQFullDrop.add();
      return this.drop(request, this.runOutOfHandshakes(request));
    }
    if (wantCookie) record.reqQFullDoCookies.add();
    if (this.isFull && !handshakes.isWelcome) {
      record.overflows.add();
      return this.drop(request, this.runOutOfRoom(this.sim.requests.origin[request]!));
    }
    if (!wantCookie && handshakes.isReserved) return this.drop(request, this.runOutOfHandshakes(request));
    if (wantCookie) record.cookiesSent.add();
    this.answer(request, wantCookie ? COOKIE : SYN_RECV);
  }

  private answer(request: RequestId, state: SocketState): void {
    const { requests } = this.sim;
    const { sockets } = this;
    const connection = this.connectionFor(request);
    if (sockets.stateOf(connection) !== state) {
      sockets.answer(connection, this.id, state, this.now);
      if (state === SYN_RECV) this.handshakes.join(connection);
    }
    requests.bytesOut[request] = SYN_ACK_BYTES;
    this.reply(request, OK);
  }

  /** Whoever connects without a row only tries the port, and hangs up at once. */
  private connectionFor(request: RequestId): ConnectionId {
    const { connection } = this.sim.requests;
    const { connections } = this.world;
    if (connection[request] !== -1) return connection[request]!;
    const probe = connections.open(this.host.id, PROBE, this.now);
    connections.become(probe, ABANDONED);
    connection[request] = probe;
    return probe;
  }

  /** The last ACK of a handshake has come, by itself or with data. */
  private establish(connection: ConnectionId): void {
    if (!this.isFull) {
      this.handshakes.leave(connection);
      return this.enqueue(connection);
    }
    this.ignoreAck();
    if (this.options.tcp_abort_on_overflow === 0) return;
    const { current } = this.record.acceptQueueFull;
    const held = this.takeHeld(connection);
    this.reset(connection, current);
    if (held >= 0) this.refuse(held, CONNECTION_RESET, current);
  }

  private checkCookie(connection: ConnectionId): void {
    if (this.sockets.isStale(connection, this.now)) return this.reset(connection, this.record.acceptQueueFull.latest);
    this.record.cookiesRecv.add();
    if (this.isFull) this.ignoreAck();
    else this.enqueue(connection);
  }

  private ignoreAck(): void {
    this.record.overflows.add();
    this.record.drops.add();
    this.runOutOfRoom(NONE);
  }

  private enqueue(connection: ConnectionId): void {
    this.sockets.state[connection] = ESTABLISHED;
    this.queue.join(connection);
    this.record.waiting.add(1);
    this.process.connectionWaits();
  }

  /** The process gets the first call on a connection. */
  private pass(request: RequestId): void {
    const before = this.passing;
    this.passing = request;
    this.sim.requests.cpu[request]! += this.options.acceptCpu;
    this.host.receive(request);
    this.passing = before;
  }

  private isOurs(connection: ConnectionId): boolean {
    return connection >= 0 && this.sockets.listenerOf(connection) === this.id;
  }

  /** A call comes on a connection; false if it is for the process as it is. */
  private hear(request: RequestId): boolean {
    const connection = this.sim.requests.connection[request]!;
    const isAccepted = this.sockets.stateOf(connection) === ACCEPTED;
    if (isAccepted && this.sockets.held[connection] !== SILENT) return false;
    if (isAccepted) {
      this.speak(connection);
      this.pass(request);
    } else if (this.sim.requests.abandoned[request] === 1) this.reply(request, BROKEN);
    else this.hold(request, connection);
    return true;
  }

  /** Data comes on a connection that the process has not accepted. */
  private hold(request: RequestId, connection: ConnectionId): void {
    const { sockets } = this;
    const speaks = this.options.speaksFirst === "client";
    if (speaks) this.acknowledge(connection);
    const state = sockets.stateOf(connection);
    const isGone = state === RESET || (speaks && state === CLOSED);
    if (state === ACCEPTED) this.hear(request);
    else if (isGone) this.refuse(request, CONNECTION_RESET, sockets.because[connection]!);
    else if (state === ESTABLISHED || !speaks) this.keep(request, connection);
    else {
      this.sim.requests.because[request] = this.record.acceptQueueFull.current;
      if (this.world.network.drop(request) === 0) this.record.lossProbes.add();
    }
  }

  private keep(request: RequestId, connection: ConnectionId): void {
    this.sockets.held[connection] = request;
    this.acceptor?.callsWait(1);
  }

  private takeHeld(connection: ConnectionId): RequestId {
    const request = this.sockets.held[connection]!;
    if (request < 0) return NO_CALL;
    this.sockets.held[connection] = NO_CALL;
    this.acceptor?.callsWait(-1);
    return request;
  }

  /** The process has accepted a connection on which nothing has come. */
  private fallSilent(connection: ConnectionId): void {
    this.sockets.held[connection] = SILENT;
    this.silent++;
  }

  private speak(connection: ConnectionId): void {
    this.sockets.held[connection] = NO_CALL;
    this.silent--;
  }

  /** A connection that the process has accepted is over. */
  private release(connection: ConnectionId): void {
    if (this.sockets.held[connection] === SILENT) this.speak(connection);
    this.world.connections.release(connection);
  }

  /** A login comes with its handshake, which is through unless the accept queue is full. */
  private admitLogin(login: RequestId): void {
    const { connection: connections, origin } = this.sim.requests;
    const connection = connections[login]!;
    if (this.isFull) {
      this.record.overflows.add();
      return this.drop(login, this.runOutOfRoom(origin[login]!));
    }
    this.sockets.answer(connection, this.id, ESTABLISHED, this.now);
    this.keep(login, connection);
    this.enqueue(connection);
  }

  /** A handshake has been under way for too long, or for nobody. */
  giveUp(connection: ConnectionId): void {
    this.sockets.because[connection] = this.record.acceptQueueFull.latest;
    this.handshakes.leave(connection);
    this.close(connection);
  }

  private runOutOfRoom(origin: JournalId): JournalId {
    const delay = this.acceptor?.whyLate(origin) ?? NONE;
    return this.record.runOutOfRoom(this.queue.length, [delay, this.host.origin, origin]);
  }

  private runOutOfHandshakes(request: RequestId): JournalId {
    const { origin } = this.sim.requests;
    return this.record.runOutOfHandshakes(this.handshakes.length, this.host.origin, origin[request]!);
  }

  private drop(request: RequestId, because: JournalId): void {
    this.record.drops.add();
    this.sim.requests.because[request] = because;
    this.world.network.drop(request);
  }

  private reset(connection: ConnectionId, because: JournalId): void {
    const { sockets } = this;
    sockets.because[connection] = because;
    const state = sockets.state[connection];
    if (state === SYN_RECV) this.handshakes.leave(connection);
    if (state === ACCEPTED) this.release(connection);
    sockets.state[connection] = RESET;
    this.forgetIfOver(connection);
  }

  /** The host knows nothing of the connection any more. */
  private close(connection: ConnectionId): void {
    this.sockets.state[connection] = CLOSED;
    this.forgetIfOver(connection);
  }

  isAbandoned(connection: ConnectionId): boolean {
    return this.world.connections.state[connection] === ABANDONED;
  }

  /**
   * The row is given back once neither the client nor the host has to do with it, and no ACK is on its way. By then a
   * process that takes connections the moment they stand may have given it back already.
   */
  private forgetIfOver(connection: ConnectionId): void {
    const { acks, state } = this.sockets;
    if (!this.isOurs(connection) || !this.isAbandoned(connection) || acks[connection]! > 0) return;
    if (state[connection] === SYN_RECV || state[connection] === ESTABLISHED) return;
    const byServer = state[connection] === RESET;
    this.sockets.clear(connection);
    this.world.connections.forget(connection, byServer);
  }
}
