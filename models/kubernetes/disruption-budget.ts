import * as z from "zod";
import { positiveCount, share } from "../quantity.ts";

/** How many pods a voluntary disruption must leave ready. */
export const podDisruptionBudget = z.strictObject({
  minAvailable: z
    .union([
      positiveCount().transform((pods) => ({ pods, share: 0 })),
      share().transform((share) => ({ pods: 0, share })),
    ])
    .describe("Pods that must stay ready: a number, or a share of the replicas, rounded up; policy/v1 minAvailable"),
});

type PodDisruptionBudgetOptions = z.output<typeof podDisruptionBudget>;

/**
 * Says whether the Eviction API may take a pod away. Scaling, kills, crashes and failing probes do not ask it.
 *
 * A pod that is not ready may go while the budget is met without it (unhealthyPodEvictionPolicy IfHealthyBudget, the
 * default). Without options everything may go. Source: kubernetes.io "Disruptions".
 */
export class DisruptionBudget {
  private readonly pods: number;
  private readonly share: number;

  constructor(options: PodDisruptionBudgetOptions | undefined) {
    this.pods = options?.minAvailable.pods ?? 0;
    this.share = options?.minAvailable.share ?? 0;
  }

  /** How many pods must stay ready when so many replicas are wanted. */
  minAvailable(replicas: number): number {
    return Math.max(this.pods, Math.ceil(this.share * replicas));
  }

  allows(isReady: boolean, ready: number, replicas: number): boolean {
    return ready - (isReady ? 1 : 0) >= this.minAvailable(replicas);
  }
}
