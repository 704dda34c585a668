import { digestOf } from "./query-digest.ts";

/** What a session has left on its connection, so that nobody else may use it: bits of MySQL_Connection.status_flags. */
export type SessionStatus = number;
export const CLEAN: SessionStatus = 0;
const USER_VARIABLE = 1;
const PREPARED_STATEMENT = 2;
const TEMPORARY_TABLE = 4;
const LOCK_TABLES = 8;
const GET_LOCK = 16;
const FOUND_ROWS = 32;
const NO_MULTIPLEX = 64;

/** What a statement does to the status of its connection. */
export interface StatusChange {
  readonly sets: SessionStatus;
  readonly clears: SessionStatus;
}

/** mysql-keep_multiplexing_variables: to read these leaves nothing behind. */
const HARMLESS = ["TX_ISOLATION", "TRANSACTION_ISOLATION", "VERSION"];

/**
 * What a statement leaves on its connection, read from its text as ProxySQL does (lib/mysql_connection.cpp,
 * ProcessQueryAndSetStatusFlags).
 *
 * @param multiplex what the rules say: 0, 1, 2, or -1 where they say nothing.
 */
export function statusChangeOf(sql: string, multiplex: number): StatusChange {
  const text = digestOf(sql).toUpperCase();
  let sets = CLEAN;
  if (multiplex === 0) sets |= NO_MULTIPLEX;
  if (multiplex !== 2 && setsVariable(text)) sets |= USER_VARIABLE;
  if (text.startsWith("PREPARE ")) sets |= PREPARED_STATEMENT;
  if (text.startsWith("CREATE TEMPORARY TABLE ")) sets |= TEMPORARY_TABLE;
  if (text.startsWith("LOCK TABLE") || text.startsWith("FLUSH TABLES WITH READ LOCK")) sets |= LOCK_TABLES;
  if (text.includes("GET_LOCK(")) sets |= GET_LOCK;
  if (text.includes("SQL_CALC_FOUND_ROWS")) sets |= FOUND_ROWS;
  const unlocks = text.startsWith("UNLOCK TABLES") ? LOCK_TABLES : CLEAN;
  return { sets, clears: unlocks | (multiplex === 1 ? NO_MULTIPLEX : CLEAN) };
}

/** Whether the server answers with an auto-increment id, which LAST_INSERT_ID() may then be asked for. */
export function returnsInsertId(sql: string): boolean {
  return /^(INSERT|REPLACE)\b/i.test(digestOf(sql));
}

/** A SET of system variables is tracked and repeated on other connections; anything else with an @ is not. */
function setsVariable(text: string): boolean {
  if (!text.includes("@")) return false;
  if (text.startsWith("SET ")) return /(^|[^@])@(?!@)/.test(text);
  if (!text.startsWith("SELECT ")) return true;
  const names = text
    .slice("SELECT ".length)
    .replace(/@@(SESSION\.|LOCAL\.)?/g, "")
    .split(",");
  return !names.every((name) => HARMLESS.some((harmless) => name.trimStart().startsWith(harmless)));
}
