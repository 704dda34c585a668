import * as z from "zod";
import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { distribution } from "../quantity.ts";
import { Balancer } from "./balancer.ts";
import { Deployment } from "./deployment.ts";

const options = z
  .strictObject({
    to: z.string().describe("The deployment whose pods it gives flows to."),
    type: z
      .enum(["ClusterIP", "NLB"])
      .default("ClusterIP")
      .describe("A Service inside the cluster (kube-proxy, iptables mode), or an AWS Network Load Balancer."),
    crossZone: z
      .boolean()
      .optional()
      .describe("Whether a flow may go to a pod in any zone. Default: true for ClusterIP, false for NLB."),
    zones: z
      .enum(["dns", "client"])
      .default("dns")
      .describe("Without crossZone, which zone a flow belongs to: one that DNS names, each as often, or the client's."),
    zoneFailover: z
      .boolean()
      .optional()
      .describe("Whether a zone without ready pods is left out (DNS) or left (client). Default: true for NLB only."),
    failOpen: z
      .boolean()
      .optional()
      .describe("Whether flows go to all running pods when none is ready. Default: true for NLB only."),
    resetOnUnhealthy: z
      .boolean()
      .default(false)
      .describe("Whether sessions of a pod that turns unready are cut. Source: AWS NLB, target health checks."),
    endpointPropagation: distribution()
      .prefault("uniform 100ms..1.5s")
      .describe("Model: how long it takes until news of a pod reaches it: API server, EndpointSlice, kube-proxy sync."),
  })
  .transform(({ type, ...given }) => ({
    ...given,
    crossZone: given.crossZone ?? type === "ClusterIP",
    zoneFailover: given.zoneFailover ?? type === "NLB",
    failOpen: given.failOpen ?? type === "NLB",
  }));

/** A Service or a network load balancer in front of a deployment. */
export const balancer = defineKind({
  kind: "balancer",
  about: "A Kubernetes Service or a network load balancer: gives each new flow to one of a deployment's ready pods.",
  options,
  serves: () => ["http", "mysql"],
  references: ({ to }) => [{ at: ["to"], path: to, needs: ["pods"] }],
  deeds: ["set"],
  live: ["publishNotReadyAddresses"],
  facts: {
    "no-ready-endpoints": "{component} has no ready pod to send to (of {of})",
    "few-endpoints-take-all": "{component} has {ready} ready pods of {of}, and these take all traffic",
  },
  build(world, path, settings) {
    const component = new Balancer(world, path, settings);
    const connect = () => {
      const deployment = world.find(settings.to);
      if (!(deployment instanceof Deployment)) throw new Error(`${path}: "${settings.to}" has no pods`);
      component.connect(deployment);
    };
    const act: Act = (deed) => {
      if (deed.do !== "set") notUnderstood(path, deed);
      component.publishNotReadyAddresses(deed.to > 0);
    };
    return { component, connect, start: () => {}, act };
  },
});
