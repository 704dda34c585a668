import * as z from "zod";
import { pause } from "../mysql/options.ts";
import { amount, distribution, seconds } from "../quantity.ts";

const filter = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text === "*" || isPattern(text), 'a filter is "*", a path, or a regular expression');

export const orchestratorOptions = z.strictObject({
  DiscoverySeeds: z
    .array(z.string())
    .min(1)
    .describe(
      "Paths of databases; their sources and replicas are found by themselves. Source: orchestrator config.go.",
    ),
  InstancePollSeconds: pause(5).describe("Seconds between two checks of an instance. Source: orchestrator config.go."),
  ReasonableInstanceCheckSeconds: seconds()
    .prefault(1)
    .describe("Seconds that a check may take before the instance counts as not seen. Source: orchestrator config.go."),
  MySQLConnectTimeoutSeconds: seconds()
    .prefault(2)
    .describe("Seconds that a login may take. Source: orchestrator config.go."),
  MySQLDiscoveryReadTimeoutSeconds: seconds()
    .prefault(10)
    .describe("Seconds that a check on an open session may take. Source: orchestrator config.go."),
  RecoveryPollSeconds: pause(1).describe(
    "Seconds between two analyses of what the checks have found; a constant. Source: orchestrator config.go.",
  ),
  ReasonableReplicationLagSeconds: seconds()
    .prefault(10)
    .describe("Seconds behind above which a replica counts as lagging. Source: orchestrator config.go."),
  FailureDetectionPeriodBlockMinutes: amount(1_000_000)
    .default(60)
    .describe("Minutes in which the same failure is not counted as detected again. Source: orchestrator config.go."),
  RecoveryPeriodBlockSeconds: seconds()
    .prefault(3600)
    .describe(
      "Seconds after a recovery in which the same cluster is not recovered again. Source: orchestrator config.go.",
    ),
  RecoverMasterClusterFilters: z
    .array(filter)
    .default([])
    .describe(
      'Clusters, named after their first source, whose source is replaced by itself; "*": all. Default: none! Source: orchestrator config.go.',
    ),
  ApplyMySQLPromotionAfterMasterFailover: z
    .boolean()
    .default(true)
    .describe(
      "Whether the new source is made writable (RESET SLAVE ALL, read_only=0). Source: orchestrator config.go.",
    ),
  DelayMasterPromotionIfSQLThreadNotUpToDate: z
    .boolean()
    .default(false)
    .describe(
      "Whether it waits until the new source has applied all that it has read. Source: orchestrator config.go.",
    ),
  relocation: distribution()
    .prefault("uniform 1s..5s")
    .describe("Model: how long a recovery takes from the decision to the new source, hooks included."),
});

export type OrchestratorOptions = Readonly<z.output<typeof orchestratorOptions>>;

/** Whether a cluster is meant by filters (go/inst/cluster.go, filtersMatchCluster). */
export function isMeant(cluster: string, filters: readonly string[]): boolean {
  return filters.some(
    (text) => text === "*" || text === cluster || (isPattern(text) && new RegExp(text).test(cluster)),
  );
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
