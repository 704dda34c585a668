import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { RequestId } from "../../sim/requests.ts";
import { LOST, OK, type Outcome, type Service } from "../../sim/service.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import { LOGIN, LOOKUP } from "../verb.ts";
import type { NodeId } from "../world.ts";
import type { NetworkNode } from "./node.ts";

/** Times of the wire and settings of TCP, which all hosts share. */
export interface NetworkOptions {
  /** One-way times from a host to another, by where the other is. */
  readonly latency: Latency;
  /** Each message takes up to this much longer, uniformly. */
  readonly jitter: Micros;
  /** How often a lost SYN is sent again with doubling gaps (net.ipv4.tcp_syn_retries). */
  readonly tcp_syn_retries: number;
  /** How often before that with gaps of 1 s; 0 up to Linux 6.4, 4 from 6.5 on (net.ipv4.tcp_syn_linear_timeouts). */
  readonly tcp_syn_linear_timeouts: number;
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
/** Payload of a segment at an MTU of 1500 bytes. */
const MSS = 1448;

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
 */
export class Network extends Component {
  readonly nodes: readonly NetworkNode[];
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
    this.latency = [sameNode, sameZone, crossZone, elsewhere];
    this.jitter = options.jitter;
    this.chance = sim.streams.stream(this.path, "jitter");
    this.synRetries = options.tcp_syn_retries;
    this.synLinear = options.tcp_syn_linear_timeouts;
    this.retransmitted = sim.record.counter(this, "Tcp_RetransSegs", "segments");
    this.lostSyns = sim.record.counter(this, "TcpExt_TCPSynRetrans", "segments");
  }

  /** Brings a request to a host. Whoever sends has pushed its own frame, and gets the answer when it is back. */
  carry(request: RequestId, from: NodeId, to: NodeId, host: Component & Service): void {
    const { requests } = this.sim;
    const note = ((from + 1) << NODE_BITS) | (to + 1);
    requests.destination[request] = host.id;
    requests.push(request, this.id, note);
    this.start(request, note);
  }

  override resume(request: RequestId, outcome: Outcome, note: number): void {
    this.sim.requests.outcome[request] = outcome;
    this.startBack(request, note & (ONE_LOSS - 1));
  }

  override on(kind: number, request: RequestId): void {
    if (kind === ARRIVE) this.deliver(request);
    else if (kind === RETURN) this.sim.reply(request, this.sim.requests.outcome[request]!);
    else this.sendAgain(kind, request);
  }

  private start(request: RequestId, note: number): void {
    const { requests } = this.sim;
    const trips = requests.verb[request] === LOGIN ? LOGIN_TRIPS : requests.rounds[request]!;
    const delay = this.transmit(request, fromOf(note), toOf(note), requests.bytesIn[request]!, trips, ARRIVE);
    if (delay === 0) this.deliver(request);
    else if (delay < 0) this.lose(request, SEND_AGAIN);
  }

  private startBack(request: RequestId, note: number): void {
    const { requests } = this.sim;
    const isLogin = requests.verb[request] === LOGIN && requests.outcome[request] === OK;
    const trips = isLogin ? LOGIN_TRIPS : requests.rounds[request]!;
    const delay = this.transmit(request, toOf(note), fromOf(note), requests.bytesOut[request]!, trips, RETURN);
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
    const route = this.routeOf(from, to);
    let wait = 0;
    if (route !== SAME_NODE) {
      wait = this.queueing(request, from, to, bytes);
      if (wait < 0) return wait;
    }
    if (this.jitter > 0) wait += Math.round(this.jitter * this.chance.next());
    const delay = wait + this.latency[route]! * trips;
    if (delay > 0) this.after(delay, kind, request);
    return delay;
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

  /** The message that this request is in was dropped; the note on top of its stack says where it was going. */
  private lose(request: RequestId, again: number): void {
    const { requests } = this.sim;
    requests.pop(request);
    const note = requests.poppedNote;
    if (requests.verb[request] === LOOKUP) {
      this.sim.reply(request, LOST);
      return;
    }
    requests.push(request, this.id, note + ONE_LOSS);
    const losses = Math.floor(note / ONE_LOSS);
    const isSyn = again === SEND_AGAIN && requests.verb[request] === LOGIN;
    this.after(isSyn ? this.synTimeout(losses) : dataTimeout(losses), again, request);
  }

  private sendAgain(kind: number, request: RequestId): void {
    const { requests } = this.sim;
    requests.pop(request);
    const note = requests.poppedNote;
    const losses = Math.floor(note / ONE_LOSS);
    const isSyn = kind === SEND_AGAIN && requests.verb[request] === LOGIN;
    const retries = isSyn ? this.synLimit : TCP_RETRIES2;
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
    return kind === ANSWER_AGAIN && requests.verb[request] === LOGIN ? requests.outcome[request]! : LOST;
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
