import { inOrder, matchesOf, type Statement } from "./query-processor.ts";
import type { QueryRule } from "./query-rules.ts";
import { RuntimeTable } from "./runtime-table.ts";
import type { HostgroupAttributes, ReplicationHostgroup, ServerOptions, UserOptions } from "./tables.ts";

/** The tables of one ProxySQL, as a file gives them. */
export interface Configuration {
  readonly mysql_servers: readonly ServerOptions[];
  readonly mysql_users: readonly UserOptions[];
  readonly mysql_query_rules: readonly QueryRule[];
  readonly mysql_replication_hostgroups: readonly ReplicationHostgroup[];
  readonly mysql_hostgroup_attributes: readonly HostgroupAttributes[];
  readonly proxysql_servers: readonly { readonly hostname: string }[];
}

/** The tables that a ProxySQL Cluster keeps the same, by the name of the module. */
export interface RuntimeTables {
  readonly mysql_query_rules: RuntimeTable;
  readonly mysql_servers: RuntimeTable;
  readonly mysql_users: RuntimeTable;
  readonly proxysql_servers: RuntimeTable;
}

export const MODULES = ["mysql_query_rules", "mysql_servers", "mysql_users", "proxysql_servers"] as const;
export type Module = (typeof MODULES)[number];

/**
 * Every row that the tables of a process may ever have: those of its own file, those that it may take over from others
 * of its cluster, and the second place of each server that can move between the hostgroups of a pair.
 *
 * All processes of a cluster have the same catalog. It never changes.
 */
export class Catalog {
  readonly hostgroups: readonly number[];
  readonly servers: readonly ServerOptions[];
  readonly users: readonly UserOptions[];
  /** In the order in which they are looked at. */
  readonly rules: readonly QueryRule[];
  readonly pairs: readonly ReplicationHostgroup[];
  readonly attributes: readonly HostgroupAttributes[];
  /** Paths of the ProxySQLs of the cluster. */
  readonly proxies: readonly string[];
  /** All that clients may say. */
  readonly statements: readonly Statement[];
  /** By statement: which rules match it. */
  readonly matches: readonly Uint8Array[];

  constructor(members: readonly Configuration[], statements: readonly Statement[]) {
    this.pairs = unique(
      members.flatMap((one) => one.mysql_replication_hostgroups),
      ({ writer_hostgroup }) => String(writer_hostgroup),
    );
    this.servers = withSecondPlaces(
      unique(
        members.flatMap((one) => one.mysql_servers),
        keyOf,
      ),
      this.pairs,
    );
    this.users = unique(
      members.flatMap((one) => one.mysql_users),
      ({ username }) => username,
    );
    this.rules = inOrder(
      unique(
        members.flatMap((one) => one.mysql_query_rules),
        contentOf,
      ),
    );
    this.attributes = unique(
      members.flatMap((one) => one.mysql_hostgroup_attributes),
      ({ hostgroup_id }) => String(hostgroup_id),
    );
    this.proxies = [...new Set(members.flatMap((one) => one.proxysql_servers.map(({ hostname }) => hostname)))];
    this.hostgroups = [
      ...new Set([
        ...this.servers.map(({ hostgroup }) => hostgroup),
        ...this.users.map(({ default_hostgroup }) => default_hostgroup),
        ...this.rules.flatMap(({ destination_hostgroup }) => destination_hostgroup ?? []),
      ]),
    ];
    this.statements = statements;
    this.matches = matchesOf(this.rules, statements);
    Object.freeze(this);
  }

  /** The tables of a process that starts with a configuration. */
  tablesOf(own: Configuration): RuntimeTables {
    const { mysql_query_rules, mysql_servers, mysql_users, proxysql_servers } = own;
    return {
      mysql_query_rules: tableOf(["active", "apply"], this.rules, mysql_query_rules, contentOf),
      mysql_servers: tableOf(["max_connections", "weight", "max_latency_ms"], this.servers, mysql_servers, keyOf),
      mysql_users: tableOf(USER_COLUMNS, this.users, mysql_users, ({ username }) => username),
      proxysql_servers: tableOf(
        [],
        this.proxies,
        proxysql_servers.map(({ hostname }) => hostname),
        (path) => path,
      ),
    };
  }
}

const USER_COLUMNS = ["default_hostgroup", "max_connections", "transaction_persistent"];

function tableOf<Row>(
  names: string[],
  rows: readonly Row[],
  own: readonly Row[],
  key: (row: Row) => string,
): RuntimeTable {
  const byKey = new Map(own.map((row) => [key(row), row as unknown as Record<string, number>]));
  return new RuntimeTable(
    names,
    rows.map((row) => byKey.get(key(row))),
  );
}

/** All of a rule but what can be changed. */
function contentOf({ active: _, apply: __, ...rule }: QueryRule): string {
  return JSON.stringify(rule);
}

function keyOf({ hostgroup, hostname }: ServerOptions): string {
  return `${hostgroup} ${hostname}`;
}

/** Where the reader row of a server that may become writer, or the other way round, will stand. */
function withSecondPlaces(servers: readonly ServerOptions[], pairs: readonly ReplicationHostgroup[]): ServerOptions[] {
  const second = pairs.flatMap(({ writer_hostgroup, reader_hostgroup }) =>
    [[writer_hostgroup, reader_hostgroup] as const, [reader_hostgroup, writer_hostgroup] as const].flatMap(
      ([from, to]) =>
        servers.filter(({ hostgroup }) => hostgroup === from).map((server) => ({ ...server, hostgroup: to })),
    ),
  );
  return unique([...servers, ...second], keyOf);
}

function unique<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(key(row)) && seen.add(key(row)));
}
