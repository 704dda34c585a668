import * as z from "zod";
import { workloadOptions } from "../kubernetes/workload.ts";
import { amount, count, distribution, duration, positiveCount } from "../quantity.ts";

const retryBudget = z.strictObject({
  budget_percent: amount(100)
    .default(20)
    .describe("Retries that may be under way, in percent of requests that are active or pending."),
  min_retry_concurrency: count().default(3).describe("Retries that may be under way in any case."),
});

const circuitBreakers = z.strictObject({
  max_connections: count().default(1024).describe("Connections to all hosts. Source: circuit_breaker.proto."),
  max_pending_requests: count()
    .default(1024)
    .describe("Requests that wait for a connection. Source: circuit_breaker.proto."),
  max_requests: count().default(1024).describe("Requests that hosts work on. Source: circuit_breaker.proto."),
  max_retries: count().default(3).describe("Retries under way, without a retry_budget. Source: circuit_breaker.proto."),
  retry_budget: retryBudget
    .optional()
    .describe("Retries under way, as a share of the requests; in place of max_retries."),
});

const enforcing = (percent: number) =>
  count(100)
    .default(percent)
    .describe("How often what is detected is acted upon, in percent. Source: outlier_detection.proto.");

const outlierDetection = z.strictObject({
  consecutive_5xx: positiveCount().default(5).describe("5xx in a row, own ones among them, that eject a host."),
  enforcing_consecutive_5xx: enforcing(100),
  consecutive_gateway_failure: positiveCount().default(5).describe("502, 503 or 504 in a row that eject a host."),
  enforcing_consecutive_gateway_failure: enforcing(0),
  interval: duration().prefault("10s").describe("Time between two sweeps, which judge rates and bring hosts back."),
  base_ejection_time: duration()
    .prefault("30s")
    .describe("Time of the first ejection; the n-th in a row takes n times as long."),
  max_ejection_time: duration().prefault("300s").describe("No ejection takes longer, but for the jitter."),
  max_ejection_time_jitter: duration().prefault("0s").describe("An ejection takes up to so much longer, by chance."),
  max_ejection_percent: count(100).default(10).describe("Hosts that may be ejected at once, in percent of all."),
  always_eject_one_host: z
    .boolean()
    .default(true)
    .describe(
      "Whether one may be ejected whatever max_ejection_percent. Always so until 1.30; an option since, then off.",
    ),
  success_rate_minimum_hosts: positiveCount()
    .default(5)
    .describe("Hosts with enough requests that the rates are compared for."),
  success_rate_request_volume: positiveCount().default(100).describe("Requests within an interval that are enough."),
  success_rate_stdev_factor: count(100_000)
    .default(1900)
    .describe("A host is ejected below mean - factor / 1000 x standard deviation of the success rates."),
  enforcing_success_rate: enforcing(100),
  failure_percentage_threshold: count(100).default(85).describe("Failures, in percent, from which a host is ejected."),
  failure_percentage_minimum_hosts: positiveCount().default(5).describe("Hosts with enough requests that this needs."),
  failure_percentage_request_volume: positiveCount()
    .default(50)
    .describe("Requests within an interval that are enough."),
  enforcing_failure_percentage: enforcing(0),
});

const retryOn = z.enum(["5xx", "gateway-error", "connect-failure", "reset"]);

const retryPolicy = z.strictObject({
  retry_on: z
    .array(retryOn)
    .default(["5xx"])
    .describe("What is tried again; 5xx and gateway-error include connections that fail and time-outs of a try."),
  num_retries: count(1000).default(1).describe("How often at most. Source: route_components.proto."),
  per_try_timeout: duration().optional().describe("For how long each try waits for an answer. Default: as the route."),
  retry_back_off: z
    .strictObject({
      base_interval: duration()
        .prefault("25ms")
        .describe("The first pause is shorter, by chance; the n-th up to 2^(n-1) times."),
      max_interval: duration().optional().describe("No pause is longer. Default: 10 times base_interval."),
    })
    .prefault({})
    .describe("Pauses before retries, with full jitter. Source: backoff_strategy.cc."),
});

export const envoyOptions = z.strictObject({
  ...workloadOptions,
  to: z
    .union([z.string().transform((path) => [path]), z.array(z.string()).min(1)])
    .describe("The service whose pods take the requests, or several, or anything else that takes calls."),
  timeout: duration()
    .prefault("15s")
    .describe("For how long a request and its retries may take. Source: route_components.proto."),
  connect_timeout: duration().prefault("5s").describe("For how long it waits for a connection. Source: cluster.proto."),
  lb_policy: z
    .enum(["ROUND_ROBIN", "LEAST_REQUEST", "RANDOM"])
    .default("ROUND_ROBIN")
    .describe("How it chooses a host; LEAST_REQUEST: the one of two with fewer requests. Source: cluster.proto."),
  healthy_panic_threshold: amount(100)
    .default(50)
    .describe(
      "If less of the hosts are healthy, in percent, all of them are used; 0: never. Source: panic_threshold.rst.",
    ),
  circuit_breakers: circuitBreakers.prefault({}).describe("What it allows itself to have under way at once."),
  outlier_detection: z
    .union([z.literal("off"), outlierDetection])
    .default("off")
    .describe("Which hosts it leaves out for a while; {} for its defaults. Source: outlier_detection.proto."),
  retry_policy: z
    .union([z.literal("off"), retryPolicy])
    .default("off")
    .describe("What it tries again. Source: route_components.proto."),
  endpointPropagation: distribution()
    .prefault("uniform 100ms..1.5s")
    .describe("Model: how long it takes until news of a pod reaches it: API server, control plane, EDS."),
  concurrency: positiveCount(1024).default(2).describe("Worker threads; Istio gives a sidecar 2."),
  cpu: distribution()
    .prefault("200us")
    .describe(
      "Time of a worker for each request. Source: Istio, Performance and Scalability (0.2 vCPU per 1000 requests/s).",
    ),
});

export type EnvoyOptions = z.output<typeof envoyOptions>;
export type CircuitBreakerOptions = z.output<typeof circuitBreakers>;
export type OutlierDetectionOptions = z.output<typeof outlierDetection>;
export type RetryPolicyOptions = z.output<typeof retryPolicy>;
export type RetryOn = z.output<typeof retryOn>;
export type LbPolicy = EnvoyOptions["lb_policy"];
