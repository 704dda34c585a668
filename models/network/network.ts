import { assert } from "../../sim/assert.ts";
import { Component, type ComponentId } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { RequestId } from "../../sim/requests.ts";
import { LOST, OK, type Outcome, type Service } from "../../sim/service.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import type { ConnectionId, Connections } from "../connection/connections.ts";
import { ADDRESS_NOT_AVAILABLE, CONNECTION_TIMED_OUT } from "../error.ts";
import { CALL, CONNECT, LOGIN, LOOKUP } from "../verb.ts";
import type { NodeId } from "../world.ts";
import { Flows } from "./flows.ts";
import { KernelTimers } from "./kernel-timers.ts";
import type { Listener } from "./listener.ts";
import type { PortOptions } from "./local-ports.ts";
import type { NetworkNode } from "./node.ts";
import { Sockets } from "./sockets.ts";

/** Times of the wire and settings of TCP, which all hosts share. */
export interface NetworkOptions extends Omit<PortOptions, "ip_local_port_range"> {
  /** Local ports of a host; undefined for no limit. */
  readonly ip_local_port_range?: PortOptions["ip_local_port_range"] | undefined;
  /** One-way times from a host to another, by where the other is. */
  readonly latency: Latency;
  /** Each message takes up to this much longer, uniformly. */
  readonly jitter: Micros;
  /** How often a lost SYN is sent again with doubling gaps (net.ipv4.tcp_syn_retries). */
  readonly tcp_syn_retries: number;
  /** How often before that with gaps of 1 s; 0 up to Linux 6.4, 4 from 6.5 on (net.ipv4.tcp_syn_linear_timeouts). */
  readonly tcp_syn_linear_timeouts: number;
  /** Ticks per second of the kernels' timers, for handshakes and what is sent on connections; 0 for exact timers. */
  readonly CONFIG_HZ: number;
}

interface Latency {
  readonly sameNode: Micros;
  readonly sameZone: Micros;
  readonly crossZone: Micros;
  /** When either end is outside of the nodes. */
  readonly elsewhere: Micros;
}

type Route = number;
const SAME_NODE: Route = 0;
const SAME_ZONE: Route = 1;
const CROSS_ZONE: Route = 2;
const OUTSIDE: Route = 3;

const ARRIVE = 1;
const RETURN = 2;
const SEND_AGAIN = 3;
const ANSWER_AGAIN = 4;
const ACKNOWLEDGE = 5;

/**
 * One-way trips within each leg of a LOGIN. TCP's handshake comes before the server sees it (SYN, SYN-ACK, ACK), and
 * greeting, credentials and OK after it; a refusal takes the place of the greeting.
 */
const LOGIN_TRIPS = 3;

/** TCP_TIMEOUT_INIT, TCP_RTO_MIN, TCP_RTO_MAX in include/net/tcp.h. */
const FIRST_SYN_TIMEOUT: Micros = SECOND;
const RTO_MIN: Micros = 200 * MILLISECOND;
const RTO_MAX: Micros = 120 * SECOND;
/** net.ipv4.tcp_retries2: a segment that is lost once more ends the connection, after 924.6 s. */
const TCP_RETRIES2 = 15;
const NOBODY: ComponentId = -1;
/** Payload of a segment at an MTU of 1500 bytes. */
const MSS = 1448;
/** An empty segment with its headers. */
const ACK_BYTES = 60;

/** A note of the network: 12 bits each for where from and where to, then the number of losses. */
const NODE_BITS = 12;
const NODE_MASK = (1 << NODE_BITS) - 1;
const ONE_LOSS = 1 << (2 * NODE_BITS);

/**
 * Brings requests from host to host and their answers back: the wires, the interfaces of the nodes, and TCP.
 *
 * A message waits and is sent at the interface of the node it leaves, travels, and passes that of the node it enters;
 * all of it is worked out when it starts, so each leg is one event. Pods on one node talk without its interface. What an
 * interface drops is sent again as TCP does: a SYN after 1, 3, 7 s (Linux ip-sysctl, tcp_syn_retries), data after 200 ms
 * and then twice as long each time. A lost look-up is answered LOST at once: UDP knows nothing, its resolver has to wait.
 *
 * CONNECT is the handshake by itself: the answer is the SYN-ACK, and the ACK then goes to the listening socket. What is
 * sent on a connection is first sent again as a tail loss probe and then by RTO, both after the same time (Linux
 * tcp_early_retrans 3): after 200, 400, 800 ms.
 */
export class Network extends Component {
  readonly nodes: readonly NetworkNode[];
  readonly sockets = new Sockets();
  /** What hosts and nodes remember of connections; undefined where nothing limits them. */
  private flows: Flows | undefined;
  /** What the next connection is opened to, where that is not the host itself: a balancer; otherwise -1. */
  front: ComponentId = NOBODY;
  private readonly options: NetworkOptions;
  private readonly timers: KernelTimers;
  /** By request: when what it is in was last sent. Kept only where a listening socket may drop it. */
  private sentAt = new Float64Array(0);
  private mayDrop = false;
  private readonly latency: readonly Micros[];
  private readonly jitter: Micros;
  private readonly chance: Stream;
  private readonly synRetries: number;
  private readonly synLinear: number;
  private readonly retransmitted: Counter;
  private readonly lostSyns: Counter;

  constructor(sim: Simulation, nodes: readonly NetworkNode[], options: NetworkOptions) {
    super(sim, "network");
    assert(nodes.length < NODE_MASK, `${nodes.length} nodes: at most ${NODE_MASK - 1} are possible`);
    const { sameNode, sameZone, crossZone, elsewhere } = options.latency;
    this.nodes = nodes;
    this.options = options;
    this.latency = [sameNode, sameZone, crossZone, elsewhere];
    this.jitter = options.jitter;
    this.chance = sim.streams.stream(this.path, "jitter");
    this.synRetries = options.tcp_syn_retries;
    this.synLinear = options.tcp_syn_linear_timeouts;
    this.timers = new KernelTimers(options.CONFIG_HZ, sim.streams.stream(this.path, "kernel timers"));
    this.retransmitted = sim.record.counter(this, "Tcp_RetransSegs", "segments");
    this.lostSyns = sim.record.counter(this, "TcpExt_TCPSynRetrans", "segments");
  }

  /** Brings a request to a host. Whoever sends has pushed its own frame, and gets the answer when it is back. */
  carry(request: RequestId, from: NodeId, to: NodeId, host: Component & Service): void {
    const { requests } = this.sim;
    const note = ((from + 1) << NODE_BITS) | (to + 1);
    requests.destination[request] = host.id;
    if (this.flows !== undefined && !this.opens(request, this.flows, host.id)) {
      this.sim.reply(request, ADDRESS_NOT_AVAILABLE);
      return;
    }
    requests.push(request, this.id, note);
    this.start(request, note);
  }

  /** Keeps account of ports and tracked connections, where the options limit them. */
  watch(connections: Connections): void {
    const { ip_local_port_range } = this.options;
    const ports = ip_local_port_range && { ...this.options, ip_local_port_range };
    const isTracked = this.nodes.some(({ conntrack }) => conntrack !== undefined);
    if (ports !== undefined || isTracked) this.flows = new Flows(this.sim, connections, this.nodes, ports);
  }

  /** From now on the kernel of a host may ignore what reaches it. */
  expectDrops(): void {
    this.mayDrop = true;
  }

  /**
   * The kernel of the host that a message was brought to ignores it: it is sent again as if it had been lost. Returns how
   * often that has happened before.
   */
  drop(request: RequestId): number {
    return this.lose(request, SEND_AGAIN, this.sentAt[request]!);
  }

  /** The SYN-ACK of a connection is sent again: the client's ACK comes back after a round trip. */
  askForAck(connection: ConnectionId, from: NodeId, to: NodeId): void {
    this.retransmitted.add();
    this.lostSyns.add();
    this.expectAck(connection, 2 * this.latency[this.routeOf(from, to)]!);
  }

  /** How long it takes until a timer of a kernel goes off that is set now. */
  timeLeft(timeout: Micros): Micros {
    return this.timers.expiry(this.now, timeout) - this.now;
  }

  override resume(request: RequestId, outcome: Outcome, note: number): void {
    const { requests } = this.sim;
    requests.outcome[request] = outcome;
    if (this.flows !== undefined && this.isSyn(request, SEND_AGAIN)) {
      this.flows.answered(requests.connection[request]!, outcome);
    }
    this.startBack(request, note & (ONE_LOSS - 1));
  }

  override on(kind: number, subject: RequestId | ConnectionId): void {
    if (kind === ARRIVE) this.deliver(subject);
    else if (kind === RETURN) this.sim.reply(subject, this.sim.requests.outcome[subject]!);
    else if (kind === ACKNOWLEDGE) this.acknowledge(subject);
    else this.sendAgain(kind, subject);
  }

  private start(request: RequestId, note: number): void {
    const { requests } = this.sim;
    const trips = requests.verb[request] === LOGIN ? LOGIN_TRIPS : requests.rounds[request]!;
    if (this.mayDrop) this.noteSending(request);
    if (this.flows !== undefined && this.isSyn(request, SEND_AGAIN)) {
      if (!this.flows.track(request, fromOf(note), toOf(note))) {
        this.lose(request, SEND_AGAIN);
        return;
      }
    }
    const bytes = requests.rounds[request]! * requests.bytesIn[request]!;
    const delay = this.transmit(request, fromOf(note), toOf(note), bytes, trips, ARRIVE);
    if (delay === 0) this.deliver(request);
    else if (delay < 0) this.lose(request, SEND_AGAIN);
  }

  private startBack(request: RequestId, note: number): void {
    const { requests } = this.sim;
    const isLogin = requests.verb[request] === LOGIN && requests.outcome[request] === OK;
    const trips = isLogin ? LOGIN_TRIPS : requests.rounds[request]!;
    const bytes = requests.rounds[request]! * requests.bytesOut[request]!;
    const delay = this.transmit(request, toOf(note), fromOf(note), bytes, trips, RETURN);
    if (delay >= 0 && requests.verb[request] === CONNECT) this.sendAck(request, note, delay);
    if (delay === 0) this.sim.reply(request, requests.outcome[request]!);
    else if (delay < 0) {
      requests.push(request, this.id, note);
      this.lose(request, ANSWER_AGAIN);
    }
  }

  private deliver(request: RequestId): void {
    const host = this.sim.components[this.sim.requests.destination[request]!] as Component & Service;
    this.sim.requests.arrive(request);
    host.receive(request);
  }

  /** Sends a message on its way, arriving as an event of this kind; returns the delay, or -1 if it was dropped. */
  private transmit(request: RequestId, from: NodeId, to: NodeId, bytes: number, trips: number, kind: number): Micros {
    const delay = this.transit(request, from, to, bytes, trips);
    if (delay > 0) this.after(delay, kind, request);
    return delay;
  }

  /** How long a message is on its way, or -1 if it is dropped. */
  private transit(request: RequestId, from: NodeId, to: NodeId, bytes: number, trips = 1): Micros {
    const route = this.routeOf(from, to);
    let wait = 0;
    if (route !== SAME_NODE) {
      wait = this.queueing(request, from, to, bytes);
      if (wait < 0) return wait;
    }
    if (this.jitter > 0) wait += Math.round(this.jitter * this.chance.next());
    return wait + this.latency[route]! * trips;
  }

  private queueing(request: RequestId, from: NodeId, to: NodeId, bytes: number): Micros {
    const out = from < 0 ? 0 : this.nodes[from]!.outbound.offer(bytes, request);
    if (out < 0 || to < 0) return out;
    const into = this.nodes[to]!.inbound.offer(bytes, request);
    return into < 0 ? into : out + into;
  }

  /** One way of a packet between two nodes, where nothing waits. */
  latencyBetween(from: NodeId, to: NodeId): Micros {
    return this.latency[this.routeOf(from, to)]!;
  }

  /** How often a lost SYN is sent again before TCP gives up. */
  get synLimit(): number {
    return this.synRetries + this.synLinear;
  }

  private routeOf(from: NodeId, to: NodeId): Route {
    if (from < 0 || to < 0) return OUTSIDE;
    if (from === to) return SAME_NODE;
    return this.nodes[from]!.zone === this.nodes[to]!.zone ? SAME_ZONE : CROSS_ZONE;
  }

  /**
   * The message that this request is in was dropped; the note on top of its stack says where it was going. Returns how
   * often it had been lost before.
   */
  private lose(request: RequestId, again: number, sentAt = this.now): number {
    const { requests } = this.sim;
    requests.pop(request);
    const note = requests.poppedNote;
    const losses = Math.floor(note / ONE_LOSS);
    if (requests.verb[request] === LOOKUP) this.sim.reply(request, LOST);
    else {
      requests.push(request, this.id, note + ONE_LOSS);
      this.after(this.retryAt(request, again, note, sentAt) - this.now, again, request);
    }
    return losses;
  }

  private retryAt(request: RequestId, again: number, note: number, sentAt: Micros): Micros {
    const losses = Math.floor(note / ONE_LOSS);
    const isSyn = this.isSyn(request, again);
    if (this.sim.requests.verb[request] === CONNECT) {
      const timeout = isSyn ? this.synTimeout(losses) : doubled(FIRST_SYN_TIMEOUT, losses);
      return this.timers.expiry(sentAt, timeout);
    }
    if (!this.isOnConnection(request)) return sentAt + (isSyn ? this.synTimeout(losses) : dataTimeout(losses));
    const rto = this.timers.round(RTO_MIN + 2 * this.latency[this.routeOf(fromOf(note), toOf(note))]!);
    return this.timers.expiry(sentAt, doubled(rto, Math.max(0, losses - 1)));
  }

  private isSyn(request: RequestId, again: number): boolean {
    const verb = this.sim.requests.verb[request];
    return again === SEND_AGAIN && (verb === LOGIN || verb === CONNECT);
  }

  /** Whether it is sent on a connection that CONNECT opened; other verbs have a session there. */
  private isOnConnection(request: RequestId): boolean {
    const { verb, connection } = this.sim.requests;
    return verb[request] === CALL && connection[request]! >= 0;
  }

  private sendAgain(kind: number, request: RequestId): void {
    const { requests } = this.sim;
    requests.pop(request);
    const note = requests.poppedNote;
    const losses = Math.floor(note / ONE_LOSS);
    const isSyn = this.isSyn(request, kind);
    const retries = isSyn ? this.synRetries + this.synLinear : TCP_RETRIES2;
    if (losses > retries || requests.abandoned[request] === 1) {
      this.sim.reply(request, this.givenUp(request, kind));
      return;
    }
    this.count(request, kind, isSyn);
    if (kind === ANSWER_AGAIN) this.startBack(request, note);
    else {
      requests.push(request, this.id, note);
      this.start(request, note);
    }
  }

  /** A login that the server has let in stays let in, whether the client hears of it or not: its opener must close it. */
  private givenUp(request: RequestId, kind: number): Outcome {
    const { requests } = this.sim;
    if (requests.verb[request] === CONNECT) return CONNECTION_TIMED_OUT;
    return kind === ANSWER_AGAIN && requests.verb[request] === LOGIN ? requests.outcome[request]! : LOST;
  }

  /** The client answers the SYN-ACK at the moment that it gets it; a lost ACK is not sent again. */
  private sendAck(request: RequestId, note: number, delay: Micros): void {
    const { connection, outcome } = this.sim.requests;
    if (outcome[request] !== OK || this.sockets.listenerOf(connection[request]!) < 0) return;
    const transit = this.transit(request, fromOf(note), toOf(note), ACK_BYTES);
    if (transit >= 0) this.expectAck(connection[request]!, delay + transit);
  }

  private expectAck(connection: ConnectionId, delay: Micros): void {
    this.sockets.acks[connection]!++;
    this.after(delay, ACKNOWLEDGE, connection);
  }

  private acknowledge(connection: ConnectionId): void {
    this.sockets.acks[connection]!--;
    (this.sim.components[this.sockets.listenerOf(connection)] as Listener).acknowledge(connection);
  }

  /** True unless it opens a connection that there is no port for. */
  private opens(request: RequestId, flows: Flows, host: ComponentId): boolean {
    const { front } = this;
    this.front = NOBODY;
    return !this.isSyn(request, SEND_AGAIN) || flows.open(request, front === NOBODY ? host : front);
  }

  private noteSending(request: RequestId): void {
    if (request >= this.sentAt.length) {
      const longer = new Float64Array(this.sim.requests.born.length);
      longer.set(this.sentAt);
      this.sentAt = longer;
    }
    this.sentAt[request] = this.now;
  }

  private count(request: RequestId, kind: number, isSyn: boolean): void {
    const { bytesIn, bytesOut } = this.sim.requests;
    if (isSyn) this.lostSyns.add();
    const bytes = kind === SEND_AGAIN ? bytesIn[request]! : bytesOut[request]!;
    this.retransmitted.add(isSyn ? 1 : Math.max(1, Math.ceil(bytes / MSS)));
  }

  /** How long TCP waits after a SYN that is the n-th (from 0) to be lost. */
  synTimeout(losses: number): Micros {
    return losses < this.synLinear ? FIRST_SYN_TIMEOUT : doubled(FIRST_SYN_TIMEOUT, losses - this.synLinear);
  }
}

function dataTimeout(losses: number): Micros {
  return doubled(RTO_MIN, losses);
}

function doubled(first: Micros, times: number): Micros {
  return Math.min(RTO_MAX, first * (1 << Math.min(times, 20)));
}

function fromOf(note: number): NodeId {
  return ((note >>> NODE_BITS) & NODE_MASK) - 1;
}

function toOf(note: number): NodeId {
  return (note & NODE_MASK) - 1;
}
