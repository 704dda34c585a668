import type { JournalId } from "../../sim/record/journal.ts";
import type { Catalog, Configuration, Module } from "./catalog.ts";
import type { ProxysqlPod } from "./proxysql-pod.ts";

/** The columns of each table that operators can change while processes run. */
const COLUMNS = {
  mysql_servers: ["max_connections", "weight"],
  mysql_users: ["max_connections"],
  mysql_query_rules: ["active", "apply"],
} as const;

type Settable = keyof typeof COLUMNS;

/** What can be set by row: "mysql_servers.db.max_connections", "mysql_query_rules.1.apply". */
export function settableIn({ mysql_servers, mysql_users, mysql_query_rules }: Configuration): string[] {
  const rows: Record<Settable, readonly (string | number)[]> = {
    mysql_servers: mysql_servers.map(({ hostname }) => hostname),
    mysql_users: mysql_users.map(({ username }) => username),
    mysql_query_rules: mysql_query_rules.map(({ rule_id }) => rule_id),
  };
  return Object.entries(COLUMNS).flatMap(([module, columns]) =>
    [...new Set(rows[module as Settable])].flatMap((row) => columns.map((column) => `${module}.${row}.${column}`)),
  );
}

/**
 * UPDATE of the rows that a parameter names, and LOAD of their table TO RUNTIME, even if the value is the one that it
 * has: at the admin interface of one process, or of each. False if the parameter names no rows.
 */
export function setRows(
  pods: readonly ProxysqlPod[],
  catalog: Catalog,
  parameter: string,
  value: number,
  because: JournalId,
): boolean {
  const [module = "", name = "", column = ""] = parameter.split(".");
  if (!Object.hasOwn(COLUMNS, module)) return false;
  const rows = rowsOf(catalog, module as Settable, name);
  const whole = module === "mysql_query_rules" ? Math.min(1, Math.ceil(value)) : Math.floor(value);
  for (const pod of pods) pod.set(module as Module, rows, column, whole, because);
  return true;
}

function rowsOf({ servers, users, rules }: Catalog, module: Settable, name: string): number[] {
  const names: Record<Settable, readonly string[]> = {
    mysql_servers: servers.map(({ hostname }) => hostname),
    mysql_users: users.map(({ username }) => username),
    mysql_query_rules: rules.map(({ rule_id }) => String(rule_id)),
  };
  return names[module].flatMap((each, row) => (each === name ? [row] : []));
}
