import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { Histogram } from "../../sim/record/histogram.ts";
import type { JournalId } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import { BROKEN, LOST, OK, type Outcome, REFUSED } from "../../sim/service.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import type { Address } from "../host.ts";
import { EstablishedFlows } from "../kubernetes/established-flows.ts";
import { CALL } from "../verb.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import { Keepalived } from "./keepalived.ts";

const SEND_AGAIN = 0;
const LEARN = 1;

/** A note: 12 bits for the node that it comes from, and above them the host that it went to, or the losses so far. */
const NODE_BITS = 12;
const NODE_MASK = (1 << NODE_BITS) - 1;
const NOBODY = -1;
const NEVER = -1;

/** Linux arp(7): base_reachable_time 30 s, delay_first_probe_time 5 s, and three probes of a second each. */
const CACHE_TIME: Micros = 38 * SECOND;

/**
 * An IP address that moves between hosts: whoever is MASTER holds it, and clients reach the process there.
 *
 * Clients send to the host that their ARP caches name: the one whose gratuitous ARP they heard last, or who has it when
 * nothing has come back for long. A host that does not hold the address any more, or is down, drops what comes, and the client's TCP sends its SYN again after 1, 3, 7 s;
 * a host whose process is dead refuses at once. When the address moves, sessions with the host that had it break: the
 * new one answers what comes on them with RST. (They break at once here, whether or not something is sent on them.)
 */
export class FloatingAddress extends Component implements Address {
  private readonly world: World;
  private readonly hosts: Keepalived[] = [];
  private readonly flows: EstablishedFlows;
  private readonly outOfService: Condition;
  private readonly holders: Gauge;
  private readonly refused: Counter;
  private readonly lost: Counter;
  private readonly moves: Counter;
  private readonly downtime: Histogram;
  private readonly successGap: Histogram;
  /** The host in the ARP caches of the clients, and the one that held the address last. */
  private cached = NOBODY;
  private last = NOBODY;
  private deliveredAt: Micros = 0;
  private downSince: Micros = 0;
  private succeededAt: Micros = NEVER;

  constructor(world: World, path: string) {
    super(world.sim, path);
    const { record } = world.sim;
    this.world = world;
    this.flows = new EstablishedFlows(world.connections);
    this.outOfService = new Condition(world.sim, this, "address-out-of-service");
    this.holders = record.gauge(this, "holders", "hosts");
    this.refused = record.counter(this, "refused", "requests");
    this.lost = record.counter(this, "lost", "packets");
    this.moves = record.counter(this, "moves", "times");
    this.downtime = record.histogram(this, "downtime", "ms");
    this.successGap = record.histogram(this, "success_gap", "ms");
  }

  /** Looks up the hosts that may hold it. */
  connect(paths: readonly string[]): void {
    for (const path of paths) {
      const host = this.world.find(path);
      if (!(host instanceof Keepalived)) throw new Error(`${this.path}: "${path}" does not run keepalived`);
      host.join(this);
      for (const other of this.hosts) {
        host.instance.meet(other.instance);
        other.instance.meet(host.instance);
      }
      this.hosts.push(host);
    }
  }

  reach(request: RequestId, from: NodeId): void {
    this.deliver(request, from, 0);
  }

  /** A host that holds it says so to all clients. */
  announce(host: Keepalived, copies: number): void {
    if (!host.isReachable || copies === 0) return;
    const delay = this.world.network.latencyBetween(host.node, ELSEWHERE);
    this.after(delay, LEARN, this.hosts.indexOf(host));
  }

  /** Who holds it, or whether the process there runs, may be different now. */
  review(): void {
    const holders = this.hosts.filter((host) => host.isHolder);
    this.holders.set(holders.length);
    if (holders.length > 0) this.last = this.hosts.indexOf(holders[0]!);
    if (this.now === 0) this.cached = this.last;
    else if (!holders.some((host) => host.isReachable && host.isProcessRunning)) this.fail();
    else if (this.outOfService.holds) this.recover();
  }

  override resume(request: RequestId, outcome: Outcome, note: number): void {
    const host = this.hosts[note >>> NODE_BITS]!;
    const answers = host.isHolder && host.isReachable;
    if (outcome === OK && answers) this.succeed();
    if (outcome === REFUSED) this.turnedAway(request);
    if (answers || this.sim.requests.verb[request] !== CALL) this.reply(request, outcome);
    else this.refuse(request, BROKEN, this.reason);
  }

  override on(kind: typeof SEND_AGAIN | typeof LEARN, subject: number): void {
    if (kind === LEARN) this.learn(subject);
    else this.sendAgain(subject);
  }

  override check(): void {
    const holders = this.hosts.filter((host) => host.isHolder).length;
    assert(holders === this.holders.value, () => `${this.path}: ${holders} holders, counted ${this.holders.value}`);
  }

  private deliver(request: RequestId, from: NodeId, losses: number): void {
    const { requests } = this.sim;
    if (this.now - this.deliveredAt >= CACHE_TIME) this.askAgain();
    const host = this.hosts[this.cached];
    if (host === undefined || !host.isHolder || !host.isReachable) return this.lose(request, from, losses);
    this.deliveredAt = this.now;
    const connection = requests.connection[request]!;
    if (connection >= 0) this.flows.note(connection, this.cached);
    requests.push(request, this.id, (this.cached << NODE_BITS) | (from + 1));
    host.process.address.reach(request, from);
  }

  /** The entry in the caches has not been confirmed for long: clients ask who has the address. */
  private askAgain(): void {
    const holder = this.hosts.findIndex((host) => host.isHolder && host.isReachable);
    if (holder !== NOBODY) this.learn(holder);
  }

  /** Nobody answers: the client's TCP waits. */
  private lose(request: RequestId, from: NodeId, losses: number): void {
    this.lost.add();
    this.sim.requests.because[request] = this.reason;
    this.sim.requests.push(request, this.id, ((losses + 1) << NODE_BITS) | (from + 1));
    this.after(this.world.network.synTimeout(losses), SEND_AGAIN, request);
  }

  private sendAgain(request: RequestId): void {
    const { requests } = this.sim;
    requests.pop(request);
    const losses = requests.poppedNote >>> NODE_BITS;
    const from = (requests.poppedNote & NODE_MASK) - 1;
    if (losses > this.world.network.synLimit || requests.abandoned[request] === 1) this.reply(request, LOST);
    else this.deliver(request, from, losses);
  }

  /** Clients hear a gratuitous ARP: what they send goes there from now on. */
  private learn(index: number): void {
    const before = this.cached;
    const { becameMaster } = this.hosts[index]!.instance.journal;
    if (index === before || !this.hosts[index]!.isHolder) return;
    this.cached = index;
    this.moves.add();
    if (before !== NOBODY) this.flows.cut(before, this.hosts[before]!.process.server, becameMaster);
  }

  private fail(): void {
    if (this.outOfService.holds) return;
    this.downSince = this.now;
    this.outOfService.begin(this.hosts[this.last]?.troubles ?? [], { hosts: this.hosts.length });
  }

  private recover(): void {
    this.outOfService.end();
    this.downtime.observe(this.now - this.downSince);
  }

  private turnedAway(request: RequestId): void {
    this.refused.add();
    this.review();
    if (this.outOfService.holds) this.sim.requests.because[request] = this.reason;
  }

  private succeed(): void {
    if (this.succeededAt !== NEVER) this.successGap.observe(this.now - this.succeededAt);
    this.succeededAt = this.now;
  }

  /** Why clients do not get through, or did not the last time. */
  private get reason(): JournalId {
    return this.outOfService.id;
  }
}
