import * as z from "zod";
import { count, share } from "../quantity.ts";

/** A number of pods, or a share of the replicas. */
const pods = z.union([
  count(10_000).transform((pods) => ({ pods, share: 0 })),
  share().transform((share) => ({ pods: 0, share })),
]);

/** How pods are replaced by those of a new revision (apps/v1 DeploymentStrategy). */
export const strategy = z.strictObject({
  type: z
    .enum(["RollingUpdate", "Recreate"])
    .default("RollingUpdate")
    .describe("Recreate: the old pods all end before the first new one is created. Source: apps/v1 defaults."),
  maxSurge: pods
    .prefault("25%")
    .describe("Pods beyond the replicas while it lasts: a number, or a share rounded up. Source: apps/v1 defaults."),
  maxUnavailable: pods
    .prefault("25%")
    .describe("Replicas that may be missing meanwhile: a number, or a share rounded down. Source: apps/v1 defaults."),
});

export type Strategy = z.output<typeof strategy>;

/** How many pods a strategy allows beyond so many replicas, and how many of them may be missing. */
export function limitsOf({ maxSurge, maxUnavailable }: Strategy, replicas: number): { surge: number; missing: number } {
  const surge = maxSurge.pods + Math.ceil(maxSurge.share * replicas);
  const missing = maxUnavailable.pods + Math.floor(maxUnavailable.share * replicas);
  // With neither nothing could ever move (deployment_util.go, ResolveFenceposts).
  return { surge, missing: surge === 0 && missing === 0 ? 1 : missing };
}
