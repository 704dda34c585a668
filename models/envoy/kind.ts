import { defineKind } from "../kind.ts";
import {
  buildDeployment,
  probeReferences,
  workloadDeeds,
  workloadFacts,
  workloadLive,
  workloadMechanisms,
  workloadServes,
} from "../kubernetes/workload.ts";
import { EnvoyGroup } from "./envoy-group.ts";
import { envoyOptions } from "./envoy-options.ts";
import { EnvoyPod } from "./envoy-pod.ts";

/** A proxy of a service mesh, or a gateway. */
export const envoy = defineKind({
  kind: "envoy",
  about: "Envoy: routes requests to the pods of a service, with circuit breakers, outlier detection and retries.",
  options: envoyOptions,
  serves: (settings) => workloadServes(settings, "http"),
  references: (settings) => [
    ...settings.to.map((path, n) => ({
      at: settings.to.length === 1 ? ["to"] : ["to", n],
      path,
      needs: ["http", "http-pods"] as const,
    })),
    ...probeReferences(settings),
  ],
  deeds: workloadDeeds,
  liveIn: workloadLive,
  mechanisms: workloadMechanisms,
  facts: {
    ...workloadFacts,
    "circuit-breaker-open":
      "{component}: a circuit breaker is open (max_connections {max_connections}, max_pending_requests {max_pending_requests}, max_requests {max_requests})",
    "retries-overflow": "{component}: what fails is not tried again, as enough retries are under way",
    "host-fails": "{component}: a host refuses, breaks off or answers with an error",
    "host-times-out": "{component}: a host does not answer in time",
    "host-ejected": "{component} is ejected as an outlier",
    "healthy-panic": "{component}: less than {threshold} % of the hosts are healthy, and all of them are used",
    "no-healthy-upstream": "{component} has no healthy host",
    "workers-busy": "{component}: requests wait for the processor of their worker",
  },
  build(world, path, settings) {
    const group = new EnvoyGroup(world, path, settings);
    const pods: EnvoyPod[] = [];
    const { built } = buildDeployment(world, path, settings, (_, pod) => {
      pods.push(new EnvoyPod(world, pod, group));
      return pods.at(-1)!;
    });
    const connect = () => {
      group.connect();
      for (const pod of pods) pod.connectCluster();
      built.connect();
    };
    return { ...built, connect };
  },
});
