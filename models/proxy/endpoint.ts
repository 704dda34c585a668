import type { Address } from "../host.ts";
import { Deployment } from "../kubernetes/deployment.ts";
import { type Pod, RUNNING } from "../kubernetes/pod.ts";
import type { World } from "../world.ts";

/** One address behind the name of an upstream server. */
export interface Endpoint {
  readonly address: Address;
  /** The pod that it belongs to; undefined for what is no pod, which always has its address. */
  readonly pod: Pod | undefined;
}

/** All addresses that a name can ever stand for: those of the pods of a deployment, or the one of anything else. */
export function endpointsOf(world: World, path: string): Endpoint[] {
  const component = world.find(path);
  if (!(component instanceof Deployment)) return [{ address: component as unknown as Address, pod: undefined }];
  return component.pods.map((pod) => ({ address: pod.container, pod }));
}

/** Whether the name stands for this address now: Docker's DNS names containers that run. */
export function isNamed({ pod }: Endpoint): boolean {
  return pod === undefined || pod.state === RUNNING;
}
