import * as z from "zod";
import { SECOND } from "../../sim/time.ts";
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
import { count, distribution, milliseconds, positiveCount, seconds } from "../quantity.ts";
import { NginxGroup } from "./nginx-group.ts";
import { NginxPod } from "./nginx-pod.ts";

const server = z.strictObject({
  server: z
    .string()
    .describe("Path of what takes the requests; a service stands for all its pods that run when nginx starts."),
  weight: positiveCount(1000).default(1).describe("Its share of the requests, against the others'."),
  max_fails: count(1000)
    .default(1)
    .describe("Failures within fail_timeout that make nginx skip it; 0: never. Source: ngx_http_upstream_module."),
  fail_timeout: seconds()
    .prefault("10s")
    .transform((time) => Math.floor(time / SECOND))
    .describe(
      "For how long failures count, and it is skipped then; in whole seconds. Source: ngx_http_upstream_module.",
    ),
  max_conns: count().default(0).describe("The most connections to it, for each worker without a zone; 0: no limit."),
  backup: z.boolean().default(false).describe("Whether it is asked only when no other server is left."),
  down: z.boolean().default(false).describe("Whether it is never asked."),
});

const nextUpstream = z.enum(["error", "timeout", "http_500", "http_502", "http_503", "http_504", "non_idempotent"]);

const options = z.strictObject({
  ...workloadOptions,
  upstream: z
    .array(server)
    .min(1)
    .max(1000)
    .refine((all) => new Set(all.map((one) => one.server)).size === all.length, "each server can be named once")
    .describe("The servers that it passes requests to, in turn (smooth weighted round robin)."),
  zone: z
    .boolean()
    .default(false)
    .describe("Whether the workers share what they know of the servers. Source: ngx_http_upstream_module, zone."),
  keepalive: count()
    .default(0)
    .describe("Idle connections to servers that each worker keeps; 0 up to nginx 1.29.6: a new one for each request."),
  keepalive_timeout: seconds()
    .prefault("60s")
    .describe("For how long it keeps them. Source: ngx_http_upstream_module."),
  worker_processes: positiveCount(1024).default(1).describe("Workers, each with an event loop of its own."),
  worker_connections: positiveCount()
    .default(512)
    .describe("Connections of each worker, to clients and to servers. Source: ngx_event.c; packages set 768 or 1024."),
  proxy_connect_timeout: milliseconds()
    .prefault("60s")
    .describe("For how long it waits for a connection to a server. Source: ngx_http_proxy_module."),
  proxy_read_timeout: milliseconds()
    .prefault("60s")
    .describe("For how long it waits for an answer. Source: ngx_http_proxy_module."),
  proxy_next_upstream: z
    .union([z.literal("off").transform(() => []), z.array(nextUpstream)])
    .default(["error", "timeout"])
    .describe('After what it passes a request to the next server, or "off". Source: ngx_http_proxy_module.'),
  proxy_next_upstream_tries: count(1000).default(0).describe("Servers that a request is passed to at most; 0: all."),
  proxy_next_upstream_timeout: milliseconds()
    .prefault("0s")
    .describe("For how long a request may be passed to the next server; 0: no limit. Source: ngx_http_proxy_module."),
  cpu: distribution()
    .prefault("50us")
    .describe(
      "Model: time of its worker for each request, about 20 000 requests per second with a new connection each.",
    ),
  machine: z
    .string()
    .optional()
    .describe("Path of the machine whose cores its workers share with others. Default: a core for each worker."),
});

/** A reverse proxy. */
export const nginx = defineKind({
  kind: "nginx",
  about: "nginx as a reverse proxy: passes requests to the servers of an upstream, and to the next one when one fails.",
  options,
  serves: (settings) => workloadServes(settings, "http"),
  references: (settings) => [
    ...settings.upstream.map(({ server }, n) => ({
      at: ["upstream", n, "server"],
      path: server,
      needs: ["http", "http-pods"] as const,
    })),
    ...(settings.machine === undefined
      ? []
      : [{ at: ["machine"], path: settings.machine, needs: ["machine"] as const }]),
    ...probeReferences(settings),
  ],
  deeds: workloadDeeds,
  liveIn: workloadLive,
  mechanisms: workloadMechanisms,
  facts: {
    ...workloadFacts,
    "upstream-disabled": "{component} has failed ({max_fails} within fail_timeout) and is skipped",
    "upstream-fails": "{component}: an upstream server refuses, breaks off or answers with an error",
    "upstream-times-out": "{component}: an upstream server does not answer in time",
    "no-live-upstreams": "{component} has no live upstream server",
    "worker_connections-not-enough": "{component}: all {worker_connections} worker_connections of a worker are in use",
    "workers-busy": "{component}: requests wait for the processor of their worker",
  },
  build(world, path, settings) {
    const group = new NginxGroup(world, path, settings);
    const pods: NginxPod[] = [];
    const { built } = buildDeployment(world, path, settings, (_, pod) => {
      pods.push(new NginxPod(world, pod, group));
      return pods.at(-1)!;
    });
    const connect = () => {
      group.connect();
      for (const pod of pods) pod.wire();
      built.connect();
    };
    return { ...built, connect };
  },
});
