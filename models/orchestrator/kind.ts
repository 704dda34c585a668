import { type Act, notUnderstood } from "../deed.ts";
import { defineKind } from "../kind.ts";
import { orchestratorOptions } from "./options.ts";
import { Orchestrator } from "./orchestrator.ts";

/** Orchestrator for MySQL replication. */
export const orchestrator = defineKind({
  kind: "orchestrator",
  about:
    "Orchestrator: checks databases that replicate from each other and, if told to, replaces a dead source by a replica.",
  options: orchestratorOptions,
  references: ({ DiscoverySeeds }) =>
    DiscoverySeeds.map((path, at) => ({ at: ["DiscoverySeeds", at], path, needs: ["binlog"] as const })),
  deeds: ["stop", "start"],
  facts: {
    "dead-master":
      "orchestrator takes {component} for dead: it cannot be reached, and none of its {replicas} replicas replicates",
    "unreachable-master": "orchestrator cannot reach {component}, but its replicas still replicate",
    "recovery-not-automatic":
      "{component} is not replaced: RecoverMasterClusterFilters does not name its cluster, so somebody has to do it",
    "recovery-blocked":
      "{component} is not replaced: its cluster was recovered {seconds} s ago, within RecoveryPeriodBlockSeconds",
    "recovery-begins": "{component} begins to replace the dead source",
    "recovery-failed": "{component}: no replica could be promoted",
    promoted: "{component} is promoted to source; {lost} transactions of the old one are lost",
  },
  build(world, path, options) {
    const component = new Orchestrator(world, path, options);
    const act: Act = (deed) => {
      if (deed.do === "stop") component.stop();
      else if (deed.do === "start") component.start();
      else notUnderstood(path, deed);
    };
    return { component, connect: () => component.connect(), start: () => component.start(), act };
  },
});
