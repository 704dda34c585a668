import * as z from "zod";
import { count, milliseconds, positiveCount } from "../quantity.ts";
import { Mistake } from "../unit.ts";

const HOSTGROUP = 2_147_483_647;

/** Rows of `mysql_servers`: which servers a hostgroup has. */
export const mysqlServers = z
  .array(
    z.strictObject({
      hostgroup: count(HOSTGROUP).default(0).describe("Hostgroup that the server belongs to. Source: mysql_servers."),
      hostname: z.string().describe("The server: the path of a component. Source: mysql_servers."),
      max_connections: positiveCount()
        .default(1000)
        .describe(
          "Connections in use at once, per process and hostgroup; idle ones do not count. Source: mysql_servers.",
        ),
      weight: count(10_000_000)
        .default(1)
        .describe("Its share in the lottery for a query; 0 takes it out. Source: mysql_servers."),
      max_latency_ms: milliseconds()
        .prefault(0)
        .describe(
          "Passed over while pings take longer; milliseconds, 0: mysql-default_max_latency_ms. Source: mysql_servers.",
        ),
    }),
  )
  .superRefine((servers, context) => {
    once(
      servers.map(({ hostgroup, hostname }) => `${hostname} in hostgroup ${hostgroup}`),
      "server",
      context,
    );
  })
  .describe("The servers behind the proxy. Source: mysql_servers.");

export type ServerOptions = z.output<typeof mysqlServers>[number];

/** Rows of `mysql_users`: where a user's queries go. */
export const mysqlUsers = z
  .array(
    z.strictObject({
      username: z.string().describe("The user that a class of requests runs as. Source: mysql_users."),
      default_hostgroup: count(HOSTGROUP).default(0).describe("Hostgroup that its queries go to. Source: mysql_users."),
      max_connections: positiveCount()
        .default(10_000)
        .describe("Client sessions of this user on one process; 1226 beyond. Source: mysql_users."),
      transaction_persistent: z
        .union([z.literal(0), z.literal(1)])
        .default(1)
        .describe("1: within a transaction all statements go where it began, whatever the rules say. Source: same."),
    }),
  )
  .superRefine((users, context) => {
    once(
      users.map(({ username }) => username),
      "user",
      context,
    );
  })
  .describe("The users that may log in. Source: mysql_users.");

export type UserOptions = z.output<typeof mysqlUsers>[number];

/** Rows of `mysql_replication_hostgroups`: hostgroups whose servers move with their read_only. */
export const mysqlReplicationHostgroups = z
  .array(
    z.strictObject({
      writer_hostgroup: count(HOSTGROUP).describe("Hostgroup of the servers with read_only=0. Source: same."),
      reader_hostgroup: count(HOSTGROUP).describe("Hostgroup of the others. Source: mysql_replication_hostgroups."),
      check_type: z.literal("read_only").default("read_only").describe("What is asked of a server. Source: same."),
    }),
  )
  .superRefine((pairs, context) => {
    for (const [at, { writer_hostgroup, reader_hostgroup }] of pairs.entries()) {
      if (writer_hostgroup !== reader_hostgroup) continue;
      const mistake = new Mistake(`hostgroup ${reader_hostgroup} is writer and reader in one`, "another hostgroup");
      context.addIssue({ code: "custom", path: [at, "reader_hostgroup"], message: mistake.wrong, params: { mistake } });
    }
    const numbers = pairs.map(({ writer_hostgroup }) => `writer hostgroup ${writer_hostgroup}`);
    once(numbers, "writer hostgroup", context);
  })
  .default([])
  .describe("Pairs of hostgroups between which servers move with their read_only. Source: HostGroups_Manager.cpp.");

export type ReplicationHostgroup = z.output<typeof mysqlReplicationHostgroups>[number];

/** Rows of `mysql_hostgroup_attributes`: a hostgroup that has one heeds it in place of the variables. */
export const mysqlHostgroupAttributes = z
  .array(
    z.strictObject({
      hostgroup_id: count(HOSTGROUP).describe("The hostgroup. Source: mysql_hostgroup_attributes."),
      max_num_online_servers: count()
        .default(1_000_000)
        .describe("With more servers ONLINE than this none of them is used. Source: mysql_hostgroup_attributes."),
      multiplex: z
        .union([z.literal(0), z.literal(1)])
        .default(1)
        .describe("0: a client keeps its connection until it leaves. Source: mysql_hostgroup_attributes."),
      connection_warming: z
        .union([z.literal(0), z.literal(1)])
        .default(0)
        .describe("In place of mysql-connection_warming. Source: mysql_hostgroup_attributes."),
      throttle_connections_per_sec: positiveCount()
        .default(1_000_000)
        .describe("In place of mysql-throttle_connections_per_sec_to_hostgroup. Source: mysql_hostgroup_attributes."),
      free_connections_pct: count(100)
        .default(10)
        .describe("In place of mysql-free_connections_pct. Source: mysql_hostgroup_attributes."),
    }),
  )
  .superRefine((rows, context) => {
    once(
      rows.map(({ hostgroup_id }) => `hostgroup ${hostgroup_id}`),
      "hostgroup",
      context,
    );
  })
  .default([])
  .describe("What holds for one hostgroup in place of the variables. Source: mysql_hostgroup_attributes.");

export type HostgroupAttributes = z.output<typeof mysqlHostgroupAttributes>[number];

/** Rows of `proxysql_servers`: the others of its cluster. */
export const proxysqlServers = z
  .array(z.strictObject({ hostname: z.string().describe("Path of a ProxySQL; it may be this one, of several pods.") }))
  .superRefine((rows, context) => {
    once(
      rows.map(({ hostname }) => hostname),
      "ProxySQL",
      context,
    );
  })
  .default([])
  .describe("Whose configuration it compares with its own, and takes over when newer. Source: ProxySQL_Cluster.cpp.");

function once(keys: readonly string[], what: string, context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [at, key] of keys.entries()) {
    if (!seen.has(key)) {
      seen.add(key);
      continue;
    }
    const mistake = new Mistake(`${key} is listed twice`, `each ${what} once`);
    context.addIssue({ code: "custom", path: [at], message: mistake.wrong, params: { mistake } });
  }
}
