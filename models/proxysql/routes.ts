import type { Verb } from "../../sim/requests.ts";
import { BEGIN } from "../verb.ts";
import type { World } from "../world.ts";
import type { Catalog, RuntimeTables } from "./catalog.ts";
import { NOBODY } from "./connection-columns.ts";
import { type Statement, verdictOf } from "./query-processor.ts";
import { returnsInsertId, type StatusChange, statusChangeOf } from "./session-status.ts";
import type { Variables } from "./variables.ts";

/** The number of a statement that clients may say: two for each class of requests, after two of the probes. */
export type StatementId = number;

/** What each class of requests may say to a process; a class has one text for all of its statements, and BEGIN. */
export function statementsOf({ classes }: World, probe: string): Statement[] {
  const said = classes.flatMap(({ username, sql }) => [sql, "BEGIN"].map((text) => ({ username, sql: text })));
  return [{ username: probe, sql: "SELECT 1" }, { username: probe, sql: "BEGIN" }, ...said];
}

/**
 * Where each statement goes and how it is treated, worked out anew whenever users or rules are loaded: a query itself is
 * only looked up here.
 */
export class Routes {
  /** Place of the user who says it, or NOBODY where there is no such user. */
  readonly user: Int32Array;
  /** Index of its hostgroup. */
  readonly hostgroup: Int32Array;
  /** How often it may be sent again after its connection broke. */
  readonly retries: Int32Array;
  /** How long it waits before it looks for a connection. */
  readonly delay: Float64Array;
  /** How long it may run; Infinity: without limit. */
  readonly timeout: Float64Array;
  /** 1 if a rule refuses it. */
  readonly isBlocked: Uint8Array;
  /** What it leaves on its connection. */
  readonly sets: Uint8Array;
  readonly clears: Uint8Array;
  readonly returnsId: Uint8Array;
  private readonly catalog: Catalog;
  private readonly variables: Variables;

  constructor(catalog: Catalog, variables: Variables, tables: RuntimeTables) {
    const { length } = catalog.statements;
    this.catalog = catalog;
    this.variables = variables;
    this.user = new Int32Array(length);
    this.hostgroup = new Int32Array(length);
    this.retries = new Int32Array(length);
    this.delay = new Float64Array(length);
    this.timeout = new Float64Array(length);
    this.isBlocked = new Uint8Array(length);
    this.sets = new Uint8Array(length);
    this.clears = new Uint8Array(length);
    this.returnsId = Uint8Array.from(catalog.statements, ({ sql }) => (returnsInsertId(sql) ? 1 : 0));
    this.load(tables);
  }

  /** The statement of a request; what no person asked for (a probe) is said by the first user. */
  of(kind: number, verb: Verb): StatementId {
    return 2 * (kind + 1) + (verb === BEGIN ? 1 : 0);
  }

  /** Users or rules have been loaded. */
  load(tables: RuntimeTables): void {
    for (const [id, { username, sql }] of this.catalog.statements.entries()) this.route(id, username, sql, tables);
  }

  private route(id: StatementId, username: string, sql: string, tables: RuntimeTables): void {
    const { rules, hostgroups, matches } = this.catalog;
    const user = this.userCalled(username, tables);
    const verdict = verdictOf(
      rules,
      statesOf(tables),
      matches[id]!,
      this.variables["mysql-query_processor_iterations"],
    );
    const said = <Key extends "destination_hostgroup" | "multiplex" | "delay" | "retries" | "timeout">(key: Key) =>
      rules[verdict[key]]?.[key];
    const own = user === NOBODY ? 0 : tables.mysql_users.columns.default_hostgroup![user]!;
    const change: StatusChange = statusChangeOf(sql, said("multiplex") ?? -1);
    this.user[id] = user;
    this.hostgroup[id] = hostgroups.indexOf(said("destination_hostgroup") ?? own);
    this.retries[id] = said("retries") ?? this.variables["mysql-query_retries_on_failure"];
    this.delay[id] = (said("delay") ?? 0) + this.variables["mysql-default_query_delay"];
    this.timeout[id] = said("timeout") || this.variables["mysql-default_query_timeout"] || Number.POSITIVE_INFINITY;
    this.isBlocked[id] = verdict.error_msg < 0 ? 0 : 1;
    this.sets[id] = change.sets;
    this.clears[id] = change.clears;
  }

  private userCalled(username: string, { mysql_users }: RuntimeTables): number {
    const user = this.catalog.users.findIndex((one) => one.username === username);
    return user >= 0 && mysql_users.columns.listed![user] === 1 ? user : NOBODY;
  }
}

/** Rules that are not listed are as inactive ones. */
function statesOf({ mysql_query_rules }: RuntimeTables) {
  const { listed, active, apply } = mysql_query_rules.columns;
  return { active: active!.map((value, rule) => value * listed![rule]!), apply: apply! };
}
