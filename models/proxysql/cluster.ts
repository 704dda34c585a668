import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import type { Stream } from "../../sim/random.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import type { RequestId } from "../../sim/requests.ts";
import { OK, type Outcome } from "../../sim/service.ts";
import { MILLISECOND, type Micros, SECOND } from "../../sim/time.ts";
import { ADMIN } from "../verb.ts";
import type { World } from "../world.ts";
import { MODULES, type Module } from "./catalog.ts";
import { type ClusterMember, ClusterPeer, GLOBAL_CHECKSUM, MODULE_CHECKSUMS, PULL, STATUS } from "./cluster-peer.ts";
import { NOBODY } from "./connection-columns.ts";

/** Bytes of a question to an admin interface, and of its answer. */
const QUESTION_BYTES = 150;
const ANSWER_BYTES = 1000;
/** The least that admin-cluster_check_interval_ms can be. */
const LEAST_INTERVAL: Micros = 10 * MILLISECOND;
/** Warnings are repeated each time so many times diffs_before_sync looks have passed. */
const WARNING = 10;

/**
 * How one process of a ProxySQL Cluster follows the others: it compares checksums with each of them, and once a table
 * of another has differed in so many looks, takes it over if it is newer.
 *
 * A table of version 1, as after the start of a process, is never taken over, and of two that were loaded in the same
 * second neither is newer: then the processes stay different (lib/ProxySQL_Cluster.cpp, set_checksums).
 */
export class Cluster extends Component {
  private readonly own: ClusterMember;
  private readonly interval: Micros;
  private readonly statusFrequency: number;
  private readonly diffsBeforeSync: readonly number[];
  private readonly peers: ClusterPeer[] = [];
  private readonly phase: Stream;
  private readonly diffCheck: readonly Gauge[];
  private readonly pulled: Counter;
  private readonly delayed: Counter;
  private readonly conflicts: Counter;
  private readonly outOfSync: Condition;

  constructor(world: World, own: ClusterMember) {
    super(world.sim, `${own.path}/cluster`);
    const { record } = world.sim;
    const { variables } = own;
    this.own = own;
    this.interval = Math.max(LEAST_INTERVAL, variables["admin-cluster_check_interval_ms"]);
    this.statusFrequency = variables["admin-cluster_check_status_frequency"];
    this.diffsBeforeSync = MODULES.map((module) => variables[`admin-cluster_${module}_diffs_before_sync`]);
    this.phase = world.sim.streams.stream(this.path, "phase");
    this.diffCheck = MODULES.map((module) => record.gauge(`${this.path}/${module}`, "diff_check", "checks"));
    this.pulled = record.counter(this, "cluster_pulled", "tables");
    this.delayed = record.counter(this, "cluster_sync_delayed", "warnings");
    this.conflicts = record.counter(this, "cluster_syn_conflict", "warnings");
    this.outOfSync = new Condition(world.sim, own, "cluster-out-of-sync");
  }

  /** Gets to know the others, by row of proxysql_servers; called once, when all components exist. */
  connect(proxies: readonly (readonly ClusterMember[])[]): void {
    for (const [row, pods] of proxies.entries()) {
      for (const pod of pods) if (pod !== this.own) this.peers.push(new ClusterPeer(pod, row, MODULES.length));
    }
  }

  /** The process starts, and looks at once; one that runs from time zero on is somewhere within its interval. */
  start(): void {
    for (const [index, peer] of this.peers.entries()) {
      peer.forget();
      const delay = this.now === 0 ? Math.floor(this.phase.next() * this.interval) : 0;
      peer.timer = this.after(delay, 0, index);
    }
  }

  stop(): void {
    for (const peer of this.peers) {
      this.cancel(peer.timer);
      if (peer.request !== NOBODY) this.sim.requests.abandoned[peer.request] = 1;
      peer.forget();
    }
    this.showDiffs();
    this.outOfSync.end();
  }

  override on(_due: number, index: number): void {
    const peer = this.peers[index]!;
    peer.timer = NO_EVENT;
    if (!this.isListed(peer)) return this.lookAgain(peer, this.interval);
    peer.since = this.now;
    this.ask(peer, GLOBAL_CHECKSUM);
  }

  override resume(question: RequestId, outcome: Outcome, index: number): void {
    const peer = this.peers[index]!;
    const isWanted = peer.request === question;
    this.sim.requests.close(question);
    if (!isWanted) return;
    peer.request = NOBODY;
    if (outcome !== OK) this.lookAgain(peer, this.interval + SECOND);
    else this.answered(peer);
  }

  private answered(peer: ClusterPeer): void {
    if (peer.stage === GLOBAL_CHECKSUM && peer.hasChanged()) return this.ask(peer, MODULE_CHECKSUMS);
    if (peer.stage === GLOBAL_CHECKSUM || peer.stage === MODULE_CHECKSUMS) {
      this.compare(peer);
      if (this.wanted(peer).length > 0) return this.ask(peer, PULL);
    } else if (peer.stage === PULL) this.pull(peer);
    if (peer.stage !== STATUS && this.isStatusDue(peer)) return this.ask(peer, STATUS);
    const elapsed = Math.floor((this.now - peer.since) / MILLISECOND) * MILLISECOND;
    this.lookAgain(peer, Math.max(0, this.interval - elapsed));
  }

  private compare(peer: ClusterPeer): void {
    for (const [index, module] of MODULES.entries()) {
      peer.compare(index, peer.member.tables[module], this.own.tables[module].checksum);
      this.warn(peer, index, module);
    }
    this.showDiffs();
    if (this.peers.every((each) => each.agrees)) this.outOfSync.end();
  }

  /** Says from time to time that tables differ and why they stay so. */
  private warn(peer: ClusterPeer, index: number, module: Module): void {
    const limit = this.diffsBeforeSync[index]!;
    const diff_check = peer.diffs[index]!;
    if (limit === 0 || diff_check === 0 || diff_check % (limit * WARNING) !== 0) return;
    const theirs = peer.member.tables[module];
    if (theirs.version === 1) this.delayed.add();
    else if (theirs.epoch === this.own.tables[module].epoch) this.conflicts.add();
    else return;
    this.outOfSync.begin([theirs.because, this.own.tables[module].because], { diff_check });
  }

  /** The tables of another that are to be taken over. */
  private wanted(peer: ClusterPeer): Module[] {
    return MODULES.filter((module, index) => {
      const own = this.own.tables[module];
      const theirs = peer.member.tables[module];
      const isNewer = theirs.version > 1 && (own.version === 1 || theirs.epoch > own.epoch);
      const limit = this.diffsBeforeSync[index]!;
      return limit > 0 && peer.diffs[index]! >= limit && isNewer;
    });
  }

  private pull(peer: ClusterPeer): void {
    for (const module of this.wanted(peer)) {
      const theirs = peer.member.tables[module];
      const event = this.sim.journal.event(this.own.id, "configuration-synced", [theirs.because], {});
      this.own.tables[module].pull(theirs, event);
      this.pulled.add();
      this.own.loaded(module, event);
    }
  }

  private isStatusDue(peer: ClusterPeer): boolean {
    peer.checks++;
    return this.statusFrequency > 0 && peer.checks % this.statusFrequency === 0;
  }

  /** Whether proxysql_servers, as it is now, has the other. */
  private isListed(peer: ClusterPeer): boolean {
    return this.own.tables.proxysql_servers.columns.listed![peer.row] === 1;
  }

  private ask(peer: ClusterPeer, stage: number): void {
    const { requests } = this.sim;
    const question = requests.open(this.now, ADMIN);
    requests.origin[question] = this.own.origin;
    requests.bytesIn[question] = QUESTION_BYTES;
    requests.bytesOut[question] = ANSWER_BYTES;
    peer.stage = stage;
    peer.request = question;
    requests.push(question, this.id, this.peers.indexOf(peer));
    peer.member.reach(question, this.own.node);
  }

  private lookAgain(peer: ClusterPeer, delay: Micros): void {
    peer.timer = this.after(delay, 0, this.peers.indexOf(peer));
  }

  private showDiffs(): void {
    for (const [index, gauge] of this.diffCheck.entries()) {
      gauge.set(this.peers.reduce((most, { diffs }) => Math.max(most, diffs[index]!), 0));
    }
  }
}
