import * as z from "zod";
import { positiveCount } from "../quantity.ts";
import { ELSEWHERE, type NodeId, type World } from "../world.ts";
import { type Pod, TERMINATING } from "./pod.ts";

/** How evenly pods are spread over zones or nodes (core/v1 TopologySpreadConstraint). */
export const topologySpreadConstraint = z.strictObject({
  maxSkew: positiveCount()
    .default(1)
    .describe("How many pods a domain may have more than the one with the fewest. Source: core/v1."),
  topologyKey: z
    .enum(["zone", "hostname"])
    .describe("What a domain is: topology.kubernetes.io/zone or kubernetes.io/hostname."),
  whenUnsatisfiable: z
    .enum(["DoNotSchedule", "ScheduleAnyway"])
    .default("DoNotSchedule")
    .describe("Whether a pod that would exceed it stays Pending, or it is only a preference. Source: core/v1."),
  minDomains: positiveCount()
    .default(1)
    .describe("With fewer domains than this the fewest counts as 0; DoNotSchedule only. Source: core/v1."),
});

export type TopologySpreadConstraint = z.output<typeof topologySpreadConstraint>;

/** No node takes the pod: it stays Pending. */
export const NOWHERE: NodeId = -2;

/**
 * Finds a node for each pod of one deployment.
 *
 * A node is out when it has no room, or when a DoNotSchedule constraint would be exceeded: skew = pods in its domain
 * + 1 - fewest pods in any domain that has a node, full or not. It is worked out only when a pod is placed; nothing is
 * moved later. Of the rest it takes the one with the fewest pods in its ScheduleAnyway domains, then the least
 * allocated, then the first. Source: kubernetes podtopologyspread/filtering.go; the order of preferences stands for a
 * weighted sum of scores there.
 */
export class Scheduler {
  /** Why the latest pod was turned away, counted in nodes. */
  tooManyPods = 0;
  skewed = 0;
  /** The nodes that pods may be placed on, cordoned or not. */
  readonly nodes: readonly NodeId[];
  /** Indices of the zones of these nodes, ascending. */
  readonly zones: readonly number[];
  private readonly world: World;
  private readonly isBound: boolean;
  private readonly hard: readonly TopologySpreadConstraint[];
  private readonly soft: readonly TopologySpreadConstraint[];
  /** By node: 1 while no new pod may be placed there. */
  private readonly cordoned: Uint8Array;
  /** By node: pods of this deployment there. */
  private readonly placed: Int32Array;

  /** @param groups names of node groups; with none, pods run elsewhere, where there is always room. */
  constructor(world: World, groups: readonly string[], constraints: readonly TopologySpreadConstraint[]) {
    this.world = world;
    this.isBound = groups.length > 0;
    this.nodes = world.nodes.flatMap((node, id) => (groups.includes(node.group) ? [id] : []));
    this.zones = [...new Set(this.nodes.map((id) => world.nodes[id]!.zone))].sort((a, b) => a - b);
    this.hard = constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
    this.soft = constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway");
    this.cordoned = new Uint8Array(world.nodes.length);
    this.placed = new Int32Array(world.nodes.length);
  }

  /** Takes no more pods on this node. */
  cordon(node: NodeId): void {
    this.cordoned[node] = 1;
  }

  /** The node for one more pod beside these, or NOWHERE. */
  place(pods: readonly Pod[]): NodeId {
    if (!this.isBound) return ELSEWHERE;
    this.count(pods);
    this.tooManyPods = 0;
    this.skewed = 0;
    let best = NOWHERE;
    for (const node of this.nodes) {
      if (this.cordoned[node] === 1 || this.isFull(node)) this.tooManyPods++;
      else if (this.hard.some((constraint) => this.isExceeded(constraint, node))) this.skewed++;
      else if (best === NOWHERE || this.isBetter(node, best)) best = node;
    }
    return best;
  }

  private count(pods: readonly Pod[]): void {
    this.placed.fill(0);
    for (const { node, state } of pods) {
      if (node !== ELSEWHERE && state !== TERMINATING) this.placed[node]!++;
    }
  }

  private isFull(node: NodeId): boolean {
    const { pods, maxPods } = this.world.nodes[node]!;
    return pods >= maxPods;
  }

  private isExceeded(constraint: TopologySpreadConstraint, node: NodeId): boolean {
    const domains = new Set(this.nodes.map((one) => this.domainOf(constraint, one)));
    let fewest = Number.POSITIVE_INFINITY;
    for (const domain of domains) fewest = Math.min(fewest, this.podsIn(constraint, domain));
    if (domains.size < constraint.minDomains) fewest = 0;
    return this.podsIn(constraint, this.domainOf(constraint, node)) + 1 - fewest > constraint.maxSkew;
  }

  private isBetter(node: NodeId, than: NodeId): boolean {
    for (const constraint of this.soft) {
      const here = this.podsIn(constraint, this.domainOf(constraint, node));
      const there = this.podsIn(constraint, this.domainOf(constraint, than));
      if (here !== there) return here < there;
    }
    return this.allocated(node) < this.allocated(than);
  }

  private allocated(node: NodeId): number {
    const { pods, maxPods } = this.world.nodes[node]!;
    return pods / maxPods;
  }

  private domainOf(constraint: TopologySpreadConstraint, node: NodeId): number {
    return constraint.topologyKey === "zone" ? this.world.nodes[node]!.zone : node;
  }

  private podsIn(constraint: TopologySpreadConstraint, domain: number): number {
    let pods = 0;
    for (const node of this.nodes) {
      if (this.domainOf(constraint, node) === domain) pods += this.placed[node]!;
    }
    return pods;
  }
}
