import type { Scenario } from "../scenarios/language/scenario.ts";

/** How many times as large as it stands in its file a scenario is. */
export interface Size {
  /** The rate, and every limit of every pod, node and database: each of them does so many times as much. */
  readonly load: number;
  /** The rate, the pods, the nodes, and the limits of databases: so many systems in one, each pod as busy as before. */
  readonly pods: number;
  readonly duration: number;
}

/** By kind of component (and for nodes), what is multiplied, at whatever depth it stands. */
type Growth = Readonly<Record<string, readonly string[]>>;

const LOAD: Growth = {
  load: ["is"],
  service: ["workers", "queue", "cores", "connectionLimit", "queueLimit", "maximumPoolSize", "minimumIdle"],
  proxysql: ["max_connections", "mysql-max_connections"],
  mysql: ["max_connections", "cores"],
  nodes: ["base", "burst", "credit", "buffer"],
};

const PODS: Growth = {
  load: ["is"],
  service: ["replicas"],
  proxysql: ["replicas"],
  mysql: ["max_connections", "cores"],
  nodes: ["count"],
};

/**
 * A larger system in the same regime: whatever was short of something is as short of it as before, so the same share of
 * the attempts fails, in the same ways, and what an attempt costs can be compared.
 */
export function enlarged(scenario: Scenario, { load, pods, duration }: Size): Scenario {
  const larger = grown(grown(scenario, LOAD, load), PODS, pods);
  const timeline = larger.timeline.map((entry) => (entry.do === "scale" ? { ...entry, to: entry.to * pods } : entry));
  return { ...larger, timeline, duration: scenario.duration * duration };
}

function grown(scenario: Scenario, growth: Growth, times: number): Scenario {
  const components = new Map(
    [...scenario.components].map(([path, { kind, options }]) => {
      return [path, { kind, options: multiplied(options, growth[kind.kind] ?? [], times) }] as const;
    }),
  );
  return { ...scenario, components, nodes: multiplied(scenario.nodes, growth.nodes ?? [], times) };
}

/** A copy of plain data in which every number under one of these names is so many times as large. */
function multiplied<T>(data: T, names: readonly string[], times: number): T;
function multiplied(data: unknown, names: readonly string[], times: number): unknown {
  if (Array.isArray(data)) return data.map((each) => multiplied(each, names, times));
  if (!isPlain(data)) return data;
  const entries = Object.entries(data).map(([name, value]) => {
    const isMeant = names.includes(name) && typeof value === "number";
    return [name, isMeant ? value * times : multiplied(value, names, times)];
  });
  return Object.fromEntries(entries);
}

/** Distributions stay what they are. */
function isPlain(data: unknown): data is object {
  return typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype;
}
