import { Component } from "../../sim/component.ts";
import { Condition } from "../../sim/record/condition.ts";
import type { Counter } from "../../sim/record/counter.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { type Micros, SECOND } from "../../sim/time.ts";
import { Conntrack, type ConntrackOptions } from "./conntrack.ts";
import { type Bandwidth, Nic } from "./nic.ts";

/** Where a node stands and what it has room for. */
export interface NodeOptions extends Omit<ConntrackOptions, "nf_conntrack_max"> {
  /** Connections that it can track; undefined for no limit. */
  readonly nf_conntrack_max?: number | undefined;
  /** Index into the zones of the world. */
  readonly zone: number;
  /** Name of its node group. */
  readonly group: string;
  /** The most pods that the kubelet runs (`maxPods`). */
  readonly maxPods: number;
  /** Each direction has it for itself. */
  readonly bandwidth: Bandwidth;
  /** Packets per second to link-local services, DNS above all; 1024 on EC2. */
  readonly linkLocal: number;
}

/** Look-ups must go through for so long before they no longer count as failing. */
const CALM_TIME: Micros = 10 * SECOND;
const LOOK = 1;

/** A machine that pods run on, whose network interface they share. */
export class NetworkNode extends Component {
  readonly zone: number;
  readonly group: string;
  readonly maxPods: number;
  readonly inbound: Nic;
  readonly outbound: Nic;
  /** Its table of connections; undefined where that is no limit. */
  readonly conntrack: Conntrack | undefined;
  /** Pods placed on it; the scheduler counts. */
  pods = 0;
  /** Why its pods get more than their share of the traffic, or NONE; whoever shares the traffic out sets it. */
  concentration: JournalId = NONE;
  /** Whether nothing gets through to or from it, and by what. */
  isCutOff = false;
  cutOffBy: JournalId = NONE;
  private readonly linkLocal: number;
  /** What is left of a second's link-local packets, when it was last looked at. */
  private allowance: number;
  private allowanceAt: Micros = 0;
  private lookupsLost = 0;
  private lookupLostAt: Micros = 0;
  private readonly lookupsFail: Condition;
  private readonly lane: number;
  private readonly linkLocalExceeded: Counter;

  constructor(sim: Simulation, name: string, options: NodeOptions) {
    super(sim, `node ${name}`);
    this.zone = options.zone;
    this.group = options.group;
    this.maxPods = options.maxPods;
    this.inbound = new Nic(sim, this, "in", options.bandwidth);
    this.outbound = new Nic(sim, this, "out", options.bandwidth);
    const { nf_conntrack_max } = options;
    const isTracked = nf_conntrack_max !== undefined;
    this.conntrack = isTracked ? new Conntrack(sim, this, { ...options, nf_conntrack_max }) : undefined;
    this.linkLocal = options.linkLocal;
    this.allowance = options.linkLocal;
    this.lookupsFail = new Condition(sim, this, "dns-lookups-fail");
    this.lane = sim.lane(CALM_TIME);
    this.linkLocalExceeded = sim.record.counter(this, "linklocal_allowance_exceeded", "packets");
  }

  /**
   * Whether packets to a link-local service may pass. The allowance is per network interface and second, apart from
   * its bandwidth (AWS "Monitor network performance for ENA settings": linklocal_allowance_exceeded).
   */
  admitLinkLocal(packets: number, request: RequestId): boolean {
    if (this.linkLocal === Number.POSITIVE_INFINITY) return true;
    const refill = ((this.now - this.allowanceAt) * this.linkLocal) / SECOND;
    this.allowance = Math.min(this.linkLocal, this.allowance + refill);
    this.allowanceAt = this.now;
    if (this.allowance >= packets) {
      this.allowance -= packets;
      return true;
    }
    this.linkLocalExceeded.add(packets);
    this.sim.requests.because[request] = this.concentration;
    return false;
  }

  /** It sends and receives at this share of its normal speed from now on; 0 cuts it off. */
  setPace(share: number, because: JournalId): void {
    this.cutOffBy = share > 0 ? NONE : because;
    this.isCutOff = share === 0;
    this.inbound.setPace(share, because);
    this.outbound.setPace(share, because);
  }

  /** Changes a live parameter: `bandwidth.buffer`, in microseconds at `burst`. */
  override adjust(parameter: string, value: number): void {
    if (parameter !== "bandwidth.buffer") return super.adjust(parameter, value);
    this.inbound.setBuffer(value);
    this.outbound.setBuffer(value);
  }

  /** A packet of a look-up from this node was lost, because of what the request says; from now on it says so. */
  lookupLost(request: RequestId): void {
    const { because, origin } = this.sim.requests;
    this.lookupsLost++;
    this.lookupLostAt = this.now;
    if (!this.lookupsFail.holds) {
      const figures = { lost: this.lookupsLost, linklocal: this.linkLocalExceeded.count };
      this.lookupsFail.begin([because[request]!, origin[request]!], figures);
      this.afterLane(this.lane, LOOK);
    }
    because[request] = this.lookupsFail.id;
  }

  override on(_look: number): void {
    if (this.now - this.lookupLostAt >= CALM_TIME) this.lookupsFail.end();
    else this.afterLane(this.lane, LOOK);
  }
}
