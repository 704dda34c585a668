import type { Act } from "../deed.ts";
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
import type { Mechanism } from "../mechanism.ts";
import { EnvoyGroup } from "./envoy-group.ts";
import { type EnvoyOptions, envoyOptions } from "./envoy-options.ts";
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
  liveIn: (settings) => [...workloadLive(settings), ...retriesOf(settings).map(({ off }) => off.parameter)],
  mechanisms: (settings) => [...workloadMechanisms(settings), ...retriesOf(settings)],
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
    const act: Act = (deed, because) => {
      if (deed.do === "set" && deed.parameter === NUM_RETRIES) group.num_retries = Math.floor(deed.to);
      else built.act!(deed, because);
    };
    return { ...built, connect, act };
  },
});

const NUM_RETRIES = "retry_policy.num_retries";

function retriesOf({ retry_policy, to }: EnvoyOptions): Mechanism[] {
  if (retry_policy === "off" || retry_policy.num_retries === 0) return [];
  const off = { parameter: NUM_RETRIES, to: 0, otherwise: retry_policy.num_retries };
  const shows = ["host-fails", "host-times-out", "retries-overflow", "workers-all-busy", "cores-all-busy"];
  return [{ name: "retries of the proxy", does: "it tries again what fails", actsOn: to, shows, off }];
}
