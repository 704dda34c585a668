import { Connections } from "../../models/connection/connections.ts";
import type { Built, Kind } from "../../models/kind.ts";
import { requestClasses } from "../../models/load/class-options.ts";
import type { RequestClass } from "../../models/load/request-class.ts";
import { Dns, type DnsOptions } from "../../models/network/dns.ts";
import { Network, type NetworkOptions } from "../../models/network/network.ts";
import { NetworkNode, type NodeOptions } from "../../models/network/node.ts";
import type { World } from "../../models/world.ts";
import type { Component } from "../../sim/component.ts";
import { Simulation, type SimulationOptions } from "../../sim/simulation.ts";

/** Nodes of one group in one zone. */
interface NodeGroup extends Omit<NodeOptions, "zone"> {
  readonly zone: string;
  readonly count: number;
}

/** One component of a scenario: its kind, and its options as that kind has validated them. */
interface Part {
  readonly kind: Kind;
  readonly options: unknown;
}

/** What a world is built from: everything of a scenario that stands before time begins. */
export interface WorldPlan {
  readonly zones: readonly string[];
  readonly nodes: readonly NodeGroup[];
  readonly network: NetworkOptions;
  readonly dns: DnsOptions;
  readonly components: ReadonlyMap<string, Part>;
  /** The most replicas that each deployment ever has. */
  readonly replicas: ReadonlyMap<string, number>;
}

/** A world that is ready to run, with the built parts by path. */
export class ScenarioWorld implements World {
  readonly sim: Simulation;
  readonly connections = new Connections();
  readonly zones: readonly string[];
  readonly nodes: readonly NetworkNode[];
  readonly classes: readonly RequestClass[];
  readonly network: Network;
  readonly dns: Dns;
  readonly built = new Map<string, Built>();
  /** The options of each component, by path. */
  readonly settings = new Map<string, object>();
  private readonly replicas: ReadonlyMap<string, number>;

  constructor(plan: WorldPlan, options: SimulationOptions) {
    this.sim = new Simulation(options);
    this.zones = Object.freeze([...plan.zones]);
    this.replicas = plan.replicas;
    this.classes = Object.freeze(classesOf(plan));
    this.nodes = this.buildNodes(plan);
    this.network = new Network(this.sim, this.nodes, plan.network);
    this.network.watch(this.connections);
    this.dns = new Dns(this, plan.dns);
    for (const [path, { options }] of plan.components) this.settings.set(path, options as object);
    for (const [path, { kind, options }] of plan.components) {
      this.built.set(path, kind.build(this, path, Object.freeze(options)));
    }
    for (const each of this.built.values()) each.connect();
    for (const each of this.built.values()) each.start();
  }

  find(path: string): Component {
    const found = this.built.get(path)?.component;
    if (found === undefined) throw new Error(`there is no component "${path}"`);
    return found;
  }

  replicasOf(path: string): number {
    return this.replicas.get(path) ?? 1;
  }

  private buildNodes(plan: WorldPlan): NetworkNode[] {
    return plan.nodes.flatMap(({ group, zone, count, ...limits }) =>
      Array.from({ length: count }, (_, at) => {
        const options = { ...limits, group, zone: plan.zones.indexOf(zone) };
        return new NetworkNode(this.sim, `${group}-${zone}-${at + 1}`, options);
      }),
    );
  }
}

/** The request classes of all loads and services; two that name the same class mean the same. */
function classesOf(plan: WorldPlan): RequestClass[] {
  const classes = new Map<string, RequestClass>();
  for (const { kind, options } of plan.components.values()) {
    const declared = kind.classes?.(options) ?? [];
    for (const each of requestClasses({ classes: declared })) classes.set(each.name, each);
  }
  return [...classes.values()];
}
