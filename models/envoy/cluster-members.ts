import { Component } from "../../sim/component.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Stream } from "../../sim/random.ts";
import type { Address } from "../host.ts";
import { Deployment, type PodObserver } from "../kubernetes/deployment.ts";
import type { Pod } from "../kubernetes/pod.ts";
import type { World } from "../world.ts";
import type { HostId } from "./outlier-detection.ts";

const NEWS = 0;

/** Whoever sends requests to the hosts of a cluster. */
export interface MemberListener {
  memberAdded(host: HostId): void;
  memberRemoved(host: HostId): void;
}

/** The hosts of a cluster: the pods of services that are ready, as the control plane tells it with a delay (EDS). */
export class ClusterMembers extends Component {
  /** By host. */
  addresses: readonly Address[] = [];
  private readonly propagation: Distribution;
  private readonly listeners: MemberListener[] = [];
  private chances: readonly Stream[] = [];
  /** By host: the pod that it is; undefined for what is no pod and always there. */
  private pods: readonly (Pod | undefined)[] = [];
  private member = new Uint8Array(0);

  constructor(world: World, path: string, propagation: Distribution) {
    super(world.sim, path);
    this.propagation = propagation;
  }

  /** Looks up where requests go. */
  connect(world: World, paths: readonly string[]): void {
    const targets = paths.map((path) => world.find(path));
    this.pods = targets.flatMap((target): readonly (Pod | undefined)[] => podsOf(target) ?? [undefined]);
    this.addresses = targets.flatMap(
      (target) => podsOf(target)?.map(({ container }): Address => container) ?? [target as unknown as Address],
    );
    this.member = Uint8Array.from(this.pods, (pod) => (pod === undefined ? 1 : 0));
    this.chances = this.addresses.map((host) =>
      world.sim.streams.stream(this.path, `endpointPropagation ${host.path}`),
    );
    let first = 0;
    for (const target of targets) {
      if (target instanceof Deployment) target.observe(new ServiceEndpoints(world, this, target, first));
      first += podsOf(target)?.length ?? 1;
    }
  }

  /** Tells somebody about every change from now on. */
  observe(listener: MemberListener): void {
    this.listeners.push(listener);
  }

  /** Numbers of the hosts of now, ascending. */
  all(): HostId[] {
    return [...this.member.keys()].filter((host) => this.member[host] === 1);
  }

  override on(_news: number, host: HostId): void {
    this.see(host);
  }

  /** A pod has changed. At time zero everything has long been known. */
  changed(host: HostId): void {
    if (this.now === 0) this.see(host);
    else this.after(Math.round(this.propagation.draw(this.chances[host]!)), NEWS, host);
  }

  private see(host: HostId): void {
    const isMember = this.pods[host]!.ready ? 1 : 0;
    if (this.member[host] === isMember) return;
    this.member[host] = isMember;
    for (const listener of this.listeners) {
      if (isMember === 1) listener.memberAdded(host);
      else listener.memberRemoved(host);
    }
  }
}

/** The pods of one service, whose hosts have the numbers from `first` on. */
class ServiceEndpoints extends Component implements PodObserver {
  private readonly members: ClusterMembers;
  private readonly first: HostId;

  constructor({ sim }: World, members: ClusterMembers, { path }: Deployment, first: HostId) {
    super(sim, `${members.path}/${path}`);
    this.members = members;
    this.first = first;
  }

  podChanged(slot: number): void {
    this.members.changed(this.first + slot);
  }
}

function podsOf(target: Component): readonly Pod[] | undefined {
  return target instanceof Deployment ? target.pods : undefined;
}
