import type { Component } from "../sim/component.ts";
import type { Simulation } from "../sim/simulation.ts";
import type { Connections } from "./connection/connections.ts";
import type { RequestClass } from "./load/request-class.ts";
import type { Dns } from "./network/dns.ts";
import type { Network } from "./network/network.ts";
import type { NetworkNode } from "./network/node.ts";

/** The number of a node; ELSEWHERE is any machine whose network is not a limit. */
export type NodeId = number;
export const ELSEWHERE: NodeId = -1;

/** What the parts of one run share: the simulation, the network with its nodes, and the table of connections. */
export interface World {
  readonly sim: Simulation;
  readonly network: Network;
  readonly connections: Connections;
  readonly nodes: readonly NetworkNode[];
  /** Names of the zones, in the order of the file; `NetworkNode.zone` and the zone of a request are indices into it. */
  readonly zones: readonly string[];
  /** What people ask for; the `kind` of a request is an index into it. */
  readonly classes: readonly RequestClass[];
  readonly dns: Dns;
  /** The options of each component, by path, those of components included that are not built yet. */
  readonly settings: ReadonlyMap<string, object>;
  /** The component at a path; throws when there is none (references are checked before a world is built). */
  find(path: string): Component;
  /** The most replicas that a deployment ever has in this run: its slots are built before the run starts. */
  replicasOf(path: string): number;
}
