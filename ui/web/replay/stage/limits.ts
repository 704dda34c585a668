import type { Recording } from "../../../../scenarios/recording/recording.ts";
import { ownerOf } from "./plan.ts";
import type { Figure } from "./reading.ts";

/** How much of a figure there can be. */
export interface Limit {
  /** What follows the component in the path of what is limited. */
  readonly part: string;
  readonly figure: Figure;
  readonly value: number;
}

/** A fact of the journal, the figure that it says has come to its limit, where it tells the limit, and in which unit. */
const TELLING: readonly (readonly [fact: string, of: Figure, told: string, unit: number])[] = [
  ["connection-limit-reached", "used", "max_connections", 1],
  ["pool-at-max_connections", "used", "max_connections", 1],
  ["pool-exhausted", "used", "limit", 1],
  ["workers-all-busy", "busy", "workers", 1],
  ["queue-full", "queue", "limit", 1],
  ["bandwidth-saturated", "in", "capacityMbit", 1e6 / 8],
  ["bandwidth-saturated", "out", "capacityMbit", 1e6 / 8],
];

/** The limits that the journal tells of, by component; of a limit that was never reached a recording knows nothing. */
export function limitsIn({ header, result }: Recording): ReadonlyMap<string, Limit[]> {
  const parents = new Map(header.components.map(({ path, parent }) => [path, parent ?? path]));
  const limits = new Map<string, Limit[]>();
  for (const { fact, component, figures } of result.journal) {
    for (const [telling, figure, told, unit] of TELLING) {
      const value = figures[told];
      if (fact !== telling || value === undefined || !isOfDirection(component, figure)) continue;
      const owner = ownerOf(component);
      const limit = { part: component.slice(owner.length), figure, value: value * unit };
      // Pods of a component are made alike: what limits one limits each.
      for (const id of new Set([owner, parents.get(owner) ?? owner]))
        limits.set(id, [...(limits.get(id) ?? []), limit]);
    }
  }
  return limits;
}

/** The limit of a figure of a part of a component, or of the component of a pod; undefined if none is known. */
export function limitOf(
  limits: ReadonlyMap<string, Limit[]>,
  id: string,
  of: string,
  part: string,
  figure: Figure,
): number | undefined {
  const known = [...(limits.get(id) ?? []), ...(limits.get(of) ?? [])];
  return known.find((limit) => limit.figure === figure && (part === "" ? isWhole(limit.part) : limit.part === part))
    ?.value;
}

/** "/pods" stands for what holds of each pod; a direction of a node is told by the figure. */
function isWhole(part: string): boolean {
  return part === "" || part === "/pods" || part.endsWith("bound");
}

function isOfDirection(component: string, figure: Figure): boolean {
  if (figure === "in") return component.endsWith(" inbound");
  return figure !== "out" || component.endsWith(" outbound");
}
