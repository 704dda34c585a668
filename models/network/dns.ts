import type { Distribution } from "../../sim/distribution.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { RequestId } from "../../sim/requests.ts";
import { LOST, NAME_NOT_FOUND, OK, type Outcome } from "../../sim/service.ts";
import type { Micros } from "../../sim/time.ts";
import { Host } from "../host.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";

/** The resolver of the hosts (resolv.conf) and the server that they ask. */
export interface DnsOptions {
  /** What the server needs for an answer, in microseconds. */
  readonly serviceTime: Distribution;
  /** How long a host waits for an answer before it asks again (resolv.conf "timeout"). */
  readonly timeout: Micros;
  /** How often a host asks in all (resolv.conf "attempts"). */
  readonly attempts: number;
  /** Packets that one look-up sends: A and AAAA for each search domain that is tried. */
  readonly packets: number;
}

const QUERY_BYTES = 100;
const ANSWER_BYTES = 200;

const ANSWER = 1;
const ASK_AGAIN = 2;

/** A note of the resolver: the node that asks, then how often it has asked before. */
const NODE_BITS = 12;
const NODE_MASK = (1 << NODE_BITS) - 1;
const ONE_ATTEMPT = 1 << NODE_BITS;

/**
 * Looks names up for every host: the resolver library on the host's side, and the cluster's DNS server.
 *
 * A host opens a request with the verb LOOKUP and sends it here; nothing is cached. The packets pass the interface of
 * its node and count against the allowance for link-local services. A lost packet costs the resolver's whole timeout,
 * and when every attempt is lost the answer is NAME_NOT_FOUND (resolv.conf(5): timeout 5 s, attempts 2).
 */
export class Dns extends Host {
  private readonly options: DnsOptions;
  /** When each request was last asked, by its id. */
  private askedAt = new Float64Array(0);
  private readonly chance: Stream;
  private readonly lookups: Counter;
  private readonly stalled: Counter;
  private readonly failed: Counter;

  constructor(world: World, options: DnsOptions) {
    super(world, "dns", ELSEWHERE);
    this.options = options;
    this.chance = world.sim.streams.stream(this.path, "service");
    this.lookups = world.sim.record.counter(this, "lookups", "lookups");
    this.stalled = world.sim.record.counter(this, "stalled_lookups", "lookups");
    this.failed = world.sim.record.counter(this, "failed_lookups", "lookups");
  }

  override reach(request: RequestId, from: NodeId): void {
    const { requests } = this.sim;
    this.lookups.add();
    if (request >= this.askedAt.length) this.grow();
    requests.bytesIn[request] = this.options.packets * QUERY_BYTES;
    requests.bytesOut[request] = this.options.packets * ANSWER_BYTES;
    this.ask(request, from + 1);
  }

  receive(request: RequestId): void {
    this.after(Math.round(this.options.serviceTime.draw(this.chance)), ANSWER, request);
  }

  override resume(request: RequestId, outcome: Outcome, note: number): void {
    if (outcome === LOST) this.stall(request, note);
    else this.reply(request, outcome);
  }

  override on(kind: number, request: RequestId): void {
    if (kind === ANSWER) this.reply(request, OK);
    else this.askAgain(request);
  }

  private ask(request: RequestId, note: number): void {
    const from = (note & NODE_MASK) - 1;
    this.askedAt[request] = this.now;
    this.sim.requests.push(request, this.id, note);
    if (from === ELSEWHERE || this.world.nodes[from]!.admitLinkLocal(this.options.packets, request)) {
      this.world.network.carry(request, from, this.node, this);
    } else this.reply(request, LOST);
  }

  /** No answer will come: the host waits until its timeout, counted from when it asked. */
  private stall(request: RequestId, note: number): void {
    const { requests } = this.sim;
    const from = (note & NODE_MASK) - 1;
    const attempt = note >>> NODE_BITS;
    if (attempt === 0) this.stalled.add();
    if (from !== ELSEWHERE) this.world.nodes[from]!.lookupLost(request);
    requests.push(request, this.id, note);
    const waited = this.now - this.askedAt[request]!;
    this.after(Math.max(0, this.options.timeout - waited), ASK_AGAIN, request);
  }

  private askAgain(request: RequestId): void {
    const { requests } = this.sim;
    requests.pop(request);
    const note = requests.poppedNote + ONE_ATTEMPT;
    if (requests.abandoned[request] === 1) this.reply(request, LOST);
    else if (note >>> NODE_BITS < this.options.attempts) this.ask(request, note);
    else {
      this.failed.add();
      this.reply(request, NAME_NOT_FOUND);
    }
  }

  private grow(): void {
    const longer = new Float64Array(this.sim.requests.born.length);
    longer.set(this.askedAt);
    this.askedAt = longer;
  }
}
