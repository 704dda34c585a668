import { BROKEN, LOST, NAME_NOT_FOUND, OK, type Outcome, REFUSED, REJECTED, TIMED_OUT } from "../sim/service.ts";

/** ER_CON_COUNT_ERROR "Too many connections": from a server at max_connections, or from ProxySQL's own frontend cap. */
export const ER_CON_COUNT_ERROR: Outcome = 1040;
/** ER_USER_LIMIT_REACHED: a user's own cap. */
export const ER_USER_LIMIT_REACHED: Outcome = 1226;
/** ProxySQL: "Max connect timeout reached while reaching hostgroup". */
export const PROXYSQL_CONNECT_TIMEOUT: Outcome = 9001;
/** ProxySQL: "Max connect failure while reaching hostgroup". */
export const PROXYSQL_CONNECT_FAILURE: Outcome = 9002;
/** mysql2: "Queue limit reached." */
export const QUEUE_LIMIT_REACHED: Outcome = 2001;
/** mysql2 with waitForConnections false: "No connections available." */
export const NO_CONNECTIONS_AVAILABLE: Outcome = 2002;
/** A pool's own time limit for getting a connection (HikariCP connectionTimeout, mysql2 connectTimeout). */
export const POOL_TIMEOUT: Outcome = 2003;

const NAMES: Readonly<Record<Outcome, string>> = {
  [OK]: "ok",
  [REFUSED]: "connection refused",
  [REJECTED]: "queue full",
  [LOST]: "lost in the network",
  [TIMED_OUT]: "client timeout",
  [BROKEN]: "connection broken",
  [NAME_NOT_FOUND]: "DNS look-up failed",
  [ER_CON_COUNT_ERROR]: "1040 too many connections",
  [ER_USER_LIMIT_REACHED]: "1226 user connection limit",
  [PROXYSQL_CONNECT_TIMEOUT]: "9001 max connect timeout",
  [PROXYSQL_CONNECT_FAILURE]: "9002 max connect failure",
  [QUEUE_LIMIT_REACHED]: "queue limit reached",
  [NO_CONNECTIONS_AVAILABLE]: "no connections available",
  [POOL_TIMEOUT]: "pool timeout",
};

/** An outcome in words, as the product that answers with it words it. */
export function nameOf(outcome: Outcome): string {
  return NAMES[outcome] ?? `error ${outcome}`;
}

/** Every outcome that a request can end with, OK first. */
export const OUTCOMES: readonly Outcome[] = Object.keys(NAMES).map(Number);
