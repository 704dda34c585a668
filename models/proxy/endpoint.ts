import type { Address } from "../host.ts";
import { Deployment } from "../kubernetes/deployment.ts";
import { type Pod, RUNNING } from "../kubernetes/pod.ts";
import type { World } from "../world.ts";

/** One address behind the name of an upstream server. */
export interface Endpoint {
  readonly address: Address;
  /** The pod that it belongs to; undefined for what has an address of its own, whether it runs or not. */
  readonly pod: Pod | undefined;
}

/** All addresses that a name can ever stand for: those of many pods, or the one of a process on a host of its own. */
export function endpointsOf(world: World, path: string): Endpoint[] {
  const component = world.find(path);
  if (!(component instanceof Deployment) || component.pods.length === 1)
    return [{ address: component as unknown as Address, pod: undefined }];
  return component.pods.map((pod) => ({ address: pod.container, pod }));
}

/** Whether the name stands for this address now: Docker's DNS names containers that run. */
export function isNamed({ pod }: Endpoint): boolean {
  return pod === undefined || pod.state === RUNNING;
}
