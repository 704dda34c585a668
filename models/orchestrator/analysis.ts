import type { Micros } from "../../sim/time.ts";
import { IO_YES } from "../mysql/replication.ts";
import type { Instance } from "./instance.ts";

/** What orchestrator makes of a source and its replicas. */
export type Analysis =
  | "NoProblem"
  | "DeadMaster"
  | "DeadMasterAndReplicas"
  | "DeadMasterAndSomeReplicas"
  | "UnreachableMaster"
  | "UnreachableMasterWithLaggingReplicas"
  | "AllMasterReplicasNotReplicating";

/**
 * Judges a source by what was last seen of it and of its replicas (go/inst/analysis_dao.go, GetReplicationAnalysis).
 *
 * That it cannot be reached is not enough: as long as a replica gets its log, it lives. Dead is whom nobody reaches.
 */
export function analyse(source: Instance, replicas: readonly Instance[], reasonableLag: Micros): Analysis {
  const valid = replicas.filter((replica) => replica.wasSeen);
  const replicating = valid.filter((replica) => replica.io === IO_YES).length;
  const lagging = valid.filter((replica) => replica.behind > reasonableLag).length;
  if (replicas.length === 0) return "NoProblem";
  if (source.isLastCheckValid)
    return replicating === 0 && valid.length > 0 ? "AllMasterReplicasNotReplicating" : "NoProblem";
  if (replicating === 0) {
    if (valid.length === replicas.length) return "DeadMaster";
    return valid.length === 0 ? "DeadMasterAndReplicas" : "DeadMasterAndSomeReplicas";
  }
  return lagging === replicas.length ? "UnreachableMasterWithLaggingReplicas" : "UnreachableMaster";
}

/** Whether orchestrator replaces the source in this case. */
export function isActionable(analysis: Analysis): boolean {
  return analysis === "DeadMaster" || analysis === "DeadMasterAndSomeReplicas";
}
