import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { RequestId } from "../../sim/requests.ts";
import { REFUSED } from "../../sim/service.ts";
import type { Address } from "../host.ts";
import { LOGIN } from "../verb.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import type { Deployment, PodObserver } from "./deployment.ts";
import { EndpointSlice } from "./endpoint-slice.ts";
import { EstablishedFlows } from "./established-flows.ts";
import { RUNNING } from "./pod.ts";

export interface BalancerOptions {
  readonly crossZone: boolean;
  readonly zones: "dns" | "client";
  readonly zoneFailover: boolean;
  readonly failOpen: boolean;
  readonly resetOnUnhealthy: boolean;
  readonly endpointPropagation: Distribution;
}

const ENDPOINT = 1;
const REPORT = 2;

/** An ICMP reject or a RST with its headers. */
const REFUSAL_BYTES = 60;

/**
 * Gives each new flow (a login, a call) to one of the pods that are ready, all equally likely, and leaves it there for
 * as long as it lasts.
 *
 * It hears of every change with a delay, drawn for each pod by itself, and then sees the pod as it is at that moment.
 * With crossZone it chooses among all pods; without it a flow belongs to one zone and stays in it, unless the
 * deployment has no nodes there. Without an endpoint the answer is an immediate refusal. Source: kube-proxy in iptables
 * mode (a new connection falls on each endpoint with equal probability, conntrack keeps it there); AWS NLB user guide.
 */
export class Balancer extends Component implements Address, PodObserver {
  private readonly world: World;
  private readonly options: BalancerOptions;
  private readonly zoneChance: Stream;
  private readonly endpointChance: Stream;
  private readonly flows: Counter;
  private readonly refused: Counter;
  private readonly established: EstablishedFlows;
  private deployment!: Deployment;
  /** Whether flows go to every pod that runs, ready or not. */
  private isPublishing = false;
  private all!: EndpointSlice;
  /** One for each zone of the deployment; none when flows cross zones. */
  private zonal: EndpointSlice[] = [];
  /** The same by index of the zone. */
  private byZone: (EndpointSlice | undefined)[] = [];
  /** Zones whose address DNS gives out at the moment, as indices into `zonal`. */
  private named: readonly number[] = [];
  /** By slot, as far as is known here: 1 while the pod is ready, and 1 while its container runs. */
  private isReady = new Uint8Array(0);
  private isTarget = new Uint8Array(0);
  /** By slot: how long news of the pod takes. */
  private propagation: Stream[] = [];

  constructor(world: World, path: string, options: BalancerOptions) {
    super(world.sim, path);
    const { streams, record } = world.sim;
    this.world = world;
    this.options = options;
    this.zoneChance = streams.stream(path, "zone");
    this.endpointChance = streams.stream(path, "endpoint");
    this.flows = record.counter(this, "flows", "flows");
    this.refused = record.counter(this, "refused", "flows");
    this.established = new EstablishedFlows(world.connections);
  }

  /** Balances over the pods of this deployment. */
  connect(deployment: Deployment): void {
    const { path, world } = this;
    const zones = this.options.crossZone ? [] : deployment.zones;
    this.deployment = deployment;
    this.all = new EndpointSlice(world, `${path}/endpoints`, -1, deployment);
    this.zonal = zones.map((zone) => new EndpointSlice(world, `${path}/${world.zones[zone]}`, zone, deployment));
    this.byZone = world.zones.map((_, zone) => this.zonal.find((slice) => slice.zone === zone));
    this.isReady = new Uint8Array(deployment.pods.length);
    this.isTarget = new Uint8Array(deployment.pods.length);
    this.propagation = deployment.pods.map(({ container }) =>
      world.sim.streams.stream(path, `endpointPropagation ${container.path}`),
    );
    deployment.observe(this);
  }

  /** Whether flows go to every pod that runs, ready or not, from now on. Source: core/v1 ServiceSpec. */
  publishNotReadyAddresses(isPublishing: boolean): void {
    this.isPublishing = isPublishing;
    this.fill();
  }

  reach(request: RequestId, from: NodeId): void {
    this.flows.add();
    const slice = this.sliceFor(request, from);
    const choice = this.endpointChance.next();
    const { endpoints } = slice;
    if (endpoints.length === 0) return this.turnAway(request, slice);
    const slot = endpoints[Math.floor(choice * endpoints.length)]!;
    const { requests } = this.sim;
    if (this.options.resetOnUnhealthy && requests.verb[request] === LOGIN) {
      this.established.note(requests.connection[request]!, slot);
    }
    this.world.network.front = this.id;
    this.deployment.pods[slot]!.container.reach(request, from);
  }

  /** At time zero everything has long been known. */
  podChanged(slot: number): void {
    if (this.now > 0) {
      const delay = this.options.endpointPropagation.draw(this.propagation[slot]!);
      this.after(Math.round(delay), ENDPOINT, slot);
    } else {
      this.see(slot);
      this.after(0, REPORT);
    }
  }

  override on(kind: typeof ENDPOINT | typeof REPORT, slot: number): void {
    if (kind === ENDPOINT) this.see(slot);
    this.report();
    if (kind === ENDPOINT && this.options.resetOnUnhealthy) this.reset(slot);
  }

  private sliceFor(request: RequestId, from: NodeId): EndpointSlice {
    if (this.zonal.length === 0) return this.all;
    if (this.options.zones === "dns") {
      const choice = this.zoneChance.next();
      return this.zonal[this.named[Math.floor(choice * this.named.length)]!]!;
    }
    const zone = from === ELSEWHERE ? this.sim.requests.zone[request] : this.world.nodes[from]!.zone;
    if (zone === -1) return this.all;
    const own = this.byZone[zone!];
    if (own === undefined || (own.endpoints.length === 0 && this.options.zoneFailover)) return this.all;
    return own;
  }

  private turnAway(request: RequestId, slice: EndpointSlice): void {
    this.refused.add();
    this.sim.requests.bytesOut[request] = REFUSAL_BYTES;
    const reporter = slice === this.all ? (this.zonal[0] ?? slice) : slice;
    this.refuse(request, REFUSED, reporter.noneReady.current);
  }

  /** Takes over how a pod is now. */
  private see(slot: number): void {
    const pod = this.deployment.pods[slot]!;
    this.isReady[slot] = pod.ready ? 1 : 0;
    this.isTarget[slot] = pod.state === RUNNING ? 1 : 0;
    this.fill();
  }

  private fill(): void {
    const opens = this.isPublishing || (this.options.failOpen && !this.isReady.includes(1));
    for (const slice of [this.all, ...this.zonal]) {
      slice.fill(
        this.slotsIn(slice.zone, this.isReady),
        this.slotsIn(slice.zone, opens ? this.isTarget : this.isReady),
      );
    }
    const withEndpoints = this.zonal.flatMap(({ endpoints }, zone) => (endpoints.length > 0 ? [zone] : []));
    const leaves = this.options.zoneFailover && withEndpoints.length > 0;
    this.named = leaves ? withEndpoints : this.zonal.map((_, zone) => zone);
  }

  private slotsIn(zone: number, among: Uint8Array): number[] {
    const { pods } = this.deployment;
    const wanted = pods.filter((pod) => among[pod.slot] === 1 && (zone === -1 || pod.zone === zone));
    return wanted.map(({ slot }) => slot);
  }

  private report(): void {
    const inAll = this.all.tally();
    const reported = this.zonal.length > 0 ? this.zonal : [this.all];
    for (const slice of reported) slice.report(inAll);
  }

  /** An NLB answers what still comes for an unhealthy target with RST, unless it fails open; it spares draining ones. */
  private reset(slot: number): void {
    const pod = this.deployment.pods[slot]!;
    if (pod.state !== RUNNING || this.all.endpoints.includes(slot)) return;
    this.established.cut(slot, pod.container, pod.unready.current);
  }
}
