import type { Fact } from "../../../scenarios/experiment/story.ts";
import type { Header } from "../../../scenarios/recording/header.ts";
import { hashOf } from "../route.ts";

/** A second run that differs in one thing, to be compared with this one. */
export interface Try {
  readonly href: string;
  /** The variant, or "path=value". */
  readonly change: string;
  /** What the variant is, in the words of the file; missing for a limit that is raised. */
  readonly about?: string;
}

/** Which run the other one is compared with, as the hash says it. */
interface Base {
  readonly of: string;
  readonly view: Readonly<Record<string, string>>;
}

/** So many times the limit that was reached. */
const RAISE = 2;

/**
 * What might have helped: each limit that the chain of causes names, doubled, and every variant that the scenario has.
 * The same seed and replication, so that the same people come.
 */
export function triesOf(
  chain: readonly Fact[],
  header: Header,
  variants: readonly { readonly name: string; readonly about: string }[],
  base: Base,
): Try[] {
  const raised = [...new Set(chain.flatMap((fact) => raisedLimit(fact, header) ?? []))];
  const { variant = "", set = "" } = base.view;
  const changed = (change: string) => (set === "" ? change : `${set}\n${change}`);
  return [
    ...raised.map((change) => ({ change, href: linkTo(base, { b: variant, setb: changed(change) }) })),
    ...variants
      .filter(({ name }) => name !== variant)
      .map(({ name, about }) => ({ change: name, about, href: linkTo(base, { b: name, setb: set }) })),
  ];
}

/** The two sides are `a` with `seta` and `b` with `setb`; all else is the same for both. */
function linkTo({ of, view }: Base, other: Readonly<Record<string, string>>): string {
  const { variant: a = "", set: seta = "", seed = "", replication = "", s = "" } = view;
  const all = Object.entries({ a, seta, ...other, seed, replication, s }).filter(([, value]) => value !== "");
  return hashOf({ page: "compare", of, view: Object.fromEntries(all) });
}

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
