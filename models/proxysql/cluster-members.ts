import type { World } from "../world.ts";
import type { Configuration } from "./catalog.ts";

/** The configurations of a cluster, one for each member. */
export function clusterConfigurations(world: World, path: string, own: Configuration): Configuration[] {
  const members = clusterMembers(world, path);
  if (members.length === 0) return [own];
  return members.map((member) => (member === path ? own : (world.settings.get(member) as Configuration)));
}

/** Paths of the ProxySQLs that a cluster is made of, in order of the file: all that name each other, directly or not. */
function clusterMembers(world: World, path: string): string[] {
  const names = [...world.settings].flatMap(([from, options]) =>
    isProxysql(options) ? options.proxysql_servers.map(({ hostname }) => [from, hostname] as const) : [],
  );
  const members = new Set([path]);
  for (let size = 0; size < members.size; ) {
    size = members.size;
    for (const [from, to] of names) {
      if (members.has(from)) members.add(to);
      if (members.has(to)) members.add(from);
    }
  }
  return [...world.settings.keys()].filter((each) => members.has(each));
}

function isProxysql(options: object): options is Configuration {
  return "proxysql_servers" in options;
}
