import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Stream } from "../../sim/random.ts";
import type { Address } from "../host.ts";
import { Deployment, type PodObserver } from "../kubernetes/deployment.ts";
import type { World } from "../world.ts";
import type { HostId } from "./outlier-detection.ts";

const NEWS = 0;

/** Whoever sends requests to the hosts of a cluster. */
export interface MemberListener {
  memberAdded(host: HostId): void;
  memberRemoved(host: HostId): void;
}

/** The hosts of a cluster: the pods of a service that are ready, as the control plane tells it with a delay (EDS). */
export class ClusterMembers extends Component implements PodObserver {
  /** By host. */
  addresses: readonly Address[] = [];
  private readonly propagation: Distribution;
  private readonly listeners: MemberListener[] = [];
  private deployment: Deployment | undefined;
  private chances: readonly Stream[] = [];
  private member = new Uint8Array(0);

  constructor(world: World, path: string, propagation: Distribution) {
    super(world.sim, path);
    this.propagation = propagation;
  }

  /** Looks up where requests go. What is no service with pods has one host, which is always there. */
  connect(world: World, path: string): void {
    const target = world.find(path);
    this.deployment = target instanceof Deployment ? target : undefined;
    const pods = this.deployment?.pods.map(({ container }) => container);
    this.addresses = pods ?? [target as unknown as Address];
    this.member = new Uint8Array(this.addresses.length).fill(pods === undefined ? 1 : 0);
    this.chances = this.addresses.map((host) =>
      world.sim.streams.stream(this.path, `endpointPropagation ${host.path}`),
    );
    this.deployment?.observe(this);
  }

  /** Tells somebody about every change from now on. */
  observe(listener: MemberListener): void {
    this.listeners.push(listener);
  }

  /** Numbers of the hosts of now, ascending. */
  all(): HostId[] {
    return [...this.member.keys()].filter((host) => this.member[host] === 1);
  }

  /** At time zero everything has long been known. */
  podChanged(host: HostId): void {
    if (this.now === 0) return this.see(host);
    this.after(Math.round(this.propagation.draw(this.chances[host]!)), NEWS, host);
  }

  override on(_news: number, host: HostId): void {
    this.see(host);
  }

  private see(host: HostId): void {
    const isMember = this.deployment!.pods[host]!.ready ? 1 : 0;
    if (this.member[host] === isMember) return;
    this.member[host] = isMember;
    for (const listener of this.listeners) {
      if (isMember === 1) listener.memberAdded(host);
      else listener.memberRemoved(host);
    }
  }
}
