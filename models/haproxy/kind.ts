import * as z from "zod";
import { defineKind } from "../kind.ts";
import {
  buildDeployment,
  probeReferences,
  workloadDeeds,
  workloadFacts,
  workloadLive,
  workloadMechanisms,
  workloadOptions,
  workloadServes,
} from "../kubernetes/workload.ts";
import { count, distribution, milliseconds, positiveCount } from "../quantity.ts";
import { HaproxyGroup } from "./haproxy-group.ts";
import { HaproxyPod } from "./haproxy-pod.ts";

const server = z.strictObject({
  server: z
    .string()
    .describe("Path of what takes the requests; a service stands for all its pods that run when HAProxy starts."),
  weight: positiveCount(256).default(1).describe("Its share of the requests. Source: configuration.txt 5.2."),
  maxconn: count().default(0).describe("Requests that it gets at once; others wait. 0: no limit. Source: 5.2."),
  maxqueue: count().default(0).describe("leastconn: requests that wait for this server and no other. Source: 5.2."),
  backup: z.boolean().default(false).describe("Whether it is asked only when no other server is up."),
  check: z.boolean().default(false).describe("Whether HAProxy connects to it now and then to see whether it is up."),
  inter: milliseconds().prefault("2s").describe("Time between two checks. Source: configuration.txt 5.2."),
  fall: positiveCount(1000).default(3).describe("Checks that must fail for it to be down. Source: 5.2."),
  rise: positiveCount(1000).default(2).describe("Checks that must succeed for it to be up again. Source: 5.2."),
});

const retryOn = z.enum(["conn-failure", "empty-response", "response-timeout", "500", "502", "503", "504"]);

const options = z.strictObject({
  ...workloadOptions,
  servers: z
    .array(server)
    .min(1)
    .max(1000)
    .refine((all) => new Set(all.map((one) => one.server)).size === all.length, "each server can be named once")
    .describe("The servers of the backend."),
  balance: z
    .enum(["roundrobin", "leastconn", "random", "first"])
    .default("roundrobin")
    .describe(
      "How it chooses among servers with a free slot; random: the less loaded of two. Source: configuration.txt.",
    ),
  timeout: z
    .strictObject({
      connect: milliseconds().optional().describe("For how long it waits for a connection. Default: for ever."),
      queue: milliseconds().optional().describe("For how long a request waits for a slot. Default: as connect."),
      server: milliseconds().optional().describe("For how long it waits for an answer. Default: for ever."),
    })
    .prefault({})
    .describe("The lines `timeout ...` of the backend."),
  retries: count(1000).default(3).describe("How often a connection is tried again. Source: configuration.txt."),
  redispatch: z
    .union([z.boolean().transform((on) => (on ? -1 : 0)), z.int().min(-1000).max(1000)])
    .default(0)
    .describe("option redispatch: every so many retries go to another server; -1 or true: the last. Default: none do."),
  "retry-on": z
    .array(retryOn)
    .default(["conn-failure"])
    .describe("After what it tries again. Source: configuration.txt."),
  abortonclose: z
    .boolean()
    .default(false)
    .describe("option abortonclose: whether a client that hangs up is noticed. Source: configuration.txt (2.6)."),
  nbthread: positiveCount(1024).default(1).describe("Its threads; the product has one for each processor."),
  cpu: distribution().prefault("30us").describe("Model: time of a thread for each request, about 30 000 per second."),
});

/** A load balancer that lets requests wait. */
export const haproxy = defineKind({
  kind: "haproxy",
  about: "HAProxy: brings requests to the servers of a backend, so many at once to each, and lets the others wait.",
  options,
  serves: (settings) => workloadServes(settings, "http"),
  references: (settings) => [
    ...settings.servers.map(({ server }, n) => ({
      at: ["servers", n, "server"],
      path: server,
      needs: ["http", "http-pods"] as const,
    })),
    ...probeReferences(settings),
  ],
  deeds: workloadDeeds,
  liveIn: workloadLive,
  mechanisms: workloadMechanisms,
  facts: {
    ...workloadFacts,
    "maxconn-reached": "{component}: all {maxconn} slots of its servers are in use, and requests wait",
    "timeout-queue": "{component}: requests have waited for a slot for as long as they may",
    "connection-fails": "{component} cannot connect to a server",
    "server-fails": "{component}: a server breaks off, answers too late or with an error",
    "server-down": "{component} is down: {fall} checks have failed",
    "no-server-available": "{component} has no server that is up",
    "threads-busy": "{component}: requests wait for the processor of their thread",
  },
  build(world, path, settings) {
    const group = new HaproxyGroup(world, path, settings);
    const pods: HaproxyPod[] = [];
    const { built } = buildDeployment(world, path, settings, (_, pod) => {
      pods.push(new HaproxyPod(world, pod, group));
      return pods.at(-1)!;
    });
    const connect = () => {
      group.connect();
      for (const pod of pods) pod.connectBackend();
      built.connect();
    };
    return { ...built, connect };
  },
});
