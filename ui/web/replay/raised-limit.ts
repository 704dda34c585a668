import type { Fact } from "../../../scenarios/experiment/story.ts";
import type { Header } from "../../../scenarios/recording/header.ts";

/** So many times the limit that was reached. */
const RAISE = 2;

/** "noti-db.max_connections=118" for the fact that 59 connections are all there may be; undefined for most facts. */
export function raisedLimit(fact: Fact, header: Header): string | undefined {
  const limit = LIMITS[fact.fact];
  const figure = limit === undefined ? undefined : fact.figures[limit.figure];
  if (limit === undefined || figure === undefined) return undefined;
  const path = limit.path(fact.component, header);
  return path === undefined ? undefined : `${path}=${figure * RAISE}${limit.unit ?? ""}`;
}

interface Limit {
  /** The figure of the fact that is the limit. */
  readonly figure: string;
  readonly unit?: string;
  /** Where the scenario sets it. */
  path(component: string, header: Header): string | undefined;
}

/** Facts of limits that are a single figure of the scenario. */
const LIMITS: Readonly<Record<string, Limit>> = {
  "connection-limit-reached": { figure: "max_connections", path: (component) => `${component}.max_connections` },
  "client-limit-reached": { figure: "maxclients", path: (component) => `${component}.maxclients` },
  "frontend-full": {
    figure: "max_connections",
    path: (component, header) => `${ownerOf(component, header)}.variables.mysql-max_connections`,
  },
  "pool-at-max_connections": {
    figure: "max_connections",
    path: (component, header) =>
      `${ownerOf(component, header)}.mysql_servers.${component.split("/").at(-1)}.max_connections`,
  },
  "bandwidth-saturated": {
    figure: "capacityMbit",
    unit: "Mbit/s",
    path: (component, header) => ofNodes(component, header, "bandwidth.base"),
  },
  "conntrack-table-full": {
    figure: "nf_conntrack_max",
    path: (component, header) => ofNodes(component, header, "nf_conntrack_max"),
  },
  "machine-saturated": { figure: "cores", path: (component) => `${component}.cores` },
};

/** The deployment of a pod or of a part of it. */
function ownerOf(component: string, { components }: Header): string {
  const [pod = ""] = component.split("/");
  return components.find(({ path }) => path === pod)?.parent ?? pod;
}

/** "node proxy-zone-a-3 outbound" -> "nodes.proxy.bandwidth.base". */
function ofNodes(component: string, { components }: Header, option: string): string | undefined {
  const node = components.find(({ path, kind }) => kind === "node" && `${component} `.startsWith(`${path} `));
  if (node === undefined) return undefined;
  const zone = node.zone === undefined ? "" : `-${node.zone}`;
  const group = /^node (.*)-\d+$/.exec(node.path)?.[1];
  return group === undefined ? undefined : `nodes.${group.slice(0, group.length - zone.length)}.${option}`;
}
