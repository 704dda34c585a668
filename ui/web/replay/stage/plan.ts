import type { Header } from "../../../../scenarios/recording/header.ts";

/** How finely pods are shown: each, by node, or by zone. */
export const LEVELS = ["zone", "node", "pod"] as const;
export type Level = (typeof LEVELS)[number];

/** More pods than that are shown by zone unless somebody asks for more. */
const MOST_PODS = 240;

/** Something that the stage shows: a component of the scenario, one of its pods, a node, or a zone of a fleet. */
export interface Actor {
  /** Path of the component; "api+edge@zone-a" for a zone of a fleet. */
  readonly id: string;
  readonly sort: "component" | "pod" | "node" | "zone";
  readonly kind: string;
  readonly label: string;
  readonly zone: string;
  /** The node that a pod stands on; empty if none is known. */
  readonly node: string;
  /** The component that a pod belongs to; empty for all others. */
  readonly of: string;
}

/** Components whose pods share nodes, and where the pods stand. */
export interface Fleet {
  readonly tiers: readonly Actor[];
  readonly nodes: readonly Actor[];
  readonly pods: readonly Actor[];
  /** From the people (0) on: how many others are asked before. */
  readonly depth: number;
}

/** Who is there and who stands with whom. It depends on nothing but the components and links of the scenario. */
export interface Plan {
  readonly fleets: readonly Fleet[];
  readonly links: Header["links"];
}

export function planOf({ components, links }: Pick<Header, "components" | "links">): Plan {
  const actors = components.flatMap(actorOf);
  const pods = new Map<string, Actor[]>();
  for (const actor of actors) if (actor.sort === "pod") pods.set(actor.of, [...(pods.get(actor.of) ?? []), actor]);
  const tiers = actors.filter(({ sort }) => sort === "component");
  const nodes = actors.filter(({ sort }) => sort === "node");
  const known = new Set(tiers.map(({ id }) => id));
  const shown = links.filter(({ from, to }) => known.has(from) && known.has(to));
  const kinds = new Map(tiers.map(({ id, kind }) => [id, kind]));
  // Databases that follow each other stand beside each other.
  const asking = shown.filter(({ from, to }) => kinds.get(from) !== kinds.get(to));
  const depths = depthsOf(tiers, asking);
  const fleets = fleetsOf(tiers, pods).map((members): Fleet => {
    const own = members.flatMap(({ id }) => pods.get(id) ?? []);
    return { tiers: members, pods: own, nodes: [], depth: Math.min(...members.map(({ id }) => depths.get(id)!)) };
  });
  return { fleets: withNodes(fleets, nodes), links: shown };
}

/** The zones that a fleet has nodes in. */
export function zonesOf({ tiers, nodes }: Fleet): Actor[] {
  const zones = [...new Set(nodes.map(({ zone }) => zone))].sort();
  const whose = tiers.map(({ id }) => id).join("+");
  return zones.map((zone) => ({
    id: `${whose}@${zone}`,
    sort: "zone",
    kind: "zone",
    label: zone,
    zone,
    node: "",
    of: "",
  }));
}

/** Everybody: components before their zones, zones before their nodes, nodes before their pods. */
export function actorsOf({ fleets }: Plan): Actor[] {
  return fleets.flatMap((fleet) => {
    const { tiers, nodes, pods } = fleet;
    const homeless = pods.filter(({ node }) => !nodes.some(({ id }) => id === node));
    const housed = zonesOf(fleet).flatMap((zone) => [
      zone,
      ...nodes
        .filter((node) => node.zone === zone.zone)
        .flatMap((node) => [node, ...pods.filter((pod) => pod.node === node.id)]),
    ]);
    return [...tiers, ...housed, ...homeless];
  });
}

/** The level that a plan is shown at if nobody chose one. */
export function usualLevel({ fleets }: Plan): Level {
  return fleets.reduce((sum, { pods }) => sum + pods.length, 0) > MOST_PODS ? "zone" : "pod";
}

/** Path of the component, node or pod that a part of it belongs to. */
export function ownerOf(path: string): string {
  return path.slice(0, path.search(/[/#]| (?:in|out)bound$|$/));
}

function actorOf({ path, kind, parent, zone = "", node = "" }: Header["components"][number]): Actor[] {
  if (kind === undefined) return [];
  const common = { id: path, kind, zone, node, of: "" };
  if (kind === "node") return [{ ...common, sort: "node", label: path.replace(/^node /, "") }];
  if (parent !== undefined) return [{ ...common, sort: "pod", of: parent, label: path }];
  return [{ ...common, sort: "component", label: path }];
}

/** Longest way from those whom nobody asks; a way that leads back to itself is not followed. */
function depthsOf(tiers: readonly Actor[], links: Plan["links"]): Map<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (id: string, below: readonly string[]): number => {
    const found = depths.get(id);
    if (found !== undefined) return found;
    const callers = links.filter(({ from, to }) => to === id && !below.includes(from) && from !== id);
    const depth = callers.reduce((most, { from }) => Math.max(most, 1 + depthOf(from, [...below, id])), 0);
    if (below.length === 0) depths.set(id, depth);
    return depth;
  };
  for (const { id } of tiers) depthOf(id, []);
  const last = Math.max(0, ...depths.values());
  for (const { id, kind } of tiers) {
    const isAsked = links.some(({ to }) => to === id);
    if (kind !== "load" && !isAsked) depths.set(id, aheadOf(id, links, depths, last));
  }
  return depths;
}

/** Those whom no request reaches (an autoscaler, an orchestrator) stand beside the last ones that they look at. */
function aheadOf(id: string, links: Plan["links"], depths: ReadonlyMap<string, number>, last: number): number {
  const looksAt = links.filter(({ from }) => from === id).map(({ to }) => depths.get(to)!);
  return looksAt.length === 0 ? last : Math.max(1, Math.min(...looksAt) - 1);
}

/** Components that have a node in common stand together. */
function fleetsOf(tiers: readonly Actor[], pods: ReadonlyMap<string, readonly Actor[]>): Actor[][] {
  const nodesOf = (members: readonly Actor[]) =>
    new Set(members.flatMap(({ id }) => (pods.get(id) ?? []).map(({ node }) => node)).filter((node) => node !== ""));
  const fleets: Actor[][] = [];
  for (const tier of tiers) {
    const own = nodesOf([tier]);
    const fleet = fleets.find((members) => [...nodesOf(members)].some((node) => own.has(node)));
    if (fleet === undefined) fleets.push([tier]);
    else fleet.push(tier);
  }
  return fleets;
}

/** Every node stands with those who use it; one that nobody uses stands with the nodes whose names are most like its own. */
function withNodes(fleets: readonly Fleet[], nodes: readonly Actor[]): Fleet[] {
  const users = new Map<string, Fleet>();
  for (const fleet of fleets) for (const { node } of fleet.pods) if (node !== "") users.set(node, fleet);
  const likest = ({ id }: Actor) => {
    const alike = [...users.keys()].map((other) => ({ other, same: sameStart(id, other) }));
    const best = alike.reduce((most, each) => (each.same > most.same ? each : most), { other: "", same: -1 });
    return users.get(best.other);
  };
  const fleetOf = new Map(nodes.map((node) => [node.id, users.get(node.id) ?? likest(node)]));
  return fleets.map((fleet) => ({ ...fleet, nodes: nodes.filter(({ id }) => fleetOf.get(id) === fleet) }));
}

function sameStart(one: string, other: string): number {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  return same;
}
