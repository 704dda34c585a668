import * as z from "zod";
import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { amount, positiveCount, seconds, share } from "../quantity.ts";
import { Autoscaler } from "./autoscaler.ts";
import { Deployment } from "./deployment.ts";
import { behavior } from "./scaling-rules.ts";

const metric = z.discriminatedUnion("type", [
  z
    .strictObject({
      type: z.literal("Resource").describe("CPU of the pods, as a share of what they request."),
      name: z.literal("cpu").default("cpu").describe("The resource."),
      averageUtilization: positiveCount(10_000)
        .default(80)
        .describe("Per cent of their requests that the pods are to use on average. Source: autoscaling/v2 defaults."),
    })
    .transform(({ name, averageUtilization }) => {
      return { name, target: { type: "utilization" as const, value: averageUtilization / 100 } };
    }),
  z
    .strictObject({
      type: z.literal("Pods").describe("A level that each pod has, such as busy or waiting of a service."),
      name: z.string().min(1).describe("Name of the level, as it is among the metrics of the pods."),
      averageValue: amount().describe("What it is to be at on average over the pods. Source: autoscaling/v2."),
    })
    .transform(({ name, averageValue }) => {
      return { name, target: { type: "averageValue" as const, value: averageValue } };
    })
    .refine(({ target }) => target.value > 0, "an averageValue of 0 can never be reached; expected more"),
]);

const controller = z.strictObject({
  syncPeriod: seconds().prefault(15).describe("Seconds between two looks. Source: kube-controller-manager."),
  tolerance: share()
    .prefault(0.1)
    .describe("How far from its target a metric may be without anything changing. Source: kube-controller-manager."),
  cpuInitializationPeriod: seconds()
    .prefault(300)
    .describe("Seconds after its start in which CPU of an unready pod is set aside. Source: kube-controller-manager."),
  initialReadinessDelay: seconds()
    .prefault(30)
    .describe("Seconds in which a pod that turns unready counts as never ready. Source: kube-controller-manager."),
});

const options = z
  .strictObject({
    target: z.string().describe("Path of the deployment that it scales."),
    minReplicas: positiveCount(10_000).default(1).describe("The fewest pods. Source: autoscaling/v2 defaults."),
    maxReplicas: positiveCount(10_000).describe("The most pods. Source: autoscaling/v2."),
    metrics: z
      .array(metric)
      .min(1)
      .max(20)
      .prefault([{ type: "Resource" }])
      .describe("What the pods are to be at; the metric that asks for most counts. Source: autoscaling/v2."),
    behavior: behavior.prefault({}).describe("How fast it may go up and down."),
    controller: controller.prefault({}).describe("Flags of the controller: horizontal-pod-autoscaler-..."),
    metricResolution: seconds()
      .prefault(15)
      .describe(
        "Seconds between two readings of a pod; 60 in old releases. Source: metrics-server, metric-resolution.",
      ),
  })
  .refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
    message: "it is more than maxReplicas; expected at most as many",
    path: ["minReplicas"],
  })
  .refine(({ metrics }) => new Set(metrics.map(({ name }) => name)).size === metrics.length, {
    message: "two metrics are the same; expected each once",
    path: ["metrics"],
  });

/** Scales a deployment by what its pods use. */
export const autoscaler = defineKind({
  kind: "horizontal-pod-autoscaler",
  about: "A HorizontalPodAutoscaler: gives a deployment so many replicas that its pods are at the target of a metric.",
  options,
  references: ({ target }) => [{ at: ["target"], path: target, needs: ["pods"] }],
  replicas: ({ target, maxReplicas }) => ({ [target]: maxReplicas }),
  deeds: ["set"],
  live: ["paused"],
  mechanisms: ({ target }) => [
    {
      name: "autoscaling",
      does: "replicas follow the load that pods show",
      actsOn: [target],
      shows: ["rescaled"],
      off: { parameter: "paused", to: 1, otherwise: 0 },
    },
  ],
  facts: {
    rescaled: "{component} scales from {from} to {to} replicas, as the pods are at {utilization} % of their target",
  },
  build(world, path, given) {
    const component = new Autoscaler(world, path, given);
    const connect = () => {
      const target = world.find(given.target);
      if (!(target instanceof Deployment)) throw new Error(`${path}: "${given.target}" has no pods`);
      component.connect(target, target.cpuRequest);
    };
    const act: Act = (deed) => {
      if (deed.do !== "set") notUnderstood(path, deed);
      component.isPaused = deed.to > 0;
    };
    return { component, connect, start: () => component.start(), act };
  },
});
