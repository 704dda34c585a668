import * as z from "zod";
import type { JournalId } from "../../sim/record/journal.ts";
import { type Deed, notUnderstood } from "../deed.ts";
import type { Built, Reference, Role } from "../kind.ts";
import type { Mechanism } from "../mechanism.ts";
import { amount, count, distribution, seconds } from "../quantity.ts";
import type { World } from "../world.ts";
import type { Container } from "./container.ts";
import { Deployment } from "./deployment.ts";
import { DisruptionBudget, podDisruptionBudget } from "./disruption-budget.ts";
import { probe, SELF } from "./probe.ts";
import { Scheduler, topologySpreadConstraint } from "./scheduler.ts";
import { strategy } from "./strategy.ts";

/** What every kind that runs as pods can be told about them; spread into the options of the kind. */
export const workloadOptions = {
  replicas: count(10_000).default(1).describe("Pods at the start. They run and are ready from time zero."),
  nodes: z
    .union([z.string().transform((group) => [group]), z.array(z.string())])
    .default([])
    .describe("Node groups that its pods may run on. Default: outside of all nodes, where there is always room."),
  startup: distribution()
    .prefault("uniform 2s..5s")
    .describe("Model: from a node being found until the container runs: image pull and start. No figure is published."),
  resources: z
    .strictObject({
      requests: z
        .strictObject({ cpu: amount().default(1).describe("Processors. Source: core/v1 ResourceRequirements.") })
        .prefault({})
        .describe("What each pod asks for."),
    })
    .prefault({})
    .describe("What pods ask for: 100 % for an autoscaler. What they get is set elsewhere."),
  terminationGracePeriodSeconds: seconds()
    .prefault(30)
    .describe("Seconds from the end of new traffic until the container ends. Source: core/v1 PodSpec."),
  readinessProbe: probe.optional().describe("Takes a pod out of use while it fails. Default: ready once running."),
  livenessProbe: probe.optional().describe("Restarts the container when it fails."),
  startupProbe: probe.optional().describe("Holds the other probes back until it succeeds; restarts when it fails."),
  topologySpreadConstraints: z
    .array(topologySpreadConstraint)
    .default([])
    .describe("How evenly pods are spread. Default: only the least allocated node is preferred."),
  strategy: strategy.prefault({}).describe("How a rollout replaces pods. It heeds no disruption budget."),
  minReadySeconds: seconds()
    .prefault(0)
    .describe("Seconds that a pod must have been ready before a rollout counts on it. Source: apps/v1."),
  progressDeadlineSeconds: seconds()
    .prefault(600)
    .describe("Seconds without progress after which a rollout says so; it goes on trying. Source: apps/v1 defaults."),
  podDisruptionBudget: podDisruptionBudget
    .optional()
    .describe("What drains must leave ready. Scaling, kills and failing probes do not heed it."),
};

const schema = z.strictObject(workloadOptions);
export type WorkloadOptions = z.output<typeof schema>;

/** What the journal entries about a deployment and its pods say; spread into the facts of the kind. */
export const workloadFacts = {
  "readiness-probe-fails": "the readiness probe of {component} fails on {failing} of {of} pods",
  "pod-unready": "{component} is not ready",
  "new-pods-not-ready":
    "the probes of new pods of {component} fail for good: {neverReady} of {newPods} have not been ready yet",
  "pods-pending":
    "{pending} pods of {component} are Pending: of {nodes} nodes, {tooManyPods} are full or cordoned, {skewed} do not match the spread constraints",
  "rollout-under-way": "{component} replaces its {pods} pods by those of another revision",
  "rollout-stuck": "{component}: the rollout has not come forward for {seconds} s",
  "drain-blocked": "{component}: a drain waits for the disruption budget ({ready} ready, {minAvailable} must stay)",
  "liveness-probe-failed": "{component} is restarted (restart {restarts}): its liveness probe failed",
  "startup-probe-failed": "{component} is restarted (restart {restarts}): its startup probe failed",
};

/** Its pods, for a balancer; a single pod can also be asked directly, as a process on a host of its own. */
export function workloadServes(options: WorkloadOptions, role: Role): Role[] {
  const pods: Role[] = role === "http" ? ["pods", "http-pods"] : ["pods"];
  return options.replicas === 1 ? [...pods, role] : pods;
}

/** The databases that the probes ask. */
export function probeReferences(options: WorkloadOptions): Reference[] {
  const types = ["readinessProbe", "livenessProbe", "startupProbe"] as const;
  return types.flatMap((type) => {
    const asks = (options[type]?.exec.asks ?? []).filter((path) => path !== SELF);
    return asks.map((path, index) => ({ at: [type, "exec", "asks", index], path, needs: ["mysql"] }));
  });
}

/** What can be done to a deployment; spread into the deeds of the kind. */
export const workloadDeeds = ["scale", "rollout", "kill", "restart", "stop", "start", "drain", "set"] as const;

/** Probes that can be switched off and on: those that ask others. One that asks only itself passes anyway. */
const GATES = ["readinessProbe", "livenessProbe"] as const;

/** Its live parameters: 1 while a probe is heeded, 0 while it passes without asking; for `liveIn` of the kind. */
export function workloadLive(options: WorkloadOptions): string[] {
  return GATES.filter((type) => asksOf(options, type).length > 0).map((type) => `${type}.enabled`);
}

/** How its probes can keep an outage going; for `mechanisms` of the kind. */
export function workloadMechanisms(options: WorkloadOptions): Mechanism[] {
  return GATES.flatMap((type): Mechanism[] => {
    const asks = asksOf(options, type);
    const off = { parameter: `${type}.enabled`, to: 0, otherwise: 1 };
    if (asks.length === 0) return [];
    const on = asks.join(" and ");
    if (type === "livenessProbe") {
      const does = "pods whose liveness probe fails are restarted";
      return [{ name: `restarts by a liveness probe of ${on}`, does, shows: ["liveness-probe-failed"], off }];
    }
    const does = "pods whose readiness probe fails get no traffic, and the others get theirs";
    const shows = ["readiness-probe-fails", "pod-unready", "new-pods-not-ready"];
    return [{ name: `readiness gate on ${on}`, does, shows, off }];
  });
}

function asksOf(options: WorkloadOptions, type: "readinessProbe" | "livenessProbe"): string[] {
  return (options[type]?.exec.asks ?? []).filter((path) => path !== SELF);
}

function act(deployment: Deployment, deed: Deed, because: JournalId): void {
  if (deed.do === "scale") deployment.scale(deed.to, because);
  else if (deed.do === "rollout") deployment.rollOut(because);
  else if (deed.do === "kill") deployment.kill(deed.count, because);
  else if (deed.do === "restart") deployment.restart(deed.count, because);
  else if (deed.do === "stop") deployment.halt(because);
  else if (deed.do === "start") deployment.wake(because);
  else if (deed.do === "drain") deployment.drain(deed.node, because);
  else if (deed.do === "set") adjust(deployment, deed.parameter, deed.to);
  else notUnderstood(deployment.path, deed);
}

function adjust(deployment: Deployment, parameter: string, value: number): void {
  const type = GATES.find((each) => parameter === `${each}.enabled`);
  if (type === undefined) deployment.adjust(parameter, value);
  else deployment.heedProbe(type, value > 0);
}

/** Builds a deployment with all the pods it will ever have; `makeContainer` builds what runs in each. */
export function buildDeployment(
  world: World,
  path: string,
  options: WorkloadOptions,
  makeContainer: (world: World, path: string) => Container,
): { deployment: Deployment; built: Built } {
  const slots = Array.from({ length: world.replicasOf(path) }, (_, slot) => makeContainer(world, `${path}-${slot}`));
  const scheduler = new Scheduler(world, options.nodes, options.topologySpreadConstraints);
  const budget = new DisruptionBudget(options.podDisruptionBudget);
  const deployment = new Deployment(world, path, options, slots, scheduler, budget);
  const connect = () => deployment.connect();
  const start = () => deployment.start(options.replicas);
  return {
    deployment,
    built: { component: deployment, connect, start, act: (deed, because) => act(deployment, deed, because) },
  };
}
